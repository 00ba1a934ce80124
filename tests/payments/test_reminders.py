"""Reminders of late invoices: each step once, in the customer's language, and never where it may not be."""

import asyncio
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from domain import people
from domain.kit.ids import new_id
from domain.kit.paging import PageRequest
from domain.kit.work import OPERATOR, begin
from domain.messaging import MessageState, list_messages
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.documents.archival import archival_faults
from tests.factories import once
from tests.invoicing import make as invoicing
from tests.invoicing.test_routes import refused
from tests.payments import make
from tests.payments.make import amirs, pay

pytestmark = pytest.mark.anyio
[SWEEP] = [one for one in SWEEPS if one.name == "remind of invoices"]
STEP = {"after_days": 20, "source": "Our own terms", "certainty": "high"}


@pytest.fixture
def sweep(quiet, sweep_house):
    async def act():
        outcome = await SWEEP.act(Tools(sweep_house, None, None))
        assert outcome.failed == 0, outcome
        return outcome

    return act


async def mails(house, cast):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        found = (await list_messages(work, PageRequest())).items
    return [one for one in found if one.kind.startswith("invoice_reminder")]


async def steps_of(client, invoice_id):
    items = (await client.get(f"/v1/invoices/{invoice_id}/reminders")).json()["items"]
    return [(one["step"], one["cancelled"]) for one in items]


async def ahead(client):
    [one] = (await client.get("/v1/reminders/preview")).json()["items"]
    return one


async def until_late(clock, client, days):
    """Move to noon of so many days after the due date."""
    due_on = (await ahead(client))["due_on"]
    clock.move(days=(make.TODAY.fromisoformat(due_on) - make.TODAY).days + days)


async def test_each_step_goes_out_once_and_a_consumer_has_fourteen_days_after_the_first(sweep, bea, house, cast, clock):
    _, invoice_id = await amirs(house, cast)
    await until_late(clock, bea, 6)
    await sweep()
    assert await steps_of(bea, invoice_id) == []
    promised = (await ahead(bea))["on"]
    clock.move(days=1)
    await sweep()
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, False)]
    [mail] = await mails(house, cast)
    assert (mail.kind, mail.facts["open_cents"], mail.language) == ("invoice_reminder", 12100, "nl")
    assert mail.facts["payment_reference"].startswith("+++")
    assert mail.attachments[0].content.startswith(b"%PDF")
    [made] = (await bea.get(f"/v1/invoices/{invoice_id}/reminders")).json()["items"]
    assert made["made_on"] == promised
    clock.move(days=14)
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, False)]
    clock.move(days=1)
    await sweep()
    clock.move(days=90)
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, False), (2, False)]
    assert (await ahead(bea))["on"] is None


@pytest.mark.parametrize(
    ("issued_on", "goes_out_at"),
    [
        ("2026-02-20", "2026-03-29T07:00:00+00:00"),  # due on 22 March; the clock is put forward on the 29th
        ("2026-09-18", "2026-10-25T08:00:00+00:00"),  # and back on 25 October
        ("2026-01-23", "2026-03-01T08:00:00+00:00"),  # due on 22 February, over the end of that month
    ],
)
async def test_days_are_counted_on_the_calendar_and_the_hour_is_that_of_the_wall(
    sweep, bea, house, cast, clock, issued_on, goes_out_at
):
    clock.now = datetime.fromisoformat(f"{issued_on}T11:00:00+00:00")
    _, invoice_id = await amirs(house, cast)
    clock.now = datetime.fromisoformat(goes_out_at) - timedelta(minutes=1)
    await sweep()
    assert await steps_of(bea, invoice_id) == []
    clock.move(minutes=1)
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, False)]


async def test_two_sweeps_at_once_remind_once(sweep, bea, house, cast, clock):
    buyers, first = await amirs(house, cast)
    invoices = [first, *[await make.invoice(house, cast, coachee_id=buyers.amir) for _ in range(4)]]
    clock.move(days=70)
    await asyncio.gather(sweep(), sweep(), sweep())
    await sweep()
    assert [await steps_of(bea, one) for one in invoices] == [[(1, False)]] * 5
    assert len(await mails(house, cast)) == 5


