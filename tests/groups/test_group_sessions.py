"""Group sessions: seats that nobody gets twice, and a row of who waits that moves on by itself."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain import groups, trajectories
from domain.availability import Stretch
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, SCHEDULER, begin
from domain.practice import Role
from scheduler.main import SWEEPS
from scheduler.sweep import Tools, run
from tests.availability import make as availability
from tests.funding import make as funding
from tests.groups import make
from tests.messaging.make import SENDER, messages
from tests.people import make as people
from tests.trajectories import make as trajectory_make

pytestmark = pytest.mark.anyio

AT_TWO = {"kind": "guidance", "day": "2026-03-03", "time": "14:30", "minutes": 60}


def refused(answer, status, problem):
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}"), answer.text
    return answer.json()


def page(house, seat):
    return f"/g/{house.vault.token('group_seat', seat['id'])}"


async def as_the_database(house, cast, statement):
    async with house.engine.begin() as connection:
        await connection.execute(text(f"SET LOCAL app.practice_id = '{cast.practice_id}'"))
        await connection.execute(text(statement))


async def full_group(cas, house, cast, *, waiting, mails=False, **wanted):
    """A group of one seat that is taken, and who waits for it in that order."""
    group_id = await make.group(cas, cast, seats=1, **wanted)
    everyone = await make.participants(house, cast, 1 + waiting, mails=mails)
    seats = [(await make.join(cas, group_id, one)).json() for one in everyone]
    assert [seat["state"] for seat in seats] == ["taken", *["waiting"] * waiting]
    return group_id, seats


async def test_a_group_takes_the_coachs_time_like_any_session(cas, lena, house, cast):
    group_id = await make.group(cas, cast)
    running = await trajectory_make.trajectory(house, cast)
    problem = refused(await cas.post(f"/v1/trajectories/{running}/sessions", json=AT_TWO), 409, "coach-not-free")
    assert problem["facts"]["session_ids"] == [group_id]
    refused(await make.ask(cas, cast, time="15:00"), 409, "coach-not-free")
    day = {"coach_id": str(cast.staff[Role.COACH]), "from_day": "2026-03-03", "to_day": "2026-03-03"}
    await availability.work(cas, cast, availability.hours(2, "13:00", "17:00"))
    offered = (await cas.get("/v1/availability", params=day)).json()["coaches"][0]["starts"]
    assert [one["time"] for one in offered][:3] == ["13:00", "15:30", "15:45"]
    refused(await make.ask(cas, cast, time="15:30", minutes=25), 422, "length-not-offered")
    refused(await make.ask(cas, cast, role=Role.OWNER), 403, "for-another-coach")
    refused(await make.ask(lena, cast, role=Role.BILLING), 422, "not-a-coach")
    shown = (await cas.get("/v1/group-sessions")).json()["items"]
    assert [(one["id"], one["seats_taken"], one["time"]) for one in shown] == [(group_id, 0, "14:00")]
    assert (await lena.get(f"/v1/group-sessions?coach_id={cast.staff[Role.OWNER]}")).json()["items"] == []


async def test_the_room_is_the_groups_too(omar, house, cast):
    room = await availability.location(omar)
    group_id = await make.group(omar, cast, location_id=room)
    other = await trajectory_make.trajectory(house, cast, coach=Role.OWNER)
    wanted = AT_TWO | {"location_id": room}
    problem = refused(await omar.post(f"/v1/trajectories/{other}/sessions", json=wanted), 409, "room-not-free")
    assert problem["facts"]["session_ids"] == [group_id]


async def test_the_database_itself_keeps_groups_and_sessions_apart(cas, house, cast):
    """Whoever came around the queue is refused all the same, whichever came first."""
    span = Stretch(datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 3, 9, tzinfo=UTC))
    running = await trajectory_make.trajectory(house, cast)
    await trajectory_make.session(house, cast, running)
    with pytest.raises(trajectories.CoachNotFree):
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await trajectories.keep_time(work, new_id(), span, coach_id=cast.staff[Role.COACH])
    await make.group(cas, cast)
    later = "starts_at = starts_at + interval '5 h 20 min', ends_at = ends_at + interval '5 h 20 min'"
    with pytest.raises(IntegrityError, match="leads a group"):
        await as_the_database(house, cast, f"UPDATE sessions SET {later}")


async def test_of_twenty_who_want_the_last_three_seats_three_get_one(cas, house, cast):
    group_id = await make.group(cas, cast)
    everyone = await make.participants(house, cast, 20)
    answers = await asyncio.gather(*(make.join(cas, group_id, one) for one in everyone))
    assert Counter(answer.json()["state"] for answer in answers) == {"taken": 3, "waiting": 17}
    assert Counter(await make.seats(cas, group_id)) == {"taken": 3, "waiting": 17}
    again = await asyncio.gather(*(make.join(cas, group_id, everyone[0]) for _ in range(3)))
    assert {refused(answer, 409, "already-in-group")["type"] for answer in again}
    left = [answer.json()["id"] for answer in answers if answer.json()["state"] == "taken"]
    await asyncio.gather(*(cas.post(f"/v1/group-seats/{one}/leave") for one in left))
    assert Counter(await make.seats(cas, group_id)) == {"left": 3, "offered": 3, "waiting": 14}
    assert (await cas.get(f"/v1/group-sessions/{group_id}")).json()["seats_taken"] == 3


async def test_a_seat_that_comes_free_is_offered_by_mail_and_taken_on_the_phone(cas, anonymous, house, cast):
    group_id, [first, second, _] = await full_group(cas, house, cast, waiting=2, mails=True)
    refused(await cas.post(f"/v1/group-seats/{second['id']}/accept"), 409, "wrong-state")
    assert "wachtlijst" in (await anonymous.get(page(house, second))).text
    await cas.post(f"/v1/group-seats/{first['id']}/leave")
    assert await make.seats(cas, group_id) == ["left", "offered", "waiting"]
    sent = {one.recipient_id: one for one in await messages(house, cast) if one.kind == "group_seat_offered"}
    assert [str(one) for one in sent] == [second["coachee_id"]]
    [mail] = sent.values()
    assert (mail.facts["link"], mail.facts["until_time"]) == (f"group_seat:{second['id']}", "12:00")
    shown = await anonymous.get(page(house, second))
    assert (
        shown.status_code,
        "14.00" in shown.text,
        "Samen kijken" in shown.text,
    ) == (200, True, False)
    assert await make.seats(cas, group_id) == ["left", "offered", "waiting"]
    for _ in range(2):
        done = await anonymous.post(page(house, second), data={"decision": "accept"})
        assert (done.status_code, "staat vast" in done.text) == (200, True), done.text
    assert await make.seats(cas, group_id) == ["left", "taken", "waiting"]
    await anonymous.post(page(house, second), data={"decision": "decline"})
    assert await make.seats(cas, group_id) == ["left", "taken", "waiting"]


async def test_whose_file_was_put_away_while_she_waited_is_passed_over(cas, house, cast):
    group_id, [first, away, *_] = await full_group(cas, house, cast, waiting=2)
    assert (await cas.post(f"/v1/coachees/{away['coachee_id']}/archive")).status_code == 200
    await cas.post(f"/v1/group-seats/{first['id']}/leave")
    assert await make.seats(cas, group_id) == ["left", "waiting", "offered"]


async def test_who_declines_passes_the_seat_on(cas, anonymous, house, cast):
    group_id, [first, second, third, _] = await full_group(cas, house, cast, waiting=3)
    await cas.post(f"/v1/group-seats/{first['id']}/leave")
    done = await anonymous.post(page(house, second), data={"decision": "decline"})
    assert (done.status_code, "Je komt niet" in done.text) == (200, True)
    assert await make.seats(cas, group_id) == ["left", "declined", "offered", "waiting"]
    assert (await cas.post(f"/v1/group-seats/{third['id']}/decline")).json()["state"] == "declined"
    assert await make.seats(cas, group_id) == ["left", "declined", "declined", "offered"]
    late = (await make.participants(house, cast, 1))[0]
    assert (await make.join(cas, group_id, late)).json()["state"] == "waiting"


async def test_an_offer_that_nobody_takes_goes_to_the_next(quiet, house, sweep_house, clock, anonymous):
    from tests.conftest import speaking_as  # noqa: PLC0415
    from tests.factories import found_cast  # noqa: PLC0415

    cast = await found_cast(house)
    cas = speaking_as(anonymous, cast.keys[Role.COACH])
    group_id, [first, second, _] = await full_group(cas, house, cast, waiting=2, offer_minutes=60)
    await cas.post(f"/v1/group-seats/{first['id']}/leave")
    [sweep] = [one for one in SWEEPS if one.name == "pass on seats in groups"]
    async with sweep_house.sessions() as session:
        assert await sweep.next_due(session) == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    for minutes, states in ((59, ["offered", "waiting"]), (1, ["lapsed", "offered"]), (60, ["lapsed", "lapsed"])):
        clock.move(minutes=minutes)
        assert (await run(sweep, Tools(sweep_house, None, SENDER))).failed == 0
        assert await make.seats(cas, group_id) == ["left", *states]
    assert (await anonymous.get(page(house, second))).status_code == 410
    newcomer = (await make.participants(house, cast, 1))[0]
    assert (await make.join(cas, group_id, newcomer)).json()["state"] == "taken"


async def test_an_offer_that_expired_is_not_taken_even_before_it_is_passed_on(cas, anonymous, house, cast, clock):
    group_id, [first, second] = await full_group(cas, house, cast, waiting=1, offer_minutes=60)
    await cas.post(f"/v1/group-seats/{first['id']}/leave")
    clock.move(minutes=60)
    refused(await cas.post(f"/v1/group-seats/{second['id']}/accept"), 409, "offer-expired")
    for call in (anonymous.get(page(house, second)), anonymous.post(page(house, second), data={"decision": "accept"})):
        assert (await call).status_code == 410
    assert await make.seats(cas, group_id) == ["left", "offered"]


async def test_accepted_while_it_expires_the_seat_has_one_owner(cas, house, cast, sweep_house):
    """Two servers whose clocks differ: one takes the seat, the other passes it on, at the same moment."""
    outcomes = Counter()
    for hour in range(8, 16):
        wanted = {"offer_minutes": 15, "time": f"{hour:02}:00", "minutes": 60, "day": "2026-03-05"}
        group_id, [first, second, _] = await full_group(cas, house, cast, waiting=2, **wanted)
        await cas.post(f"/v1/group-seats/{first['id']}/leave")

        async def expire(seat_id=second["id"]):
            async with begin(sweep_house, cast.practice_id, SCHEDULER) as work:
                await groups.expire_offer(replace(work, now=work.now + timedelta(minutes=15)), seat_id)

        calls = [expire(), cas.post(f"/v1/group-seats/{second['id']}/accept")]
        await asyncio.gather(*(calls if hour % 2 else reversed(calls)))
        states = await make.seats(cas, group_id)
        outcomes[tuple(states)] += 1
        assert (await cas.get(f"/v1/group-sessions/{group_id}")).json()["seats_taken"] == 1
    assert set(outcomes) <= {("left", "taken", "waiting"), ("left", "lapsed", "offered")}


async def test_cancelling_the_whole_frees_and_tells_everybody(cas, anonymous, house, cast):
    group_id, seats = await full_group(cas, house, cast, waiting=1, mails=True)
    cancelled = await cas.post(f"/v1/group-sessions/{group_id}/cancel", json={"reason": "Ziek"})
    assert (cancelled.json()["state"], cancelled.json()["seats_taken"]) == ("cancelled", 0)
    assert await make.seats(cas, group_id) == ["cancelled"] * 2
    told = [one.recipient_id for one in await messages(house, cast) if one.kind == "group_cancelled"]
    assert sorted(map(str, told)) == sorted(one["coachee_id"] for one in seats)
    assert (await anonymous.get(page(house, seats[1]))).status_code == 410
    refused(await cas.post(f"/v1/group-sessions/{group_id}/cancel", json={}), 409, "wrong-state")
    refused(await make.join(cas, group_id, seats[0]["coachee_id"]), 409, "wrong-state")
    assert (await make.ask(cas, cast)).status_code == 201


async def test_a_group_is_held_once_it_has_begun(cas, house, cast, clock):
    group_id, [first, second] = await full_group(cas, house, cast, waiting=1)
    refused(await cas.post(f"/v1/group-sessions/{group_id}/hold"), 409, "group-not-begun")
    clock.move(days=2)
    refused(await make.join(cas, group_id, second["coachee_id"]), 409, "group-begun")
    refused(await cas.post(f"/v1/group-seats/{first['id']}/leave"), 409, "group-begun")
    held = await cas.post(f"/v1/group-sessions/{group_id}/hold")
    assert (held.json()["state"], held.json()["seats_taken"]) == ("held", 1)
    assert await make.seats(cas, group_id) == ["taken", "lapsed"]


async def test_who_is_elsewhere_joins_no_group(cas, omar, anonymous, house, cast):
    group_id, [first, zoe] = await full_group(cas, house, cast, waiting=1)
    amir = await people.coachee(house, cast)
    amirs = await trajectory_make.trajectory(house, cast, coachee_id=amir, coach=Role.OWNER)
    waits = (await make.join(cas, group_id, amir)).json()
    session_id = (await omar.post(f"/v1/trajectories/{amirs}/sessions", json=AT_TWO)).json()["id"]
    other = await make.group(omar, cast, role=Role.OWNER, day="2026-03-04")
    assert (await make.join(omar, other, amir)).json()["state"] == "taken"
    await cas.post(f"/v1/group-seats/{first['id']}/leave")
    await cas.post(f"/v1/group-seats/{zoe['id']}/decline")
    problem = refused(await cas.post(f"/v1/group-seats/{waits['id']}/accept"), 409, "coachee-not-free")
    assert problem["facts"]["session_ids"] == [session_id]
    clash = await anonymous.post(page(house, waits), data={"decision": "accept"})
    assert (clash.status_code, "al een afspraak" in clash.text) == (409, True)
    same_day = await make.group(cas, cast, day="2026-03-04", time="14:30")
    refused(await make.join(cas, same_day, amir), 409, "coachee-not-free")


async def test_a_cheque_may_leave_no_room_for_groups(cas, omar, lena, house, cast):
    engagement = await funding.engage(house, cast)
    await funding.started(lena, engagement)
    group_id = await make.group(omar, cast)
    wanted = {"trajectory_id": str(engagement.trajectory_id)}
    joined = await make.join(omar, group_id, engagement.coachee_id, **wanted)
    assert joined.status_code == 201, joined.text
    await omar.post(f"/v1/group-seats/{joined.json()['id']}/leave")
    await as_the_database(house, cast, "UPDATE schemes SET group_allowed = false")
    refused(await make.join(omar, group_id, engagement.coachee_id, **wanted), 409, "group-not-on-cheque")
    assert (await make.join(omar, group_id, engagement.coachee_id)).status_code == 201


async def test_who_cannot_join_is_named(cas, omar, house, cast):
    group_id = await make.group(cas, cast)
    amir, zoe = await make.participants(house, cast, 2)
    of_zoe = await trajectory_make.trajectory(house, cast, coachee_id=zoe)
    answer = await make.join(cas, group_id, amir, trajectory_id=str(of_zoe))
    refused(answer, 422, "not-their-trajectory")
    refused(await make.join(cas, group_id, amir, trajectory_id=str(new_id())), 404, "trajectory-not-found")
    refused(await make.join(cas, group_id, new_id()), 404, "coachee-not-found")
    assert (await omar.post(f"/v1/coachees/{amir}/archive")).status_code == 200
    refused(await make.join(cas, group_id, amir), 409, "coachee-archived")


async def test_a_colleagues_group_is_not_found(cas, omar, house, cast):
    hers = await make.group(omar, cast, role=Role.OWNER)
    amir = (await make.participants(house, cast, 1))[0]
    seat = (await make.join(omar, hers, amir)).json()
    refused(await cas.get(f"/v1/group-sessions/{hers}"), 404, "group-session-not-found")
    refused(await cas.get(f"/v1/group-sessions/{hers}/seats"), 404, "group-session-not-found")
    refused(await cas.post(f"/v1/group-seats/{seat['id']}/leave"), 404, "group-seat-not-found")
    assert (await cas.get("/v1/group-sessions")).json()["items"] == []


async def test_a_seat_comes_with_an_invitation_and_goes_with_its_end(cas, house, cast):
    group_id, [first, second] = await full_group(cas, house, cast, waiting=1, mails=True)

    async def queued():
        told = {}
        for mail in await messages(house, cast):
            for one in mail.attachments:
                event = vobject.readOne(one.content.decode()).vevent
                assert (one.name, event.attendee.value) == ("invite.ics", f"mailto:{mail.address}")
                method = one.media_type.rpartition("=")[2]
                told[event.uid.value.partition("@")[0]] = (mail.kind, method, event.sequence.value)
        return told

    assert await queued() == {first["id"]: ("group_seat", "REQUEST", "0")}
    await cas.post(f"/v1/group-seats/{first['id']}/leave")
    await cas.post(f"/v1/group-seats/{second['id']}/accept")
    left = {first["id"]: ("group_left", "CANCEL", "1")}
    assert await queued() == left | {second["id"]: ("group_seat", "REQUEST", "0")}
    await cas.post(f"/v1/group-sessions/{group_id}/cancel", json={})
    assert await queued() == left | {second["id"]: ("group_cancelled", "CANCEL", "1")}


async def test_who_takes_back_her_consent_to_mail_hears_no_more_of_her_seat(cas, house, cast):
    group_id = await make.group(cas, cast)
    [coachee_id] = await make.participants(house, cast, 1, mails=True)
    await make.join(cas, group_id, coachee_id)
    [consent] = (await cas.get(f"/v1/coachees/{coachee_id}/consents")).json()["items"]
    answer = await cas.post(f"/v1/coachees/{coachee_id}/consents/{consent['id']}/withdraw")
    assert answer.is_success, answer.text
    await cas.post(f"/v1/group-sessions/{group_id}/cancel", json={})
    assert [(one.kind, str(one.state)) for one in await messages(house, cast)] == [("group_seat", "cancelled")]
