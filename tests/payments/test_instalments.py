"""Instalments: planned, paid oldest first, late one by one, changed and cancelled; or asked for by the invoice."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, strategies as st
from lxml import etree
from pypdf import PdfReader

from domain.invoicing import Instalment, InstalmentsDoNotAddUp, checked_instalments
from domain.kit.ids import OpenItemId, new_id
from domain.kit.money import ZERO, Money
from domain.payments import OpenItem
from domain.payments.instalments_due import Part, due_parts
from tests.invoicing import make as invoicing
from tests.invoicing.test_routes import refused
from tests.payments import make
from tests.payments.make import amirs, bank_file, in_parts, line, pay, send, state
from tests.payments.test_reminders import mails, steps_of, sweep

__all__ = ["sweep"]
pytestmark = pytest.mark.anyio
THREE = in_parts(("2026-04-01", 4000), ("2026-05-01", 4000), ("2026-06-01", 4100))


async def plan(client, invoice_id, parts: list[dict[str, Any]] = THREE, **more: Any):
    body = {"instalments": parts, "reason": "Between two jobs"}
    return await client.post(f"/v1/invoices/{invoice_id}/instalment-plans", json=body | more)


async def lefts(client, item_id) -> list[int]:
    return [one["left_cents"] for one in (await client.get(f"/v1/open-items/{item_id}")).json()["instalments"]]


async def test_what_is_left_after_a_part_payment_is_spread_and_paid_the_oldest_first(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    await pay(bea, 100, invoice_id=invoice_id)
    refused(await plan(bea, invoice_id), 422, "instalments-do-not-add-up", "/instalments")
    parts = in_parts(("2026-04-01", 4000), ("2026-05-01", 4000), ("2026-06-01", 4000))
    made = await plan(bea, invoice_id, parts)
    assert (made.status_code, made.json()["total_cents"]) == (201, 12000), made.text
    assert await lefts(bea, invoice_id) == [4000, 4000, 4000]
    for cents, left in ((1500, [2500, 4000, 4000]), (3000, [0, 3500, 4000]), (7500, [0, 0, 0])):
        await pay(bea, cents, invoice_id=invoice_id)
        assert await lefts(bea, invoice_id) == left
    assert await state(bea, invoice_id) == ("paid", 0)


async def test_a_final_invoice_after_its_deposit_is_paid_in_parts(bea, house, cast):
    buyers = await invoicing.open_books(house, cast)
    deposit = await invoicing.draft(house, cast, invoicing.TALK, coachee_id=buyers.amir, deposit=True)
    await invoicing.issue(house, cast, deposit)
    final = await invoicing.draft(
        house, cast, invoicing.TALK, invoicing.TALK, coachee_id=buyers.amir, deducts=[deposit]
    )
    gross = (await invoicing.issue(house, cast, final)).gross.cents
    made = await plan(bea, final, in_parts(("2026-04-01", 1), ("2026-05-01", gross - 1)))
    assert made.status_code == 201, made.text
    assert await lefts(bea, final) == [1, gross - 1]


async def test_a_payment_without_an_invoice_pays_what_was_due_first_of_plans_and_invoices_alike(bea, house, cast):
    buyers, first = await amirs(house, cast)
    second = await make.invoice(house, cast, coachee_id=buyers.amir)  # due on 1 April like all
    due = date.fromisoformat((await bea.get(f"/v1/open-items/{second}")).json()["item"]["due_on"])
    parts = in_parts((str(due - timedelta(days=1)), 2100), (str(due + timedelta(days=1)), 10000))
    assert (await plan(bea, first, parts)).status_code == 201
    body = {"coachee_id": str(buyers.amir), "amount_cents": 15000, "received_on": "2026-03-02", "oldest_first": True}
    await make.post(bea, "payments", body)
    assert (await state(bea, second), await lefts(bea, first)) == (("paid", 0), [0, 9200])


async def test_a_bank_line_of_the_next_instalment_and_the_customers_name_pays_it(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    await plan(bea, invoice_id, in_parts(("2026-04-01", 4000), ("2026-05-01", 3900), ("2026-06-01", 4200)))
    lines = [line(4000, "R1", name="EL IDRISSI AMIR"), line(4200, "R2", name="EL IDRISSI AMIR")]
    taken = (await send(bea, bank_file(*lines))).json()
    assert (taken["matched"], taken["waiting"]) == (1, 1)  # 4200 is not what is next
    assert await lefts(bea, invoice_id) == [0, 3900, 4200]
    assert (await send(bea, bank_file(line(3900, "R3", name="Amir El Idrissi")))).json()["matched"] == 1
    assert (await send(bea, bank_file(line(4200, "R4", name="Somebody Else")))).json()["matched"] == 0


@pytest.mark.parametrize("cents", [4000, 4200])
async def test_a_line_of_any_instalments_amount_is_suggested_whoever_paid_it(bea, house, cast, cents):
    _, invoice_id = await amirs(house, cast)
    await plan(bea, invoice_id, in_parts(("2026-04-01", 4000), ("2026-05-01", 3900), ("2026-06-01", 4200)))
    await send(bea, bank_file(line(cents, name="Somebody Else"), line(4100, "R2", name="Somebody Else")))
    waiting = (await bea.get("/v1/bank-lines?state=waiting")).json()["items"]
    told = [(await bea.get(f"/v1/bank-lines/{one['id']}")).json() for one in waiting]
    suggested = {one["amount_cents"]: [(it["item"]["id"], it["score"]) for it in one["suggestions"]] for one in told}
    assert suggested == {cents: [(str(invoice_id), 60)], 4100: []}


async def test_money_that_is_taken_back_opens_the_last_instalment_that_it_had_paid(bea, house, cast):
    _, invoice_id = await amirs(house, cast)
    before = (await pay(bea, 100, invoice_id=invoice_id)).json()
    await plan(bea, invoice_id, in_parts(("2026-04-01", 6000), ("2026-05-01", 6000)))
    paid = (await pay(bea, 7000, invoice_id=invoice_id)).json()
    assert await lefts(bea, invoice_id) == [0, 5000]
    body = {"debit_id": str(invoice_id), "reason": "Another's"}
    await make.post(bea, "allocations/take-back", body | {"credit_id": paid["id"], "amount_cents": 2000})
    assert await lefts(bea, invoice_id) == [1000, 6000]
    await make.post(bea, "allocations/take-back", body | {"credit_id": paid["id"], "amount_cents": 5000})
    await make.post(bea, "allocations/take-back", body | {"credit_id": before["id"], "amount_cents": 100})
    assert await lefts(bea, invoice_id) == [6000, 6000]  # and the 100 beyond them is due with the invoice
    assert await state(bea, invoice_id) == ("open", 12100)


async def test_of_more_than_the_instalments_come_to_the_first_day_counts(sweep, bea, house, cast, clock):
    _, invoice_id = await amirs(house, cast)
    paid = (await pay(bea, 100, invoice_id=invoice_id)).json()
    await plan(bea, invoice_id, in_parts(("2026-03-20", 6000), ("2026-05-01", 6000)))
    body = {"debit_id": str(invoice_id), "credit_id": paid["id"], "amount_cents": 100, "reason": "Another's"}
    await make.post(bea, "allocations/take-back", body)
    clock.move(days=18 + 7)  # 27 March: the invoice itself is due later
    await sweep()
    [mail] = await mails(house, cast)
    assert mail.facts["due_on"] == "2026-03-20"


async def test_reminders_follow_the_instalment_that_is_late(sweep, bea, house, cast, clock):
    _, invoice_id = await amirs(house, cast)
    await plan(bea, invoice_id)
    clock.move(days=30 + 7)  # 8 April: a week after the first
    await sweep()
    [mail] = await mails(house, cast)
    assert (mail.facts["open_cents"], mail.facts["due_on"]) == (4000, "2026-04-01")
    letter = await bea.get(f"/v1/invoices/{invoice_id}/reminder-letter")
    told = " ".join(PdfReader(BytesIO(letter.content)).pages[0].extract_text().split())
    for word in ("1 april 2026", "40,00", "121,00", "termijnen"):
        assert word in told, told
    await pay(bea, 4000, invoice_id=invoice_id)
    assert await steps_of(bea, invoice_id) == [(1, True)]  # it had not left yet
    clock.move(days=30)  # 8 May
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, True), (1, False)]
    assert (await mails(house, cast))[-1].facts["due_on"] == "2026-05-01"
    clock.move(days=31)  # 8 June: the second is reminded of again, with the third in what is asked
    await sweep()
    again = (await mails(house, cast))[-1]
    assert (again.kind, again.facts["open_cents"]) == ("invoice_reminder_again", 8100)


async def test_a_plan_calls_off_what_was_queued_and_its_end_brings_it_back(sweep, bea, house, cast, clock):
    _, invoice_id = await amirs(house, cast)
    clock.move(days=70)
    await sweep()
    made = await plan(bea, invoice_id, in_parts(("2026-06-01", 6000), ("2026-07-01", 6100)))
    assert await steps_of(bea, invoice_id) == [(1, True)]
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, True)]
    path = f"/v1/instalment-plans/{made.json()['id']}/cancel"
    refused(await bea.post(path, json={}), 400, "invalid-request", "/reason")
    assert (await bea.post(path, json={"reason": "Not kept"})).json()["end_reason"] == "Not kept"
    refused(await bea.post(path, json={"reason": "Again"}), 409, "instalment-plan-over")
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, True), (1, False)]
    assert await lefts(bea, invoice_id) == []


async def test_a_plan_is_changed_with_a_reason_and_what_was_agreed_stays_to_be_read(bea, lena, house, cast):
    _, invoice_id = await amirs(house, cast)
    first = (await plan(bea, invoice_id)).json()
    refused(await plan(bea, invoice_id), 409, "instalment-plan-in-force")
    await pay(bea, 4000, invoice_id=invoice_id)
    path, body = f"/v1/instalment-plans/{first['id']}/change", {"reason": "A month later"}
    later = body | {"instalments": in_parts(("2026-07-01", 8100))}
    changed = await bea.post(path, json=later)
    assert (changed.status_code, changed.json()["total_cents"]) == (200, 8100), changed.text
    refused(await bea.post(path, json=later), 409, "instalment-plan-over")
    plans = (await bea.get(f"/v1/invoices/{invoice_id}/instalment-plans")).json()["items"]
    assert [(one["end_reason"], len(one["instalments"])) for one in plans] == [(None, 1), ("A month later", 3)]
    assert await lefts(bea, invoice_id) == [8100]
    audit = (await lena.get(f"/v1/audit-entries?subject_id={invoice_id}&limit=100")).json()["items"]
    told = {one["action"]: one["facts"].get("reason") for one in audit}
    assert (told["instalments_planned"], told["instalments_changed"]) == ("Between two jobs", "A month later")


async def test_what_cannot_be_spread_is_refused_by_name(bea, house, cast):
    buyers, invoice_id = await amirs(house, cast)
    for parts, problem, pointer in (
        (in_parts(("2026-03-01", 12100)), "instalments-out-of-order", "/instalments/0/due_on"),
        (in_parts(("2026-04-01", 6000), ("2026-04-01", 6100)), "instalments-out-of-order", "/instalments/1/due_on"),
        (
            in_parts(("2026-04-01", 12101), ("2026-05-01", -1)),
            "instalments-do-not-add-up",
            "/instalments/1/amount_cents",
        ),
        (
            in_parts(("2026-04-01", 0), ("2026-05-01", 12100)),
            "instalments-do-not-add-up",
            "/instalments/0/amount_cents",
        ),
        (in_parts(("2026-04-01", 10**18)), "instalments-do-not-add-up", "/instalments"),
        (in_parts(("2226-04-01", 12100)), "day-out-of-range", "/instalments/0/due_on"),
    ):
        refused(await plan(bea, invoice_id, parts), 422, problem, pointer)
    refused(await plan(bea, invoice_id, []), 400, "invalid-request", "/instalments")
    draft = await invoicing.draft(house, cast, invoicing.TALK, coachee_id=buyers.amir)
    refused(await plan(bea, draft), 409, "not-payable", "/invoice_id")
    refused(await plan(bea, new_id()), 404, "invoice-not-found")
    await pay(bea, 12100, invoice_id=invoice_id)
    refused(await plan(bea, invoice_id), 409, "nothing-to-spread")
    refused(
        await bea.post(f"/v1/instalment-plans/{new_id()}/cancel", json={"reason": "?"}),
        404,
        "instalment-plan-not-found",
    )


DRAFT = {"lines": [invoicing.TALK_IN], "instalments": in_parts(("2026-04-01", 10000), ("2026-05-04", 11780))}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ("Te betalen in 2 termijnen", "1 april 2026", "100,00", "Scan voor de eerste termijn")),
        ("fr", ("À payer en 2 versements", "1er avril 2026", "100,00", "premier versement")),
        ("en", ("To be paid in 2 instalments", "1 April 2026", "100.00", "first instalment")),
        ("de", ("Zahlbar in 2 Raten", "1. April 2026", "100,00", "erste Rate")),
    ],
)
async def test_an_invoice_asks_for_its_instalments_on_paper_and_in_its_ubl(bea, house, cast, language, words):
    buyers = await invoicing.open_books(house, cast)
    body = DRAFT | {"sponsor_id": str(buyers.acme), "language": language}
    draft = (await bea.post("/v1/invoices", json=body)).json()
    issued = (await bea.post(f"/v1/invoices/{draft['id']}/issue")).json()
    assert (issued["due_on"], issued["instalments"]) == ("2026-05-04", DRAFT["instalments"])
    assert await lefts(bea, draft["id"]) == [10000, 11780]
    pdf = await bea.get(f"/v1/invoices/{draft['id']}/pdf")
    told = " ".join(PdfReader(BytesIO(pdf.content)).pages[0].extract_text().split())
    ubl = etree.fromstring((await bea.get(f"/v1/invoices/{draft['id']}/ubl")).content)
    note = " ".join(ubl.findtext("{*}PaymentTerms/{*}Note").split())
    for word in words[:3]:
        assert word in told, told
        assert word in note, note
    assert words[3] in told
    assert ubl.findtext("{*}DueDate") == "2026-05-04"


async def test_instalments_of_a_draft_may_change_and_must_add_up_at_the_issue(bea, house, cast):
    buyers = await invoicing.open_books(house, cast)
    draft = (await bea.post("/v1/invoices", json=DRAFT | {"coachee_id": str(buyers.amir)})).json()
    path = f"/v1/invoices/{draft['id']}"
    wrong = in_parts(("2026-04-01", 21781))
    changed = await bea.patch(path, json={"instalments": wrong}, headers={"If-Match": '"v1"'})
    assert changed.json()["instalments"] == wrong, changed.text
    refused(await bea.post(f"{path}/issue"), 422, "instalments-do-not-add-up", "/instalments")
    backwards = {"instalments": in_parts(("2026-04-02", 1), ("2026-04-01", 1))}
    refused(await bea.patch(path, json=backwards, headers={"If-Match": '"v2"'}), 422, "instalments-out-of-order")
    none = await bea.patch(path, json={"instalments": []}, headers={"If-Match": '"v2"'})
    assert none.json()["instalments"] == []
    assert (await bea.post(f"{path}/issue")).status_code == 200
    assert await lefts(bea, draft["id"]) == []


async def test_statements_and_ages_know_the_days_of_instalments(lena, house, cast, clock):
    buyers, invoice_id = await amirs(house, cast)
    other = await make.invoice(house, cast, 5000, coachee_id=buyers.amir)
    await plan(lena, invoice_id)
    await pay(lena, 1000, invoice_id=invoice_id)
    clock.move(days=60)  # 1 May: 30 days after the first, on the day of the second
    told = (await lena.get(f"/v1/coachees/{buyers.amir}/statement")).json()
    assert [(one["due_on"], one["left_cents"]) for one in told["instalments"]] == [
        ("2026-04-01", 3000),
        ("2026-05-01", 4000),
        ("2026-06-01", 4100),
    ]
    paper = (await lena.get(f"/v1/coachees/{buyers.amir}/statement/pdf")).content
    words = " ".join(PdfReader(BytesIO(paper)).pages[0].extract_text().split())
    assert "termijn 1" in words, words
    aged = (await lena.get("/v1/reports/outstanding")).json()["total"]
    assert (aged["to_30_cents"], aged["not_due_cents"], aged["owed_cents"]) == (3000 + 5000, 8100, 16100)
    due_on = (await lena.get(f"/v1/open-items/{other}")).json()["item"]["due_on"]
    assert due_on == "2026-04-01"


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=8), st.data())
def test_instalments_never_come_to_more_or_less_than_is_open(amounts, data):
    total = sum(amounts)
    whole = Money(total)
    parts = [Instalment(date(2026, 4, 1) + timedelta(days=place), Money(cents)) for place, cents in enumerate(amounts)]
    assert checked_instalments(parts, whole, date(2026, 4, 1)) == parts
    with pytest.raises(InstalmentsDoNotAddUp):
        checked_instalments(parts, whole + Money(data.draw(st.sampled_from([-1, 1]))), date(2026, 4, 1))
    open_ = data.draw(st.integers(1, total + 500))
    item = OpenItem(id=OpenItemId(new_id()), amount=Money(total + 500), open=Money(open_), due_on=date(2026, 3, 1))
    left, lefts = open_, []
    for cents in reversed(amounts):
        lefts.insert(0, min(cents, left))
        left -= lefts[0]
    found = [Part(item.id, place, one.due_on, one.amount, Money(lefts[place])) for place, one in enumerate(parts)]
    dues = due_parts(item, found)
    assert sum((due.left for due in dues), ZERO) == item.open
    assert [due.on for due in dues] == sorted(due.on for due in dues)