async def test_a_payment_that_closes_the_invoice_calls_off_what_is_queued(sweep, bea, house, cast, clock):
    _, invoice_id = await amirs(house, cast)
    clock.move(days=70)
    await sweep()
    await pay(bea, 100, invoice_id=invoice_id)
    assert [one.state for one in await mails(house, cast)] == [MessageState.QUEUED]
    payment = (await pay(bea, 12000, invoice_id=invoice_id)).json()
    [mail] = await mails(house, cast)
    assert (mail.state, mail.attached, mail.address) == (MessageState.CANCELLED, None, None)
    assert await steps_of(bea, invoice_id) == [(1, True)]
    await sweep()
    assert len(await mails(house, cast)) == 1
    body = {"credit_id": payment["id"], "debit_id": str(invoice_id), "amount_cents": 12000, "reason": "Another's"}
    await make.post(bea, "allocations/take-back", body)
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, True), (1, False)]
    assert (await mails(house, cast))[-1].facts["open_cents"] == 12000


async def test_a_payment_during_the_sweep_leaves_no_reminder_to_go(sweep, bea, house, cast, clock):
    _, invoice_id = await amirs(house, cast)
    clock.move(days=70)
    await asyncio.gather(sweep(), pay(bea, 12100, invoice_id=invoice_id))
    await sweep()
    assert all(one.state is MessageState.CANCELLED for one in await mails(house, cast))
    assert all(cancelled for _, cancelled in await steps_of(bea, invoice_id))


async def test_a_disputed_invoice_is_never_reminded_of_until_it_is_settled(sweep, bea, house, cast, clock):
    _, invoice_id = await amirs(house, cast)
    clock.move(days=70)
    await sweep()
    disputed = await bea.post(f"/v1/invoices/{invoice_id}/dispute", json={"reason": "Never came"})
    assert (disputed.status_code, disputed.json()["until"]) == (201, None), disputed.text
    clock.move(days=90)
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, True)]
    assert ((await ahead(bea))["disputed"], (await ahead(bea))["on"]) == (True, None)
    path = f"/v1/reminder-pauses/{disputed.json()['id']}/end"
    assert (await bea.post(path)).status_code == 200
    refused(await bea.post(path), 409, "pause-over")
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, True), (1, False)]


