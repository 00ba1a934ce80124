"""Reporting: the administrator's views over all other slices, and exports to download; it changes none of them."""

from domain.reporting.dashboard import (
    PracticeReport as PracticeReport,
    RateOfPolicy as RateOfPolicy,
    practice_plot as practice_plot,
    practice_report as practice_report,
)
from domain.reporting.exports import (
    Export as Export,
    ExportLinkOver as ExportLinkOver,
    ExportNotFound as ExportNotFound,
    ExportState as ExportState,
    attend_export as attend_export,
    due_exports as due_exports,
    get_export as get_export,
    link_to as link_to,
    list_exports as list_exports,
    next_export_at as next_export_at,
    open_link as open_link,
    request_export as request_export,
)
from domain.reporting.outstanding import (
    Aged as Aged,
    Debtor as Debtor,
    Outstanding as Outstanding,
    aged_query as aged_query,
    outstanding as outstanding,
)
from domain.reporting.revenue import Cut as Cut, RevenueRow as RevenueRow, revenue as revenue
from domain.reporting.vat import (
    BOXES as BOXES,
    SOURCE as SOURCE,
    Known as Known,
    Missing as Missing,
    VatReport as VatReport,
    VatSide as VatSide,
    boxes_of as boxes_of,
    vat_report as vat_report,
)
from domain.reporting.work_left import (
    Expiring as Expiring,
    Hours as Hours,
    all_hours as all_hours,
    expiring_cheques as expiring_cheques,
    hours_of_trajectories as hours_of_trajectories,
)
