"""Sales of a period by the boxes of the Belgian VAT return.

Boxes as the FPS Finance explains them (Intervat help, frames II to V: eservices.minfin.fgov.be/intervat). What is
bought (81 to 88, 55 to 63) is not known here; the accountant adds it.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Numeric, String, cast, func, select

from domain.invoicing import Invoice, InvoiceKind
from domain.kit.calendar import Period
from domain.kit.money import ZERO, Money
from domain.kit.work import Work

SOURCE = "https://eservices.minfin.fgov.be/intervat/static/help/FR/cadre_ii_operations_a_la_sortie.htm"
BY_RATE = {0: "00", 6: "01", 12: "02", 21: "03"}
TO_UNION, TO_BELGIUM, ABROAD = "44", "45", "47"  # what is shifted to the customer
CREDITED_TO_UNION, CREDITED = "48", "49"
DUE, TO_RECOVER = "54", "64"
BOXES = (*BY_RATE.values(), TO_UNION, TO_BELGIUM, "46", ABROAD, CREDITED_TO_UNION, CREDITED, DUE, TO_RECOVER)
HOME = "BE"
UNION = frozenset(
    "AT BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VatSide:
    """What documents of one direction and rate come to."""

    rate: int
    credit: bool
    shifted: bool
    country: str
    base: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class VatReport:
    period: Period
    boxes: dict[str, Money]
    sides: list[VatSide]

    @property
    def payable(self) -> Money:
        """What sales alone make payable: box 54 less box 64."""
        return self.boxes[DUE] - self.boxes[TO_RECOVER]


async def vat_report(work: Work, period: Period) -> VatReport:
    """Of what was issued in the period; credit notes stand in boxes of their own, above zero."""
    sides = [
        VatSide(
            rate=int(row.rate),
            credit=row.credit,
            shifted=row.shifted,
            country=row.country,
            base=Money(row.base),
            vat=Money(row.vat),
        )
        for row in await work.session.execute(_sides(work, period))
    ]
    return VatReport(period, boxes_of(sides), sides)


def boxes_of(sides: list[VatSide]) -> dict[str, Money]:
    """Every box, also those of nothing."""
    found: dict[str, Money] = defaultdict(lambda: ZERO)
    for side in sides:
        found[_base_box(side)] += side.base
        found[TO_RECOVER if side.credit else DUE] += side.vat
    return {box: found[box] for box in BOXES}


def _base_box(side: VatSide) -> str:
    to_union = side.country != HOME and side.country in UNION
    if side.credit:
        return CREDITED_TO_UNION if side.shifted and to_union else CREDITED
    if not side.shifted:
        return BY_RATE[side.rate]
    if side.country == HOME:
        return TO_BELGIUM
    return TO_UNION if to_union else ABROAD


def _sides(work: Work, period: Period) -> Any:
    share = func.jsonb_array_elements(Invoice.shares).table_valued("value").lateral("share")
    rate = cast(share.c.value.op("->>")("rate"), Numeric).label("rate")
    credit = cast(Invoice.kind == InvoiceKind.CREDIT_NOTE, Boolean).label("credit")
    shifted = Invoice.reverse_charge.label("shifted")
    country = func.coalesce(func.nullif(cast(Invoice.buyer.op("->>")("country"), String), ""), HOME).label("country")
    sums = [
        cast(func.sum(cast(share.c.value.op("->>")(name), BigInteger)), BigInteger).label(name)
        for name in ("base", "vat")
    ]
    return (
        select(rate, credit, shifted, country, *sums)
        .select_from(Invoice)
        .join(share, Invoice.shares.is_not(None))
        .where(
            Invoice.practice_id == work.practice_id,
            Invoice.issued_on.between(period.first, period.last),
            Invoice.coach_id.is_(None),
        )
        .group_by("rate", "credit", "shifted", "country")
        .order_by("rate", "credit", "shifted", "country")
    )
