"""Payments over HTTP: partial, too much, refunded, taken back, written off; every refusal of theirs by its name."""

import asyncio

import pytest
from sqlalchemy import text

from domain.kit.errors import ConstraintBroken
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.payments import AllocationExceeds, LedgerKept
from domain.practice import Role
from tests.factories import once
from tests.invoicing import make as invoicing
from tests.invoicing.test_new_routes import KRIS
from tests.invoicing.test_routes import refused
from tests.payments import make
from tests.payments.make import amirs, balances, pay, post, state

pytestmark = pytest.mark.anyio


async def test_an_invoice_posts_when_it_is_issued_and_is_paid_in_parts(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    assert await balances(bea) == {"receivable": 12100, "revenue": -10000, "vat_payable": -2100}
    assert await state(bea, invoice_id) == ("open", 12100)
    part = await pay(bea, 5000, invoice_id=invoice_id)
    assert part.status_code == 201, part.text
    assert (part.json()["kind"], part.json()["state"], part.json()["open_cents"]) == ("payment", "paid", 0)
    assert await state(bea, invoice_id) == ("partly_paid", 7100)
    await pay(bea, 7100, invoice_id=invoice_id)
    assert await state(bea, invoice_id) == ("paid", 0)
    assert await balances(bea) == {"bank": 12100, "revenue": -10000, "vat_payable": -2100}


async def test_what_is_paid_too_much_stays_the_customers_and_pays_the_next_invoice(bea, house, cast):
    buyers, invoice_id = await amirs(house, cast)
    payment = (await pay(bea, 20000, invoice_id=invoice_id)).json()
    assert (payment["state"], payment["open_cents"]) == ("partly_paid", -7900)
    next_id = await make.invoice(house, cast, 6050, coachee_id=buyers.amir)
    body = {"credit_id": payment["id"], "debit_id": str(next_id)}
    made = await post(bea, "allocations", body)
    assert (made.status_code, made.json()["amount_cents"]) == (201, 6050), made.text
    assert await state(bea, next_id) == ("paid", 0)
    read = (await bea.get(f"/v1/payments/{payment['id']}")).json()
    assert (read["item"]["open_cents"], [one["amount_cents"] for one in read["allocations"]]) == (-1850, [12100, 6050])
    refused(await post(bea, "allocations", body), 409, "allocation-exceeds", "/amount_cents")


async def test_what_is_left_is_refunded_with_a_reason_and_never_more(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    payment = (await pay(bea, 13000, invoice_id=invoice_id)).json()
    path = f"open-items/{payment['id']}/refund"
    body = {"amount_cents": 901, "paid_on": "2026-03-02", "reason": "Paid twice"}
    refused(await post(bea, path, body), 409, "allocation-exceeds", "/amount_cents")
    refused(await post(bea, path, body | {"amount_cents": 0}), 422, "amount-out-of-range", "/amount_cents")
    refused(await post(bea, path, body | {"amount_cents": 1, "paid_on": "2026-03-03"}), 422, "received-in-future")
    refused(await post(bea, path, body | {"reason": ""}), 400, "invalid-request", "/reason")
    done = await post(bea, path, body | {"amount_cents": 900})
    assert (done.status_code, done.json()["open_cents"]) == (200, 0), done.text
    assert (await balances(bea))["bank"] == 12100
    refused(await post(bea, f"open-items/{invoice_id}/refund", body), 409, "nothing-to-refund")


async def test_a_customer_without_an_invoice_pays_what_is_owed_longest_first(bea, house, cast, clock):
    buyers, first = await amirs(house, cast)
    clock.move(days=1)
    second = await make.invoice(house, cast, coachee_id=buyers.amir)
    body = {"coachee_id": str(buyers.amir), "amount_cents": 13000, "received_on": "2026-03-02", "oldest_first": True}
    payment = await post(bea, "payments", body | {"method": "cash", "reference": "Till 7"})
    assert (payment.status_code, payment.json()["open_cents"]) == (201, 0), payment.text
    assert (await state(bea, first), await state(bea, second)) == (("paid", 0), ("partly_paid", 11200))
    assert (await balances(bea))["cash"] == 13000
    waits = (await pay(bea, 100, coachee_id=buyers.amir)).json()
    assert waits["open_cents"] == -100


async def test_an_allocation_is_taken_back_with_a_reason(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    payment = (await pay(bea, 12100, invoice_id=invoice_id)).json()
    body = {"credit_id": payment["id"], "debit_id": str(invoice_id), "reason": "Was for another"}
    taken = await post(bea, "allocations/take-back", body | {"amount_cents": 2100})
    assert (taken.status_code, taken.json()["amount_cents"]) == (201, -2100), taken.text
    assert await state(bea, invoice_id) == ("partly_paid", 2100)
    refused(await post(bea, "allocations/take-back", body | {"amount_cents": 10001}), 409, "not-allocated")
    refused(await post(bea, "allocations/take-back", body | {"amount_cents": 0}), 422, "amount-out-of-range")


async def test_a_payment_recorded_by_mistake_is_reversed_once_it_pays_nothing(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    payment = (await pay(bea, 12100, invoice_id=invoice_id)).json()
    path, body = f"payments/{payment['id']}/reverse", {"reason": "Wrong practice"}
    refused(await post(bea, path, body), 409, "payment-in-use")
    taken = {"credit_id": payment["id"], "debit_id": str(invoice_id), "amount_cents": 12100, "reason": "Undo"}
    await post(bea, "allocations/take-back", taken)
    assert (await post(bea, path, body)).status_code == 200
    assert await state(bea, invoice_id) == ("open", 12100)
    assert "bank" not in await balances(bea)
    refused(await post(bea, path, body), 409, "payment-in-use")
    refused(await post(bea, f"payments/{invoice_id}/reverse", body), 404, "payment-not-found")


async def test_a_credit_note_pays_its_invoice_by_itself_and_what_is_over_is_the_customers(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    await pay(bea, 7100, invoice_id=invoice_id)
    note = (
        await bea.post(f"/v1/invoices/{invoice_id}/credit-notes", json={"reason": "Wrong price"}, headers=once())
    ).json()
    assert await state(bea, invoice_id) == ("paid", 0)
    assert await state(bea, note["id"]) == ("partly_paid", -7100)
    assert await balances(bea) == {"bank": 7100, "receivable": -7100}
    body = {"amount_cents": 7100, "paid_on": "2026-03-02", "reason": "Credited"}
    assert (await post(bea, f"open-items/{note['id']}/refund", body)).status_code == 200
    assert await balances(bea) == {}
    refused(await pay(bea, 1, invoice_id=note["id"]), 409, "not-payable", "/invoice_id")


async def test_an_unpaid_invoice_that_is_credited_in_whole_is_credited(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    await bea.post(f"/v1/invoices/{invoice_id}/credit-notes", json={"reason": "Wrong price"}, headers=once())
    assert await state(bea, invoice_id) == ("credited", 0)
    for wanted, found in (("credited", [str(invoice_id)]), ("open", [])):
        items = (await bea.get(f"/v1/open-items?state={wanted}&kind=invoice")).json()["items"]
        assert [item["id"] for item in items] == found


async def test_a_coach_who_is_paid_by_self_billing_is_owed_and_paid_out(bea, house, cast):
    await invoicing.open_books(house, cast)
    body = {
        "coach_id": str(cast.staff[Role.COACH]),
        "series": "KR",
        "supplier": KRIS,
        "lines": [invoicing.TALK_IN],
    }
    invoice = (await bea.post("/v1/invoices/self-billed", json=body, headers=once())).json()
    assert await balances(bea) == {"payable": -21780, "cost": 18000, "vat_deductible": 3780}
    refused(await pay(bea, 1, invoice_id=invoice["id"]), 409, "not-payable")
    gone = {"amount_cents": 1, "reason": "?"}
    refused(await post(bea, f"open-items/{invoice['id']}/write-off", gone), 409, "not-to-write-off")
    paid = {"amount_cents": 21780, "paid_on": "2026-03-02", "reason": "Month of February"}
    assert (await post(bea, f"open-items/{invoice['id']}/refund", paid)).json()["open_cents"] == 0
    assert await balances(bea) == {"bank": -21780, "cost": 18000, "vat_deductible": 3780}


async def test_what_will_not_come_is_written_off(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    path, body = f"open-items/{invoice_id}/write-off", {"reason": "Bankrupt"}
    refused(await post(bea, path, body | {"amount_cents": 12101}), 409, "allocation-exceeds")
    refused(await post(bea, path, body | {"amount_cents": -1}), 422, "amount-out-of-range")
    refused(await post(bea, path, body | {"amount_cents": 100, "rounding": True}), 422, "rounding-too-large")
    assert (await post(bea, path, body | {"amount_cents": 2, "rounding": True})).status_code == 200
    done = (await post(bea, path, body | {"amount_cents": 12098})).json()
    assert (done["state"], done["open_cents"]) == ("paid", 0)
    books = await balances(bea)
    assert (books["write_off"], books["rounding"]) == (12098, 2)


@pytest.mark.parametrize("cents", [-1, 0, 10**18, 10**12 + 1])
async def test_an_amount_that_is_none_is_refused_by_name_and_the_books_stay(bea, house, cast, cents):
    _, invoice_id = await amirs(house, cast)
    before = await balances(bea)
    refused(await pay(bea, cents, invoice_id=invoice_id), 422, "amount-out-of-range", "/amount_cents")
    assert await balances(bea) == before


async def test_money_does_not_move_without_a_key_and_moves_once_under_one(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    body = {"invoice_id": str(invoice_id), "amount_cents": 100, "received_on": "2026-03-02"}
    refused(await bea.post("/v1/payments", json=body), 400, "invalid-request", "/Idempotency-Key")
    first, again = [await post(bea, "payments", body, once="once") for _ in range(2)]
    assert first.json() == again.json()
    assert await state(bea, invoice_id) == ("partly_paid", 12000)


async def test_a_payment_names_one_customer_that_exists_and_a_day_that_was(bea, house, cast):
    buyers, invoice_id = await amirs(house, cast)
    two = {"invoice_id": invoice_id, "coachee_id": buyers.amir}
    refused(await pay(bea, 1, **two), 422, "one-customer", "/invoice_id")
    refused(await pay(bea, 1), 422, "one-customer")
    refused(await pay(bea, 1, invoice_id=new_id()), 404, "invoice-not-found", "/invoice_id")
    refused(await pay(bea, 1, coachee_id=new_id()), 404, "coachee-not-found", "/coachee_id")
    refused(await pay(bea, 1, sponsor_id=new_id()), 404, "sponsor-not-found", "/sponsor_id")
    draft = await invoicing.draft(house, cast, invoicing.TALK, coachee_id=buyers.amir)
    refused(await pay(bea, 1, invoice_id=draft), 409, "not-payable", "/invoice_id")
    refused(await pay(bea, 1, invoice_id=invoice_id, received_on="2026-03-03"), 422, "received-in-future")
    refused(await pay(bea, 1, invoice_id=invoice_id, received_on="0001-01-01"), 422, "day-out-of-range")


async def test_only_what_is_of_one_customer_meets(bea, house, cast):
    buyers, invoice_id = await amirs(house, cast)
    strange = (await pay(bea, 500, sponsor_id=buyers.acme)).json()["id"]
    own = (await pay(bea, 500, coachee_id=buyers.amir)).json()["id"]
    for credit, debit in ((strange, invoice_id), (invoice_id, own), (own, own), (invoice_id, invoice_id)):
        body = {"credit_id": str(credit), "debit_id": str(debit)}
        refused(await post(bea, "allocations", body), 422, "not-to-allocate", "/debit_id")
    body = {"credit_id": own, "debit_id": str(new_id())}
    refused(await post(bea, "allocations", body), 404, "open-item-not-found", "/debit_id")


async def test_two_who_pay_or_spend_the_same_at_once_never_do_it_twice(bea, house, cast):
    buyers, invoice_id = await amirs(house, cast)
    answers = await asyncio.gather(*[pay(bea, 12100, invoice_id=invoice_id) for _ in range(4)])
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sorted(answer.json()["open_cents"] for answer in answers) == [-12100] * 3 + [0]
    assert await state(bea, invoice_id) == ("paid", 0)
    credit = next(answer.json() for answer in answers if answer.json()["open_cents"])
    debts = [await make.invoice(house, cast, coachee_id=buyers.amir) for _ in range(3)]
    bodies = [{"credit_id": credit["id"], "debit_id": str(debt), "amount_cents": 12100} for debt in debts]
    spent = await asyncio.gather(*[post(bea, "allocations", body) for body in bodies])
    assert sorted(answer.status_code for answer in spent) == [201, 409, 409]
    given = {"amount_cents": 12100, "paid_on": "2026-03-02", "reason": "Back"}
    other = next(a.json() for a in answers if a.json()["open_cents"] and a.json()["id"] != credit["id"])
    back = await asyncio.gather(*[post(bea, f"open-items/{other['id']}/refund", given) for _ in range(3)])
    assert sorted(answer.status_code for answer in back) == [200, 409, 409]
    await balances(bea)


async def test_of_one_who_allocates_and_one_who_refunds_the_same_money_at_once_one_does(bea, house, cast):
    """Each side in turn is first; whatever comes of it, the money is spent once."""
    buyers, _ = await amirs(house, cast)
    given = {"amount_cents": 12100, "paid_on": "2026-03-02", "reason": "Back"}
    allocated = 0
    for first in (0, 1):
        debt = await make.invoice(house, cast, coachee_id=buyers.amir)
        credit = (await pay(bea, 12100, coachee_id=buyers.amir)).json()["id"]
        acts = [
            post(bea, "allocations", {"credit_id": credit, "debit_id": str(debt), "amount_cents": 12100}),
            post(bea, f"open-items/{credit}/refund", given),
        ]
        answers = await asyncio.gather(*(acts if first == 0 else reversed(acts)))
        assert sorted(answer.status_code for answer in answers) in ([200, 409], [201, 409])
        [lost] = [answer for answer in answers if answer.status_code == 409]
        assert lost.json()["type"] == "/problems/allocation-exceeds"
        paid = any(answer.status_code == 201 for answer in answers)
        assert (await state(bea, credit))[1] == 0
        assert (await state(bea, debt))[1] == (0 if paid else 12100)
        allocated += 12100 * paid
    assert (await balances(bea)).get("bank", 0) == allocated


TRANSACTION = """
INSERT INTO ledger_transactions (practice_id, id, kind, booked_on, posted_at, entry_count)
VALUES (:practice, :id, 'payment', current_date, now(), :count)
"""
ENTRY = """
INSERT INTO ledger_entries (practice_id, transaction_id, position, account, amount)
VALUES (:practice, :id, :position, 'bank', :amount)
"""


async def book(house, cast, count, amounts):
    values = {"practice": cast.practice_id, "id": new_id()}
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(text(TRANSACTION), values | {"count": count})
        for position, amount in enumerate(amounts, start=1):
            await work.session.execute(text(ENTRY), values | {"position": position, "amount": amount})
    return values


@pytest.mark.parametrize(("count", "amounts"), [(2, [5, -4]), (1, [5]), (2, []), (1, [5, -5]), (3, [5, -5])])
async def test_the_database_refuses_books_that_do_not_balance(house, cast, count, amounts):
    with pytest.raises(ConstraintBroken) as refusal:
        await book(house, cast, count, amounts)
    assert refusal.value.facts == {"rule": "ledger_transactions_balance"}


@pytest.mark.parametrize("position", [0, 3])
async def test_the_database_refuses_entries_that_come_after_their_transaction(house, cast, position):
    """Even such as come to nothing together with the rest."""
    values = await book(house, cast, 2, [5, -5])
    with pytest.raises(ConstraintBroken) as refusal:
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await work.session.execute(text(ENTRY), values | {"position": position, "amount": 5})
    assert refusal.value.facts == {"rule": "ledger_transactions_balance"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE open_items SET open = 0",
        "UPDATE open_items SET credited = 5",
        "UPDATE open_items SET amount = 5",
        "UPDATE open_items SET coachee_id = NULL, sponsor_id = (SELECT id FROM sponsors LIMIT 1)",
    ],
)
async def test_nobody_writes_what_is_open_by_hand(house, cast, statement):
    await amirs(house, cast)
    with pytest.raises(LedgerKept):
        await make.run_sql(house, cast, statement)


OPENED = """
WITH given AS (
  SELECT CAST(:practice AS uuid) AS practice_id, CAST(:item AS uuid) AS item, CAST(:head AS uuid) AS head,
         CAST(:coachee AS uuid) AS coachee_id, CAST(:cents AS bigint) AS cents
), item AS (
  INSERT INTO open_items (practice_id, id, kind, coachee_id, method, amount, open, credited, booked_on, created_at,
                          version)
  SELECT practice_id, item, 'payment', coachee_id, 'cash', -500, 0, 0, now(), now(), 1 FROM given
), head AS (
  INSERT INTO ledger_transactions (practice_id, id, kind, booked_on, posted_at, entry_count)
  SELECT practice_id, head, 'payment', now(), now(), 2 FROM given
)
INSERT INTO ledger_entries (practice_id, transaction_id, position, account, amount, item_id)
SELECT practice_id, head, 1, 'cash', cents, NULL FROM given UNION ALL
SELECT practice_id, head, 2, 'receivable', -cents, item FROM given
"""


@pytest.mark.parametrize(("cents", "under_its_own_id"), [(500, True), (400, True), (500, False), (-500, False)])
async def test_the_database_takes_no_item_that_the_ledger_does_not_open_for_its_amount(
    house, cast, cents, under_its_own_id
):
    buyers = await invoicing.open_books(house, cast)
    item = new_id()
    values = {"practice": cast.practice_id, "coachee": buyers.amir, "item": item, "cents": cents}
    opening = make.run_sql(house, cast, OPENED, **values, head=item if under_its_own_id else new_id())
    if (cents, under_its_own_id) == (500, True):
        await opening
        return
    with pytest.raises((LedgerKept, AllocationExceeds)):
        await opening


async def test_the_ledger_shows_both_sides_and_every_step_is_announced(lena, bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    await pay(bea, 12100, invoice_id=invoice_id)
    told = (await bea.get(f"/v1/ledger/transactions?item_id={invoice_id}")).json()["items"]
    sides = [(one["kind"], [(e["account"], e["amount_cents"], e["vat_rate"]) for e in one["entries"]]) for one in told]
    issued = [("receivable", 12100, None), ("revenue", -10000, "21.00"), ("vat_payable", -2100, "21.00")]
    moved = [("receivable", 12100, None), ("receivable", -12100, None)]
    assert sides == [("issued", issued), ("allocation", moved)]
    assert len((await bea.get("/v1/ledger/transactions")).json()["items"]) == 3
    refused(await bea.get("/v1/ledger/transactions?cursor=x"), 422, "invalid-cursor")
    lines = (await lena.get("/v1/audit-entries?limit=100")).json()["items"]
    assert {"payment_recorded", "payment_allocated", "invoice_paid"} <= {line["action"] for line in lines}
