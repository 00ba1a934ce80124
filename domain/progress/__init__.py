"""Progress: how it goes with a coachee, in numbers and plots, for herself and for her own coach."""

from domain.progress.asked import (
    AskedReport as AskedReport,
    AskedWeek as AskedWeek,
    SlotWeek as SlotWeek,
    Tally as Tally,
    asked_report as asked_report,
    own_asked_report as own_asked_report,
    report_of as report_of,
    report_on as report_on,
)
from domain.progress.found import (
    Dated as Dated,
    FoundReport as FoundReport,
    MonthOfDimensions as MonthOfDimensions,
    NamedQualities as NamedQualities,
    Scan as Scan,
    found_report as found_report,
)
from domain.progress.ledger import Entry as Entry
from domain.progress.outcomes import (
    Autonomy as Autonomy,
    LookedBack as LookedBack,
    MonthOfAutonomy as MonthOfAutonomy,
    Obstacles as Obstacles,
)
from domain.progress.plotting import (
    OWN_PLOT_NAMES as OWN_PLOT_NAMES,
    PLOT_NAMES as PLOT_NAMES,
    PLOTS_OF as PLOTS_OF,
    PlotNotFound as PlotNotFound,
    own_plot as own_plot,
    own_plots as own_plots,
    trajectory_plot as trajectory_plot,
    trajectory_plots as trajectory_plots,
)
from domain.progress.survival import Step as Step, Waited as Waited, kaplan_meier as kaplan_meier
from domain.progress.timing import (
    ASKED as ASKED,
    BINS as BINS,
    RESPONDED as RESPONDED,
    Latency as Latency,
    Timing as Timing,
    cut as cut,
    timing_of as timing_of,
)
from domain.progress.told import (
    ToldReport as ToldReport,
    own_told_report as own_told_report,
    told_report as told_report,
)
from domain.progress.trend import Measure as Measure, Stretch as Stretch, Trend as Trend, trend_of as trend_of
from domain.progress.words import WordsOf as WordsOf, counted as counted, stop_words as stop_words
