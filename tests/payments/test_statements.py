"""Statements of customers: read, as a table, and on paper in four languages."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from domain import people
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from tests.documents.archival import archival_faults
from tests.factories import once
from tests.invoicing.test_routes import refused
from tests.payments import make
from tests.payments.make import amirs, pay

pytestmark = pytest.mark.anyio


async def test_a_statement_tells_what_was_asked_and_what_came_with_the_balance_after_each(bea, house, cast, clock):
    buyers, first = await amirs(house, cast)
    await pay(bea, 5000, invoice_id=first)
    clock.move(days=3)
    await make.invoice(house, cast, 6050, coachee_id=buyers.amir)
    await bea.post(f"/v1/invoices/{first}/credit-notes", json={"reason": "Wrong price"}, headers=once())
    path = f"/v1/coachees/{buyers.amir}/statement"
    told = (await bea.get(path)).json()
    rows = [(one["item"], one["amount_cents"], one["balance_cents"]) for one in told["movements"]]
    assert rows == [
        ("invoice", 12100, 12100),
        ("payment", -5000, 7100),
        ("invoice", 6050, 13150),
        ("credit_note", -12100, 1050),
    ]
    assert (told["opening_cents"], told["closing_cents"]) == (0, 1050)
    assert sum(item["open_cents"] for item in told["open_items"]) == 1050
    later = (await bea.get(f"{path}?from=2026-03-03&to=2026-03-31")).json()
    assert (later["opening_cents"], len(later["movements"]), later["closing_cents"]) == (7100, 2, 1050)
    table = (await bea.get(f"{path}/csv")).text.splitlines()
    assert table[0].lstrip("\ufeff") == "booked_on,kind,item,reference,amount_cents,balance_cents"
    assert table[2] == "2026-03-02,payment,payment,,-5000,7100"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ("Rekeningoverzicht", "Factuur", "Betaling", "Te betalen", "2 maart 2026")),
        ("fr", ("Relevé de compte", "Facture", "Paiement", "À payer", "2 mars 2026")),
        ("en", ("Statement of account", "Invoice", "Payment", "To be paid", "2 March 2026")),
        ("de", ("Kontoauszug", "Rechnung", "Zahlung", "Zu zahlen", "2. März 2026")),
    ],
)
async def test_a_statement_is_printed_in_the_customers_language(bea, house, cast, language, words):
    buyers, _ = await amirs(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.update_sponsor(work, buyers.acme, {"language": language})
    invoice_id = await make.invoice(house, cast, sponsor_id=buyers.acme)
    await pay(bea, 100, invoice_id=invoice_id)
    answer = await bea.get(f"/v1/sponsors/{buyers.acme}/statement/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert archival_faults(answer.content) == []
    told = " ".join(PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
    for word in (*words, "Acme NV", "F2026-0002"):
        assert word in told, told


async def test_a_statement_of_nothing_is_one_too_and_of_nobody_is_not_found(bea, house, cast):
    buyers, _ = await amirs(house, cast)
    told = (await bea.get(f"/v1/sponsors/{buyers.acme}/statement")).json()
    assert (told["movements"], told["open_items"], told["closing_cents"]) == ([], [], 0)
    assert (await bea.get(f"/v1/sponsors/{buyers.acme}/statement/pdf")).status_code == 200
    refused(await bea.get(f"/v1/coachees/{new_id()}/statement"), 404, "coachee-not-found")
    refused(await bea.get(f"/v1/sponsors/{new_id()}/statement"), 404, "sponsor-not-found")
    path = f"/v1/coachees/{buyers.amir}/statement"
    refused(await bea.get(f"{path}?from=2026-03-02&to=2026-03-01"), 422, "period-backwards")
    refused(await bea.get(f"{path}?from=0001-03-02"), 422, "day-out-of-range")
