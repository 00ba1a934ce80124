"""What funders pay: lump sums, allocated n to m, against what was expected; kept apart per funder and scheme."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from domain import funding
from domain.funding import Allocation
from domain.kit.errors import DomainError
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from tests.factories import once
from tests.funding import make
from tests.funding.make import told

pytestmark = pytest.mark.anyio


async def closed(house, cast, client, minutes=60):
    """A cheque of a new coachee, with that much held, closed."""
    amir = await make.engage(house, cast)
    cheque = await make.started(client, amir)
    amir.begins_at += timedelta(minutes=2 * minutes)  # the coach sees one of them at a time
    await make.book(client, cheque, await amir.session(minutes=minutes))
    return (await make.close(client, amir, cheque, forfeit_minutes=240 - minutes)).json()["id"]


async def know_the_fee(omar, fee="100"):
    items = (await omar.get("/v1/schemes")).json()["items"]
    scheme = next(one for one in items if one["code"] == "LBC-2025T")
    body, headers = {"fee_per_hour": fee, "vat_rate": "21"}, {"If-Match": f'"v{scheme["version"]}"'}
    assert (await omar.patch(f"/v1/schemes/{scheme['id']}", json=body, headers=headers)).status_code == 200


def part(cheque_id, cents):
    return {"cheque_id": cheque_id, "amount_cents": cents}


async def allocate(client, receipt_id, *parts):
    return await client.post(
        f"/v1/settlement-receipts/{receipt_id}/allocations", json={"allocations": list(parts)}, headers=once()
    )


async def settle(client, cheque_id, **body):
    return await client.post(f"/v1/cheques/{cheque_id}/settle", json=body, headers=once())


async def test_two_sums_pay_two_cheques_and_what_differs_is_settled_with_its_reason(house, cast, lena, omar):
    one, two = await closed(house, cast, lena), await closed(house, cast, lena, minutes=90)
    await know_the_fee(omar)
    first = await make.receipt(omar, 200_00, allocations=[part(one, 121_00), part(two, 79_00)])
    second = await make.receipt(omar, 100_00)
    assert (await allocate(omar, second, part(two, 100_00))).json()["unallocated_cents"] == 0
    rows = {row["cheque_id"]: row for row in (await omar.get("/v1/cheque-settlements")).json()["items"]}
    assert (rows[one]["expected_cents"], rows[one]["difference_cents"]) == (121_00, 0)
    assert (rows[two]["expected_cents"], rows[two]["received_cents"]) == (181_50, 179_00)
    assert rows[two]["difference_cents"] == -2_50
    assert (await settle(omar, one)).json()["state"] == "settled"
    refused = await settle(omar, two)
    assert told(refused) == (409, "difference-unnamed", "/reason")
    assert refused.json()["facts"] == {"expected_cents": 181_50, "received_cents": 179_00}
    settled = (await settle(omar, two, reason="Rounded down by the issuer")).json()
    assert (settled["state"], settled["difference_reason"]) == ("settled", "Rounded down by the issuer")
    assert told(await settle(omar, two)) == (409, "wrong-state")
    lines = (await omar.get(f"/v1/settlement-receipts/{first}/allocations")).json()["items"]
    assert [line["amount_cents"] for line in lines] == [121_00, 79_00]


async def test_while_the_fee_is_unknown_no_difference_is_but_nothing_received_is_told(house, cast, lena, omar):
    cheque = await closed(house, cast, lena)
    assert told(await settle(omar, cheque)) == (409, "difference-unnamed", "/reason")
    await make.receipt(omar, 50_00, allocations=[part(cheque, 50_00)])
    [row] = (await omar.get("/v1/cheque-settlements")).json()["items"]
    assert (row["expected_cents"], row["difference_cents"], row["received_cents"]) == (None, None, 50_00)
    assert (await settle(omar, cheque)).status_code == 200


async def test_more_than_was_received_is_never_allocated_also_at_once(house, cast, lena, omar):
    cheque = await closed(house, cast, lena)
    receipt = await make.receipt(omar, 100)
    refused = await allocate(omar, receipt, part(cheque, 60), part(cheque, 41))
    assert told(refused) == (409, "allocations-exceed-receipt", "/allocations")
    answers = await asyncio.gather(*(allocate(omar, receipt, part(cheque, 30)) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 3
    left = (await omar.get(f"/v1/settlement-receipts/{receipt}")).json()["unallocated_cents"]
    received = (await omar.get(f"/v1/cheques/{cheque}")).json()["received_cents"]
    assert (left, received) == (10, 90)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert sum(line.cents for line in await work.session.scalars(select(Allocation.amount))) == 90
    with pytest.raises(DomainError, match="More cannot be allocated"):
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.session.execute(text("UPDATE settlement_receipts SET allocated = 101"))


async def test_a_mistaken_allocation_is_taken_back_with_a_reason_and_opens_the_cheque(house, cast, lena, omar):
    cheque = await closed(house, cast, lena)
    receipt = await make.receipt(omar, 100, allocations=[part(cheque, 100)])
    await settle(omar, cheque)
    path, body = f"/v1/settlement-receipts/{receipt}/corrections", part(cheque, 101) | {"reason": "Another's"}
    refused = await omar.post(path, json=body, headers=once())
    assert told(refused) == (409, "correction-too-large", "/amount_cents")
    assert told(await omar.post(path, json=part(cheque, 10), headers=once())) == (400, "invalid-request", "/reason")
    corrected = await omar.post(path, json=body | {"amount_cents": 40}, headers=once())
    assert corrected.json()["unallocated_cents"] == 40
    now = (await omar.get(f"/v1/cheques/{cheque}")).json()
    assert (now["state"], now["received_cents"], now["settled_on"]) == ("closed", 60, None)


@pytest.mark.parametrize("cents", [-1, 0, 10**18])
async def test_money_that_cannot_be_is_refused(house, cast, omar, cents):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await funding.load_schemes(work)
    [funder, *_] = (await omar.get("/v1/funders")).json()["items"]
    body = {"funder_id": funder["id"], "received_on": "2026-03-02", "reference": "x", "amount_cents": cents}
    assert told(await omar.post("/v1/settlement-receipts", json=body, headers=once())) == (
        400,
        "invalid-request",
        "/amount_cents",
    )


async def test_what_a_receipt_cannot_be_for_is_refused_by_name(house, cast, omar, lena, cas, bo):
    cheque = await closed(house, cast, lena)
    receipt = await make.receipt(omar)
    announced = (await make.register(lena, await make.engage(house, cast))).json()["id"]
    unready = await allocate(omar, receipt, part(announced, 1))
    assert told(unready) == (409, "not-to-settle", "/allocations/0/cheque_id")
    nobody = await allocate(omar, receipt, part(str(new_id()), 1))
    assert told(nobody) == (404, "cheque-not-found", "/cheque_id")
    other = next(one for one in (await omar.get("/v1/funders")).json()["items"] if one["name"] == "WEWIS")["id"]
    theirs = await make.receipt(omar, funder_id=other)
    assert told(await allocate(omar, theirs, part(cheque, 1))) == (409, "other-funder", "/allocations/0/cheque_id")
    assert told(await allocate(bo, receipt, part(cheque, 1))) == (404, "receipt-not-found")
    assert told(await allocate(cas, receipt, part(cheque, 1))) == (403, "scope-missing")
    body = {"funder_id": other, "reference": "x", "amount_cents": 1, "received_on": "2026-03-03"}
    assert told(await omar.post("/v1/settlement-receipts", json=body, headers=once())) == (
        422,
        "day-in-future",
        "/received_on",
    )


async def test_each_funder_and_scheme_shows_what_it_brings_in_a_period(house, cast, lena, omar):
    cheque = await closed(house, cast, lena)
    await make.receipt(omar, 99_00, allocations=[part(cheque, 90_00)])
    period = {"from": "2026-01-01", "to": "2026-03-31"}
    [row] = (await omar.get("/v1/funder-revenue", params=period)).json()["items"]
    assert (row["funder"], row["scheme"], row["minutes_held"]) == ("VDAB", "LBC-2025T", 60)
    assert (row["expected_cents"], row["received_cents"]) == (None, 90_00)
    table = (await omar.get("/v1/funder-revenue/csv", params=period)).text.splitlines()
    assert table[1].endswith(",LBC-2025T,60,,9000")
    later = {"from": "2027-01-01", "to": "2027-03-31"}
    assert (await omar.get("/v1/funder-revenue", params=later)).json()["items"] == []
    backwards = await omar.get("/v1/funder-revenue", params={"from": "2026-02-01", "to": "2026-01-01"})
    assert told(backwards) == (422, "period-backwards", "/to")


async def test_money_of_a_funder_moves_once_however_often_it_is_sent(house, cast, lena, omar):
    cheque, headers = await closed(house, cast, lena), once()
    receipt = await make.receipt(omar, 100)
    path, body = f"/v1/settlement-receipts/{receipt}/allocations", {"allocations": [part(cheque, 60)]}
    answers = [await omar.post(path, json=body, headers=headers) for _ in range(2)]
    assert [answer.json()["unallocated_cents"] for answer in answers] == [40, 40]
    assert answers[1].headers["idempotency-replayed"] == "true"
    correction = part(cheque, 1) | {"reason": "Another's"}
    for path, sent in (
        ("settlement-receipts", {"reference": "x"}),
        (f"settlement-receipts/{receipt}/allocations", body),
        (f"settlement-receipts/{receipt}/corrections", correction),
        (f"cheques/{cheque}/settle", {}),
        (f"invoices/{new_id()}/credit-notes", {}),
        ("invoices/self-billed", {}),
        (f"coaches/{new_id()}/statement/invoice", {}),
    ):
        refused = await omar.post(f"/v1/{path}", json=sent)
        assert told(refused) == (400, "invalid-request", "/Idempotency-Key"), path
    assert (await omar.get(f"/v1/settlement-receipts/{receipt}")).json()["unallocated_cents"] == 40