@pytest.mark.parametrize("whose", ["invoice_id", "coachee_id"])
async def test_what_is_paused_waits_for_its_day(sweep, bea, house, cast, clock, whose):
    buyers, invoice_id = await amirs(house, cast)
    clock.move(days=70)
    until = make.TODAY + timedelta(days=75)
    own = {"invoice_id": invoice_id, "coachee_id": buyers.amir}[whose]
    body = {whose: str(own), "until": until.isoformat(), "reason": "In hospital"}
    paused = await bea.post("/v1/reminder-pauses", json=body)
    assert paused.status_code == 201, paused.text
    assert [one["reason"] for one in (await bea.get("/v1/reminder-pauses")).json()["items"]] == ["In hospital"]
    await sweep()
    clock.move(days=5)
    await sweep()
    assert await steps_of(bea, invoice_id) == []
    assert (await ahead(bea))["on"] == (until + timedelta(days=1)).isoformat()
    clock.move(days=1)
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, False)]


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "Herinnering"), ("fr", "Rappel"), ("en", "Reminder"), ("de", "Erinnerung")],
)
async def test_the_letter_is_kept_in_the_customers_language(sweep, bea, house, cast, clock, language, words):
    buyers = await invoicing.open_books(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.update_sponsor(work, buyers.acme, {"language": language})
    invoice_id = await make.invoice(house, cast, sponsor_id=buyers.acme)
    clock.move(days=70)
    await sweep()
    letter = await bea.get(f"/v1/invoices/{invoice_id}/reminder-letter?step=1")
    assert archival_faults(letter.content) == []
    told = " ".join(PdfReader(BytesIO(letter.content)).pages[0].extract_text().split())
    for word in (words, "Acme NV", "F2026-0001", "+++", "121"):
        assert word in told, told
    [mail] = await mails(house, cast)
    assert (mail.language, mail.attachments[0].content) == (language, letter.content)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Betaal je ten laatste op 25 april 2026, dan komt er niets bij."),
        ("fr", "Si vous payez au plus tard le 25 avril 2026, rien"),
        ("en", "If you pay by 25 April 2026, nothing is added."),
        ("de", "Zahlen Sie spätestens am 25. April 2026, kommt nichts hinzu."),
    ],
)
async def test_a_consumer_reads_first_what_for_until_when_and_what_may_come_after(
    sweep, bea, house, cast, clock, language, words
):
    buyers = await invoicing.open_books(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.update_coachee(work, buyers.amir, {"language": language})
    await make.clause(bea, buyers.amir)
    invoice_id = await make.invoice(house, cast, coachee_id=buyers.amir)
    await until_late(clock, bea, 10)
    await sweep()
    first = await letter_of(bea, invoice_id, 1)
    for word in (words, "Coaching", "€7.50" if language == "en" else "7,50 €"):
        assert word in first, first
    clock.move(days=16)
    await sweep()
    assert words not in await letter_of(bea, invoice_id, 2)


async def test_without_a_clause_no_costs_are_held_out_and_to_a_business_nothing_of_it(sweep, bea, house, cast, clock):
    buyers, hers = await amirs(house, cast)
    theirs = await make.invoice(house, cast, sponsor_id=buyers.acme)
    clock.move(days=70)
    await sweep()
    assert "dan komt er niets bij" in await letter_of(bea, hers, 1)
    assert "Daarna kunnen er kosten" not in await letter_of(bea, hers, 1)
    assert "dan komt er niets bij" not in await letter_of(bea, theirs, 1)


async def letter_of(client, invoice_id, step):
    letter = await client.get(f"/v1/invoices/{invoice_id}/reminder-letter?step={step}")
    return " ".join(PdfReader(BytesIO(letter.content)).pages[0].extract_text().split())


async def test_a_practice_sets_its_own_steps_within_the_law(sweep, bea, house, cast, clock):
    _, invoice_id = await amirs(house, cast)
    shipped = (await bea.get("/v1/reminder-steps")).json()
    assert (shipped["version"], [one["after_days"] for one in shipped["consumer"]]) == (0, [7, 15])
    hasty = {"version": 0, "consumer": [STEP, STEP | {"after_days": 14}], "business": []}
    refused(await bea.put("/v1/reminder-steps", json=hasty), 422, "reminder-too-soon", "/consumer/1/after_days")
    own = {"version": 0, "consumer": [STEP], "business": [STEP]}
    assert (await bea.put("/v1/reminder-steps", json=own)).json()["version"] == 1
    refused(await bea.put("/v1/reminder-steps", json=own), 409, "reminder-rules-changed")
    await until_late(clock, bea, 19)
    await sweep()
    assert await steps_of(bea, invoice_id) == []
    clock.move(days=1)
    await sweep()
    assert await steps_of(bea, invoice_id) == [(1, False)]


async def test_what_cannot_be_paused_or_read_is_refused(bea, house, cast):
    buyers, invoice_id = await amirs(house, cast)
    body = {"until": "2026-03-16", "reason": "Why not"}
    path = "/v1/reminder-pauses"
    refused(await bea.post(path, json=body), 422, "one-customer", "/invoice_id")
    named = body | {"coachee_id": str(buyers.amir)}
    refused(await bea.post(path, json=named | {"until": "2026-03-01"}), 422, "pause-ends-in-past", "/until")
    refused(await bea.post(path, json=body | {"sponsor_id": str(new_id())}), 404, "sponsor-not-found")
    refused(await bea.post(f"/v1/invoices/{new_id()}/dispute", json={"reason": "No"}), 404, "invoice-not-found")
    note = (
        await bea.post(f"/v1/invoices/{invoice_id}/credit-notes", json={"reason": "Wrong price"}, headers=once())
    ).json()["id"]
    refused(await bea.post(f"/v1/invoices/{note}/dispute", json={"reason": "No"}), 409, "not-payable", "/invoice_id")
    refused(await bea.post(f"{path}/{new_id()}/end"), 404, "reminder-pause-not-found")
    refused(await bea.get(f"/v1/invoices/{invoice_id}/reminder-letter?step=1"), 409, "not-reminded")
