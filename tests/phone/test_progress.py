"""How it goes, on the coachee's own page: in plain words, and she first."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain import people, progress
from domain.checkins import CheckIn, CheckInState, Locus, Obstacle, Sharing
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.progress import told_plots
from domain.progress.wording import said
from tests.phone.make import plant
from tests.phone.test_own_area import answered
from tests.phone.test_sign_in import sign_in
from tests.progress import make as told_make

pytestmark = pytest.mark.anyio


async def test_her_page_tells_what_came_and_what_she_answered(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    await answered(house, cast, planted)
    page = await anonymous.get("/me/progress")
    assert page.status_code == 200
    assert "Vragen die je kreeg</dt><dd>1</dd>" in page.text
    assert "Antwoorden die je gaf</dt><dd>1</dd>" in page.text
    assert "die niet aankwamen" not in page.text
    for name in ("ledger", "balance", "autonomy", "answers-by-week", "waiting"):
        assert f'id="{name}-heading"' in page.text
        assert f'aria-labelledby="{name}-title {name}-about"' in page.text
    assert page.text.count("<table>") >= page.text.count('class="plot"') >= 5
    assert "style=" not in page.text
    assert "/me/progress" in (await anonymous.get("/me")).text


async def test_what_she_keeps_to_herself_does_not_stand_among_what_her_coach_sees(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    secret = Obstacle(happened=True, locus=Locus.INTERNAL, wished="Rust en rust")
    await told_make.told(house, cast, planted, secret, sharing=Sharing.PRIVATE)
    hers, _, coach_sees = (await anonymous.get("/me/progress")).text.partition('<details class="rest">')
    for name in told_plots.PLOTS:
        assert f'id="{name}-heading"' not in coach_sees
    assert 'id="locus-heading"' in hers
    assert "rust" in hers


async def test_there_is_no_score_and_no_guilt(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        check_in = (await work.session.scalars(select(CheckIn).where(CheckIn.id == planted.check_in_id))).one()
        check_in.state, check_in.closed_at = CheckInState.EXPIRED, work.now
    text = (await anonymous.get("/me/progress")).text.lower()
    assert "je hoeft niet op elke vraag te antwoorden" in text
    assert not [word for word in ("score", "gemist", "slechts", "doel", "streak", "proficiat") if word in text]


async def test_before_anything_was_asked_the_page_says_so(house, cast, anonymous, clock):
    planted = await sign_in(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        check_in = (await work.session.scalars(select(CheckIn).where(CheckIn.id == planted.check_in_id))).one()
        check_in.local_day -= timedelta(days=100)
    page = await anonymous.get("/me/progress")
    assert "Hier komt een overzicht" in page.text
    assert 'class="plot"' not in page.text


async def test_she_reads_the_same_numbers_in_json_and_as_pictures(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    await answered(house, cast, planted)
    told = (await anonymous.get("/v1/me/reports")).json()
    assert told["check_ins"]["prompted"]["answered"] == 1
    assert [one["name"] for one in told["plots"]] == list(progress.OWN_PLOT_NAMES)
    picture = await anonymous.get("/v1/me/reports/plots/ledger.svg?theme=dark")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert "De vragen op de kalender" in picture.text
    of_the_file = await anonymous.get("/v1/me/reports/plots/ladder.svg")
    assert (of_the_file.status_code, of_the_file.json()["type"]) == (404, "/problems/plot-not-found")
    unknown = await anonymous.get("/v1/me/reports/plots/score.svg")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/plot-not-found")


async def test_another_coachees_are_not_among_hers(house, cast, anonymous):
    other = await plant(house, cast)
    await answered(house, cast, other, "Van een ander.")
    await sign_in(house, cast, anonymous)
    told = (await anonymous.get("/v1/me/reports")).json()
    assert told["check_ins"]["prompted"]["answered"] == 0


async def test_nobody_reads_them_without_signing_in(anonymous, cas):
    for address in ("/v1/me/reports", "/v1/me/reports/plots/ledger.svg"):
        for client in (anonymous, cas):
            answer = await client.get(address)
            assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")
    page = await anonymous.get("/me/progress")
    assert page.status_code in {303, 401}


@pytest.mark.parametrize("language", Language)
async def test_the_page_speaks_every_language(house, cast, anonymous, language):
    planted = await sign_in(house, cast, anonymous)
    await answered(house, cast, planted)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        (await people.get_coachee(work, planted.coachee_id)).language = language
    page = await anonymous.get("/me/progress")
    assert (page.status_code, said(language)["plots"]["ledger"]["title"] in page.text) == (200, True)
