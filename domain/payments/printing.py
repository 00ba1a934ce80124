"""A customer's statement on paper, in her language."""

import asyncio
from pathlib import Path
from typing import Any

from domain import documents, practice
from domain.documents import File, Party, Wording, iban, letter, party, plain, read_labels
from domain.kit.money import ZERO
from domain.kit.work import Work
from domain.payments.model import OpenItem
from domain.payments.statement import Movement, Statement
from domain.people import Coachee, Sponsor
from domain.practice import as_party

HERE = Path(__file__).parent
LABELS = read_labels(HERE / "labels.toml")


async def print_statement(work: Work, told: Statement) -> File:
    home = await practice.get_practice(work)
    wording = Wording(told.customer.language.value, LABELS)
    page = _page(told, wording, as_party(home), home.iban)
    logo = await practice.logo_of(work, home.logo, home.name)
    pdf = await asyncio.to_thread(documents.render, HERE / "statement.typ", page, made_at=work.now, logo=logo)
    return File(f"statement-{told.period.first}-{told.period.last}.pdf", "application/pdf", pdf)


def customer_party(customer: Coachee | Sponsor) -> Party:
    of_company = customer if isinstance(customer, Sponsor) else None
    return Party(
        name=customer.name,
        street=customer.street or "",
        postal_code=customer.postal_code or "",
        city=customer.city or "",
        country=customer.country,
        enterprise_number=of_company and of_company.enterprise_number,
        vat_number=of_company and of_company.vat_number,
    )


def _page(told: Statement, wording: Wording, home: Party, account: str | None) -> dict[str, Any]:
    title = wording["statement"]
    days = {"first": wording.day(told.period.first), "last": wording.day(told.period.last)}
    period = wording["period"].format(**days)
    closing = told.closing
    return {
        **letter(told.customer.language.value, wording, home, title=title, running=f"{title}  ·  {period}"),
        "sender": party(home, wording),
        "to": wording["to"],
        "addressee": party(customer_party(told.customer), wording),
        "title": title,
        "period": period,
        "heads": wording["heads"],
        "rows": [
            [days["first"], wording["opening"], "", "", wording.money(told.opening.cents)],
            *(_row(movement, wording) for movement in told.movements),
        ],
        "total": {
            "label": wording["closing" if closing >= ZERO else "credit"],
            "amount": wording.money(abs(closing.cents)),
        },
        "iban": [wording["iban"], iban(account)] if account and closing > ZERO else None,
        "open": {
            "title": wording["open"],
            "heads": wording["open_heads"],
            "rows": [row for item in told.open_items for row in _open_rows(item, told, wording)],
            "none": wording["none"],
        },
    }


def _row(movement: Movement, wording: Wording) -> list[str]:
    kinds = wording["kinds"]
    said = kinds.get(f"{movement.kind}.{movement.item}") or kinds[movement.kind]
    return [
        wording.day(movement.booked_on),
        said,
        plain(movement.reference or ""),
        wording.money(movement.amount.cents),
        wording.money(movement.balance.cents),
    ]


def _open_rows(item: OpenItem, told: Statement, wording: Wording) -> list[dict[str, Any]]:
    """An item, and under it what is left of each instalment in which it is paid."""
    due = wording.day(item.due_on) if item.due_on and item.owes else ""
    whole = [plain(item.reference or wording.day(item.booked_on)), due, wording.money(item.open.cents)]
    parts = [
        [wording["instalment"].format(place=it.position), wording.day(it.due_on), wording.money(it.left.cents)]
        for it in told.instalments.get(item.id, ())
        if it.left > ZERO
    ]
    return [{"part": False, "cells": whole}, *({"part": True, "cells": cells} for cells in parts)]
