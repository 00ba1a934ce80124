"""Packages: sessions or minutes bought beforehand, first bought first used, one funding for a session."""

import asyncio

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import select

from domain.funding import Draw, FundingKind, Package, SessionAlreadyFunded, SessionFunding
from domain.funding.packages import fifo
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from domain.trajectories import SessionState
from tests.funding import make
from tests.funding.make import draw, told
from tests.invoicing import make as invoicing
from tests.people import make as people

pytestmark = pytest.mark.anyio
OLD = "2026-01-01"


@pytest.fixture
async def amir(house, cast):
    return await make.engage(house, cast)


async def left(client, package):
    return (await client.get(f"/v1/packages/{package['id']}")).json()["left"]


async def test_minutes_of_what_expires_first_are_used_first_over_two_packages_and_traced(omar, cas, amir):
    lasting = (await make.package(omar, amir, unit="minutes", granted=10)).json()
    later = (await make.package(omar, amir, unit="minutes", granted=100, bought_on=OLD, expires_on="2027-06-30")).json()
    sooner = (await make.package(omar, amir, unit="minutes", granted=40, expires_on="2026-12-31", price_cents=1)).json()
    listed = (await cas.get(f"/v1/coachees/{amir.coachee_id}/packages")).json()["items"]
    assert [one["id"] for one in listed] == [lasting["id"], later["id"], sooner["id"]]
    session = await amir.session(minutes=60)
    drawn = (await draw(cas, session, "minutes")).json()["items"]
    assert [(one["package_id"], one["amount"]) for one in drawn] == [(sooner["id"], 40), (later["id"], 20)]
    assert [await left(cas, one) for one in (sooner, later, lasting)] == [0, 80, 10]
    traced = (await cas.get(f"/v1/packages/{later['id']}/draws")).json()["items"]
    assert [(one["session_id"], one["amount"]) for one in traced] == [(session, 20)]


async def test_an_expired_package_is_passed_over_and_one_that_is_used_up_refused(omar, cas, amir):
    expired = (await make.package(omar, amir, expires_on=OLD, bought_on=OLD)).json()
    await make.package(omar, amir, granted=1)
    assert (await draw(cas, await amir.session())).status_code == 201
    refused = await draw(cas, await amir.session())
    assert told(refused) == (409, "package-used-up", "/unit")
    assert refused.json()["facts"] == {"left": 0, "needed": 1}
    assert await left(cas, expired) == 2


async def test_a_session_has_one_funding_whichever_comes_first(omar, cas, amir):
    await make.package(omar, amir)
    session, other = await amir.session(), await amir.session()
    assert (await draw(cas, session)).status_code == 201
    assert told(await draw(cas, session)) == (409, "session-already-funded")
    cheque = await make.started(cas, amir)
    assert told(await make.book(cas, cheque, session)) == (409, "session-already-funded", "/session_id")
    assert told(await draw(cas, other)) == (409, "package-on-cheque-trajectory")
    await make.book(cas, cheque, other)
    await make.close(cas, amir, cheque, forfeit_minutes=180)
    refused = await draw(cas, other)
    assert told(refused) == (409, "session-already-booked")
    assert refused.json()["facts"] == {"cheque_id": cheque["id"]}


async def test_one_session_raced_for_by_a_cheque_and_by_packages_is_paid_once(house, cast, omar, cas, amir):
    """The cheque closes before and opens nothing: only the database stands between the two."""
    await make.package(omar, amir)
    session = await amir.session()
    cheque = await make.started(cas, amir)
    row = {"practice_id": cast.practice_id, "id": session, "minutes": 60, "made_at": make.NOON}

    async def fund(kind):
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.store(SessionFunding(**row, kind=kind))

    outcomes = await asyncio.gather(
        make.book(cas, cheque, session), *(fund(kind) for kind in FundingKind), return_exceptions=True
    )
    won = [one for one in outcomes[1:] if not isinstance(one, SessionAlreadyFunded)]
    assert len(won) + (outcomes[0].status_code == 201) == 1
    assert won in ([], [None])


async def test_a_session_that_is_billed_is_paid_by_no_package_nor_cheque_and_the_reverse(house, cast, omar, cas, amir):
    await invoicing.open_books(house, cast)
    await make.package(omar, amir)
    billed, drawn = await amir.session(), await amir.session()
    body = {"trajectory_id": str(amir.trajectory_id), "price_cents": 9000}
    assert (await draw(cas, drawn)).status_code == 201
    refused = await omar.post("/v1/invoices/from-sessions", json=body | {"session_ids": [drawn]})
    assert told(refused) == (409, "session-on-package", "/session_ids/0")
    draft = await omar.post("/v1/invoices/from-sessions", json=body)
    assert [line["session_id"] for line in draft.json()["lines"]] == [billed]
    assert told(await draw(cas, billed)) == (409, "session-billed")
    cheque = await make.started(cas, amir)
    assert told(await make.book(cas, cheque, billed)) == (409, "session-billed")


async def test_a_package_of_a_colleagues_coachee_does_not_exist_for_a_coach(house, cast, omar, cas):
    hers = await people.coachee(house, cast, coach_id=cast.staff[Role.OWNER])
    package = (await make.package(omar, await make.engage(house, cast, coachee_id=hers, coach=Role.OWNER))).json()
    assert told(await cas.get(f"/v1/packages/{package['id']}")) == (404, "package-not-found")


async def test_ten_sessions_racing_for_a_package_never_use_more_than_it_grants(house, cast, omar, cas, amir):
    package = (await make.package(omar, amir, granted=3)).json()
    sessions = [await amir.session() for _ in range(8)]
    answers = await asyncio.gather(*(draw(cas, session) for session in sessions))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 5
    assert await left(cas, package) == 0
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert sum(await work.session.scalars(select(Draw.amount))) == 3


async def test_one_session_drawn_on_ten_times_at_once_is_drawn_once(omar, cas, amir):
    package, session = (await make.package(omar, amir)).json(), await amir.session()
    answers = await asyncio.gather(*(draw(cas, session) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert await left(cas, package) == 1


async def test_what_cannot_be_is_refused_with_its_name(omar, cas, bo, amir):
    planned = await amir.session(state=SessionState.NO_SHOW)
    assert told(await draw(cas, planned)) == (409, "session-not-held")
    assert told(await draw(cas, str(new_id()))) == (404, "session-not-found")
    assert told(await make.package(omar, amir, expires_on="2025-01-01")) == (
        422,
        "package-ends-before-start",
        "/expires_on",
    )
    assert told(await make.package(omar, amir, bought_on="2026-03-03")) == (422, "day-in-future", "/bought_on")
    assert told(await make.package(omar, amir, bought_on="1800-03-03")) == (422, "day-out-of-range", "/bought_on")
    assert told(await make.package(bo, amir)) == (404, "coachee-not-found", "/coachee_id")
    package = (await make.package(omar, amir)).json()
    assert told(await bo.get(f"/v1/packages/{package['id']}")) == (404, "package-not-found")


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), max_size=12), st.integers(1, 3000))
def test_what_is_taken_sums_right_and_no_package_waits_while_a_later_one_is_used(bought, need):
    packages = [Package(granted=granted, used=min(used, granted)) for granted, used in bought]
    taken = fifo(packages, need)
    assert sum(amount for _, amount in taken) == min(need, sum(package.left for package in packages))
    assert all(0 < amount <= package.left for package, amount in taken)
    open_ones = [package for package in packages if package.left]
    assert [package for package, _ in taken] == open_ones[: len(taken)]
    assert all(amount == package.left for package, amount in taken[:-1])
