"""The hour ledger: held guidance, once, within the cap, for good."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from domain.funding import Booking, Scheme
from domain.kit.database import connect
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from domain.trajectories import SessionKind, SessionState
from tests.funding import make
from tests.funding.make import told
from tests.invoicing.make import open_books

pytestmark = pytest.mark.anyio


@pytest.fixture
async def amir(house, cast):
    return await make.engage(house, cast)


async def test_the_first_minutes_bring_a_cheque_in_progress_and_are_listed(cas, amir):
    cheque = await make.started(cas, amir)
    first, second = await amir.session(minutes=90), await amir.session(minutes=60)
    booked = await make.book(cas, cheque, first)
    assert (booked.status_code, booked.json()["minutes"]) == (201, 90)
    assert (await make.book(cas, cheque, second, minutes=45)).status_code == 201
    now = (await cas.get(f"/v1/cheques/{cheque['id']}")).json()
    assert (now["state"], now["minutes_booked"], now["minutes_left"]) == ("in_progress", 135, 105)
    page = (await cas.get(f"/v1/cheques/{cheque['id']}/bookings", params={"limit": 1})).json()
    assert [line["session_id"] for line in page["items"]] == [first]
    params = {"cursor": page["next_cursor"]}
    rest = (await cas.get(f"/v1/cheques/{cheque['id']}/bookings", params=params)).json()
    assert [(line["session_id"], line["minutes"]) for line in rest["items"]] == [(second, 45)]


async def test_what_is_expected_grows_with_the_hours_once_the_fee_is_known(house, cast, cas, amir):
    cheque = await make.started(cas, amir)
    await make.book(cas, cheque, await amir.session(minutes=90))
    path = f"/v1/cheques/{cheque['id']}"
    assert (await cas.get(path)).json()["expected_cents"] is None
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(Scheme).where(Scheme.code == "LBC-2025T").values(fee_per_hour="120.50"))
    assert (await cas.get(path)).json()["expected_cents"] == 180_75


async def test_the_minutes_of_a_trajectory_tell_what_paid_for_them(cas, amir):
    cheque = await make.started(cas, amir)
    await make.book(cas, cheque, await amir.session(minutes=90))
    await make.book(cas, cheque, await amir.session(minutes=60), minutes=45)
    await amir.session(minutes=30)
    path = f"/v1/trajectories/{cheque['trajectory_id']}/minutes"
    paid = {"kind": "cheque", "cheque_id": cheque["id"], "agreed": 240, "minutes": 135, "planned": 30}
    assert (await cas.get(path)).json()["by_funding"] == [paid]


@pytest.mark.parametrize("kind", [SessionKind.INTRO, SessionKind.AFTERCARE])
async def test_only_guidance_counts(cas, amir, kind):
    cheque = await make.started(cas, amir)
    answer = await make.book(cas, cheque, await amir.session(kind=kind))
    assert told(answer) == (422, "only-guidance-counts", "/session_id")


@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.CANCELLED, SessionState.NO_SHOW])
async def test_only_what_was_held_counts(cas, amir, state):
    cheque = await make.started(cas, amir)
    answer = await make.book(cas, cheque, await amir.session(state=state))
    assert told(answer) == (409, "session-not-held", "/session_id")


async def test_guidance_from_before_the_cheque_does_not_count(cas, amir):
    before, on_the_day = await amir.session(), await amir.session()
    cheque = await make.issued(cas, amir, day=amir.begins_at.date())
    await make.start(cas, cheque, amir.begins_at.date())
    answer = await make.book(cas, cheque, before)
    assert told(answer) == (422, "session-before-cheque", "/session_id")
    assert (await make.book(cas, cheque, on_the_day)).status_code == 201


async def test_guidance_after_the_last_day_does_not_count_and_may_be_an_employers(house, cast, cas, lena, amir):
    buyers = await open_books(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(Scheme).values(complete_within_months=2))
    cheque = await make.started(cas, amir, date(2025, 12, 1))
    assert cheque["complete_by"] == "2026-02-01"
    last_day, later = await amir.session(), await amir.session()
    answer = await make.book(cas, cheque, later)
    assert told(answer) == (422, "session-after-cheque", "/session_id")
    assert answer.json()["facts"] == {"complete_by": "2026-02-01"}
    sources = [{"kind": "cheque"}, {"kind": "sponsor", "sponsor_id": str(buyers.acme)}]
    put = await lena.put(f"/v1/trajectories/{amir.trajectory_id}/funding-sources", json={"sources": sources})
    assert put.status_code == 200, put.text
    paid = [(await lena.post(f"/v1/sessions/{one}/funding", json={})).json()["kind"] for one in (last_day, later)]
    assert paid == ["cheque", "sponsor"]


async def test_a_session_of_another_trajectory_does_not_count(house, cast, lena, amir):
    cheque = await make.started(lena, amir)
    nora = await make.engage(house, cast, coach=Role.OWNER)
    answer = await make.book(lena, cheque, await nora.session())
    assert told(answer) == (422, "other-trajectory", "/session_id")


async def test_a_session_or_cheque_that_does_not_exist_is_not_found(house, other_cast, cas, bo, amir):
    cheque, session = await make.started(cas, amir), await amir.session()
    assert told(await make.book(cas, cheque, str(new_id()))) == (404, "session-not-found", "/session_id")
    assert told(await make.book(bo, cheque, session)) == (404, "cheque-not-found")
    assert told(await bo.get(f"/v1/cheques/{cheque['id']}/bookings")) == (404, "cheque-not-found")
    theirs = await make.engage(house, other_cast)
    assert told(await make.book(cas, cheque, await theirs.session())) == (404, "session-not-found", "/session_id")


async def test_no_more_minutes_count_than_the_session_lasted(cas, amir):
    cheque = await make.started(cas, amir)
    answer = await make.book(cas, cheque, await amir.session(minutes=60), minutes=61)
    assert told(answer) == (422, "minutes-beyond-session", "/minutes")
    assert told(await make.book(cas, cheque, await amir.session(), minutes=0)) == (400, "invalid-request", "/minutes")


async def test_a_cheque_that_has_not_started_or_is_closed_takes_no_minutes(cas, amir):
    session = await amir.session()
    cheque = await make.issued(cas, amir, day=amir.begins_at.date())
    assert told(await make.book(cas, cheque, session)) == (409, "wrong-state")
    await make.start(cas, cheque, amir.begins_at.date())
    await make.close(cas, amir, cheque, forfeit_minutes=240)
    assert told(await make.book(cas, cheque, session)) == (409, "wrong-state")


async def test_a_booking_on_a_cheque_that_changed_since_it_was_read_is_refused(cas, amir):
    cheque, session = await make.started(cas, amir), await amir.session()
    path, headers = f"/v1/cheques/{cheque['id']}/bookings", {"If-Match": '"v1"'}
    answer = await cas.post(path, json={"session_id": session}, headers=headers)
    assert told(answer) == (412, "version-changed")


async def test_minutes_beyond_the_cap_are_refused_with_what_is_left(cas, amir):
    cheque = await make.started(cas, amir)
    await make.book(cas, cheque, await amir.session(minutes=200))
    long = await amir.session(minutes=60)
    answer = await make.book(cas, cheque, long)
    assert told(answer) == (409, "minutes-exceeded", "/minutes")
    assert answer.json()["facts"] == {"minutes_left": 40}
    assert (await make.book(cas, cheque, long, minutes=40)).status_code == 201
    closed = await make.close(cas, amir, cheque)
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")


async def test_a_session_is_booked_once_on_whichever_cheque(house, cas, amir, clock):
    clock.now = clock.now.replace(year=2025)  # when a coachee could have two
    first, session = await make.started_in(cas, amir, clock), await amir.session()
    second = await make.started_in(cas, amir, clock, nth=2)
    assert (await make.book(cas, first, session, minutes=30)).status_code == 201
    for cheque in (first, second):
        answer = await make.book(cas, cheque, session, minutes=30)
        assert told(answer) == (409, "session-already-booked", "/session_id")
        assert answer.json()["facts"] == {"cheque_id": first["id"]}


async def test_of_ten_bookings_of_one_session_on_two_cheques_at_once_one_stands(house, cas, amir, clock):
    clock.now = clock.now.replace(year=2025)
    cheques = [await make.started_in(cas, amir, clock), await make.started_in(cas, amir, clock, nth=2)]
    session = await amir.session(minutes=30)
    answers = await asyncio.gather(*(make.book(cas, cheques[n % 2], session) for n in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert {told(answer)[1] for answer in answers if answer.status_code == 409} == {"session-already-booked"}


async def test_ten_bookings_racing_for_the_last_minutes_never_pass_the_cap(house, cast, cas, amir):
    cheque = await make.started(cas, amir)
    sessions = [await amir.session(minutes=50) for _ in range(10)]
    answers = await asyncio.gather(*(make.book(cas, cheque, session) for session in sessions))
    assert sorted(answer.status_code for answer in answers) == [201] * 4 + [409] * 6
    left = [answer.json()["facts"]["minutes_left"] for answer in answers if answer.status_code == 409]
    assert left == [40] * 6
    now = (await cas.get(f"/v1/cheques/{cheque['id']}")).json()
    async with begin(house, cast.practice_id, OPERATOR) as work:
        lines = (await work.session.scalars(select(Booking.minutes))).all()
    assert (now["minutes_booked"], sum(lines)) == (200, 200)


async def test_an_idempotent_booking_is_made_once(cas, amir):
    cheque, session = await make.started(cas, amir), await amir.session()
    path, headers = f"/v1/cheques/{cheque['id']}/bookings", {"Idempotency-Key": "once"}
    answers = [await cas.post(path, json={"session_id": session}, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("change", [update(Booking).values(minutes=1), delete(Booking)])
async def test_the_database_itself_refuses_to_change_a_line(house, cast, cas, amir, database, change):
    cheque = await make.started(cas, amir)
    await make.book(cas, cheque, await amir.session())
    with pytest.raises(DBAPIError, match="permission denied"):
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.session.execute(change)
    owner = connect(database, role=None, pool_size=1)
    with pytest.raises(DBAPIError, match="never changed or deleted"):
        async with owner.begin() as connection:
            await connection.execute(change)
    await owner.dispose()


async def test_the_database_holds_the_cap_where_the_code_would_not(house, cast, cas, amir):
    cheque = await make.started(cas, amir)
    with pytest.raises(Exception, match="has not that many minutes left"):
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.session.execute(
                text("UPDATE cheques SET minutes_booked = 241 WHERE id = :id"), {"id": cheque["id"]}
            )


async def test_of_two_who_close_one_cheque_at_once_one_does_and_no_minute_slips_in_beside_them(house, cast, cas, amir):
    cheque, session = await make.started(cas, amir), await amir.session()
    await make.close(cas, amir, cheque)  # refused, for it says not what is lost; its plan is there now
    path, said = f"/v1/cheques/{cheque['id']}", {"forfeit_minutes": 240}
    *closings, booking = await asyncio.gather(
        *(cas.post(f"{path}/close", json=said) for _ in range(2)), make.book(cas, cheque, session)
    )
    booked = 60 if booking.status_code == 201 else 0
    assert sorted(one.status_code for one in closings) == [409 if booked else 200, 409]
    closed = await cas.post(f"{path}/close", json={"forfeit_minutes": 180})
    assert closed.status_code == (200 if booked else 409)
    query = text("SELECT facts FROM events WHERE kind = 'cheque_closed' AND subject_id = :id")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [facts] = (await work.session.scalars(query, {"id": cheque["id"]})).all()
    assert (facts["minutes_booked"], facts["minutes_forfeited"]) == (booked, 240 - booked)
    assert (await cas.get(path)).json()["minutes_booked"] == booked
