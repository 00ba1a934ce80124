"""Reviews: what a coachee is asked by link at the end, 3 and 6 months later, and after a session."""

import asyncio

import pytest
from sqlalchemy import func, select

from domain import method, trajectories as domain_trajectories
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, SCHEDULER, begin
from domain.messaging import Language, Message
from domain.method import Review
from domain.trajectories import Format
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.method import make
from tests.people import make as people
from tests.phone.make import OURS
from tests.trajectories import make as trajectories

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet", "trajectory")]
SCORES = {"deep": "7", "durable": "6", "behaviour": "10", "deep_example": make.SEEN}


@pytest.fixture
async def sweep(sweep_house):
    """Run what plans and sends reviews, as the scheduler does."""

    async def run():
        mine = [one for one in SWEEPS if one.name in {"plan reviews", "send reviews"}]
        return [await one.act(Tools(sweep_house, None, None)) for one in mine]

    return run


@pytest.fixture
async def completed(cas, trajectory, clock):
    answer = await cas.post(f"/v1/trajectories/{trajectory}/complete", json=trajectories.REVIEWED)
    assert answer.status_code == 200, answer.text


async def items(cas, amir):
    return (await cas.get(f"/v1/coachees/{amir}/reviews")).json()["items"]


def page(house, review_id):
    return f"/r/{house.vault.token('review', review_id)}"


async def test_a_completed_trajectory_is_looked_back_on_at_the_end_and_3_and_6_months_later(
    cas, amir, sweep, completed, clock, sweep_house
):
    async with sweep_house.sessions() as session:
        assert await method.next_planning_at(session) is not None
    assert [outcome.done for outcome in await sweep()] == [1, 1]
    assert [outcome.done for outcome in await sweep()] == [0, 0]
    found = await items(cas, amir)
    assert [(review["moment"], review["state"], review["due_at"][:10]) for review in found] == [
        ("at_the_end", "sent", "2026-03-02"),
        ("after_3_months", "planned", "2026-06-02"),
        ("after_6_months", "planned", "2026-09-02"),
    ]
    async with sweep_house.sessions() as session:
        assert (await method.next_review_at(session)).isoformat() == "2026-06-02T08:00:00+00:00"
        assert await method.next_planning_at(session) is None
    clock.move(days=92)
    assert [outcome.done for outcome in await sweep()] == [0, 1]


async def test_many_schedulers_at_once_plan_and_send_each_review_once(house, cast, sweep, completed, trajectory, amir):
    await asyncio.gather(*(sweep() for _ in range(6)))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert await work.session.scalar(select(func.count()).select_from(Review)) == 3
        mails = select(func.count()).select_from(Message).where(Message.kind == "review")
        assert await work.session.scalar(mails) == 1


async def test_a_single_talk_is_not_looked_back_on(house, cast, sweep, amir):
    talk = await trajectories.trajectory(house, cast, coachee_id=amir)
    async with begin(house, cast.practice_id, SCHEDULER) as work:
        (await domain_trajectories.get_trajectory(work, talk)).format = Format.SINGLE_CONVERSATION
    async with begin(house, cast.practice_id, SCHEDULER) as work:
        await domain_trajectories.complete_trajectory(work, talk)
    assert [outcome.done for outcome in await sweep()] == [1, 0]


async def test_the_coachee_answers_by_link_and_her_coach_reads_it(cas, omar, house, amir, sweep, completed, anonymous):
    await sweep()
    review_id = (await items(cas, amir))[0]["id"]
    shown = await anonymous.get(page(house, review_id))
    assert shown.status_code == 200
    assert shown.text.count("<script") == OURS
    wrong = await anonymous.post(page(house, review_id), data=SCORES | {"deep": "11", "durable": ""})
    assert wrong.status_code == 422
    assert (await items(cas, amir))[0]["answers"] == []
    thanked = await anonymous.post(page(house, review_id), data=SCORES)
    assert thanked.status_code == 200, thanked.text
    again = await anonymous.post(page(house, review_id), data=SCORES | {"deep": "1"})
    assert again.status_code == 200
    review = (await items(cas, amir))[0]
    assert review["state"] == "answered"
    assert [(item["key"], item["score"]) for item in review["answers"]] == [
        ("deep", 7),
        ("durable", 6),
        ("behaviour", 10),
    ]
    assert review["answers"][0]["example"] == make.SEEN
    assert (await omar.get(f"/v1/coachees/{amir}/reviews")).status_code == 403


