"""What was told in answers, in counts: nothing of a private answer, and to nobody but herself and her own coach."""

from datetime import date
from statistics import median

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select

from domain.checkins import Dimension, Free, Layer, Locus, Obstacle, QualityInAction, Sharing, Success
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.people import Consent, Purpose
from domain.progress import Measure, counted, stop_words, trend_of
from tests.phone.test_sign_in import sign_in
from tests.progress import make

pytestmark = pytest.mark.anyio
APRIL = date(2026, 4, 6)
SECRET = "olifantje"


def address(trajectory_id):
    return f"/v1/trajectories/{trajectory_id}/reports/answers"


@pytest.fixture
async def amir(house, cast):
    """Three answers that he shares, and two that he keeps: those hold what no number may show."""
    planted, trajectory_id = await make.someone(house, cast)
    shared = (
        (
            Success(text="De collega's luisterden.", dimension=Dimension.FEELING, dimension_text="Trots", strength=4),
            None,
        ),
        (Obstacle(happened=True, locus=Locus.INTERNAL, layer=Layer.IDENTITY, wished="Mijn collega vragen"), APRIL),
        (Free(text="Rustig", valence=2, energy=4), APRIL),
    )
    for reply, day in shared:
        await make.told(house, cast, planted, reply, **({"day": day} if day else {}))
    private = (
        Obstacle(happened=True, locus=Locus.EXTERNAL, layer=Layer.SKILLS, sentence=SECRET, wished=SECRET),
        QualityInAction(text=f"{SECRET} {SECRET}", strength=1),
    )
    for reply in private:
        await make.told(house, cast, planted, reply, day=APRIL, sharing=Sharing.PRIVATE)
    return planted, trajectory_id


async def test_the_coach_gets_counts_of_what_is_shared_and_of_the_rest_only_how_many(cas, amir):
    answer = await cas.get(address(amir[1]))
    report = answer.json()
    assert (report["answers"], report["private"]) == (3, 2)
    assert (report["locus"]["internal"], report["locus"]["external"]) == (1, 0)
    assert (report["layers"]["identity"], report["layers"]["skills"]) == (1, 0)
    assert report["core_reflections"]["share"] == 1
    [switch] = report["switches"]
    assert (switch["month"], switch["switch_rate"]["count"], switch["switch_rate"]["total"]) == ("2026-04-01", 1, 1)
    [month] = report["dimensions"]
    assert (month["texts"], month["counts"]) == (1, {"thinking": 0, "feeling": 1, "wanting": 0})
    assert report["words"] == [{"language": "nl", "texts": 4, "words": [{"word": "collega", "count": 2}]}]
    assert {one["measure"]: one["points"] for one in report["trends"]} == {
        "intensity": 1,
        "valence": 1,
        "energy": 1,
    }
    assert SECRET not in answer.text


async def test_no_plot_of_the_coach_shows_anything_of_a_private_answer(cas, amir):
    plots = f"/v1/trajectories/{amir[1]}/reports/plots"
    assert SECRET not in (await cas.get(plots)).text
    assert SECRET not in (await cas.get(f"{plots}/words.svg")).text
    [locus] = next(one for one in (await cas.get(plots)).json() if one["name"] == "locus")["tables"]
    assert dict(locus["rows"]) == {"van binnen": 1, "van buiten": 0, "allebei": 0, "weet ik niet": 0}


async def test_what_was_shared_closes_again_when_she_takes_her_consent_back(cas, house, cast, amir):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        mine = (Consent.coachee_id == amir[0].coachee_id, Consent.purpose == Purpose.SHARE_CHECK_INS_WITH_COACH)
        (await work.session.scalars(select(Consent).where(*mine))).one().withdrawn_at = work.now
    report = (await cas.get(address(amir[1]))).json()
    assert (report["answers"], report["private"], report["words"]) == (0, 5, [])


async def test_only_the_own_coach_reads_it_until_the_text_is_destroyed(lena, omar, bea, cas, amir):
    planted, trajectory_id = amir
    for client, code in ((lena, "not-your-coachee"), (omar, "scope-missing"), (bea, "scope-missing")):
        answer = await client.get(address(trajectory_id))
        assert (answer.status_code, answer.json()["type"]) == (403, f"/problems/{code}")
    missing = await cas.get(address(new_id()))
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/trajectory-not-found")
    assert (await lena.post(f"/v1/coachees/{planted.coachee_id}/destroy-private-text")).status_code == 200
    gone = await cas.get(address(trajectory_id))
    assert (gone.status_code, gone.json()["type"]) == (409, "/problems/text-destroyed")


async def test_she_herself_sees_all_of_her_own_also_what_is_private(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    for _ in range(2):
        await make.told(house, cast, planted, Free(text=SECRET, valence=4), sharing=Sharing.PRIVATE)
    report = (await anonymous.get("/v1/me/reports")).json()["answers"]
    assert (report["answers"], report["private"]) == (2, 0)
    assert report["words"][0]["words"] == [{"word": SECRET, "count": 2}]
    page = await anonymous.get("/me/progress")
    assert SECRET in page.text


def test_words_are_counted_by_their_shortest_form_and_common_ones_not_at_all():
    [dutch] = counted([(Language.NL, "De collega's en mijn collega."), (Language.NL, "Collega!")])
    assert [(one.word, one.count) for one in dutch.words] == [("collega", 3)]
    [french] = counted([(Language.FR, "L\u2019équipe, l'équipe d\u2019aujourd\u2019hui : quelle équipe !")])
    assert [(one.word, one.count) for one in french.words] == [("équipe", 3)]
    both = counted([(Language.DE, "Mut Mut"), (Language.EN, "courage courage the the")])
    assert [(one.language, [word.word for word in one.words]) for one in both] == [("de", ["mut"]), ("en", ["courage"])]


@pytest.mark.parametrize("language", Language)
def test_every_language_has_words_that_are_not_counted(language):
    assert len(stop_words(language)) > 100
    assert all(word == word.lower() for word in stop_words(language))


@given(st.lists(st.sampled_from(["moed", "moeden", "rust", "de", "het"]), max_size=30))
def test_no_word_is_counted_more_often_than_it_was_written(words):
    for found in counted([(Language.NL, " ".join(words))]):
        assert sum(one.count for one in found.words) <= sum(word not in {"de", "het"} for word in words)


POINTS = st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 6, 1)), st.integers(1, 5)), max_size=30)


@given(POINTS, st.lists(st.dates(date(2026, 1, 1), date(2026, 6, 1)), max_size=6, unique=True).map(sorted))
def test_every_number_is_in_one_stretch_between_two_sessions(points, sessions):
    trend = trend_of(Measure.VALENCE, points, sessions)
    assert sum(stretch.count for stretch in trend.stretches) == trend.points == len(points)
    for stretch in trend.stretches:
        later = [day for day in sessions if day > stretch.from_day]
        until = later[0] if later else date(2027, 1, 1)
        mine = [value for day, value in points if stretch.from_day <= day < until]
        assert (stretch.median, stretch.low, stretch.high) == (median(mine), min(mine), max(mine))
