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
from domain.progress.outcomes import (
    Autonomy as Autonomy,
    LookedBack as LookedBack,
    MonthOfAutonomy as MonthOfAutonomy,
    Obstacles as Obstacles,
)
from domain.progress.ledger import Entry as Entry
from domain.progress.plotting import (
    PLOT_NAMES as PLOT_NAMES,
    PlotNotFound as PlotNotFound,
    own_plot as own_plot,
    own_plots as own_plots,
    trajectory_plot as trajectory_plot,
    trajectory_plots as trajectory_plots,
)
from domain.progress.survival import Step as Step, Waited as Waited, kaplan_meier as kaplan_meier
from domain.progress.timing import BINS as BINS, Latency as Latency, Timing as Timing, timing_of as timing_of