async def test_a_link_closes_after_thirty_days(cas, house, amir, sweep, completed, anonymous, clock):
    await sweep()
    review_id = (await items(cas, amir))[0]["id"]
    clock.move(days=30)
    assert (await anonymous.get(page(house, review_id))).status_code == 410
    assert (await anonymous.post(page(house, review_id), data=SCORES)).status_code == 410


async def test_a_review_is_moved_or_cancelled_until_it_is_sent(cas, amir, sweep, completed, clock):
    await sweep()
    sent, first, second = [f"/v1/reviews/{review['id']}" for review in await items(cas, amir)]
    moved = await cas.patch(first, json={"due_on": "2026-06-10"}, headers={"If-Match": '"v1"'})
    assert (moved.status_code, moved.json()["due_at"]) == (200, "2026-06-10T08:00:00Z")
    for _ in range(2):
        assert (await cas.post(f"{second}/cancel")).json()["state"] == "cancelled"
    version = f'"v{(await items(cas, amir))[0]["version"]}"'
    late = await cas.patch(sent, json={"due_on": "2026-06-10"}, headers={"If-Match": version})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/already-sent")
    far = await cas.patch(first, json={"due_on": "1026-06-10"}, headers={"If-Match": '"v2"'})
    assert (far.status_code, far.json()["type"]) == (422, "/problems/day-out-of-range")
    missing = await cas.post(f"/v1/reviews/{new_id()}/cancel")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/review-not-found")
    clock.move(days=200)
    assert [outcome.done for outcome in await sweep()] == [0, 1]


async def test_nothing_is_asked_of_a_coachee_whose_file_is_closed(
    cas, lena, house, cast, amir, sweep, completed, clock
):
    await sweep()
    clock.move(days=1)
    assert (await lena.post(f"/v1/coachees/{amir}/archive")).status_code == 200
    clock.move(days=200)
    await sweep()
    assert [review["state"] for review in await items(cas, amir)] == ["sent", "cancelled", "cancelled"]


@pytest.mark.parametrize(("sharing", "answers"), [("with_coach", 3), ("private", 0)])
async def test_after_a_session_the_coachee_decides_whether_her_coach_reads_how_it_was(
    cas, house, cast, amir, trajectory, anonymous, clock, sharing, answers
):
    session = await trajectories.session(house, cast, trajectory)
    early = await cas.post(f"/v1/sessions/{session}/contact-review")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-held-yet")
    clock.move(days=30)
    assert (await cas.post(f"/v1/sessions/{session}/hold")).status_code == 200
    review = await cas.post(f"/v1/sessions/{session}/contact-review")
    assert (review.status_code, review.json()["state"]) == (201, "sent"), review.text
    again = await cas.post(f"/v1/sessions/{session}/contact-review")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-asked")
    scores = {"seen": "5", "myself": "4", "contact": "5", "sharing": sharing}
    assert (await anonymous.post(page(house, review.json()["id"]), data=scores)).status_code == 200
    [read] = await items(cas, amir)
    assert (read["state"], len(read["answers"])) == ("answered", answers)


@pytest.mark.parametrize("language", Language)
async def test_the_page_speaks_the_coachee_s_language(house, cast, anonymous, language):
    coachee = await people.coachee(house, cast, language=language)
    trajectory = await trajectories.trajectory(house, cast, coachee_id=coachee)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await domain_trajectories.complete_trajectory(work, trajectory)
    async with begin(house, cast.practice_id, SCHEDULER) as work:
        await method.plan_reviews(work, trajectory)
    async with begin(house, cast.practice_id, SCHEDULER) as work:
        review = await work.session.scalar(select(Review).where(Review.coachee_id == coachee).order_by(Review.due_at))
        await method.send_review(work, review.id)
    shown = await anonymous.get(page(house, str(review.id)))
    assert (shown.status_code, shown.headers["content-language"]) == (200, language.value)
