"""Deadlines, as the scheduler meets them: a warning once, and a lapse when the last day is over."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain import funding, practice
from domain.funding import Cheque, Scheme
from domain.kit.work import OPERATOR, SCHEDULER, begin
from domain.messaging import Event, Message
from domain.practice import Role
from tests.funding import make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]


@pytest.fixture
async def amir(quiet, house, cast):
    return await make.engage(house, cast)


async def due(sweep_house):
    async with sweep_house.sessions() as session:
        return await funding.due_cheques(session, sweep_house.clock())


async def next_at(sweep_house):
    async with sweep_house.sessions() as session:
        return await funding.next_warning_at(session)


async def sweep(sweep_house):
    """What the scheduler does, once."""
    found = await due(sweep_house)
    for one in found:
        async with begin(sweep_house, one.practice_id, SCHEDULER) as work:
            await funding.attend_cheque(work, one.id)
    return len(found)


async def read(house, cast, kind):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return (await work.session.scalars(select(kind).order_by(kind.id))).all()


async def events(house, cast):
    return [(event.kind, event.facts) for event in await read(house, cast, Event) if event.kind.startswith("cheque_")]


async def test_an_issued_cheque_is_warned_of_twice_and_expires_after_its_last_day(
    house, sweep_house, cast, cas, amir, clock
):
    cheque = await make.issued(cas, amir)
    seen = []
    while (moment := await next_at(sweep_house)) is not None:
        assert await due(sweep_house) == []
        clock.now = moment
        assert await sweep(sweep_house) == 1
        assert await sweep(sweep_house) == 0
        seen.append((moment, (await cas.get(f"/v1/cheques/{cheque['id']}")).json()["state"]))
    assert seen == [
        (datetime(2026, 5, 19, 7, tzinfo=UTC), "issued"),
        (datetime(2026, 5, 30, 7, tzinfo=UTC), "issued"),
        (datetime(2026, 6, 2, 22, tzinfo=UTC), "expired_unstarted"),
    ]
    near = {"deadline": "start_by", "day": "2026-06-02"}
    assert [facts for kind, facts in await events(house, cast) if kind == "cheque_deadline_near"] == [near, near]
    assert (await events(house, cast))[-1][0] == "cheque_expired_unstarted"


async def test_coach_and_administrator_get_the_mail_with_no_more_of_the_number_than_its_end(
    house, sweep_house, cast, cas, amir, clock
):
    await make.register(
        cas, amir, ordered_on="2026-03-02", issued_on="2026-03-02", cheque_number="abcd-1234", client_number="k"
    )
    clock.now = datetime(2026, 5, 19, 7, tzinfo=UTC)
    await sweep(sweep_house)
    mails = [mail for mail in await read(house, cast, Message) if mail.kind == "cheque_deadline"]
    assert {mail.recipient_id for mail in mails} == {cast.staff[Role.COACH], cast.staff[Role.ADMINISTRATOR]}
    assert {mail.address for mail in mails} == {"cas@example.be", "omar@example.be"}
    for mail in mails:
        assert (mail.facts["deadline"], mail.facts["day"], mail.facts["cheque"]) == ("start_by", "2026-06-02", "1234")


async def test_an_unpaid_order_lapses_and_another_may_follow(sweep_house, cas, amir, clock):
    cheque = (await make.register(cas, amir, ordered_on="2026-03-02")).json()
    clock.now = datetime(2026, 3, 16, 22, 59, tzinfo=UTC)  # still the 16th in Brussels
    await sweep(sweep_house)
    assert (await cas.get(f"/v1/cheques/{cheque['id']}")).json()["state"] == "ordered"
    clock.move(minutes=1)
    await sweep(sweep_house)
    assert (await cas.get(f"/v1/cheques/{cheque['id']}")).json()["state"] == "order_lapsed"
    assert (await make.register(cas, amir, ordered_on="2026-03-17")).status_code == 201


async def test_what_is_registered_too_late_lapses_at_once_and_without_a_warning(house, sweep_house, cast, cas, amir):
    await make.issued(cas, amir, day=make.TODAY.replace(year=2024))
    assert await sweep(sweep_house) == 1
    assert [kind for kind, _ in await events(house, cast)] == ["cheque_issued", "cheque_expired_unstarted"]
    assert await next_at(sweep_house) is None


async def test_a_scheduler_that_was_away_warns_once_and_not_for_each_moment_it_missed(
    house, sweep_house, cast, cas, amir, clock
):
    await make.issued(cas, amir)
    clock.now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert [await sweep(sweep_house), await sweep(sweep_house)] == [1, 0]
    assert [kind for kind, _ in await events(house, cast)] == ["cheque_issued", "cheque_deadline_near"]


async def test_a_cheque_that_has_started_has_no_deadline_while_its_scheme_names_none(sweep_house, cas, amir):
    await make.started(cas, amir)
    assert await next_at(sweep_house) is None


async def test_the_last_day_to_complete_is_warned_of_and_passes_without_a_lapse(
    house, sweep_house, cast, cas, amir, clock
):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(update(Scheme).values(complete_within_months=1))
    cheque = await make.started(cas, amir, make.TODAY)
    assert cheque["complete_by"] == "2026-04-02"
    amir.begins_at += timedelta(days=29)
    await make.book(cas, cheque, await amir.session())
    moments = []
    while (moment := await next_at(sweep_house)) is not None:
        clock.now = moment
        moments.append(moment)
        await sweep(sweep_house)
    assert moments == [datetime(2026, 3, 19, 8, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)]
    clock.move(days=30)
    assert await sweep(sweep_house) == 0
    assert (await cas.get(f"/v1/cheques/{cheque['id']}")).json()["state"] == "in_progress"


async def test_two_schedulers_warn_once(house, sweep_house, cast, other_cast, cas, amir, clock):
    theirs = await make.engage(house, other_cast)
    async with begin(house, other_cast.practice_id, OPERATOR) as work:
        day = make.TODAY
        issue = {"ordered_on": day, "issued_on": day, "cheque_number": "1", "client_number": "2"}
        await funding.register_cheque(work, theirs.trajectory_id, funding.NewCheque(**issue))
    await make.issued(cas, amir)
    clock.now = datetime(2026, 5, 19, 7, tzinfo=UTC)
    await asyncio.gather(*(sweep(sweep_house) for _ in range(4)))
    for one in (cast, other_cast):
        kinds = [kind for kind, _ in await events(house, one)]
        assert kinds == ["cheque_issued", "cheque_deadline_near"]
    assert await next_at(sweep_house) == datetime(2026, 5, 30, 7, tzinfo=UTC)


async def test_a_cheque_in_other_hands_is_left_to_them(house, sweep_house, cast, cas, amir, clock):
    await make.issued(cas, amir)
    clock.now = datetime(2026, 5, 19, 7, tzinfo=UTC)
    [one] = await due(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as busy:
        await busy.session.execute(select(Cheque).with_for_update())
        async with begin(sweep_house, one.practice_id, SCHEDULER) as work:
            await funding.attend_cheque(work, one.id)
    assert [kind for kind, _ in await events(house, cast)] == ["cheque_issued"]
    assert await due(sweep_house) == [one]


async def test_owners_are_warned_where_neither_coach_nor_administrator_is_left(
    house, sweep_house, cast, cas, amir, clock
):
    await make.issued(cas, amir)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.let_staff_go(work, cast.staff[Role.COACH])
        await practice.let_staff_go(work, cast.staff[Role.ADMINISTRATOR])
    clock.now = datetime(2026, 5, 19, 7, tzinfo=UTC)
    await sweep(sweep_house)
    mails = [mail for mail in await read(house, cast, Message) if mail.kind == "cheque_deadline"]
    assert [mail.recipient_id for mail in mails] == [cast.staff[Role.OWNER]]


async def test_closing_annulling_and_starting_leave_nothing_due(house, cast, cas, sweep_house, amir):
    cheque = (await make.register(cas, amir, ordered_on="2026-03-02")).json()
    assert await next_at(sweep_house) is not None
    await cas.post(f"/v1/cheques/{cheque['id']}/annul")
    assert await next_at(sweep_house) is None


async def test_what_happened_in_time_is_told_after_the_cheque_lapsed(sweep_house, cas, amir, clock):
    order = (await make.register(cas, amir, ordered_on="2026-03-02")).json()
    clock.now = datetime(2026, 3, 20, 12, tzinfo=UTC)
    assert await sweep(sweep_house) == 1
    paid = await cas.post(f"/v1/cheques/{order['id']}/issue", json={"issued_on": "2026-03-16", **make.codes("A1")})
    assert (paid.status_code, paid.json()["state"], paid.json()["start_by"]) == (200, "issued", "2026-06-16")
    clock.now = datetime(2026, 6, 20, 12, tzinfo=UTC)
    assert await sweep(sweep_house) == 1
    assert make.told(await make.start(cas, order, "2026-06-17")) == (409, "cheque-expired", "/started_on")
    begun = await make.start(cas, order, "2026-06-16")
    assert (begun.status_code, begun.json()["state"]) == (200, "started")


async def test_one_that_lapsed_is_not_taken_up_again_beside_another(sweep_house, cas, amir, clock):
    expired = await make.issued(cas, amir)
    clock.now = datetime(2026, 6, 20, 12, tzinfo=UTC)
    assert await sweep(sweep_house) == 1
    assert (await make.register(cas, amir, ordered_on="2026-06-20")).status_code == 201
    assert make.told(await make.start(cas, expired, "2026-06-01")) == (409, "coachee-had-cheque")


async def test_one_that_was_refused_is_told_so_whatever_she_ordered_since(cas, amir):
    order = (await make.register(cas, amir, ordered_on="2026-03-02")).json()
    assert (await cas.post(f"/v1/cheques/{order['id']}/refuse")).status_code == 200
    assert (await make.register(cas, amir, ordered_on="2026-03-02")).status_code == 201
    late = await cas.post(f"/v1/cheques/{order['id']}/issue", json={"issued_on": "2026-03-02", **make.codes("A1")})
    assert make.told(late) == (409, "wrong-state")
