"""The letter of a reminder, in the customer's language."""

import asyncio
from pathlib import Path
from typing import Any

from domain import documents, practice
from domain.documents import File, Wording, iban, letter, party, plain, present, read_labels
from domain.kit.calendar import local_day
from domain.kit.work import Work
from domain.payments.model import OpenItem
from domain.payments.printing import customer_party
from domain.payments.reminder_plan import Outlook
from domain.people import Coachee, Sponsor
from domain.practice import Practice, as_party

HERE = Path(__file__).parent
LABELS = read_labels(HERE / "reminder_labels.toml")


async def write_letter(
    work: Work, item: OpenItem, customer: Coachee | Sponsor, found: Outlook, reference: str | None
) -> File:
    """Typesetting takes a processor's while, so it is done beside the event loop."""
    home = await practice.get_practice(work)
    wording = Wording(customer.language.value, LABELS)
    page = _page(item, customer, found, wording, home)
    page["made_on"] = wording.day(local_day(work.now, home.zone))
    page["rows"] = _rows(item, found, wording, home, reference)
    logo = await practice.logo_of(work, home.logo, home.name)
    pdf = await asyncio.to_thread(documents.render, HERE / "reminder.typ", page, made_at=work.now, logo=logo)
    return File(f"reminder-{plain(item.reference or '')}-{found.step}.pdf", "application/pdf", pdf)


def _page(
    item: OpenItem, customer: Coachee | Sponsor, found: Outlook, wording: Wording, home: Practice
) -> dict[str, Any]:
    number, title, sender = plain(item.reference or ""), wording["reminder"], as_party(home)
    return {
        **letter(customer.language.value, wording, sender, title=f"{title} {number}", running=f"{title}  ·  {number}"),
        "sender": party(sender, wording),
        "to": wording["to"],
        "addressee": party(customer_party(customer), wording),
        "title": title,
        "words": present(
            wording["first" if found.step == 1 else "again"],
            wording["asked"],
            wording["in_parts"] if found.asked != item.open else None,
            wording["crossed"],
        ),
        "total": {"label": wording["to_pay"], "amount": wording.money(found.asked.cents)},
    }


def _rows(
    item: OpenItem, found: Outlook, wording: Wording, home: Practice, reference: str | None
) -> list[tuple[str, str]]:
    rows = [(wording["invoice"], plain(item.reference or "")), (wording["due"], wording.day(found.due_on))]
    if found.asked != item.open:
        rows.append((wording["open_in_all"], wording.money(item.open.cents)))
    if reference:
        rows.append((wording["reference"], reference))
    if home.iban:
        rows.append((wording["iban"], iban(home.iban)))
    return rows
