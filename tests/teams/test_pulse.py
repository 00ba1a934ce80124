"""The pulse: asked of every member, answered once without a name, shown from five answers."""

import asyncio
import re
from html import unescape

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text

from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.teams import bars, current_questions, questions
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.teams import make
from tests.teams.test_teams import refused

pytestmark = pytest.mark.anyio
KEYS = list(make.SCORES)


@pytest.fixture
async def group(cas, house, cast):
    return await make.team(cas, house, cast)


@pytest.fixture
async def pulse(cas, group):
    return await make.created(cas, f"{group.path}/pulses", {"days": 7})


@pytest.fixture
async def pages(house, cast, pulse):
    return await make.links(house, cast, pulse["id"])


async def rows(house, cast, query):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return (await work.session.execute(text(query))).mappings().all()


async def results(client, pulse):
    answer = await client.get(f"/v1/pulses/{pulse['id']}/results?language=nl")
    return answer.status_code, answer.json()


async def test_five_answers_give_bars_with_their_intervals_once_the_pulse_is_closed(cas, anonymous, pulse, pages):
    for number, page in enumerate(pages, start=1):
        thanked = await anonymous.post(page, data=make.SCORES | {"seen": str(number)})
        assert thanked.status_code == 200, thanked.text
    await refused(cas, f"/v1/pulses/{pulse['id']}/results", code="pulse-still-open", method="GET", status=409)
    for _ in range(2):
        closed = await cas.post(f"/v1/pulses/{pulse['id']}/close")
        assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    status, told = await results(cas, pulse)
    assert (status, told["answers"]) == (200, 5)
    by_key = {item["key"]: item for item in told["items"]}
    assert by_key["seen"]["text"] == "In dit team worden mijn kwaliteiten gezien."
    assert [bar["count"] for bar in by_key["seen"]["bars"]] == [1, 1, 1, 1, 1]
    assert by_key["used"]["bars"][3] == {"score": 4, "count": 5, "share": 1.0, "low": 0.5655, "high": 1.0}


async def test_of_four_answers_nothing_is_shown_and_nothing_kept(cas, anonymous, house, cast, pulse, pages):
    for page in pages[:4]:
        assert (await anonymous.post(page, data=make.SCORES)).status_code == 200
    await cas.post(f"/v1/pulses/{pulse['id']}/close")
    status, told = await results(cas, pulse)
    assert (status, told["type"]) == (409, "/problems/too-few-answers")
    [tally] = await rows(house, cast, "SELECT counts FROM pulse_tallies")
    assert tally["counts"] == {}


async def test_a_team_of_four_is_not_asked(cas, house, cast):
    small = await make.team(cas, house, cast, members=4)
    told = await refused(cas, f"{small.path}/pulses", {}, code="team-too-small", status=409)
    assert (told["facts"]["members"], told["facts"]["fewest"]) == (4, 5)


