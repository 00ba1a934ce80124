"""Sales and self-billed purchases of a period by the boxes of the Belgian VAT return.

Boxes as the FPS Finance explains them (Intervat help, frames II to V: eservices.minfin.fgov.be/intervat). What else is
bought, and what is corrected, is not known here: those boxes have no amount, never 0, and the accountant adds to them.
"""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Numeric, String, case, cast, exists, func, select

from domain import practice
from domain.funding import Receipt
from domain.invoicing import Invoice, InvoiceKind
from domain.kit.calendar import Period
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.practice import VatRegime

SOURCE = "https://eservices.minfin.fgov.be/intervat/static/help/FR/cadre_ii_operations_a_la_sortie.htm"
BY_RATE = {0: "00", 6: "01", 12: "02", 21: "03"}
TO_UNION, TO_BELGIUM, ABROAD = "44", "45", "47"  # what is shifted to the customer
CREDITED_TO_UNION, CREDITED = "48", "49"
DUE, TO_RECOVER = "54", "64"
SERVICES, CREDIT_RECEIVED = "82", "85"  # what coaches did for the practice, less their credit notes, and these apart
DEDUCTED, GIVEN_BACK = "59", "63"
SOLD = (*BY_RATE.values(), TO_UNION, TO_BELGIUM, "46", ABROAD, CREDITED_TO_UNION, CREDITED)
BOUGHT = (SERVICES, CREDIT_RECEIVED, DEDUCTED, GIVEN_BACK)
FRAMES = (
    SOLD,
    ("81", SERVICES, "83", "84", CREDIT_RECEIVED, "86", "87", "88"),
    (DUE, "55", "56", "57", "61", GIVEN_BACK),
    (DEDUCTED, "62", TO_RECOVER),
    ("71", "72"),
)
BOXES = tuple(box for frame in FRAMES for box in frame)
HOME = "BE"
UNION = frozenset(
    "AT BG CY CZ DE DK EE EL ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


class Known(StrEnum):
    """How much of a box the documents of the practice tell."""

    ALL = "all"
    PART = "part"
    NONE = "none"


class Missing(StrEnum):
    """What belongs in the return and is not known here."""

    OTHER_PURCHASES = "other_purchases"  # all that did not come by self-billing
    CHEQUES = "cheques"  # what funders paid in the period, of which no invoice was issued
    RIGHT_TO_DEDUCT = "right_to_deduct"  # the practice has none by its regime: no purchase is put in a box


@dataclass(frozen=True, slots=True, kw_only=True)
class VatSide:
    """What documents of one direction and rate come to."""

    bought: bool = False
    rate: int
    credit: bool
    shifted: bool
    country: str
    base: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class VatReport:
    period: Period
    boxes: dict[str, Money | None]
    sides: list[VatSide]
    missing: list[Missing]

    @property
    def payable(self) -> Money:
        """What sales alone make payable: box 54 less box 64."""
        return self._of(DUE) - self._of(TO_RECOVER)

    @property
    def balance(self) -> Money:
        """What all the documents that are known come to; boxes 71 and 72 wait for what is missing."""
        return self.payable + self._of(GIVEN_BACK) - self._of(DEDUCTED)

    def known(self, box: str) -> Known:
        if self.boxes[box] is None:
            return Known.NONE
        unbilled = (*BY_RATE.values(), DUE) if Missing.CHEQUES in self.missing else ()
        return Known.PART if box in (*BOUGHT, *unbilled) else Known.ALL

    def _of(self, box: str) -> Money:
        return self.boxes[box] or ZERO


async def vat_report(work: Work, period: Period) -> VatReport:
    """Of what was issued in the period; credit notes stand in boxes of their own, above zero."""
    deducts = (await practice.get_practice(work)).vat_regime is VatRegime.STANDARD
    sides = [
        VatSide(
            bought=row.bought,
            rate=int(row.rate),
            credit=row.credit,
            shifted=row.shifted,
            country=row.country,
            base=Money(row.base),
            vat=Money(row.vat),
        )
        for row in await work.session.execute(_sides(work, period))
    ]
    missing = [Missing.OTHER_PURCHASES, *([] if deducts else [Missing.RIGHT_TO_DEDUCT])]
    if await work.session.scalar(_paid_by_funders(work, period)):
        missing.append(Missing.CHEQUES)
    return VatReport(period, boxes_of(sides, deducts=deducts), sides, missing)


def boxes_of(sides: list[VatSide], *, deducts: bool = True) -> dict[str, Money | None]:
    """Every box; those of sales also where they come to nothing."""
    found: dict[str, Money] = defaultdict(lambda: ZERO, dict.fromkeys((*SOLD, DUE, TO_RECOVER), ZERO))
    for side in sides:
        if side.bought and deducts:
            _buy(found, side)
        elif not side.bought:
            found[_base_box(side)] += side.base
            found[TO_RECOVER if side.credit else DUE] += side.vat
    return {box: found.get(box) for box in BOXES}


def _buy(found: dict[str, Money], side: VatSide) -> None:
    found[SERVICES] += -side.base if side.credit else side.base
    if side.credit:
        found[CREDIT_RECEIVED] += side.base
    if side.vat:
        found[GIVEN_BACK if side.credit else DEDUCTED] += side.vat


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
    bought = Invoice.coach_id.is_not(None).label("bought")
    other = case((Invoice.coach_id.is_(None), Invoice.buyer), else_=Invoice.seller)
    country = func.coalesce(func.nullif(cast(other.op("->>")("country"), String), ""), HOME).label("country")
    sums = [
        cast(func.sum(cast(share.c.value.op("->>")(name), BigInteger)), BigInteger).label(name)
        for name in ("base", "vat")
    ]
    return (
        select(bought, rate, credit, shifted, country, *sums)
        .select_from(Invoice)
        .join(share, Invoice.shares.is_not(None))
        .where(
            Invoice.practice_id == work.practice_id,
            Invoice.issued_on.between(period.first, period.last),
        )
        .group_by("bought", "rate", "credit", "shifted", "country")
        .order_by("bought", "rate", "credit", "shifted", "country")
    )


def _paid_by_funders(work: Work, period: Period) -> Any:
    paid = Receipt.received_on.between(period.first, period.last)
    return select(exists().where(Receipt.practice_id == work.practice_id, paid))
