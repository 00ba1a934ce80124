"""Instalments: what is asked comes in parts, each on a day of its own, and every cent of it once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.invoicing.rules import added
from domain.kit.calendar import sane_day
from domain.kit.errors import Invalid
from domain.kit.money import ZERO, Money


class InstalmentsDoNotAddUp(Invalid):
    """Instalments are amounts above zero that come to exactly what is asked, no cent more or less."""


class InstalmentsOutOfOrder(Invalid):
    """Each instalment falls due on a later day than the one before it, and none before today."""


@dataclass(frozen=True, slots=True)
class Instalment:
    due_on: date
    amount: Money


def in_order(instalments: Sequence[Instalment]) -> list[Instalment]:
    """The instalments, where each stands alone and after the one before it; what they come to is not looked at."""
    for place, one in enumerate(instalments):
        sane_day(one.due_on, field=f"instalments/{place}/due_on")
        if one.amount <= ZERO:
            raise InstalmentsDoNotAddUp(field=f"instalments/{place}/amount_cents")
        if place and one.due_on <= instalments[place - 1].due_on:
            raise InstalmentsOutOfOrder(field=f"instalments/{place}/due_on")
    return list(instalments)


def checked_instalments(instalments: Sequence[Instalment], whole: Money, today: date) -> list[Instalment]:
    """The instalments, where they ask for that whole from that day on."""
    found = in_order(instalments)
    total = added(one.amount for one in found)
    if total != whole:
        raise InstalmentsDoNotAddUp(field="instalments", total_cents=total.cents, asked_cents=whole.cents)
    if found and found[0].due_on < today:
        raise InstalmentsOutOfOrder(field="instalments/0/due_on", today=today)
    return found


def frozen_instalments(instalments: Sequence[Instalment]) -> list[dict[str, Any]] | None:
    """As an invoice keeps them: its days as text, its amounts in cents."""
    return [{"due_on": one.due_on.isoformat(), "amount": one.amount.cents} for one in instalments] or None


def thawed_instalments(kept: Sequence[dict[str, Any]] | None) -> list[Instalment]:
    return [Instalment(date.fromisoformat(one["due_on"]), Money(one["amount"])) for one in kept or ()]
