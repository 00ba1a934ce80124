"""Credit notes, deposits, sessions and self-billing over HTTP, and every refusal of theirs by its name."""

import asyncio
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.trajectories import SessionState
from tests.factories import once
from tests.funding.make import engage, started
from tests.invoicing.make import TALK_IN, Buyers, open_books
from tests.invoicing.test_routes import drafted, issued, refused

pytestmark = pytest.mark.anyio
KRIS = {
    "name": "Kris Coaching",
    "street": "Dok Noord 4",
    "postal_code": "9000",
    "city": "Gent",
    "enterprise_number": "0417.497.106",
    "iban": "BE71 0961 2345 6769",
    "vat_regime": "standard",
}


@pytest.fixture
async def buyers(house, cast) -> Buyers:
    return await open_books(house, cast)


async def issue_of(client, draft: dict):
    return await client.post(f"/v1/invoices/{draft['id']}/issue")


async def test_a_credit_note_says_what_the_law_wants_and_is_final(bea, lena, buyers):
    invoice = await issued(bea, buyers, coachee_id=None, sponsor_id=str(buyers.acme))
    path = f"/v1/invoices/{invoice['id']}/credit-notes"
    answer = await bea.post(
        path, json={"reason": "Wrong price", "lines": [{"position": 0, "quantity": "0.5"}]}, headers=once()
    )
    assert answer.status_code == 201, answer.text
    note = answer.json()
    assert (note["kind"], note["number"], note["gross_cents"]) == ("credit_note", "C2026-0001", 7260)
    assert note["credits_id"] == invoice["id"]
    assert note["keep_until"] == "2036-12-31"
    words = PdfReader(BytesIO((await bea.get(f"/v1/invoices/{note['id']}/pdf")).content)).pages[0].extract_text()
    told = " ".join(words.split())
    for wanted in ("Creditnota", "F2026-0001, 2 maart 2026", "Btw terug te storten aan de Staat in de mate waarin"):
        assert wanted in told
    ubl = (await bea.get(f"/v1/invoices/{note['id']}/ubl")).text
    assert "<cbc:CreditNoteTypeCode>381<" in ubl
    listed = (await bea.get(f"/v1/invoices?credits_id={invoice['id']}")).json()["items"]
    assert [one["id"] for one in listed] == [note["id"]]
    audited = (await lena.get(f"/v1/audit-entries?subject_id={note['id']}")).json()["items"]
    assert [one["facts"]["reason"] for one in audited if one["action"] == "credit_note_issued"] == ["Wrong price"]
    assert "Wrong price" not in told + ubl
    refused(await bea.post(path, json={}, headers=once()), 400, "invalid-request")
    refused(
        await bea.post(
            path, json={"reason": "Wrong price", "lines": [{"position": 0, "quantity": "1.01"}]}, headers=once()
        ),
        409,
        "credit-exceeds",
    )
    refused(
        await bea.post(f"/v1/invoices/{note['id']}/credit-notes", json={"reason": "Wrong price"}, headers=once()),
        409,
        "not-creditable",
    )


async def test_the_buyers_own_reference_stands_on_page_and_e_invoice_and_on_what_credits_it(bea, buyers):
    draft = await drafted(bea, buyers, coachee_id=None, sponsor_id=str(buyers.acme), order_reference="PO 4500012345")
    version = {"If-Match": f'"v{draft["version"]}"'}
    path = f"/v1/invoices/{draft['id']}"
    changed = await bea.patch(path, json={"order_reference": "PO 4500099999 & co"}, headers=version)
    assert changed.json()["order_reference"] == "PO 4500099999 & co"
    assert (await issue_of(bea, draft)).status_code == 200
    note = (await bea.post(f"{path}/credit-notes", json={"reason": "Wrong price"}, headers=once())).json()
    for one in (draft, note):
        ubl = (await bea.get(f"/v1/invoices/{one['id']}/ubl")).text
        assert "<cac:OrderReference><cbc:ID>PO 4500099999 &amp; co</cbc:ID></cac:OrderReference>" in ubl
        assert "<cbc:BuyerReference>PO 4500099999 &amp; co<" in ubl
        page = PdfReader(BytesIO((await bea.get(f"/v1/invoices/{one['id']}/pdf")).content)).pages[0]
        assert "Uw referentie PO 4500099999 & co" in " ".join(page.extract_text().split())
    body = {"coachee_id": str(buyers.amir), "order_reference": "a\nb"}
    refused(await bea.post("/v1/invoices", json=body), 400, "invalid-request", "/order_reference")


