"""Deputies, hand-overs, and how minutes are spent."""

import asyncio

import pytest

from domain.kit.ids import new_id
from domain.kit.work import begin
from domain.people import Purpose
from domain.practice import Role
from domain.trajectories import SessionKind, TrajectoryState, Visibility, write_note
from tests.checkins import make as checkins
from tests.messaging.make import read_events
from tests.people import make as people
from tests.trajectories import make

pytestmark = pytest.mark.anyio

MORNING = {"kind": "guidance", "day": "2026-03-03", "time": "09:00", "minutes": 60}


def problem(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


@pytest.fixture
async def hers(house, cast):
    """Lena's trajectory, of which Cas knows nothing."""
    coachee_id = await people.coachee(house, cast, coach_id=cast.staff[Role.OWNER])
    return await make.trajectory(house, cast, coachee_id=coachee_id, coach=Role.OWNER)


async def noted(house, cast, trajectory_id, coach=Role.OWNER):
    """A session held on the tests' first morning, with a note of each kind."""
    session_id = await make.session(house, cast, trajectory_id, day=make.date(2026, 3, 2), held=True)
    await make.note(house, cast, session_id, "Gedeeld")
    async with begin(house, cast.practice_id, make.acting_as(cast, coach)) as work:
        await write_note(work, session_id, text="Werknotitie", visibility=Visibility.WORKING)
    return session_id


async def texts(client, session_id):
    return [note["text"] for note in (await client.get(f"/v1/sessions/{session_id}/notes")).json()["items"]]


async def test_a_deputy_acts_in_the_calendar_and_reads_only_what_is_shared(cas, lena, house, cast, hers):
    path = f"/v1/trajectories/{hers}"
    session_id = await noted(house, cast, hers)
    assert problem(await cas.get(path)) == (404, "trajectory-not-found")
    named = await lena.post(f"{path}/deputies", json={"staff_id": str(cast.staff[Role.COACH])})
    assert [one["staff_id"] for one in named.json()["items"]] == [str(cast.staff[Role.COACH])]
    assert (await cas.get(path)).json()["key_question"] is None
    planned = await cas.post(f"{path}/sessions", json=MORNING)
    assert planned.status_code == 201, planned.text
    listed = await cas.get(f"/v1/sessions?trajectory_id={hers}")
    assert len(listed.json()["items"]) == 2
    assert (await cas.get("/v1/sessions")).json()["items"] == []
    assert (await cas.patch(f"/v1/sessions/{planned.json()['id']}", json={"time": "15:00"})).status_code == 200
    assert (await cas.post(f"/v1/sessions/{planned.json()['id']}/cancel", json={})).status_code == 200
    assert await texts(cas, session_id) == ["Gedeeld"]
    assert await texts(lena, session_id) == ["Gedeeld", "Werknotitie"]
    note = {"text": "Van Cas", "visibility": "shared"}
    assert problem(await cas.post(f"/v1/sessions/{session_id}/notes", json=note)) == (403, "not-your-coachee")
    for verb in ("pause", "complete", "stop"):
        assert problem(await cas.post(f"{path}/{verb}", json=make.BODIES.get(verb)))[0] == 404
    gone = await lena.post(f"{path}/deputies/{cast.staff[Role.COACH]}/dismiss")
    assert gone.json() == {"items": []}
    assert problem(await cas.get(f"/v1/sessions/{session_id}")) == (404, "session-not-found")


async def test_a_deputy_sees_the_contact_data_but_reads_nothing_of_a_minor(cas, lena, house, cast, hers):
    session_id = await noted(house, cast, hers)
    coachee = f"/v1/coachees/{(await lena.get(f'/v1/trajectories/{hers}')).json()['coachee_id']}"
    assert (await cas.get(coachee)).status_code == 404
    await lena.post(f"/v1/trajectories/{hers}/deputies", json={"staff_id": str(cast.staff[Role.COACH])})
    assert (await cas.get(coachee)).status_code == 200
    await lena.patch(coachee, json={"minor": True, "audience": "pupil"})
    assert problem(await cas.get(f"/v1/sessions/{session_id}/notes")) == (403, "not-your-coachee")


@pytest.mark.parametrize("role", [Role.BILLING, Role.OWNER, None])
async def test_only_a_colleague_who_coaches_stands_in(lena, cast, hers, role):
    body = {"staff_id": str(cast.staff[role] if role else new_id())}
    code = "already-her-coach" if role is Role.OWNER else "not-a-coach"
    assert problem(await lena.post(f"/v1/trajectories/{hers}/deputies", json=body)) == (422, code)


async def test_a_hand_over_takes_sessions_and_shared_notes_along(cas, lena, omar, house, cast):
    trajectory_id = await make.trajectory(house, cast)
    path = f"/v1/trajectories/{trajectory_id}"
    held = await noted(house, cast, trajectory_id, coach=Role.COACH)
    coming = await make.session(house, cast, trajectory_id, day=make.date(2026, 3, 9))
    body = {"coach_id": str(cast.staff[Role.OWNER]), "reason": "Langdurig afwezig"}
    done = await cas.post(f"{path}/hand-overs", json=body)
    assert (done.status_code, done.json()["from_coach_id"]) == (201, str(cast.staff[Role.COACH])), done.text
    read = (await lena.get(path)).json()
    assert (read["coach_id"], read["key_question"]) == (str(cast.staff[Role.OWNER]), make.QUESTION)
    assert (await lena.get(f"/v1/coachees/{read['coachee_id']}")).json()["coach_id"] == body["coach_id"]
    assert (await lena.get(f"/v1/sessions/{coming}")).json()["coach_id"] == body["coach_id"]
    assert (await lena.get(f"/v1/sessions/{held}")).json()["coach_id"] == str(cast.staff[Role.COACH])
    assert await texts(lena, held) == ["Gedeeld"]
    assert await texts(cas, held) == ["Werknotitie"]
    assert problem(await cas.get(path)) == (404, "trajectory-not-found")
    assert problem(await cas.get(f"/v1/coachees/{read['coachee_id']}")) == (404, "coachee-not-found")
    [kept] = (await lena.get(f"{path}/hand-overs")).json()["items"]
    assert kept == done.json()
    events = await read_events(omar, house, cast)
    assert "trajectory_handed_over" in {event["kind"] for event in events}
    assert "Langdurig" not in str(events)


async def test_a_hand_over_is_refused_whole_while_the_new_coach_is_not_free(cas, lena, house, cast, hers):
    mine = await make.trajectory(house, cast)
    clashing = await make.session(house, cast, mine, at="09:30")
    free = await make.session(house, cast, mine, at="14:00")
    await make.session(house, cast, hers, at="09:00")
    body = {"coach_id": str(cast.staff[Role.OWNER]), "reason": "Verlof"}
    answer = await cas.post(f"/v1/trajectories/{mine}/hand-overs", json=body)
    assert problem(answer) == (409, "sessions-clash")
    assert answer.json()["facts"] == {"session_ids": [str(clashing)]}
    assert (await cas.get(f"/v1/sessions/{free}")).json()["coach_id"] == str(cast.staff[Role.COACH])
    await cas.patch(f"/v1/sessions/{clashing}", json={"time": "10:00"})
    assert (await cas.post(f"/v1/trajectories/{mine}/hand-overs", json=body)).status_code == 201


async def test_handing_over_and_booking_at_once_never_leave_a_coach_in_two_places(cas, lena, house, cast, hers):
    body = {"coach_id": str(cast.staff[Role.OWNER]), "reason": "Verlof"}
    for number in range(5):
        mine = await make.trajectory(house, cast)
        day = f"2026-03-{10 + number}"
        await make.session(house, cast, mine, day=make.date.fromisoformat(day))
        answers = await asyncio.gather(
            cas.post(f"/v1/trajectories/{mine}/hand-overs", json=body),
            lena.post(f"/v1/trajectories/{hers}/sessions", json=MORNING | {"day": day}),
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409], [a.text for a in answers]


async def test_a_trajectory_is_handed_over_by_its_coach_or_the_owner_to_a_coach(cas, omar, lena, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}/hand-overs"
    body = {"coach_id": str(cast.staff[Role.OWNER]), "reason": "Verlof"}
    assert problem(await omar.post(path, json=body)) == (403, "not-yours-to-hand-over")
    assert problem(await cas.post(path, json=body | {"coach_id": str(cast.staff[Role.BILLING])})) == (
        422,
        "not-a-coach",
    )
    assert problem(await cas.post(path, json=body | {"coach_id": str(cast.staff[Role.COACH])})) == (
        422,
        "already-her-coach",
    )
    stopped = await make.trajectory(house, cast, state=TrajectoryState.STOPPED)
    assert problem(await cas.post(f"/v1/trajectories/{stopped}/hand-overs", json=body)) == (409, "wrong-state")
    await omar.post(f"/v1/staff/{cast.staff[Role.COACH]}/leave")
    assert (await lena.post(path, json=body)).status_code == 201


async def test_minutes_are_told_by_kind(cas, house, cast):
    trajectory_id = await make.trajectory(house, cast)
    day = make.date(2026, 2, 2)
    await make.session(house, cast, trajectory_id, day=day, minutes=90, held=True)
    await make.session(house, cast, trajectory_id, day=day, at="11:00", kind=SessionKind.INTRO, held=True)
    await make.session(house, cast, trajectory_id, minutes=45)
    told = (await cas.get(f"/v1/trajectories/{trajectory_id}/minutes")).json()
    assert told["planned_minutes"] == 480
    assert {one["kind"]: (one["planned"], one["held"]) for one in told["kinds"]} == {
        "intro": (0, 60),
        "guidance": (45, 90),
        "aftercare": (0, 0),
    }


async def test_contact_needs_consent_and_no_trajectory(cas, lena, bea, house, cast):
    coachee_id = await people.coachee(house, cast)
    path = f"/v1/coachees/{coachee_id}/contact-moments"
    body = {"held_on": "2026-03-02", "quality": "Geduld", "next_step": "Een dag wachten"}
    assert problem(await cas.post(path, json=body)) == (409, "notes-not-consented")
    await people.consent(house, cast, coachee_id, Purpose.SESSION_NOTES)
    assert problem(await cas.post(path, json=body | {"held_on": "2026-03-03"})) == (422, "contact-to-come")
    written = await cas.post(path, json=body)
    assert written.status_code == 201, written.text
    assert "Geduld" not in written.text
    [read] = (await cas.get(path)).json()["items"]
    assert (read["quality"], read["next_step"]) == ("Geduld", "Een dag wachten")
    assert (await lena.get(path)).json()["items"] == []
    assert (await bea.get(path)).status_code == 403


async def test_goals_are_for_the_own_coach_and_are_reached_or_dropped_once(cas, lena, house, cast):
    trajectory_id = await make.trajectory(house, cast)
    goal = await make.goal(cas, trajectory_id, "Rust vinden")
    [read] = (await cas.get(f"/v1/trajectories/{trajectory_id}/goals")).json()["items"]
    assert (read["text"], read["state"], read["version"]) == ("Rust vinden", "open", 1)
    assert problem(await lena.get(f"/v1/trajectories/{trajectory_id}/goals")) == (403, "not-your-coachee")
    assert problem(await lena.post(f"/v1/goals/{goal}/reach")) == (403, "not-your-coachee")
    assert (await cas.post(f"/v1/goals/{goal}/reach")).json()["state"] == "reached"
    assert problem(await cas.post(f"/v1/goals/{goal}/drop")) == (409, "wrong-state")
    assert problem(await cas.post(f"/v1/goals/{new_id()}/drop")) == (404, "goal-not-found")


async def test_a_coach_ends_with_a_closing_review_that_she_alone_reads(cas, lena, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"
    assert (await cas.get(f"{path}/closing-review")).json() == {"review": None}
    assert problem(await cas.post(f"{path}/complete", json={})) == (409, "closing-review-missing")
    assert problem(await lena.post(f"{path}/complete", json=make.REVIEWED)) == (403, "not-your-coachee")
    done = await cas.post(f"{path}/complete", json=make.REVIEWED)
    assert (done.status_code, done.json()["version"]) == (200, 3)
    assert make.REVIEW.strength not in done.text
    assert (await cas.get(f"{path}/closing-review")).json() == make.REVIEWED
    assert problem(await lena.get(f"{path}/closing-review")) == (403, "not-your-coachee")


async def test_aftercare_has_an_end(cas, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"
    for day in ("2026-03-01", "2028-03-03"):
        wrong = await cas.post(f"{path}/complete", json=make.REVIEWED | {"aftercare_until": day})
        assert problem(wrong) == (422, "aftercare-out-of-range")
    done = await cas.post(f"{path}/complete", json=make.REVIEWED | {"aftercare_until": "2026-06-01"})
    assert done.json()["aftercare_until"] == "2026-06-01"
    aftercare = MORNING | {"kind": "aftercare"}
    late = await cas.post(f"{path}/sessions", json=aftercare | {"day": "2026-06-02"})
    assert problem(late) == (409, "aftercare-over")
    assert (await cas.post(f"{path}/sessions", json=aftercare | {"day": "2026-06-01"})).status_code == 201
    assert problem(await cas.post(f"{path}/sessions", json=MORNING)) == (409, "trajectory-not-running")


async def test_a_phase_is_a_tag_that_comes_and_goes(cas, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"
    told = (await cas.get("/v1/phases")).json()
    assert sum(phase["share"] or 0 for phase in told["items"]) == 100
    for version, phase in enumerate([*(one["key"] for one in told["items"]), None], 2):
        changed = await cas.patch(path, json={"phase": phase}, headers={"If-Match": f'"v{version}"'})
        assert (changed.status_code, changed.json()["phase"]) == (200, phase), changed.text


async def test_the_end_of_the_aftercare_moves_but_not_before_what_is_planned(cas, house, cast):
    path = f"/v1/trajectories/{await make.trajectory(house, cast)}"

    async def move(day):
        etag = (await cas.get(path)).headers["etag"]
        return await cas.patch(path, json={"aftercare_until": day}, headers={"If-Match": etag})

    assert problem(await move("2026-06-01")) == (409, "not-completed-yet")
    assert (await cas.post(f"{path}/complete", json=make.REVIEWED)).status_code == 200
    planned = await cas.post(f"{path}/sessions", json=MORNING | {"kind": "aftercare", "day": "2026-06-02"})
    assert planned.status_code == 201, planned.text
    early = await move("2026-06-01")
    assert problem(early) == (409, "aftercare-still-planned")
    assert early.json()["facts"]["sessions"] == [planned.json()["id"]]
    assert problem(await move("2029-06-01")) == (422, "aftercare-out-of-range")
    assert (await cas.post(f"/v1/sessions/{planned.json()['id']}/cancel", json={})).status_code == 200
    moved = await move("2026-06-01")
    assert (moved.status_code, moved.json()["aftercare_until"]) == (200, "2026-06-01")


async def test_a_contact_moment_is_no_trajectory(cas, house, cast):
    coachee_id = str(await people.coachee(house, cast))
    new = {"coachee_id": coachee_id, "coach_id": str(cast.staff[Role.COACH]), "domain": "both", "planned_minutes": 0}
    refused = await cas.post("/v1/trajectories", json=new | {"key_question": "?", "format": "contact_moment"})
    assert problem(refused) == (422, "contact-moment-alone")


async def test_a_deputy_reads_no_check_ins_and_no_plans(cas, lena, house, cast):
    """She stands in for appointments; what a coachee answers stays between her and her coach."""
    stood_in_for = await make.trajectory(house, cast, coach=Role.OWNER)
    plan = await checkins.proposed_plan(house, cast, stood_in_for)
    deputy = await lena.post(
        f"/v1/trajectories/{stood_in_for}/deputies", json={"staff_id": str(cast.staff[Role.COACH])}
    )
    assert deputy.status_code in {200, 201}, deputy.text
    assert (await cas.get(f"/v1/check-in-plans/{plan.id}")).status_code in {403, 404}
    assert (await cas.get(f"/v1/check-ins?plan_id={plan.id}")).json().get("items", []) == []
