"""Held minutes are registered with the funder by hand: a work list, marks in bulk, what differs."""

import asyncio

import pytest
from sqlalchemy import select

from domain.audit import AuditEntry
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from tests.funding import make
from tests.funding.make import told

pytestmark = pytest.mark.anyio


@pytest.fixture
async def amir(house, cast):
    return await make.engage(house, cast)


async def booked(client, engagement, times=2):
    cheque = await make.started(client, engagement)
    return cheque, [(await make.book(client, cheque, await engagement.session())).json()["id"] for _ in range(times)]


def mark(booking_id, minutes=60, day="2026-02-01"):
    return {"booking_id": booking_id, "registered_minutes": minutes, "registered_on": day}


async def send(client, *marks):
    return await client.post("/v1/registrations", json={"registrations": list(marks)})


async def listed(client, which):
    return [row["id"] for row in (await client.get(f"/v1/registrations/{which}")).json()["items"]]


async def test_what_is_held_waits_until_it_is_marked_and_what_differs_is_reported(cas, amir):
    cheque, (first, second) = await booked(cas, amir)
    assert await listed(cas, "to-do") == [first, second]
    page = (await cas.get("/v1/registrations/to-do", params={"limit": 1})).json()
    rest = (await cas.get("/v1/registrations/to-do", params={"cursor": page["next_cursor"]})).json()
    assert [row["id"] for row in page["items"] + rest["items"]] == [first, second]
    answer = await send(cas, mark(first), mark(second, minutes=45, day="2026-02-02"))
    assert (answer.status_code, len(answer.json()["items"])) == (200, 2)
    assert await listed(cas, "to-do") == []
    assert await listed(cas, "mismatches") == [second]
    lines = (await cas.get(f"/v1/cheques/{cheque['id']}/registrations")).json()["items"]
    assert [(line["held_minutes"], line["registered_minutes"]) for line in lines] == [(60, 60), (60, 45)]
    table = await cas.get(f"/v1/cheques/{cheque['id']}/registrations/csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text.splitlines()[1].startswith("2026-02-01,60,2026-02-01,60,")


async def test_of_marks_that_do_not_all_fit_none_is_made_and_each_is_named(cas, amir):
    _, (first, second) = await booked(cas, amir)
    await send(cas, mark(first))
    nobody = str(new_id())
    answer = await send(cas, mark(second), mark(first), mark(nobody), mark(second))
    assert told(answer) == (409, "registrations-refused", "/registrations")
    assert [(row["row"], row["why"]) for row in answer.json()["facts"]["rows"]] == [
        (1, "registered-already"),
        (2, "not-found"),
        (3, "named-twice"),
    ]
    assert await listed(cas, "to-do") == [second]
    assert told(await send(cas, mark(second, day="1800-01-01"))) == (422, "day-out-of-range", "/registered_on")


async def test_marking_at_once_marks_once(cas, amir):
    _, (first, _) = await booked(cas, amir)
    answers = await asyncio.gather(*(send(cas, mark(first)) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 4


async def test_a_mark_is_taken_away_with_a_reason_that_is_kept(house, cast, cas, amir):
    _, (first, second) = await booked(cas, amir)
    await send(cas, mark(first))
    path = f"/v1/registrations/{first}/undo"
    assert told(await cas.post(path, json={})) == (400, "invalid-request", "/reason")
    assert (await cas.post(path, json={"reason": "Wrong cheque"})).json()["registered_minutes"] is None
    assert sorted(await listed(cas, "to-do")) == sorted([first, second])
    assert told(await cas.post(path, json={"reason": "Again"})) == (409, "not-registered")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        lines = await work.session.scalars(select(AuditEntry).where(AuditEntry.action == "minutes_unregistered"))
        assert [line.facts["reason"] for line in lines] == ["Wrong cheque"]


async def test_a_coach_registers_her_own_and_another_practice_nothing(house, cast, lena, cas, bo):
    hers = await make.engage(house, cast, coach=Role.OWNER)
    cheque, (booking, _) = await booked(lena, hers)
    for stranger in (cas, bo):
        assert await listed(stranger, "to-do") == []
        assert told(await send(stranger, mark(booking)))[1] == "registrations-refused"
        undo = await stranger.post(f"/v1/registrations/{booking}/undo", json={"reason": "x"})
        assert told(undo) == (404, "booking-not-found")
        assert told(await stranger.get(f"/v1/cheques/{cheque['id']}/registrations")) == (404, "cheque-not-found")
