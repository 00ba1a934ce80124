"""E-invoices leave by themselves: queued with the issue, sent once, followed until they are delivered."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from sqlalchemy import text

from domain import peppol
from domain.invoicing import envelope_of
from domain.invoicing.archive import PRESS
from domain.kit.tries import LAID_ASIDE, MOST, Try
from domain.kit.work import SCHEDULER, begin
from domain.peppol import (
    AccessPointUnreachable,
    DispatchState,
    FolderAccessPoint,
    MemoryAccessPoint,
    NoAccessPoint,
    Progress,
    Standing,
    TransmissionDeferred,
)
from domain.peppol.dispatching import LEASE, MOST_ATTEMPTS, MOST_LOOKS, backoff
from domain.practice import VatRegime
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.factories import once
from tests.invoicing import make as invoicing
from tests.invoicing.test_new_routes import KRIS
from tests.messaging.make import messages
from tests.peppol import make

pytestmark = pytest.mark.anyio
OFFICE_TOLD = [("bea@example.be", "F2026-0001"), ("omar@example.be", "F2026-0001")]  # billing and the administrator


def always(reason):
    return lambda _: reason


async def test_an_invoice_to_a_company_is_queued_with_its_issue(house, cast, bea, clock):
    invoice_id = await make.to_acme(house, cast)
    answer = await bea.get(f"/v1/invoices/{invoice_id}/peppol")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["state"], told["receiver"], told["round"]) == ("queued", "0208:0417497106", 1)
    assert told["queued_at"] == told["due_at"] == clock.now.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(
    ("numbers", "endpoint"),
    [
        ({"country": "NL", "vat_number": "NL004495445B01"}, "9944:NL004495445B01"),
        ({"country": "DE", "kind": "public_body"}, "0204:04011000-12345-34"),
        ({"enterprise_number": "0202.239.951"}, "0088:5790000435975"),
    ],
)
async def test_who_has_another_place_on_peppol_is_reached_there(house, sweep_house, cast, bea, numbers, endpoint):
    await invoicing.open_books(house, cast)
    buyer = {"kind": "company", "name": "Werf", "street": "Dok 1", "postal_code": "9000", "city": "Gent"}
    sponsor = await bea.post("/v1/sponsors", json=buyer | numbers | {"peppol_endpoint": endpoint})
    invoice_id = await make.another(house, cast, UUID(sponsor.json()["id"]))
    assert (await bea.get(f"/v1/invoices/{invoice_id}/peppol")).json()["receiver"] == endpoint
    assert (await bea.get(f"/v1/invoices/{invoice_id}")).json()["buyer"]["peppol_endpoint"] == endpoint
    access_point = MemoryAccessPoint()
    await peppol.dispatch_due(sweep_house, access_point)
    [taken] = [one for one in access_point.taken.values() if one.key.startswith(str(invoice_id))]
    assert taken.receiver == envelope_of(taken.content).receiver == endpoint


async def test_a_company_that_gave_its_vat_number_alone_is_reached_by_the_number_in_it(house, cast, bea):
    await invoicing.open_books(house, cast)
    address = {"street": "Dok 1", "postal_code": "9000", "city": "Gent"}
    company = {"kind": "company", "name": "Werf BV", "vat_number": "BE 0202.239.951", **address}
    sponsor = await bea.post("/v1/sponsors", json=company)
    assert (sponsor.status_code, sponsor.json()["enterprise_number"]) == (201, None)
    invoice_id = await make.another(house, cast, UUID(sponsor.json()["id"]))
    assert (await bea.get(f"/v1/invoices/{invoice_id}/peppol")).json()["receiver"] == "0208:0202239951"
    assert (await bea.get(f"/v1/invoices/{invoice_id}")).json()["buyer"]["enterprise_number"] == "0202239951"


async def test_what_goes_to_a_consumer_or_comes_from_an_exempt_practice_is_not_queued(house, cast, bea):
    buyers = await invoicing.open_books(house, cast)
    hers = await invoicing.issue(
        house, cast, await invoicing.draft(house, cast, invoicing.TALK, coachee_id=buyers.amir)
    )
    draft = await invoicing.draft(house, cast, invoicing.TALK, sponsor_id=buyers.acme)
    exempt = await make.to_acme(house, cast, vat_regime=VatRegime.EXEMPT)
    for invoice_id, problem in ((hers.id, "not-for-peppol"), (exempt, "not-for-peppol"), (draft, "not-issued")):
        answer = await bea.get(f"/v1/invoices/{invoice_id}/peppol")
        assert (answer.status_code, answer.json()["type"]) == (409, f"/problems/{problem}")
    assert (await bea.get("/v1/peppol-dispatches")).json()["items"] == []


async def test_it_is_sent_as_archived_and_followed_until_it_is_delivered(quiet, house, sweep_house, cast, bea, clock):
    invoice_id = await make.to_acme(house, cast)
    memory = MemoryAccessPoint()
    assert await peppol.dispatch_due(sweep_house, memory) == (1, 0)
    [sent] = memory.taken.values()
    archived = await bea.get(f"/v1/invoices/{invoice_id}/ubl")
    assert sent.content == archived.content
    assert sent.sha256 == sha256(sent.content).hexdigest()
    assert (sent.sender, sent.receiver) == ("0208:0403019261", "0208:0417497106")
    assert sent.process == "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
    assert sent.document_type.startswith("urn:oasis:names:specification:ubl:schema:xsd:Invoice-2::Invoice##urn:cen.eu:")
    seen = await make.dispatch(house, cast, invoice_id)
    assert (seen.state, seen.sent_at, seen.via) == (DispatchState.SENT, clock.now, "memory")
    clock.move(minutes=2)
    assert await peppol.dispatch_due(sweep_house, memory) == (1, 0)  # no news yet
    memory.standing = Progress(standing=Standing.DELIVERED)
    clock.move(hours=1)
    assert await peppol.dispatch_due(sweep_house, memory) == (1, 0)
    seen = await make.dispatch(house, cast, invoice_id)
    assert (seen.state, seen.delivered_at, seen.due_at) == (DispatchState.DELIVERED, clock.now, None)
    clock.move(days=9)
    assert await peppol.dispatch_due(sweep_house, memory) == (0, 0)
    assert (memory.sends, memory.looks) == (1, 2)
    assert (await make.events(house, cast))[-3:] == ["invoice_issued", "invoice_transmitted", "invoice_delivered"]


async def test_a_self_billed_invoice_goes_to_the_coach_whose_it_is(quiet, house, sweep_house, cast, bea):
    await invoicing.open_books(house, cast)
    body = {"coach_id": str(cast.staff["coach"]), "series": "KR", "supplier": KRIS, "lines": [invoicing.TALK_IN]}
    invoice = (await bea.post("/v1/invoices/self-billed", json=body, headers=once())).json()
    memory = MemoryAccessPoint()
    await peppol.dispatch_due(sweep_house, memory)
    [sent] = memory.taken.values()
    assert (sent.sender, sent.receiver) == ("0208:0403019261", f"0208:{invoice['seller']['enterprise_number']}")
    assert ":selfbilling:" in sent.process
    envelope = envelope_of(sent.content)
    assert (envelope.sender, envelope.receiver) == (sent.sender, sent.receiver)


async def test_an_attempt_that_fails_is_made_again_later_and_later_then_given_up(
    quiet, house, sweep_house, cast, bea, clock
):
    invoice_id = await make.to_acme(house, cast)
    memory = MemoryAccessPoint(trouble=always(TransmissionDeferred("503")))
    waits = []
    for _ in range(MOST_ATTEMPTS):
        assert await peppol.dispatch_due(sweep_house, memory) == (0, 1)
        seen = await make.dispatch(house, cast, invoice_id)
        if seen.due_at is not None:
            waits.append(seen.due_at - clock.now)
            clock.now = seen.due_at
    assert waits == sorted(waits)
    assert timedelta(seconds=50) < waits[0] < timedelta(minutes=2)
    assert (seen.state, seen.reason) == (DispatchState.FAILED, "TransmissionDeferred: 503")
    [failed] = (await bea.get("/v1/peppol-dispatches?state=failed")).json()["items"]
    assert failed["invoice_id"] == str(invoice_id)
    assert (await make.events(house, cast))[-1] == "invoice_transmission_failed"
    assert await make.told_office(house, cast) == OFFICE_TOLD
    answer = await bea.post(f"/v1/invoices/{invoice_id}/peppol/send-again")
    assert (answer.status_code, answer.json()["state"], answer.json()["round"]) == (200, "queued", 1)
    memory.trouble = None
    await peppol.dispatch_due(sweep_house, memory)
    assert list(memory.taken) == [f"{invoice_id}-1"]  # the same key: had it been taken after all, it would be once


async def test_what_was_rejected_is_sent_again_under_a_key_of_its_own(quiet, house, sweep_house, cast, bea, clock):
    invoice_id = await make.to_acme(house, cast)
    memory = MemoryAccessPoint(answers=Progress(standing=Standing.REJECTED, reason="No such type"))
    await peppol.dispatch_due(sweep_house, memory)
    seen = await make.dispatch(house, cast, invoice_id)
    assert (seen.state, seen.reason, seen.rejected_at) == (DispatchState.REJECTED, "No such type", clock.now)
    assert await make.told_office(house, cast) == OFFICE_TOLD
    again = await bea.post(f"/v1/invoices/{invoice_id}/peppol/send-again")
    assert (again.json()["state"], again.json()["round"], again.json()["reason"]) == ("queued", 2, None)
    twice = await bea.post(f"/v1/invoices/{invoice_id}/peppol/send-again")
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/wrong-state")
    memory.answers = make.ON_THE_WAY
    await peppol.dispatch_due(sweep_house, memory)
    assert list(memory.taken) == [f"{invoice_id}-1", f"{invoice_id}-2"]
    assert (await make.events(house, cast))[-3:] == [
        "invoice_rejected",
        "invoice_transmission_queued",
        "invoice_transmitted",
    ]


async def test_who_is_not_on_peppol_gets_the_pdf_by_mail_which_says_so(quiet, house, sweep_house, cast, bea, clock):
    invoice_id = await make.to_acme(house, cast)
    memory = MemoryAccessPoint(answers=Progress(standing=Standing.NOT_ON_PEPPOL))
    await peppol.dispatch_due(sweep_house, memory)
    seen = await make.dispatch(house, cast, invoice_id)
    assert (seen.state, seen.mailed_at, seen.due_at) == (DispatchState.NOT_ON_PEPPOL, clock.now, None)
    [mail] = [one for one in await messages(house, cast) if one.kind == "invoice_not_on_peppol"]
    assert (mail.address, mail.facts["number"]) == ("boekhouding@acme.example", "F2026-0001")
    [attached] = mail.attachments
    assert await make.told_office(house, cast) == []
    assert attached.content == (await bea.get(f"/v1/invoices/{invoice_id}/pdf")).content
    again = (await bea.post(f"/v1/invoices/{invoice_id}/peppol/send-again")).json()
    assert (again["state"], again["round"]) == ("queued", 2)


async def test_who_has_no_address_either_is_seen_in_the_list(quiet, house, sweep_house, cast, bea, lena):
    buyers = await invoicing.open_books(house, cast)
    sponsor = (await lena.get(f"/v1/sponsors/{buyers.acme}")).json()
    version = {"If-Match": f'"v{sponsor["version"]}"'}
    assert (await lena.patch(f"/v1/sponsors/{buyers.acme}", json={"email": None}, headers=version)).status_code == 200
    invoice_id = await make.another(house, cast, buyers.acme)
    await peppol.dispatch_due(sweep_house, MemoryAccessPoint(answers=Progress(standing=Standing.NOT_ON_PEPPOL)))
    [seen] = (await bea.get("/v1/peppol-dispatches?state=not_on_peppol")).json()["items"]
    assert (seen["invoice_id"], seen["mailed_at"]) == (str(invoice_id), None)
    assert await make.told_office(house, cast) == OFFICE_TOLD
    assert [one for one in await messages(house, cast) if one.kind == "invoice_not_on_peppol"] == []


async def test_where_its_pdf_is_laid_aside_the_office_is_told_and_it_is_not_sent_anew(quiet, house, sweep_house, cast):
    invoice_id = await make.to_acme(house, cast)
    async with begin(sweep_house, cast.practice_id, SCHEDULER) as work:
        ends = {"begun": MOST, "again_at": work.now + LAID_ASIDE}
        await work.store(Try(practice_id=cast.practice_id, kind=PRESS, thing_id=invoice_id, **ends))
    await peppol.dispatch_due(sweep_house, MemoryAccessPoint(answers=Progress(standing=Standing.NOT_ON_PEPPOL)))
    seen = await make.dispatch(house, cast, invoice_id)
    assert (seen.state, seen.mailed_at, seen.due_at) == (DispatchState.NOT_ON_PEPPOL, None, None)
    assert await make.told_office(house, cast) == OFFICE_TOLD


async def test_an_access_point_that_is_away_ends_the_round_and_counts_no_attempt_of_the_rest(
    quiet, house, sweep_house, cast, clock
):
    buyers = await invoicing.open_books(house, cast)
    invoices = [await make.another(house, cast, buyers.acme) for _ in range(3)]
    memory = MemoryAccessPoint(trouble=always(AccessPointUnreachable("ConnectError")))
    assert await peppol.dispatch_due(sweep_house, memory) == (0, 1)
    assert memory.sends == 1
    assert sorted([(await make.dispatch(house, cast, one)).attempts for one in invoices]) == [0, 0, 0]
    clock.move(minutes=3)
    memory.trouble = None
    assert await peppol.dispatch_due(sweep_house, memory) == (3, 0)


async def test_an_access_point_away_for_days_gives_nothing_up_and_the_office_hears_of_it_once(
    quiet, house, sweep_house, cast, clock
):
    buyers = await invoicing.open_books(house, cast)
    invoices = [await make.another(house, cast, buyers.acme) for _ in range(2)]
    memory = MemoryAccessPoint(trouble=always(AccessPointUnreachable("ConnectError")))
    for hours in (0, 2, *[12] * 10):
        clock.move(hours=hours)
        assert await peppol.dispatch_due(sweep_house, memory) == (0, 1)
    told = [one.address for one in await messages(house, cast) if one.kind == "access_point_away"]
    assert len(told) == len(set(told)) == len(OFFICE_TOLD)
    assert await make.told_office(house, cast) == []
    memory.trouble = None
    clock.move(minutes=3)
    assert await peppol.dispatch_due(sweep_house, memory) == (2, 0)
    assert {(await make.dispatch(house, cast, one)).state for one in invoices} <= {DispatchState.SENT}


async def test_a_document_at_which_alone_the_access_point_fails_is_given_up_and_sent_again_by_hand(
    quiet, house, sweep_house, cast, bea, clock
):
    buyers = await invoicing.open_books(house, cast)
    first = await make.another(house, cast, buyers.acme)
    memory = MemoryAccessPoint(
        trouble=lambda it: AccessPointUnreachable("ReadTimeout") if str(first) in it.key else None
    )
    seen = await make.dispatch(house, cast, first)
    for place in range(2 * MOST_ATTEMPTS):
        if seen.state is DispatchState.FAILED:
            break
        if place < 3:
            await make.another(house, cast, buyers.acme)
        await peppol.dispatch_due(sweep_house, memory)
        seen = await make.dispatch(house, cast, first)
        clock.now = seen.due_at or clock.now
    assert seen.reason == "TransmissionDeferred: ReadTimeout, at this document alone"
    [failed] = (await bea.get("/v1/peppol-dispatches?state=failed")).json()["items"]
    assert (failed["invoice_id"], len(memory.taken)) == (str(first), 3)
    assert await make.told_office(house, cast) == OFFICE_TOLD
    memory.trouble = None
    assert (await bea.post(f"/v1/invoices/{first}/peppol/send-again")).json()["state"] == "queued"
    await peppol.dispatch_due(sweep_house, memory)
    assert (await make.dispatch(house, cast, first)).state is DispatchState.SENT


@pytest.mark.parametrize(("away", "ends"), [(False, DispatchState.FAILED), (True, DispatchState.QUEUED)])
async def test_the_only_document_is_given_up_where_the_access_point_hangs_at_it_and_answers_else(
    quiet, house, sweep_house, cast, clock, monkeypatch, away, ends
):
    class Hanging(MemoryAccessPoint):
        async def send(self, document):
            await asyncio.Event().wait()
            raise AssertionError(document)

    monkeypatch.setattr("domain.peppol.dispatching.LONGEST_CALL", 0.01)
    invoice_id = await make.to_acme(house, cast)
    for _ in range(MOST_ATTEMPTS):
        assert await peppol.dispatch_due(sweep_house, Hanging(away=away)) == (0, 1)
        seen = await make.dispatch(house, cast, invoice_id)
        clock.now = seen.due_at or clock.now
    assert seen.state is ends


async def test_without_an_access_point_everything_waits(quiet, house, sweep_house, cast):
    invoice_id = await make.to_acme(house, cast)
    [sweep] = [one for one in SWEEPS if one.name == "send e-invoices"]
    assert (await sweep.act(Tools(sweep_house, None, None))).done == 0
    seen = await make.dispatch(house, cast, invoice_id)
    assert (seen.state, seen.reason) == (DispatchState.QUEUED, "AccessPointUnreachable: none")
    with pytest.raises(AccessPointUnreachable):
        await NoAccessPoint().check()


async def test_several_schedulers_send_each_document_once(quiet, house, sweep_house, cast):
    buyers = await invoicing.open_books(house, cast)
    for _ in range(4):
        await make.another(house, cast, buyers.acme)
    memory = MemoryAccessPoint()
    rounds = await asyncio.gather(*(peppol.dispatch_due(sweep_house, memory, limit=3) for _ in range(3)))
    assert sum(done for done, _ in rounds) == memory.sends == len(memory.taken) == 4


async def test_a_scheduler_that_dies_after_sending_leaves_it_to_be_sent_again_under_the_same_key(
    quiet, house, sweep_house, cast, clock
):
    invoice_id = await make.to_acme(house, cast)

    class Dying(MemoryAccessPoint):
        async def send(self, document):
            await MemoryAccessPoint.send(self, document)
            raise asyncio.CancelledError

    memory = Dying()
    with pytest.raises(asyncio.CancelledError):
        await peppol.dispatch_due(sweep_house, memory)
    living = MemoryAccessPoint(taken=memory.taken)
    assert await peppol.dispatch_due(sweep_house, living) == (0, 0)
    async with sweep_house.sessions() as session:
        assert await peppol.next_dispatch_at(session) == clock.now + LEASE
    clock.now += LEASE
    assert await peppol.dispatch_due(sweep_house, living) == (1, 0)
    assert list(living.taken) == [f"{invoice_id}-1"]


async def test_what_has_no_end_is_asked_after_less_and_less_and_then_no_more(quiet, house, sweep_house, cast, clock):
    invoice_id = await make.to_acme(house, cast)
    memory = MemoryAccessPoint()
    await peppol.dispatch_due(sweep_house, memory)
    while (due_at := (await make.dispatch(house, cast, invoice_id)).due_at) is not None:
        clock.now = due_at
        await peppol.dispatch_due(sweep_house, memory)
    assert memory.looks == MOST_LOOKS
    assert backoff(MOST_LOOKS) > timedelta(hours=20)


async def test_a_folder_gets_each_document_whole_and_under_a_name_of_its_own(
    quiet, house, sweep_house, cast, bea, tmp_path
):
    invoice_id = await make.to_acme(house, cast)
    folder = FolderAccessPoint(tmp_path / "peppol")
    await folder.check()
    assert await peppol.dispatch_due(sweep_house, folder) == (1, 0)
    [path] = (tmp_path / "peppol").iterdir()
    assert path.name == f"F2026-0001-{invoice_id}-1.xml"
    assert path.read_bytes() == (await bea.get(f"/v1/invoices/{invoice_id}/ubl")).content
    seen = await make.dispatch(house, cast, invoice_id)
    assert (seen.state, seen.via, seen.due_at) == (DispatchState.SENT, "folder", None)


async def test_another_practice_sees_and_sends_nothing_of_it(house, cast, bo):
    invoice_id = await make.to_acme(house, cast)
    for answer in (
        await bo.get(f"/v1/invoices/{invoice_id}/peppol"),
        await bo.post(f"/v1/invoices/{invoice_id}/peppol/send-again"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/invoice-not-found")


async def test_the_archived_original_is_changed_by_nobody(house, cast):
    await make.to_acme(house, cast)
    for statement in ("UPDATE invoice_files SET keep_until = keep_until", "DELETE FROM invoice_files"):
        with pytest.raises(Exception, match="permission denied"):
            async with begin(house, cast.practice_id, SCHEDULER) as work:
                await work.session.execute(text(statement))
