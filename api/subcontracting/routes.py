"""Coaches who work for the practice: their shares, their statements, and the invoices made out for them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from api.fields import END, In, PageCursor, PageLimit, page_request
from api.invoicing.lines import Percent, Price, two_places
from api.invoicing.shapes import InvoiceOut
from api.invoicing.special import SupplierIn
from api.problems import refuses
from api.spreadsheets import csv_response
from domain import subcontracting
from domain.invoicing import PracticeIncomplete, SeriesOfAnother
from domain.kit.calendar import DayOutOfRange, Period, PeriodBackwards
from domain.kit.ids import InvoiceId, SessionId, ShareId, StaffId
from domain.kit.money import Money
from domain.kit.paging import InvalidCursor
from domain.kit.work import Work
from domain.messaging import Language
from domain.practice import InvalidEnterpriseNumber, InvalidIban, StaffNotFound
from domain.subcontracting import (
    Basis,
    CoachShare,
    Earned,
    NothingToSettle,
    OneShare,
    SessionAlreadySettled,
    ShareDayTaken,
    Statement,
    Wanted,
)

From: TypeAlias = Annotated[date | None, QueryParameter(name="from", description="1 January when left out")]
To: TypeAlias = Annotated[date | None, QueryParameter(name="to", description="Today when left out")]


class CoachShareIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An amount per hour or a percentage; with neither, no share from that day on."""

    valid_from: date
    per_hour_cents: Price | None = None
    percent: Percent | None = None


class CoachShareOut(msgspec.Struct, frozen=True, kw_only=True):
    id: ShareId
    coach_id: StaffId
    valid_from: date
    per_hour_cents: int | None
    percent: str | None

    @classmethod
    def of(cls, share: CoachShare) -> "CoachShareOut":
        return cls(
            id=share.id,
            coach_id=share.coach_id,
            valid_from=share.valid_from,
            per_hour_cents=_cents(share.per_hour),
            percent=None if share.percent is None else two_places(share.percent),
        )


class CoachSharePage(msgspec.Struct, frozen=True):
    items: list[CoachShareOut]
    next_cursor: str | None


class EarnedOut(msgspec.Struct, frozen=True, kw_only=True):
    session_id: SessionId
    day: date
    minutes: int
    basis: Basis
    brings_cents: Annotated[int | None, Meta(description="Without VAT; null: not known yet")]
    share_cents: Annotated[int | None, Meta(description="null: not known yet")]
    settled_cents: Annotated[int, Meta(description="What of it stands on her invoices, less what was credited of them")]
    invoice_id: Annotated[InvoiceId | None, Meta(description="The coach's invoice that it stands on, the last one")]

    @classmethod
    def of(cls, line: Earned) -> "EarnedOut":
        return cls(
            session_id=line.session_id,
            day=line.day,
            minutes=line.minutes,
            basis=line.basis,
            brings_cents=_cents(line.brings),
            share_cents=_cents(line.share),
            settled_cents=line.settled.cents,
            invoice_id=line.invoice_id,
        )


class CoachStatementOut(msgspec.Struct, frozen=True, kw_only=True):
    coach_id: StaffId
    first_day: date
    last_day: date
    minutes: int
    share_cents: Annotated[int, Meta(description="Of the sessions whose share is known")]
    unknown: Annotated[int, Meta(description="How many sessions have a share that is not known yet")]
    lines: list[EarnedOut]

    @classmethod
    def of(cls, statement: Statement) -> "CoachStatementOut":
        return cls(
            coach_id=statement.coach_id,
            first_day=statement.period.first,
            last_day=statement.period.last,
            minutes=statement.minutes,
            share_cents=statement.share.cents,
            unknown=statement.unknown,
            lines=[EarnedOut.of(line) for line in statement.lines],
        )


class StatementInvoiceIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    first_day: date
    last_day: date
    series: Annotated[str, Meta(max_length=8, pattern=r"^[A-Z]{2,8}" + END, examples=["KR"])]
    """The coach's own series, which the practice numbers on her behalf."""
    supplier: SupplierIn
    language: Language = Language.NL


