"""Progress: how it goes with a coachee, in numbers, for her own coach. No words are unsealed for it."""

from domain.progress.asked import (
    AskedReport as AskedReport,
    AskedWeek as AskedWeek,
    Latency as Latency,
    SlotWeek as SlotWeek,
    Tally as Tally,
    asked_report as asked_report,
    report_of as report_of,
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
