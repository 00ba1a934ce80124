"""Reporting: the administrator's views over all other slices; it only reads."""

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
