"""Statements: what a customer was asked and what came in, to read, to reckon with and to print."""

from datetime import date
from typing import Annotated, TypeAlias

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from api.files import file_response
from api.payments.shapes import InstalmentLeft, OpenItemRow
from api.problems import refuses
from api.spreadsheets import csv_response
from domain import payments
from domain.kit.calendar import DayOutOfRange, Period, PeriodBackwards
from domain.kit.ids import CoacheeId, SponsorId
from domain.kit.work import Work
from domain.payments import ItemKind, Movement, Statement, TransactionKind
from domain.people import CoacheeNotFound, SponsorNotFound

From: TypeAlias = Annotated[date | None, QueryParameter(name="from", description="1 January when left out")]
To: TypeAlias = Annotated[date | None, QueryParameter(name="to", description="Today when left out")]
OF_COACHEE = refuses(CoacheeNotFound, PeriodBackwards, DayOutOfRange)
OF_SPONSOR = refuses(SponsorNotFound, PeriodBackwards, DayOutOfRange)


class MovementOut(msgspec.Struct, frozen=True, kw_only=True):
    booked_on: date
    kind: TransactionKind
    item: ItemKind
    reference: str | None
    amount_cents: int
    """Above zero: the customer owes more by it."""
    balance_cents: int

    @classmethod
    def of(cls, movement: Movement) -> "MovementOut":
        return cls(
            booked_on=movement.booked_on,
            kind=movement.kind,
            item=movement.item,
            reference=movement.reference,
            amount_cents=movement.amount.cents,
            balance_cents=movement.balance.cents,
        )


class StatementOut(msgspec.Struct, frozen=True, kw_only=True):
    first_day: date
    last_day: date
    opening_cents: int
    closing_cents: int
    movements: list[MovementOut]
    open_items: list[OpenItemRow]
    """What is open now, whatever the period."""
    instalments: list[InstalmentLeft]
    """Of the open items that are paid by them."""

    @classmethod
    def of(cls, told: Statement) -> "StatementOut":
        return cls(
            first_day=told.period.first,
            last_day=told.period.last,
            opening_cents=told.opening.cents,
            closing_cents=told.closing.cents,
            movements=[MovementOut.of(movement) for movement in told.movements],
            open_items=[OpenItemRow.of(item) for item in told.open_items],
            instalments=[InstalmentLeft.of(part) for parts in told.instalments.values() for part in parts],
        )


def as_csv(told: Statement) -> Response[bytes]:
    rows = (msgspec.structs.astuple(MovementOut.of(movement)) for movement in told.movements)
    return csv_response(f"statement-{told.period.first}-{told.period.last}", MovementOut.__struct_fields__, rows)


@get("/coachees/{coachee_id:uuid}/statement", scope="invoices:read", responses=OF_COACHEE)
async def read_coachee_statement(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], first: From = None, last: To = None
) -> StatementOut:
    """A coachee's account in a period: invoices, payments and corrections, with the balance after each."""
    return StatementOut.of(
        await payments.statement(work, Period.of(work.now.date(), first, last), coachee_id=coachee_id)
    )


@get("/coachees/{coachee_id:uuid}/statement/csv", scope="invoices:read", media_type="text/csv", responses=OF_COACHEE)
async def read_coachee_statement_csv(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], first: From = None, last: To = None
) -> Response[bytes]:
    """The same as a table."""
    return as_csv(await payments.statement(work, Period.of(work.now.date(), first, last), coachee_id=coachee_id))


@get(
    "/coachees/{coachee_id:uuid}/statement/pdf",
    scope="invoices:read",
    media_type="application/pdf",
    responses=OF_COACHEE,
)
async def print_coachee_statement(
    work: NamedDependency[Work], coachee_id: FromPath[CoacheeId], first: From = None, last: To = None
) -> Response[bytes]:
    """The same on paper, in her language."""
    told = await payments.statement(work, Period.of(work.now.date(), first, last), coachee_id=coachee_id)
    return file_response(await payments.print_statement(work, told))


@get("/sponsors/{sponsor_id:uuid}/statement", scope="invoices:read", responses=OF_SPONSOR)
async def read_sponsor_statement(
    work: NamedDependency[Work], sponsor_id: FromPath[SponsorId], first: From = None, last: To = None
) -> StatementOut:
    """A sponsor's account in a period: invoices, payments and corrections, with the balance after each."""
    return StatementOut.of(
        await payments.statement(work, Period.of(work.now.date(), first, last), sponsor_id=sponsor_id)
    )


@get("/sponsors/{sponsor_id:uuid}/statement/csv", scope="invoices:read", media_type="text/csv", responses=OF_SPONSOR)
async def read_sponsor_statement_csv(
    work: NamedDependency[Work], sponsor_id: FromPath[SponsorId], first: From = None, last: To = None
) -> Response[bytes]:
    """The same as a table."""
    return as_csv(await payments.statement(work, Period.of(work.now.date(), first, last), sponsor_id=sponsor_id))


@get(
    "/sponsors/{sponsor_id:uuid}/statement/pdf",
    scope="invoices:read",
    media_type="application/pdf",
    responses=OF_SPONSOR,
)
async def print_sponsor_statement(
    work: NamedDependency[Work], sponsor_id: FromPath[SponsorId], first: From = None, last: To = None
) -> Response[bytes]:
    """The same on paper, in the sponsor's language."""
    told = await payments.statement(work, Period.of(work.now.date(), first, last), sponsor_id=sponsor_id)
    return file_response(await payments.print_statement(work, told))


router = Router(
    "/",
    tags=["payments"],
    route_handlers=[
        read_coachee_statement,
        read_coachee_statement_csv,
        print_coachee_statement,
        read_sponsor_statement,
        read_sponsor_statement_csv,
        print_sponsor_statement,
    ],
)