async def test_there_is_no_way_to_void_an_invoice(bea, buyers):
    invoice = await issued(bea, buyers)
    assert (await bea.post(f"/v1/invoices/{invoice['id']}/void")).status_code == 404
    refused(await bea.delete(f"/v1/invoices/{invoice['id']}"), 409, "not-a-draft")


async def test_the_archive_gives_the_same_bytes_with_their_digest(bea, buyers):
    invoice = await issued(bea, buyers, coachee_id=None, sponsor_id=str(buyers.acme))
    for format_ in ("pdf", "ubl"):
        first = await bea.get(f"/v1/invoices/{invoice['id']}/{format_}")
        again = await bea.get(f"/v1/invoices/{invoice['id']}/{format_}")
        assert first.content == again.content
        assert first.headers["repr-digest"] == again.headers["repr-digest"]
        assert first.headers["repr-digest"].startswith("sha-256=:")


async def test_discounts_are_amounts_or_percentages_and_never_more_than_the_whole(bea, buyers):
    line = {**TALK_IN, "discount_percent": "10"}
    invoice = await issued(bea, buyers, line, discount_cents=200)
    assert (invoice["lines"][0]["discount_cents"], invoice["discount_cents"]) == (1800, 200)
    assert (invoice["net_cents"], invoice["vat_cents"]) == (16000, 3360)
    body = {"coachee_id": str(buyers.amir), "lines": [TALK_IN]}
    for wrong, where in (
        ({"discount_cents": 18001}, "/discount_cents"),
        ({"discount_cents": 1, "discount_percent": "1"}, "/discount_percent"),
        ({"lines": [{**TALK_IN, "discount_cents": 18001}]}, "/lines/0/discount_cents"),
    ):
        refused(await bea.post("/v1/invoices", json=body | wrong), 422, "discount-too-high", where)


async def test_a_deposit_is_deducted_once_from_an_invoice_to_the_same_buyer(bea, buyers):
    deposit = await issued(bea, buyers, deposit=True)
    other = {"sponsor_id": str(buyers.acme), "lines": [TALK_IN], "deducts": [deposit["id"]]}
    refused(await bea.post("/v1/invoices", json=other), 422, "not-deductible", "/deducts")
    final = await drafted(bea, buyers, {**TALK_IN, "quantity": "2"}, deducts=[deposit["id"]])
    again = {"coachee_id": str(buyers.amir), "lines": [TALK_IN], "deducts": [deposit["id"]]}
    refused(await bea.post("/v1/invoices", json=again), 409, "deposit-deducted", "/deducts")
    refused(
        await bea.post(f"/v1/invoices/{deposit['id']}/credit-notes", json={"reason": "Wrong price"}, headers=once()),
        409,
        "deposit-deducted",
    )
    seen = (await issue_of(bea, final)).json()
    assert (seen["net_cents"], seen["refers_to"][0]["number"]) == (6000, "F2026-0001")
    assert seen["lines"][1]["description"] == "Voorschotfactuur F2026-0001 van 02-03-2026 in mindering"


async def test_no_more_is_deducted_than_the_invoice_comes_to(bea, buyers):
    deposit = await issued(bea, buyers, deposit=True)
    final = await drafted(bea, buyers, {**TALK_IN, "quantity": "1"}, deducts=[deposit["id"]])
    refused(await issue_of(bea, final), 422, "deducted-too-much", "/deducts")


async def test_what_cannot_be_issued_is_refused_by_name(bea, lena, buyers, house, cast):
    dollars = await drafted(bea, buyers, currency="USD")
    refused(await issue_of(bea, dollars), 422, "foreign-currency", "/currency")
    shifted = await drafted(bea, buyers, coachee_id=None, sponsor_id=str(buyers.acme), reverse_charge=True)
    refused(await issue_of(bea, shifted), 422, "reverse-charge-not-allowed", "/reverse_charge")
    who = {"given_name": "Nele", "family_name": "Maes", "email": "nele@example.org"}
    nele = (await lena.post("/v1/coachees", json=who)).json()["id"]
    homeless = await drafted(bea, buyers, coachee_id=nele)
    told = refused(await issue_of(bea, homeless), 409, "buyer-address-missing")
    assert told["facts"]["missing"] == ["street", "postal_code", "city"]
    untaxed = await drafted(bea, buyers, {**TALK_IN, "vat_rate": "0"})
    assert (await lena.patch("/v1/practice", json={"vat_regime": "exempt"})).status_code == 200
    refused(await issue_of(bea, untaxed), 409, "vat-regime-changed")
    assert (await lena.patch("/v1/practice", json={"vat_regime": "standard"})).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        statement = "UPDATE sponsors SET enterprise_number = '0417497107' WHERE id = :id"
        await work.session.execute(text(statement), {"id": buyers.acme})
    broken = await drafted(bea, buyers, coachee_id=None, sponsor_id=str(buyers.acme))
    told = refused(await issue_of(bea, broken), 422, "peppol-rule-broken", "/buyer/enterprise_number")
    assert told["facts"]["rule"] == "PEPPOL-COMMON-R043"
    assert (await issued(bea, buyers))["number"] == "F2026-0001"


