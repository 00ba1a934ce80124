"""Cheque schemes, cheques and their bookings on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from api.fields import LINE, In, Minutes, Out
from domain.funding import (
    Channel,
    Cheque,
    ChequeState,
    Issue,
    NewCheque,
)
from domain.kit.ids import BookingId, ChequeId, CoacheeId, SchemeId, SessionId, TrajectoryId
from domain.kit.money import Money

Code: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=100, pattern=LINE, description="Kept trimmed, in capitals, up to 64 characters")
]
OwnShare: TypeAlias = Annotated[
    int, Meta(description="Paid by the coachee to the issuer; never to the practice, never to be invoiced")
]
OrderDay: TypeAlias = Annotated[
    date, Meta(description="The day of the order, which decides on the scheme; null: the cheque is only announced")
]
Nth: TypeAlias = Annotated[int, Meta(ge=1, le=20, description="1 for the coachee's first cheque under its scheme")]
Forfeit: TypeAlias = Annotated[
    int,
    Meta(ge=0, le=60_000, description="The minutes left, which are lost: to close early, this number must be right"),
]
ExpectedCents: TypeAlias = Annotated[
    int, Meta(description="What the funder will pay for the minutes booked, without VAT; null: the fee is not known")
]
PayBy: TypeAlias = Annotated[
    date, Meta(description="The last day for the coachee to pay her own share; after it the order lapses")
]
StartBy: TypeAlias = Annotated[
    date, Meta(description="The last day to start; after it the cheque is void, and the right to one is free again")
]


class ChequeIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    trajectory_id: TrajectoryId
    ordered_on: OrderDay | None = None
    issued_on: Annotated[date, Meta(description="With both codes: the issuer has mailed the cheque.")] | None = None
    cheque_number: Code | None = None
    client_number: Code | None = None
    nth: Nth = 1

    def value(self) -> NewCheque:
        return NewCheque(
            nth=self.nth,
            ordered_on=self.ordered_on,
            issued_on=self.issued_on,
            cheque_number=self.cheque_number,
            client_number=self.client_number,
        )


class OrderIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    ordered_on: date


class IssueIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    issued_on: date
    cheque_number: Code
    client_number: Code

    def value(self) -> Issue:
        return Issue(issued_on=self.issued_on, cheque_number=self.cheque_number, client_number=self.client_number)


class StartIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    started_on: Annotated[date, Meta(description="The day on which the guidance began; not one that has yet to come")]


class CloseIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    forfeit_minutes: Forfeit = 0


class ChequeOut(msgspec.Struct, frozen=True, kw_only=True):
    id: ChequeId
    version: int
    scheme_id: SchemeId
    coachee_id: CoacheeId
    trajectory_id: TrajectoryId
    state: ChequeState
    issuer: str | None
    nth: int
    cheque_number: str | None
    client_number: str | None
    minutes_cap: int
    minutes_booked: int
    minutes_left: int
    own_share_cents: OwnShare | None
    expected_cents: ExpectedCents | None
    received_cents: Annotated[int, Meta(description="What the funder has paid for it, as it came")]
    settled_on: date | None
    difference_reason: str | None
    ordered_on: date | None
    issued_on: date | None
    started_on: date | None
    closed_on: date | None
    pay_by: PayBy | None
    start_by: StartBy | None
    complete_by: date | None
    created_at: datetime

    @classmethod
    def of(cls, cheque: Cheque) -> "ChequeOut":
        shown: dict[str, Any] = {
            "issuer": cheque.issuer and cheque.issuer.name,
            "own_share_cents": _cents(cheque.own_share),
            "expected_cents": _cents(cheque.expected),
            "received_cents": cheque.received.cents,
        }
        return cls(**{name: getattr(cheque, name) for name in cls.__struct_fields__ if name not in shown}, **shown)


class ChequePage(msgspec.Struct, frozen=True):
    items: list[ChequeOut]
    next_cursor: str | None


class BookingIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    session_id: SessionId
    minutes: Annotated[Minutes, Meta(description="All the minutes of the session when left out.")] | None = None
    channel: Annotated[Channel, Meta(description="How it was held, where its location does not tell")] | None = None


class BookingOut(Out, frozen=True, kw_only=True):
    id: BookingId
    cheque_id: ChequeId
    session_id: SessionId
    minutes: int
    booked_at: datetime


class BookingPage(msgspec.Struct, frozen=True):
    items: list[BookingOut]
    next_cursor: str | None


def _cents(money: Money | None) -> int | None:
    return None if money is None else money.cents
