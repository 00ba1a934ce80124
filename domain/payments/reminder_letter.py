"""What a reminder asks for, and its letter in the customer's language."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, cast, func, select

from domain import documents, practice
from domain.documents import File, Wording, iban, letter, party, plain, present, read_labels
from domain.kit.calendar import local_day
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.messaging import Language
from domain.payments.late_charges import LateCharges, reckon
from domain.payments.late_rules import Paid
from domain.payments.late_wording import told_ground, told_in_a_line, told_rows
from domain.payments.ledger import today
from domain.payments.model import ItemKind, OpenItem
from domain.payments.printing import customer_party
from domain.payments.reminder_notice import notice_of
from domain.payments.reminder_plan import Outlook
from domain.people import Coachee, Sponsor
from domain.practice import Practice, as_party

HERE = Path(__file__).parent
LABELS = read_labels(HERE / "reminder_labels.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a reminder asks for: what is late, and where the law and the terms allow it, the charges for that."""

    item: OpenItem
    found: Outlook
    charges: LateCharges | None
    reckoned: LateCharges  # asked or not
    paid: Money  # of charges that were booked before: paid, or let go

    @property
    def extra(self) -> Money:
        if self.charges is None:
            return ZERO
        reckoning = self.charges.reckoning
        return max((reckoning.interest or ZERO) + reckoning.cost - self.paid, ZERO)

    @property
    def total(self) -> Money:
        return self.found.asked + self.extra

    def told(self, language: Language, reference: str | None) -> dict[str, object]:
        """The facts of its mail."""
        facts: dict[str, object] = {
            "number": self.item.reference,
            "open_cents": self.found.asked.cents,
            "due_on": self.found.due_on,
            "payment_reference": reference,
        }
        if self.charges is None:
            return facts
        reckoned = told_in_a_line(self.charges, Wording(language.value, LABELS))
        return facts | {
            "charges_cents": self.extra.cents,
            "total_cents": self.total.cents,
            "calculation": plain(reckoned).replace("\N{NO-BREAK SPACE}", " "),
        }


async def demand_of(work: Work, item: OpenItem, found: Outlook, *, mailed: bool) -> Demand:
    """What the reminder that is due asks for."""
    charges = await reckon(work, item, Paid(None if mailed else await today(work)))
    if not charges.asked_at(found.step or 1):
        return Demand(item=item, found=found, charges=None, reckoned=charges, paid=ZERO)
    return Demand(item=item, found=found, charges=charges, reckoned=charges, paid=await _paid(work, item))


async def _paid(work: Work, item: OpenItem) -> Money:
    query = select(cast(func.coalesce(func.sum(OpenItem.amount - OpenItem.open), 0), BigInteger)).where(
        OpenItem.practice_id == work.practice_id, OpenItem.invoice_id == item.id, OpenItem.kind == ItemKind.CHARGE
    )
    return Money(await work.session.scalar(query) or 0)


async def write_letter(work: Work, customer: Coachee | Sponsor, demand: Demand, reference: str | None) -> File:
    """Typesetting takes a processor's while, so it is done beside the event loop."""
    home = await practice.get_practice(work)
    wording = Wording(customer.language.value, LABELS)
    page, made_on = _page(customer, demand, wording, home), local_day(work.now, home.zone)
    notice = await notice_of(
        work,
        demand.reckoned,
        step=demand.found.step or 1,
        debt=demand.found.asked,
        made_on=made_on,
        mailed=customer.email is not None,
    )
    page["made_on"], page["rows"] = wording.day(made_on), _rows(demand, wording, home, reference)
    if notice is not None:
        page["words"][2:2] = notice.sentences(wording)
        page["rows"][1:1] = [(wording["about"], notice.about)]
    page["charges"] = _charges(demand, wording)
    logo = await practice.logo_of(work, home.logo, home.name)
    pdf = await asyncio.to_thread(documents.render, HERE / "reminder.typ", page, made_at=work.now, logo=logo)
    return File(f"reminder-{plain(demand.item.reference or '')}-{demand.found.step}.pdf", "application/pdf", pdf)


def _page(customer: Coachee | Sponsor, demand: Demand, wording: Wording, home: Practice) -> dict[str, Any]:
    number, title, sender = plain(demand.item.reference or ""), wording["reminder"], as_party(home)
    in_parts = demand.found.asked != demand.item.open
    return {
        **letter(customer.language.value, wording, sender, title=f"{title} {number}", running=f"{title}  ·  {number}"),
        "sender": party(sender, wording),
        "to": wording["to"],
        "addressee": party(customer_party(customer), wording),
        "title": title,
        "words": present(
            *((wording["asked"], wording["first"]) if demand.found.step == 1 else (wording["again"], wording["asked"])),
            wording["in_parts"] if in_parts else None,
            wording["crossed"],
        ),
        "total": {
            "label": wording["to_pay_in_all" if demand.charges else "to_pay"],
            "amount": _money(demand.total, wording),
        },
    }


def _rows(demand: Demand, wording: Wording, home: Practice, reference: str | None) -> list[tuple[str, str]]:
    item, found = demand.item, demand.found
    rows = [(wording["invoice"], plain(item.reference or "")), (wording["due"], wording.day(found.due_on))]
    if found.asked != item.open:
        rows.append((wording["open_in_all"], _money(item.open, wording)))
    if reference:
        rows.append((wording["reference"], reference))
    if home.iban:
        rows.append((wording["iban"], iban(home.iban)))
    return rows


def _charges(demand: Demand, wording: Wording) -> dict[str, Any] | None:
    """Row by row, from what is late to what is asked in all."""
    if demand.charges is None:
        return None
    rows = [(wording["to_pay"], _money(demand.found.asked, wording)), *told_rows(demand.charges, wording)]
    if demand.paid > ZERO:
        rows.append((wording["charges_paid"], _money(-demand.paid, wording)))
    return {"title": wording["charges"], "rows": rows, "ground": told_ground(demand.charges, wording)}


def _money(amount: Money, wording: Wording) -> str:
    return wording.money(amount.cents)