async def test_vat_is_shifted_to_a_business_abroad(bea, buyers):
    abroad = {
        "kind": "company",
        "name": "Tulp BV",
        "street": "Dam 1",
        "postal_code": "1012 JS",
        "city": "Amsterdam",
        "country": "NL",
        "vat_number": "NL004495445B01",
    }
    tulp = (await bea.post("/v1/sponsors", json=abroad)).json()["id"]
    invoice = await issued(bea, buyers, coachee_id=None, sponsor_id=tulp, reverse_charge=True)
    assert (invoice["vat_cents"], invoice["lines"][0]["vat_rate"]) == (0, "0.00")


@pytest.mark.parametrize("cents", [-1, 10**18])
async def test_cents_beyond_reason_are_refused(bea, buyers, cents):
    body = {"coachee_id": str(buyers.amir), "lines": [{**TALK_IN, "unit_price_cents": cents}]}
    refused(await bea.post("/v1/invoices", json=body), 400, "invalid-request", "/lines/0/unit_price_cents")


async def test_a_line_may_be_free(bea, buyers):
    assert (await issued(bea, buyers, {**TALK_IN, "unit_price_cents": 0}))["gross_cents"] == 0


class TestSessions:
    async def body(self, engagement, **more) -> dict:
        return {"trajectory_id": str(engagement.trajectory_id), "price_cents": 12000} | more

    async def test_held_sessions_are_billed_once_in_neutral_words(self, bea, buyers, house, cast):
        engagement = await engage(house, cast)
        await engagement.session(minutes=90)
        await engagement.session(minutes=50)
        planned = await engagement.session(state=SessionState.PLANNED)
        body = await self.body(engagement, sponsor_id=str(buyers.acme))
        draft = (await bea.post("/v1/invoices/from-sessions", json=body)).json()
        told = [(line["description"], line["quantity"], line["unit"], line["net_cents"]) for line in draft["lines"]]
        assert told == [
            ("Coachinggesprek 01-02-2026", "1.50", "h", 18000),
            ("Coachinggesprek 02-02-2026", "1.00", "gesprek", 10000),
        ]
        refused(await bea.post("/v1/invoices/from-sessions", json=body), 409, "no-sessions-to-bill")
        again = body | {"session_ids": [draft["lines"][0]["session_id"]]}
        refused(await bea.post("/v1/invoices/from-sessions", json=again), 409, "session-already-billed")
        early = body | {"session_ids": [planned]}
        refused(await bea.post("/v1/invoices/from-sessions", json=early), 409, "session-not-billable")
        unknown = body | {"session_ids": [str(new_id())]}
        refused(await bea.post("/v1/invoices/from-sessions", json=unknown), 404, "session-not-found")
        assert (await bea.delete(f"/v1/invoices/{draft['id']}")).status_code == 204
        assert (await bea.post("/v1/invoices/from-sessions", json=again)).status_code == 201

    async def test_a_coachee_is_named_only_where_that_was_agreed(self, bea, buyers, house, cast):
        engagement = await engage(house, cast)
        await engagement.session()
        changed = await bea.patch(
            f"/v1/sponsors/{buyers.acme}", json={"names_coachees": True}, headers={"If-Match": "*"}
        )
        assert changed.status_code == 200, changed.text
        body = await self.body(engagement, sponsor_id=str(buyers.acme), price_per="session")
        [line] = (await bea.post("/v1/invoices/from-sessions", json=body)).json()["lines"]
        assert line["description"].startswith("Coachinggesprek 01-02-2026, ")

    async def test_one_session_billed_by_six_at_once_is_billed_once(self, bea, buyers, house, cast):
        engagement = await engage(house, cast)
        session_id = await engagement.session()
        body = await self.body(engagement, session_ids=[session_id])
        answers = await asyncio.gather(*[bea.post("/v1/invoices/from-sessions", json=body) for _ in range(6)])
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5

    async def test_what_a_cheque_pays_for_is_never_billed_nor_the_other_way_round(self, bea, lena, buyers, house, cast):
        engagement = await engage(house, cast)
        paid, left = await engagement.session(), await engagement.session()
        cheque = await started(lena, engagement)
        booking = await lena.post(f"/v1/cheques/{cheque['id']}/bookings", json={"session_id": paid})
        assert booking.status_code == 201, booking.text
        to_acme = {"sponsor_id": str(buyers.acme)}
        body = await self.body(engagement, session_ids=[paid], **to_acme)
        refused(await bea.post("/v1/invoices/from-sessions", json=body), 409, "session-on-cheque", "/session_ids/0")
        body = await self.body(engagement, session_ids=[left], **to_acme)
        refused(await bea.post("/v1/invoices/from-sessions", json=body), 409, "sponsor-on-cheque", "/session_ids/0")
        body = await self.body(engagement, **to_acme)
        refused(
            await bea.post("/v1/invoices/from-sessions", json=body), 409, "sponsor-on-cheque", "/lines/0/session_id"
        )
        line = TALK_IN | {"session_id": left}
        body = {"coachee_id": str(engagement.coachee_id), "lines": [line]}
        refused(await bea.post("/v1/invoices", json=body), 409, "surcharge-on-cheque", "/lines/0/session_id")

    async def test_a_session_that_is_billed_goes_on_no_cheque(self, bea, lena, buyers, house, cast):
        engagement = await engage(house, cast)
        billed = await engagement.session()
        body = await self.body(engagement, sponsor_id=str(buyers.acme))
        draft = (await bea.post("/v1/invoices/from-sessions", json=body)).json()
        assert [line["session_id"] for line in draft["lines"]] == [billed]
        cheque = await started(lena, engagement)
        answer = await lena.post(f"/v1/cheques/{cheque['id']}/bookings", json={"session_id": billed})
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/session-billed"

    async def test_a_missed_session_has_a_fee_once_and_never_where_a_cheque_pays(self, bea, lena, buyers, house, cast):
        engagement = await engage(house, cast)
        missed, held = await engagement.session(state=SessionState.NO_SHOW), await engagement.session()
        fee = {"price_cents": 6000}
        draft = await bea.post(f"/v1/sessions/{missed}/missed-session-fee", json=fee)
        assert draft.status_code == 201, draft.text
        assert [line["session_id"] for line in draft.json()["lines"]] == [missed]
        assert draft.json()["lines"][0]["description"] == "Niet bijgewoond gesprek 01-02-2026"
        refused(await bea.post(f"/v1/sessions/{missed}/missed-session-fee", json=fee), 409, "session-already-billed")
        refused(await bea.post(f"/v1/sessions/{held}/missed-session-fee", json=fee), 409, "session-not-missed")
        other = await engagement.session(state=SessionState.NO_SHOW)
        await started(lena, engagement)
        refused(await bea.post(f"/v1/sessions/{other}/missed-session-fee", json=fee), 409, "no-show-fee-on-cheque")


