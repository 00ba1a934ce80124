import asyncio

import pytest
from sqlalchemy import select, text

from domain import assignments
from domain.audit import AuditEntry
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event, Language, Message
from domain.practice import Role
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.assignments import make
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio

WRITTEN = "Mijn oma bleef altijd kalm. Ik ook, gisteren."


@pytest.fixture
async def amir(house, cast):
    return await people.coachee(house, cast)


@pytest.fixture
async def trajectory(house, cast, amir):
    return await trajectories.trajectory(house, cast, coachee_id=amir)


@pytest.fixture
async def assignment(cas, trajectory):
    return await make.given(cas, trajectory)


@pytest.fixture
def link(house, assignment):
    return f"/o/{house.vault.token('assignment', assignment)}"


def told(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def read(client, assignment):
    return (await client.get(f"/v1/assignments/{assignment}")).json()


async def test_the_seven_ways_ship_in_every_language_and_the_questionnaire_comes_last(cas):
    items = (await cas.get("/v1/exercises")).json()["items"]
    assert [item["key"] for item in items] == [
        "self_and_others",
        "success_experience",
        "personal_contribution",
        "inspiring_example",
        "role_model",
        "values",
        "questionnaire",
    ]
    for item in items:
        assert set(item["name"]) == set(item["task"]) == {*Language}


async def test_an_assignment_is_given_with_a_mail_and_its_words_are_nowhere_told(cas, house, cast, trajectory):
    answer = await make.give(cas, trajectory)
    assert (answer.status_code, answer.json()["state"]) == (201, "given")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        mails = [*await work.session.scalars(select(Message.facts).where(Message.kind == "assignment"))]
        facts = [
            *await work.session.scalars(select(Event.facts)),
            *await work.session.scalars(select(AuditEntry.facts)),
        ]
    assert len(mails) == 1
    assert make.OWN_WORDS not in str([answer.json(), mails, facts])
    assert (await read(cas, answer.json()["id"]))["instruction"] == make.OWN_WORDS


async def test_the_coachee_writes_finds_her_draft_again_and_shares_it(cas, anonymous, assignment, link):
    page = await anonymous.get(link)
    assert page.status_code == 200
    assert make.OWN_WORDS in page.text
    assert "bewonder" in page.text
    drafted = await anonymous.post(link, data={"do": "draft", "reflection": WRITTEN})
    assert drafted.status_code == 200
    assert WRITTEN in (await anonymous.get(link)).text
    assert (await read(cas, assignment))["reflection"] is None
    done = await anonymous.post(link, data={"do": "done", "reflection": WRITTEN, "sharing": "with_coach"})
    assert done.status_code == 200
    again = await anonymous.post(link, data={"do": "done", "reflection": "anders", "sharing": "private"})
    assert again.status_code == 200
    found = await read(cas, assignment)
    assert (found["state"], found["shared"], found["reflection"]) == ("done", True, WRITTEN)
    assert WRITTEN not in (await anonymous.get(link)).text


async def test_what_she_does_not_share_stays_hers(cas, anonymous, trajectory, assignment, link):
    await anonymous.post(link, data={"do": "done", "reflection": WRITTEN})
    [found] = (await cas.get(f"/v1/trajectories/{trajectory}/assignments")).json()["items"]
    assert (found["state"], found["shared"], found["reflection"]) == ("done", False, None)


async def test_she_may_decline_and_need_not_say_why(cas, anonymous, assignment, link):
    await anonymous.post(link, data={"do": "draft", "reflection": WRITTEN})
    assert (await anonymous.post(link, data={"do": "decline"})).status_code == 200
    assert (await anonymous.post(link, data={"do": "done", "reflection": WRITTEN})).status_code == 200
    assert (await read(cas, assignment))["state"] == "declined"


async def test_too_much_text_is_shown_again_with_what_to_mend(anonymous, cas, assignment, link):
    answer = await anonymous.post(link, data={"do": "done", "reflection": "x" * 4_001})
    assert answer.status_code == 422
    assert 'id="reflection-fault"' in answer.text
    assert (await read(cas, assignment))["state"] == "given"


async def test_markup_stays_text(anonymous, assignment, link):
    await anonymous.post(link, data={"do": "draft", "reflection": "<script>alert(1)</script>"})
    assert "<script>" not in (await anonymous.get(link)).text


async def test_looking_changes_nothing(anonymous, house, cast, assignment, link):
    async def state():
        async with begin(house, cast.practice_id, OPERATOR) as work:
            return [*await work.session.scalars(text("SELECT t::text FROM assignments t"))]

    before = await state()
    for _ in range(2):
        assert (await anonymous.get(link)).status_code == 200
        assert (await anonymous.head(link)).status_code == 200
    assert await state() == before


async def test_of_many_clicks_at_once_one_counts(anonymous, cas, house, cast, assignment, link):
    data = {"do": "done", "reflection": WRITTEN, "sharing": "with_coach"}
    answers = await asyncio.gather(*(anonymous.post(link, data=data) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    async with begin(house, cast.practice_id, OPERATOR) as work:
        done = [*await work.session.scalars(select(Event.id).where(Event.kind == "assignment_done"))]
    assert len(done) == 1


async def test_what_was_not_done_in_time_expires_by_itself(
    quiet, sweep_house, cas, anonymous, clock, house, assignment, link
):
    [sweep] = [one for one in SWEEPS if one.name == "expire assignments"]
    async with sweep_house.sessions() as session:
        assert (await assignments.next_due_at(session)).isoformat() == "2026-03-09T23:00:00+00:00"
    assert (await sweep.act(Tools(sweep_house, None, None))).done == 0
    clock.move(days=8)
    assert (await anonymous.get(link)).status_code == 410
    assert (await anonymous.post(link, data={"do": "done"})).status_code == 410
    assert (await sweep.act(Tools(sweep_house, None, None))).done == 1
    assert (await sweep.act(Tools(sweep_house, None, None))).done == 0
    assert (await read(cas, assignment))["state"] == "expired"
    assert (await anonymous.get(link)).status_code == 410


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"exercise_key": None, "instruction": None}, 422, "nothing-asked"),
        ({"exercise_key": "astrology"}, 422, "no-such-exercise"),
        ({"due_on": "2026-03-01"}, 422, "due-in-the-past"),
        ({"due_on": "2200-01-01"}, 422, "day-out-of-range"),
    ],
)
async def test_what_cannot_be_given_is_refused_by_name(cas, trajectory, body, status, code):
    assert told(await make.give(cas, trajectory, **body)) == (status, code)


async def test_nobody_but_her_own_coach_gives_or_reads(cas, lena, house, cast, trajectory, assignment):
    for answer in (
        await make.give(lena, trajectory),
        await lena.get(f"/v1/trajectories/{trajectory}/assignments"),
        await lena.get(f"/v1/assignments/{assignment}"),
    ):
        assert told(answer) == (403, "not-your-coachee")
    theirs = await make.given(lena, await trajectories.trajectory(house, cast, coach=Role.OWNER))
    assert told(await cas.get(f"/v1/assignments/{theirs}")) == (404, "assignment-not-found")


async def test_in_an_archived_or_destroyed_file_nothing_is_given(cas, lena, amir, trajectory):
    assert (await lena.post(f"/v1/coachees/{amir}/destroy-private-text")).status_code == 200
    assert told(await make.give(cas, trajectory)) == (409, "text-destroyed")


async def test_no_text_of_an_assignment_lies_open(anonymous, house, cast, assignment, link):
    await anonymous.post(link, data={"do": "draft", "reflection": WRITTEN})
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [row] = await work.session.scalars(text("SELECT t::text FROM assignments t"))
    for private in (WRITTEN, make.OWN_WORDS):
        assert private not in row
        assert private.encode().hex() not in row
