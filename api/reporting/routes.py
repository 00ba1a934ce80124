"""The administrator's views: as an answer, and each as a table."""

from datetime import date
from typing import Annotated, TypeAlias

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.fields import PageCursor, PageLimit, page_request
from api.problems import refuses
from api.reporting.shapes import (
    DebtorRow,
    ExpiringList,
    ExpiringOut,
    OutstandingOut,
    RevenueLine,
    RevenueOut,
    TrajectoryHours,
    TrajectoryHoursPage,
    VatBox,
    VatReportOut,
    boxes_of,
)
from api.spreadsheets import Decimal, Decimals, Mark, table_response
from domain import reporting
from domain.kit.calendar import DayOutOfRange, Period, PeriodBackwards
from domain.kit.ids import StaffId
from domain.kit.paging import InvalidCursor
from domain.kit.work import Work
from domain.reporting import Cut
from domain.trajectories import TrajectoryState

From: TypeAlias = Annotated[date | None, QueryParameter(name="from", description="1 January when left out")]
To: TypeAlias = Annotated[date | None, QueryParameter(name="to", description="Today when left out")]
By: TypeAlias = Annotated[Cut, QueryParameter()]
Within: TypeAlias = Annotated[int, QueryParameter(ge=0, le=400, description="Days from today")]
OfState: TypeAlias = Annotated[TrajectoryState | None, QueryParameter(name="state")]
OfCoach: TypeAlias = Annotated[StaffId | None, QueryParameter()]
IN_PERIOD = refuses(PeriodBackwards, DayOutOfRange)
CSV, SCOPE = "text/csv", "invoices:read"
SHOWN = 100
SOON = 60


@get("/reports/outstanding", scope=SCOPE)
async def read_outstanding(work: NamedDependency[Work]) -> OutstandingOut:
    """What customers owe now, by how long it is overdue."""
    return OutstandingOut.of(await reporting.outstanding(work, most=SHOWN))


@get("/reports/outstanding/csv", scope=SCOPE, media_type=CSV)
async def read_outstanding_csv(
    work: NamedDependency[Work], decimals: Decimal = Decimals.POINT, *, mark: Mark = True
) -> Response[bytes]:
    """The same as a table in euros, of all customers with something open."""
    told = await reporting.outstanding(work)
    return table_response("outstanding", DebtorRow, map(DebtorRow.of, told.debtors), decimals, mark=mark)


@get("/reports/revenue", scope=SCOPE, responses=IN_PERIOD)
async def read_revenue(
    work: NamedDependency[Work], by: By = Cut.MONTH, first: From = None, last: To = None
) -> RevenueOut:
    """What was invoiced (by the day of issue), held on cheques and received for them, by month, coach, funder or
    scheme."""
    rows = await reporting.revenue(work, Period.of(work.now.date(), first, last), by)
    return RevenueOut([RevenueLine.of(row) for row in rows])


@get("/reports/revenue/csv", scope=SCOPE, media_type=CSV, responses=IN_PERIOD)
async def read_revenue_csv(
    work: NamedDependency[Work],
    by: By = Cut.MONTH,
    first: From = None,
    last: To = None,
    decimals: Decimal = Decimals.POINT,
    *,
    mark: Mark = True,
) -> Response[bytes]:
    """The same as a table in euros."""
    rows = await reporting.revenue(work, Period.of(work.now.date(), first, last), by)
    return table_response(f"revenue-by-{by}", RevenueLine, map(RevenueLine.of, rows), decimals, mark=mark)


@get("/reports/vat", scope=SCOPE, responses=IN_PERIOD)
async def read_vat(work: NamedDependency[Work], first: From = None, last: To = None) -> VatReportOut:
    """Sales and self-billed purchases issued in a period, by the boxes of the Belgian VAT return. What else was bought
    is not known here: its boxes have no amount, and `missing` names it."""
    return VatReportOut.of(await reporting.vat_report(work, Period.of(work.now.date(), first, last)))


@get("/reports/vat/csv", scope=SCOPE, media_type=CSV, responses=IN_PERIOD)
async def read_vat_csv(
    work: NamedDependency[Work],
    first: From = None,
    last: To = None,
    decimals: Decimal = Decimals.POINT,
    *,
    mark: Mark = True,
) -> Response[bytes]:
    """The boxes as a table in euros; one that is not known is empty."""
    told = await reporting.vat_report(work, Period.of(work.now.date(), first, last))
    return table_response(f"vat-{told.period.first}-{told.period.last}", VatBox, boxes_of(told), decimals, mark=mark)


@get("/reports/expiring-cheques", scope=SCOPE)
async def read_expiring_cheques(work: NamedDependency[Work], within_days: Within = SOON) -> ExpiringList:
    """Cheques whose next deadline comes within so many days, the nearest first; also those that are past it."""
    return ExpiringList(ExpiringOut.all(await reporting.expiring_cheques(work, within_days)))


@get("/reports/expiring-cheques/csv", scope=SCOPE, media_type=CSV)
async def read_expiring_cheques_csv(
    work: NamedDependency[Work],
    within_days: Within = SOON,
    decimals: Decimal = Decimals.POINT,
    *,
    mark: Mark = True,
) -> Response[bytes]:
    """The same as a table."""
    rows = ExpiringOut.all(await reporting.expiring_cheques(work, within_days))
    return table_response("expiring-cheques", ExpiringOut, rows, decimals, mark=mark)


@get("/reports/hours", scope=SCOPE, responses=refuses(InvalidCursor))
async def read_trajectory_hours(
    work: NamedDependency[Work],
    of_state: OfState = None,
    coach_id: OfCoach = None,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> TrajectoryHoursPage:
    """Minutes agreed, held and planned by trajectory, and what is left of them."""
    page = page_request(limit, cursor)
    found = await reporting.hours_of_trajectories(work, page, state=of_state, coach_id=coach_id)
    return TrajectoryHoursPage(TrajectoryHours.all(list(found.items)), found.next_cursor)


@get("/reports/hours/csv", scope=SCOPE, media_type=CSV)
async def read_trajectory_hours_csv(
    work: NamedDependency[Work],
    of_state: OfState = None,
    coach_id: OfCoach = None,
    decimals: Decimal = Decimals.POINT,
    *,
    mark: Mark = True,
) -> Response[bytes]:
    """The same as a table, of all trajectories."""
    rows = TrajectoryHours.all(await reporting.all_hours(work, state=of_state, coach_id=coach_id))
    return table_response("hours", TrajectoryHours, rows, decimals, mark=mark)


router = Router(
    "/",
    tags=["reports"],
    route_handlers=[
        read_outstanding,
        read_outstanding_csv,
        read_revenue,
        read_revenue_csv,
        read_vat,
        read_vat_csv,
        read_expiring_cheques,
        read_expiring_cheques_csv,
        read_trajectory_hours,
        read_trajectory_hours_csv,
    ],
)