async def test_a_coachs_own_invoice_is_made_out_by_the_practice(bea, buyers, cast):
    body = {"coach_id": str(cast.staff["coach"]), "series": "KR", "supplier": KRIS, "lines": [TALK_IN]}
    answer = await bea.post("/v1/invoices/self-billed", json=body, headers=once())
    assert answer.status_code == 201, answer.text
    invoice = answer.json()
    assert (invoice["number"], invoice["kind"], invoice["payment_reference"]) == ("KR2026-0001", "self_billed", None)
    assert (invoice["seller"]["name"], invoice["buyer"]["name"]) == ("Kris Coaching", "Praktijk Lena")
    page = PdfReader(BytesIO((await bea.get(f"/v1/invoices/{invoice['id']}/pdf")).content)).pages[0]
    assert "Factuur uitgereikt door afnemer" in page.extract_text()
    ubl = (await bea.get(f"/v1/invoices/{invoice['id']}/ubl")).text
    assert "<cbc:InvoiceTypeCode>389<" in ubl
    assert "poacc:selfbilling:3.0" in ubl
    note = (
        await bea.post(f"/v1/invoices/{invoice['id']}/credit-notes", json={"reason": "Wrong price"}, headers=once())
    ).json()
    assert note["number"] == "KR-C2026-0001"
    nobodys = body | {"coach_id": str(new_id())}
    refused(await bea.post("/v1/invoices/self-billed", json=nobodys, headers=once()), 404, "staff-not-found")
    for name, wrong, code in (
        ("enterprise_number", "0417.497.107", "invalid-enterprise-number"),
        ("iban", "BE00 0961 2345 6769", "invalid-iban"),
    ):
        supplier = KRIS | {name: wrong}
        refused(
            await bea.post("/v1/invoices/self-billed", json=body | {"supplier": supplier}, headers=once()),
            422,
            code,
            f"/supplier/{name}",
        )
