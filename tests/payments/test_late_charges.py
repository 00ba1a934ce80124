"""Charges for late payment: reckoned at any time, asked for where the law allows, booked when the practice says so."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from domain import people
from domain.invoicing import get_invoice
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.payments.late_model import LateTerms
from domain.payments.late_terms import frozen, shipped_terms
from tests.invoicing import make as invoicing
from tests.invoicing.test_routes import refused
from tests.payments import make
from tests.payments.make import amirs, balances, pay, post, run_sql, state
from tests.payments.test_reminders import ahead, mails, steps_of, sweep

__all__ = ["sweep"]
pytestmark = pytest.mark.anyio
BOOK = {"reason": "Three letters and no answer"}


async def acmes(house, cast, **sponsor: Any):
    """An invoice of 121.00 to a company, due on 1 April."""
    buyers = await invoicing.open_books(house, cast)
    if sponsor:
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await people.update_sponsor(work, buyers.acme, sponsor)
    return buyers, await make.invoice(house, cast, 12100, sponsor_id=buyers.acme)


async def charges(client, invoice_id):
    answer = await client.get(f"/v1/invoices/{invoice_id}/late-charges")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def agree(client, coachee_id, agreed_on="2026-03-01"):
    body = {"agreed_on": agreed_on, "reference": "Agreement of 1 March, art. 7"}
    return await client.put(f"/v1/coachees/{coachee_id}/late-clause", json=body)


async def test_a_business_owes_interest_and_forty_euros_from_the_day_after_the_due_date(bea, house, cast, clock):
    _, invoice_id = await acmes(house, cast)
    clock.move(days=30)  # 1 April, the due date
    assert (await charges(bea, invoice_id))["because"] == "not_late"
    clock.move(days=30)  # 1 May
    await pay(bea, 6050, invoice_id=invoice_id, received_on="2026-05-01")
    clock.move(days=60)  # 30 June
    told = await charges(bea, invoice_id)
    rows = [(one["first"], one["days"], one["overdue_cents"], one["interest_cents"]) for one in told["interest"]]
    # 121.00 x 10.5 % x 30 / 365 = 1.0442; 60.50 x 10.5 % x 60 / 365 = 1.0442
    assert rows == [("2026-04-02", 30, 12100, 104), ("2026-05-02", 60, 6050, 104)]
    assert (told["interest_cents"], told["costs_cents"], told["because"]) == (208, 4000, None)
    assert "late_charges" not in await balances(bea)


async def test_what_a_credit_note_takes_back_was_never_late(bea, house, cast, clock):
    _, invoice_id = await acmes(house, cast)
    clock.move(days=60)  # 1 May
    path = f"invoices/{invoice_id}/credit-notes"
    half = await post(bea, path, {"reason": "Wrong price", "lines": [{"position": 0, "quantity": "0.50"}]})
    assert half.status_code == 201, half.text
    told = await charges(bea, invoice_id)
    # 60.50 x 10.5 % x 30 / 365 = 0.5221
    assert [(one["overdue_cents"], one["interest_cents"]) for one in told["interest"]] == [(6050, 52)]
    note = (await post(bea, path, {"reason": "Wrong price"})).json()["id"]
    told = await charges(bea, invoice_id)
    assert (told["because"], told["interest_cents"], told["costs_cents"]) == ("not_late", 0, 0), note
    refused(await post(bea, f"invoices/{invoice_id}/late-charges", BOOK), 409, "nothing-to-charge")


async def test_an_invoice_that_is_being_credited_keeps_no_booking_of_its_lateness_waiting(bea, house, cast, clock):
    """Or either would wait for the other: the credit note takes back what the booking holds."""
    _, invoice_id = await acmes(house, cast)
    clock.move(days=60)
    async with begin(house, cast.practice_id, OPERATOR) as crediting:
        await get_invoice(crediting, invoice_id, lock=True)
        booked = await post(bea, f"invoices/{invoice_id}/late-charges", BOOK)
    assert booked.status_code == 201, booked.text


async def test_who_paid_in_time_is_not_late_whenever_the_money_is_set_against_her_invoice(bea, house, cast, clock):
    buyers, first = await acmes(house, cast)
    second = await make.invoice(house, cast, 24200, sponsor_id=buyers.acme)
    clock.move(days=60)  # 1 May
    ogm = (await bea.get(f"/v1/invoices/{first}")).json()["payment_reference"]
    in_time = make.line(12100, ogm=ogm, booked_on=date(2026, 4, 1))
    assert (
        await make.send(bea, make.bank_file(in_time, make.line(5, "REF2", booked_on=date(2026, 4, 30))))
    ).status_code == 201
    assert (await charges(bea, first))["because"] == "not_late"
    paid = (await pay(bea, 24200, sponsor_id=buyers.acme, received_on="2026-04-11")).json()["id"]
    await post(bea, "allocations", {"credit_id": paid, "debit_id": str(second)})
    [row] = (await charges(bea, second))["interest"]
    assert (row["days"], row["overdue_cents"]) == (10, 24200)


async def test_a_rate_that_is_not_known_is_not_guessed_and_costs_can_be_booked_alone(bea, house, cast, clock):
    _, invoice_id = await acmes(house, cast)
    clock.now = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight in Brussels: 1 July
    told = await charges(bea, invoice_id)
    assert (told["until"], told["interest_cents"], told["interest_left_cents"]) == ("2026-07-01", None, None)
    assert [one["interest_cents"] for one in told["interest"]] == [313, None]
    path = f"invoices/{invoice_id}/late-charges"
    refused(await post(bea, path, BOOK), 409, "late-rate-unknown")
    booked = await post(bea, path, BOOK | {"interest": False})
    assert (booked.status_code, booked.json()["amount_cents"]) == (201, 4000), booked.text
    terms = (await bea.get("/v1/late-payment-terms")).json()
    terms["rates"][-1] |= {"percent": "11.50", "certainty": "high", "source": "The notice of July"}
    assert (await bea.put("/v1/late-payment-terms", json=terms)).json()["version"] == 1
    rest = await post(bea, path, BOOK)
    assert rest.json()["amount_cents"] == 313 + 4, rest.text  # 121.00 x 11.5 % x 1 / 365 = 0.0381
    told = await charges(bea, invoice_id)
    assert [(one["interest_cents"], one["costs_cents"]) for one in told["booked"]] == [(0, 4000), (317, 0)]


async def test_what_is_booked_is_an_item_of_its_own_that_is_paid_or_written_off(bea, lena, house, cast, clock):
    _, invoice_id = await acmes(house, cast)
    before = await balances(bea)
    clock.move(days=60)  # 1 May
    path = f"invoices/{invoice_id}/late-charges"
    item = (await post(bea, path, BOOK)).json()
    assert (item["kind"], item["amount_cents"], item["invoice_id"]) == ("charge", 4104, str(invoice_id))
    books = await balances(bea)
    assert (books["late_charges"], books["receivable"]) == (-4104, before["receivable"] + 4104)
    refused(await post(bea, path, BOOK), 409, "nothing-to-charge")
    gone = await post(bea, f"open-items/{item['id']}/write-off", {"amount_cents": 4104, "reason": "Peace"})
    assert gone.json()["open_cents"] == 0
    refused(await post(bea, path, BOOK), 409, "nothing-to-charge")  # what was let go is not asked again
    clock.move(days=1)
    assert (await charges(bea, invoice_id))["interest_left_cents"] == 4  # 1.0790 less 1.04
    lines = (await lena.get(f"/v1/audit-entries?subject_id={item['id']}")).json()["items"]
    assert ("late_charges_booked", BOOK["reason"]) in [(one["action"], one["facts"].get("reason")) for one in lines]
    told = (await bea.get(f"/v1/open-items?invoice_id={invoice_id}&kind=charge")).json()["items"]
    assert [one["id"] for one in told] == [item["id"]]


async def test_who_pays_all_that_is_asked_under_one_reference_owes_nothing(bea, house, cast, clock):
    _, invoice_id = await acmes(house, cast)
    clock.move(days=60)
    item = (await post(bea, f"invoices/{invoice_id}/late-charges", BOOK)).json()
    await pay(bea, 12100 + 4000, invoice_id=invoice_id)
    assert await state(bea, invoice_id) == ("paid", 0)
    assert await state(bea, item["id"]) == ("partly_paid", 104)
    left = await pay(bea, 150, invoice_id=invoice_id)
    assert await state(bea, item["id"]) == ("paid", 0)
    assert left.json()["open_cents"] == -46


async def test_bank_lines_under_the_reference_of_an_invoice_pay_its_charges_after_it(bea, house, cast, clock):
    _, invoice_id = await acmes(house, cast)
    clock.move(days=60)
    item = (await post(bea, f"invoices/{invoice_id}/late-charges", BOOK)).json()
    ogm = (await bea.get(f"/v1/invoices/{invoice_id}")).json()["payment_reference"]
    sums = [12000, 2000, 2500]
    lines = [make.line(cents, f"REF{place}", ogm=ogm) for place, cents in enumerate(sums)]
    assert (await make.send(bea, make.bank_file(*lines))).json()["matched"] == 3
    assert (await state(bea, invoice_id), await state(bea, item["id"])) == (("paid", 0), ("paid", 0))
    paid = (await bea.get("/v1/open-items?kind=payment")).json()["items"]
    assert sorted(one["open_cents"] for one in paid) == [12100 + 4104 - sum(sums), 0, 0]


async def test_a_line_that_is_confirmed_as_a_charge_pays_it(bea, house, cast, clock):
    _, invoice_id = await acmes(house, cast)
    clock.move(days=60)
    item = (await post(bea, f"invoices/{invoice_id}/late-charges", BOOK)).json()
    await pay(bea, 12100, invoice_id=invoice_id)
    await make.send(bea, make.bank_file(make.line(4100, name="A. Cme")))
    [waiting] = (await bea.get("/v1/bank-lines?state=waiting")).json()["items"]
    confirmed = await post(bea, f"bank-lines/{waiting['id']}/confirm", {"item_id": item["id"]})
    assert confirmed.status_code == 200, confirmed.text
    assert await state(bea, item["id"]) == ("partly_paid", 4)


async def test_a_consumer_pays_nothing_without_a_clause_agreed_beforehand(bea, house, cast, clock):
    buyers, invoice_id = await amirs(house, cast)
    clause = f"/v1/coachees/{buyers.amir}/late-clause"
    clock.move(days=90)
    assert (await charges(bea, invoice_id))["because"] == "no_clause"
    refused(await post(bea, f"invoices/{invoice_id}/late-charges", BOOK), 409, "nothing-to-charge")
    refused(await bea.get(clause), 404, "late-clause-not-found")
    assert (await agree(bea, buyers.amir, "2026-03-03")).status_code == 200
    assert (await charges(bea, invoice_id))["because"] == "clause_later"
    await agree(bea, buyers.amir)
    assert (await bea.get(clause)).json()["agreed_on"] == "2026-03-01"
    assert (await charges(bea, invoice_id))["because"] == "not_reminded"
    refused(await agree(bea, buyers.amir, "2027-01-01"), 422, "clause-in-future", "/agreed_on")
    assert (await bea.delete(clause)).status_code == 204
    assert (await charges(bea, invoice_id))["because"] == "no_clause"
    refused(await bea.delete(clause), 404, "late-clause-not-found")


async def test_a_consumers_first_reminder_is_free_and_the_second_asks_what_the_clause_says(
    sweep, bea, house, cast, clock
):
    buyers, invoice_id = await amirs(house, cast)
    await agree(bea, buyers.amir)
    clock.move(days=37)  # 8 April
    await sweep()
    assert (await charges(bea, invoice_id))["because"] == "in_grace"
    clock.move(days=15)  # 23 April, the first day after the fourteen
    await sweep()
    first, second = await mails(house, cast)
    assert "charges_cents" not in first.facts
    # 121.00 x 10.5 % x 1 / 365 = 0.0348, and 7.50
    assert (second.facts["charges_cents"], second.facts["total_cents"]) == (753, 12853)
    assert "7,50" in second.facts["calculation"]
    letter = await bea.get(f"/v1/invoices/{invoice_id}/reminder-letter?step=2")
    told = " ".join(PdfReader(BytesIO(letter.content)).pages[0].extract_text().split())
    for word in ("7,50", "0,03", "128,53", "10,5", "1 maart 2026"):
        assert word in told, told
    [_, made] = (await bea.get(f"/v1/invoices/{invoice_id}/reminders")).json()["items"]
    assert (made["open_cents"], made["charges_cents"]) == (12100, 753)
    booked = await post(bea, f"invoices/{invoice_id}/late-charges", BOOK)
    assert booked.json()["amount_cents"] == 753, booked.text
    assert (await state(bea, invoice_id)) == ("open", 12100)


async def three_steps_and_postage(client):
    tariff = {"from_on": "2026-01-01", "amount_cents": 160, "source": "Tariff of the post", "certainty": "high"}
    terms = (await client.get("/v1/late-payment-terms")).json()
    assert terms["consumer"]["postage"] == []
    terms["consumer"] |= {"postage": [tariff], "interest": False}
    assert (await client.put("/v1/late-payment-terms", json=terms)).json()["consumer"]["postage"] == [tariff]
    steps = (await client.get("/v1/reminder-steps")).json()
    steps["consumer"].append(steps["consumer"][-1])
    assert (await client.put("/v1/reminder-steps", json=steps)).status_code == 200


async def test_only_the_one_letter_that_is_paid_for_and_went_by_post_carries_postage(sweep, bea, house, cast, clock):
    buyers, invoice_id = await amirs(house, cast)
    await agree(bea, buyers.amir)
    await three_steps_and_postage(bea)
    clock.move(days=37)  # 8 April: the first, which is free
    await sweep()
    letter = await bea.get(f"/v1/invoices/{invoice_id}/reminder-letter?step=1")
    assert "ten hoogste 9,10" in " ".join(PdfReader(BytesIO(letter.content)).pages[0].extract_text().split())
    clock.move(days=15)
    await sweep()
    [_, second] = (await bea.get(f"/v1/invoices/{invoice_id}/reminders")).json()["items"]
    assert (second["made_on"], second["mailed"], second["charges_cents"]) == ("2026-04-23", True, 750)
    assert [one["kind"] for one in (await charges(bea, invoice_id))["costs"]] == ["reminders"]
    path, said = f"/v1/invoices/{invoice_id}/reminders/posted", {"step": 2, "posted_on": "2026-04-23"}
    for wrong in ("2026-04-22", "2026-04-24"):
        refused(await bea.post(path, json=said | {"posted_on": wrong}), 422, "posted-out-of-time", "/posted_on")
    refused(await bea.post(path, json=said | {"step": 3}), 409, "not-reminded")
    refused(await bea.post(f"/v1/invoices/{new_id()}/reminders/posted", json=said), 404, "invoice-not-found")
    assert (await bea.post(path, json=said)).json()["posted_on"] == "2026-04-23"
    assert [(one["kind"], one["amount_cents"]) for one in (await charges(bea, invoice_id))["costs"]] == [
        ("reminders", 750),
        ("postage", 160),
    ]
    clock.move(days=30)
    await sweep()
    letter = await bea.get(f"/v1/invoices/{invoice_id}/reminder-letter?step=3")
    told = " ".join(PdfReader(BytesIO(letter.content)).pages[0].extract_text().split())
    for word in ("Herinneringen met kosten: 1 7,50", "Portkosten van de brief 1,60", "130,10"):
        assert word in told, told


def dear(rates):
    return [one | {"percent": "40.00"} for one in rates]


async def test_a_letter_that_goes_by_post_alone_gives_a_consumer_longer_before_the_next(sweep, bea, house, cast, clock):
    await amirs(house, cast)
    clock.move(days=37)  # Wednesday 8 April
    await sweep()
    assert (await ahead(bea))["on"] == "2026-04-23"
    await run_sql(house, cast, "UPDATE reminders SET mailed = false")
    assert (await ahead(bea))["on"] == "2026-04-27"  # Monday 13 April is the third working day


async def test_a_consumers_rate_beyond_the_law_is_refused_and_a_business_may_agree_on_it(bea, house, cast):
    await invoicing.open_books(house, cast)
    path, terms = "/v1/late-payment-terms", (await bea.get("/v1/late-payment-terms")).json()
    high = terms["rates"][:6] + dear(terms["rates"][6:7])
    refusal = await bea.put(path, json=terms | {"rates": high})
    refused(refusal, 422, "late-terms-beyond-law", "/rates/6/percent")
    facts = refusal.json()["facts"]
    assert (facts["at_most_percent"], facts["from_on"], facts["certainty"]) == ("10.50", "2026-01-01", "low")
    too_high = {"consumer": terms["consumer"] | {"rates": high[6:]}}
    refused(await bea.put(path, json=terms | too_high), 422, "late-terms-beyond-law", "/consumer/rates/0/percent")
    hers = {"consumer": terms["consumer"] | {"rates": terms["rates"]}}
    kept = (await bea.put(path, json=terms | {"rates": high} | hers)).json()
    assert (kept["version"], kept["rates"], kept["consumer"]["rates"]) == (1, high, terms["rates"])


async def test_a_consumers_interest_is_held_to_the_law_of_each_day_when_it_is_charged(sweep, bea, house, cast, clock):
    buyers, invoice_id = await amirs(house, cast)
    await agree(bea, buyers.amir)
    before = frozen(shipped_terms())
    before["rates"] = dear(before["rates"])
    async with begin(house, cast.practice_id, OPERATOR) as work:  # as they could be set before the law was held
        await work.store(LateTerms(practice_id=cast.practice_id, version=1, terms=before, made_at=clock()))
    clock.move(days=37)  # 8 April
    await sweep()
    clock.move(days=15)  # 23 April, the first day after the fourteen
    [row] = (await charges(bea, invoice_id))["interest"]
    assert (row["first"], row["days"], row["percent"], row["interest_cents"]) == ("2026-04-23", 1, "10.50", 3)
    clock.move(days=70)  # 2 July: the law's rate is not known, and theirs was not read for certain
    [_, row] = (await charges(bea, invoice_id))["interest"]
    assert (row["first"], row["percent"], row["interest_cents"]) == ("2026-07-01", None, None)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ("Kosten van te late betaling", "wet van 2 augustus 2002", "Forfaitaire vergoeding", "40,00")),
        ("fr", ("Frais de retard de paiement", "loi du 2 août 2002", "Indemnité forfaitaire", "40,00")),
        ("en", ("Costs of late payment", "law of 2 August 2002", "Lump sum", "40.00")),
        ("de", ("Kosten verspäteter Zahlung", "Gesetz vom 2. August 2002", "Pauschale", "40,00")),
    ],
)
async def test_the_letter_shows_how_it_is_reckoned_in_four_languages(sweep, bea, house, cast, clock, language, words):
    _, invoice_id = await acmes(house, cast, language=language)
    clock.move(days=60)
    await sweep()
    clock.move(days=14)
    await sweep()
    letter = await bea.get(f"/v1/invoices/{invoice_id}/reminder-letter?step=2")
    told = " ".join(PdfReader(BytesIO(letter.content)).pages[0].extract_text().split())
    for word in words:
        assert word in told, told
    [first, second] = await mails(house, cast)
    assert first.facts.get("charges_cents") is None
    assert second.facts["total_cents"] == 12100 + second.facts["charges_cents"]
    assert words[2] in second.facts["calculation"]


async def test_what_is_paid_of_booked_charges_is_not_asked_again(sweep, bea, house, cast, clock):
    _, invoice_id = await acmes(house, cast)
    clock.move(days=60)
    await sweep()
    item = (await post(bea, f"invoices/{invoice_id}/late-charges", BOOK)).json()
    paid = (await pay(bea, 4104, sponsor_id=item["sponsor_id"])).json()
    await post(bea, "allocations", {"credit_id": paid["id"], "debit_id": item["id"]})
    clock.move(days=14)  # 74 days: 44 of them late, 121.00 x 10.5 % x 44 / 365 = 1.5316
    await sweep()
    assert (await mails(house, cast))[-1].facts["charges_cents"] == 153 - 104


async def test_a_disputed_invoice_costs_nothing(sweep, bea, house, cast, clock):
    _, invoice_id = await acmes(house, cast)
    clock.move(days=60)
    await bea.post(f"/v1/invoices/{invoice_id}/dispute", json={"reason": "Never held"})
    assert (await charges(bea, invoice_id))["because"] == "disputed"
    refused(await post(bea, f"invoices/{invoice_id}/late-charges", BOOK), 409, "nothing-to-charge")
    await sweep()
    assert await steps_of(bea, invoice_id) == []


async def test_terms_are_set_with_their_sources_and_stay_within_the_law(bea, house, cast):
    await invoicing.open_books(house, cast)
    shipped = (await bea.get("/v1/late-payment-terms")).json()
    assert (shipped["version"], shipped["rates"][-1]["percent"]) == (0, None)
    assert {one["certainty"] for one in shipped["rates"]} == {"medium", "low"}
    path = "/v1/late-payment-terms"
    consumer = shipped["consumer"]
    early = shipped | {"consumer": consumer | {"from_step": 1}}
    refused(await bea.put(path, json=early), 422, "late-terms-beyond-law", "/consumer/from_step")
    dear = shipped | {"consumer": consumer | {"per_reminder_cents": 751}}
    refused(await bea.put(path, json=dear), 422, "late-terms-beyond-law", "/consumer/per_reminder_cents")
    twice = shipped | {"rates": [shipped["rates"][0]] * 2}
    refused(await bea.put(path, json=twice), 422, "late-rates-out-of-order", "/rates/1/from_on")
    twice = shipped | {"consumer": consumer | {"caps": [consumer["caps"][0]] * 2}}
    refused(await bea.put(path, json=twice), 422, "late-rates-out-of-order", "/consumer/caps/1/over_cents")
    assert (await bea.put(path, json=shipped)).json() == shipped | {"version": 1}
    refused(await bea.put(path, json=shipped), 409, "late-terms-changed")


@pytest.mark.parametrize(
    ("place", "change", "most"),
    [
        (0, {"fixed_cents": 2001}, 2000),
        (0, {"percent": "1"}, 2000),  # not on the first cent
        (1, {"over_cents": 14999}, 2000),
        (1, {"percent": "10.10"}, 6500),
        (2, {"most_cents": 200001}, 200000),
        (2, {"most_cents": None}, 200000),
        (2, {"percent": "90", "most_cents": 190000}, 6500),  # below what is most, reached too soon
    ],
)
async def test_caps_beyond_those_of_the_law_are_refused_with_the_most_that_it_lets_ask(
    bea, house, cast, place, change, most
):
    await invoicing.open_books(house, cast)
    terms = (await bea.get("/v1/late-payment-terms")).json()
    terms["consumer"]["caps"][place] |= change
    refusal = await bea.put("/v1/late-payment-terms", json=terms)
    refused(refusal, 422, "late-terms-beyond-law", f"/consumer/caps/{place}")
    facts = refusal.json()["facts"]
    assert (facts["at_most_cents"], facts["certainty"]) == (most, "high")
    assert facts["source"].startswith("Book XIX, art. XIX.4")
    lower = {"fixed_cents": 1000, "percent": "0", "most_cents": None}
    terms["consumer"]["caps"][place] |= lower | {"over_cents": [0, 15000, 50000][place]}
    assert (await bea.put("/v1/late-payment-terms", json=terms)).status_code == 200


async def test_terms_that_ask_for_nothing_charge_nothing_and_a_lump_asks_for_the_cap(sweep, bea, house, cast, clock):
    buyers, invoice_id = await amirs(house, cast)
    await agree(bea, buyers.amir)
    terms = (await bea.get("/v1/late-payment-terms")).json()
    terms["consumer"] |= {"lump": True, "interest": False}
    terms["business"] |= {"from_step": None}
    assert (await bea.put("/v1/late-payment-terms", json=terms)).status_code == 200
    theirs = await make.invoice(house, cast, 12100, sponsor_id=buyers.acme)
    clock.move(days=60)
    await sweep()
    clock.move(days=15)
    assert (await charges(bea, theirs))["because"] == "not_asked"
    told = await charges(bea, invoice_id)
    assert (told["interest"], told["costs"]) == ([], [{"kind": "lump", "count": 1, "amount_cents": 2000}])
    kept = frozen(shipped_terms())
    kept["consumer"] |= {"lump": True, "caps": [one | {"fixed": 9000} for one in kept["consumer"]["caps"]]}
    async with begin(house, cast.practice_id, OPERATOR) as work:  # as they could be set before the law was held
        await work.store(LateTerms(practice_id=cast.practice_id, version=2, terms=kept, made_at=clock()))
    assert (await charges(bea, invoice_id))["costs_cents"] == 2000


async def test_what_has_no_lateness_is_refused_by_name(bea, house, cast):
    buyers, invoice_id = await amirs(house, cast)
    note = (await post(bea, f"invoices/{invoice_id}/credit-notes", {"reason": "Wrong price"})).json()["id"]
    refused(await bea.get(f"/v1/invoices/{note}/late-charges"), 409, "not-payable", "/invoice_id")
    refused(await bea.get(f"/v1/invoices/{new_id()}/late-charges"), 404, "invoice-not-found")
    refused(await bea.get(f"/v1/coachees/{new_id()}/late-clause"), 404, "coachee-not-found")
    refused(await agree(bea, new_id()), 404, "coachee-not-found")
    refused(await agree(bea, buyers.amir, "0001-01-01"), 422, "day-out-of-range", "/agreed_on")
