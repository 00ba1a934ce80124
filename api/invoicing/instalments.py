"""Instalments on the wire, as drafts and plans take them and as invoices show them."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from api.fields import In
from domain.invoicing import Instalment
from domain.kit.money import Money

MOST = 60
# Wider than what is allowed, so that what is beyond is refused by its name.
Cents = Annotated[int, Meta(ge=-(10**18), le=10**18, description="Euro cents, above zero", examples=[12100])]


class InstalmentIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    due_on: date
    amount_cents: Cents

    def value(self) -> Instalment:
        return Instalment(self.due_on, Money(self.amount_cents))


InstalmentsIn = Annotated[list[InstalmentIn], Meta(min_length=1, max_length=MOST)]
InstalmentsOrNone = Annotated[list[InstalmentIn], Meta(max_length=MOST)]


class InstalmentAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what an invoice asks, and the day on which it is due."""

    due_on: date
    amount_cents: int

    @classmethod
    def each(cls, instalments: Sequence[Instalment]) -> "list[InstalmentAsked]":
        return [cls(due_on=one.due_on, amount_cents=one.amount.cents) for one in instalments]


def values_of(instalments: Sequence[InstalmentIn]) -> list[Instalment]:
    return [one.value() for one in instalments]