async def test_a_team_is_asked_one_pulse_at_a_time(cas, group):
    answers = await asyncio.gather(*(cas.post(f"{group.path}/pulses", json={}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    await refused(cas, f"{group.path}/pulses", {}, code="pulse-already-open", status=409)
    assert len((await cas.get(f"{group.path}/pulses")).json()["items"]) == 1


async def test_a_member_answers_once_however_often_she_clicks(cas, anonymous, house, cast, pulse, pages):
    answers = await asyncio.gather(*(anonymous.post(page, data=make.SCORES) for page in pages for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    [tally] = await rows(house, cast, "SELECT answers, counts FROM pulse_tallies")
    assert tally["answers"] == 5
    assert {sum(counts) for counts in tally["counts"].values()} == {5}


async def test_answering_while_it_closes_counts_or_is_too_late_and_never_half(
    cas, anonymous, house, cast, pulse, pages
):
    path = f"/v1/pulses/{pulse['id']}/close"
    *said, closed = await asyncio.gather(*(anonymous.post(page, data=make.SCORES) for page in pages), cas.post(path))
    assert closed.status_code == 200
    assert {answer.status_code for answer in said} <= {200, 410}
    [tally] = await rows(house, cast, "SELECT answers FROM pulse_tallies")
    assert tally["answers"] == sum(answer.status_code == 200 for answer in said)


async def test_the_database_itself_cannot_tell_who_said_what(cas, anonymous, house, cast, pulse, pages):
    """Beside the ticket that is used and the one tally of all, an answer leaves no row and no moment anywhere."""
    tables = await rows(
        house, cast, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    named = sorted(row["relname"] for row in tables if row["relname"] not in {"alembic_version", "heartbeats"})

    async def everything():
        return {name: sorted(map(str, await rows(house, cast, f"SELECT to_jsonb(t) FROM {name} t"))) for name in named}

    before = await everything()
    assert (await anonymous.get(pages[0])).status_code == 200
    assert await everything() == before
    assert (await anonymous.post(pages[0], data=make.SCORES | {"open": "1"})).status_code == 200
    after = await everything()
    assert {name for name in named if after[name] != before[name]} == {"pulse_tickets", "pulse_tallies"}
    assert [len(after[name]) for name in named] == [len(before[name]) for name in named]
    assert len(after["pulse_tallies"]) == 1
    columns = {"pulse_tickets": {"practice_id", "id", "pulse_id", "coachee_id", "used"}}
    columns["pulse_tallies"] = {"practice_id", "pulse_id", "answers", "counts"}
    for name, wanted in columns.items():
        query = f"SELECT column_name AS c FROM information_schema.columns WHERE table_name = '{name}'"
        assert {row["c"] for row in await rows(house, cast, query)} == wanted
    for page in pages[1:]:
        await anonymous.post(page, data=make.SCORES)
    await cas.post(f"/v1/pulses/{pulse['id']}/close")
    assert await rows(house, cast, "SELECT * FROM pulse_tickets") == []


async def test_the_page_works_without_script_in_four_languages_and_says_what_is_missing(anonymous, pages):
    seen = set()
    for page in pages:
        shown = await anonymous.get(page)
        assert shown.status_code == 200
        assert "<script" not in shown.text
        language = Language(re.search(r'<html lang="(\w\w)', shown.text)[1])
        seen.add(language)
        assert all(texts[language] in unescape(shown.text) for texts in questions(current_questions()).values())
    assert seen == set(Language)
    wrong = await anonymous.post(pages[0], data=make.SCORES | {"seen": "6", "open": ""})
    assert wrong.status_code == 422
    assert "seen-fault" in wrong.text
    assert "open-fault" in wrong.text
    assert (await anonymous.post(pages[0], data=make.SCORES)).status_code == 200
    assert (await anonymous.get(pages[0])).status_code == 200
    assert "<form" not in (await anonymous.get(pages[0])).text


@pytest.mark.usefixtures("quiet")
async def test_the_clock_closes_a_pulse_and_its_links(cas, anonymous, sweep_house, pulse, pages, clock):
    [sweep] = [one for one in SWEEPS if one.name == "close pulses"]
    async with sweep_house.sessions() as session:
        assert (await sweep.next_due(session)).isoformat() == "2026-03-09T11:00:00+00:00"
    assert (await sweep.act(Tools(sweep_house, None, None))).done == 0
    clock.move(days=7)
    assert (await anonymous.post(pages[0], data=make.SCORES)).status_code == 410
    outcomes = await asyncio.gather(*(sweep.act(Tools(sweep_house, None, None)) for _ in range(3)))
    assert sum(outcome.done for outcome in outcomes) >= 1
    assert (await cas.get(f"/v1/pulses/{pulse['id']}")).json()["state"] == "closed"
    assert (await anonymous.get(pages[0])).status_code == 410


async def test_only_the_team_s_own_coach_asks_closes_and_reads(lena, omar, cas, group, pulse):
    path = f"/v1/pulses/{pulse['id']}"
    await refused(lena, f"{path}/close", code="not-your-team", status=403)
    await refused(lena, f"{path}/results", code="not-your-team", method="GET", status=403)
    await refused(omar, f"{group.path}/pulses", {}, code="not-your-team", status=403)
    await refused(cas, f"/v1/pulses/{new_id()}/results", code="pulse-not-found", method="GET", status=404)


@given(
    st.lists(st.integers(min_value=0, max_value=200), min_size=5, max_size=5).filter(lambda counts: sum(counts) >= 5)
)
def test_bars_add_up_and_every_share_lies_in_its_interval(counts):
    told = bars(counts)
    assert [bar.count for bar in told] == counts
    assert abs(sum(bar.share for bar in told) - 1) < 0.001
    for bar in told:
        assert 0 <= bar.low <= bar.share + 1e-4
        assert bar.share - 1e-4 <= bar.high <= 1
