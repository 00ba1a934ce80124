"""The practice as a whole: counts without content, and nothing about fewer than five people."""

from datetime import date

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency

from api.fields import Out
from api.problems import refuses
from api.progress.plots import SVG, InLanguage, InTheme, PlotOut, svg_response
from api.progress.shapes import ShareOut
from api.reporting.routes import From, To
from domain import reporting
from domain.checkins import Policy
from domain.funding import FundingKind
from domain.kit.calendar import DayOutOfRange, Period, PeriodBackwards
from domain.kit.work import Work
from domain.messaging import Language
from domain.plots import Theme
from domain.reporting import PracticeReport
from domain.trajectories import Format

SCOPE = "reports:read"
IN_PERIOD = refuses(PeriodBackwards, DayOutOfRange)


class RateOfPolicyOut(Out, frozen=True, kw_only=True):
    policy: Policy
    coachees: int | None
    """Null is fewer than five, and then there is no rate."""
    answer_rate: ShareOut | None


class PracticeReportOut(msgspec.Struct, frozen=True, kw_only=True):
    """Null in a cell is fewer than five people, or what would tell of those."""

    first_day: date
    last_day: date
    running: int
    """Trajectories that are running now."""
    formats: dict[Format, int | None]
    """Coachees in them."""
    agreed_minutes: int
    held_minutes: int
    planned_minutes: int
    answer_rates: list[RateOfPolicyOut]
    """By type of plan, of the period."""
    funding: dict[FundingKind, int | None]
    """Coachees for whom it paid a session held in the period."""
    plot: PlotOut

    @classmethod
    def of(cls, report: PracticeReport, language: Language) -> "PracticeReportOut":
        return cls(
            first_day=report.period.first,
            last_day=report.period.last,
            running=report.running,
            formats=report.formats,
            agreed_minutes=report.agreed_minutes,
            held_minutes=report.held_minutes,
            planned_minutes=report.planned_minutes,
            answer_rates=[msgspec.convert(one, RateOfPolicyOut, from_attributes=True) for one in report.answer_rates],
            funding=report.funding,
            plot=PlotOut.of(reporting.practice_plot(report, language)),
        )


@get("/reports/practice", scope=SCOPE, responses=IN_PERIOD)
async def read_practice_report(
    work: NamedDependency[Work], first: From = None, last: To = None, language: InLanguage = Language.NL
) -> PracticeReportOut:
    """The practice as a whole: running trajectories, hours against plan, answer rates by type of plan, and who pays. No
    content, nothing about fewer than five people, and no coach or coachee beside another."""
    report = await reporting.practice_report(work, Period.of(work.now.date(), first, last))
    return PracticeReportOut.of(report, language)


@get("/reports/practice/plot.svg", scope=SCOPE, media_type=SVG, responses=IN_PERIOD)
async def draw_practice_report(
    work: NamedDependency[Work],
    first: From = None,
    last: To = None,
    language: InLanguage = Language.NL,
    theme: InTheme = Theme.AUTO,
) -> Response[bytes]:
    """The same as a picture."""
    report = await reporting.practice_report(work, Period.of(work.now.date(), first, last))
    return svg_response(reporting.practice_plot(report, language), theme)


router = Router("/", tags=["reports"], route_handlers=[read_practice_report, draw_practice_report])