@post(
    "/coaches/{coach_id:uuid}/shares",
    scope="invoices:write",
    responses=refuses(StaffNotFound, OneShare, ShareDayTaken, DayOutOfRange),
)
async def agree_share(
    work: NamedDependency[Work], coach_id: FromPath[StaffId], data: JSONBody[CoachShareIn]
) -> CoachShareOut:
    """Agree what a coach earns from a day on; what she held before keeps the share of its own day."""
    per_hour = None if data.per_hour_cents is None else Money(data.per_hour_cents)
    percent = None if data.percent is None else Decimal(data.percent)
    return CoachShareOut.of(
        await subcontracting.agree_share(work, coach_id, data.valid_from, per_hour=per_hour, percent=percent)
    )


@get("/coaches/{coach_id:uuid}/shares", scope="invoices:read", responses=refuses(StaffNotFound, InvalidCursor))
async def list_shares(
    work: NamedDependency[Work], coach_id: FromPath[StaffId], limit: PageLimit = 20, cursor: PageCursor = None
) -> CoachSharePage:
    """List the shares of a coach in the order in which they were agreed."""
    page = await subcontracting.list_shares(work, coach_id, page_request(limit, cursor))
    return CoachSharePage([CoachShareOut.of(share) for share in page.items], page.next_cursor)


@get(
    "/coaches/{coach_id:uuid}/statement",
    scope="invoices:read",
    responses=refuses(StaffNotFound, PeriodBackwards, DayOutOfRange),
)
async def read_coach_statement(
    work: NamedDependency[Work], coach_id: FromPath[StaffId], first: From = None, last: To = None
) -> CoachStatementOut:
    """What a coach held in a period, what each session brings and her share of it. What is not known is null."""
    return CoachStatementOut.of(
        await subcontracting.read_statement(work, coach_id, Period.of(work.now.date(), first, last))
    )


@get(
    "/coaches/{coach_id:uuid}/statement/csv",
    scope="invoices:read",
    media_type="text/csv",
    responses=refuses(StaffNotFound, PeriodBackwards, DayOutOfRange),
)
async def read_coach_statement_csv(
    work: NamedDependency[Work], coach_id: FromPath[StaffId], first: From = None, last: To = None
) -> Response[bytes]:
    """The same as a table."""
    period = Period.of(work.now.date(), first, last)
    statement = await subcontracting.read_statement(work, coach_id, period)
    rows = (msgspec.structs.astuple(EarnedOut.of(line)) for line in statement.lines)
    return csv_response(f"coach-{period.first}-{period.last}", EarnedOut.__struct_fields__, rows)


@post(
    "/coaches/{coach_id:uuid}/statement/invoice",
    scope="invoices:issue",
    needs_idempotency_key=True,
    responses=refuses(
        StaffNotFound,
        PeriodBackwards,
        DayOutOfRange,
        NothingToSettle,
        SessionAlreadySettled,
        InvalidEnterpriseNumber,
        InvalidIban,
        PracticeIncomplete,
        SeriesOfAnother,
    ),
)
async def bill_coach_statement(
    work: NamedDependency[Work], coach_id: FromPath[StaffId], data: JSONBody[StatementInvoiceIn]
) -> InvoiceOut:
    """Issue the coach's invoice of a period, in her name and series: of every share that is known what stands on no
    invoice of hers, each session once. It is numbered and final at once."""
    wanted = Wanted(
        coach_id=coach_id,
        period=Period.of(work.now.date(), data.first_day, data.last_day),
        series=data.series,
        supplier=data.supplier.value(),
        language=data.language,
    )
    return InvoiceOut.of(await subcontracting.bill_statement(work, wanted))


def _cents(money: Money | None) -> int | None:
    return None if money is None else money.cents


router = Router(
    "/",
    tags=["subcontracting"],
    route_handlers=[agree_share, list_shares, read_coach_statement, read_coach_statement_csv, bill_coach_statement],
)
