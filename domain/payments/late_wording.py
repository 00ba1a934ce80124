"""How charges for lateness are told to whoever is to pay them: row by row, in her language."""

from domain.documents import Wording
from domain.kit.money import Money
from domain.payments.late_charges import LateCharges
from domain.payments.late_rules import Cost, InterestRow

Row = tuple[str, str]


def told_rows(charges: LateCharges, wording: Wording) -> list[Row]:
    """What each comes to, and how."""
    reckoning = charges.reckoning
    interest = [(_interest(row, wording), _amount(row.interest, wording)) for row in reckoning.rows]
    return [*interest, *((_cost(one, wording), wording.money(one.amount.cents)) for one in reckoning.costs)]


def told_ground(charges: LateCharges, wording: Wording) -> str:
    """By what right they are asked."""
    if not charges.consumer:
        return wording["by_law"]
    assert charges.clause_agreed_on is not None  # noqa: S101
    return wording["by_clause"].format(day=wording.day(charges.clause_agreed_on))


def told_in_a_line(charges: LateCharges, wording: Wording) -> str:
    return "; ".join(f"{label}: {amount}" for label, amount in told_rows(charges, wording))


def _interest(row: InterestRow, wording: Wording) -> str:
    return wording["interest_row"].format(
        rate=wording["unknown_rate"] if row.percent is None else wording.rate(row.percent),
        amount=wording.money(row.overdue.cents),
        first=wording.day(row.first),
        last=wording.day(row.last),
        days=row.days,
    )


def _amount(amount: Money | None, wording: Wording) -> str:
    return wording["unknown"] if amount is None else wording.money(amount.cents)


def _cost(cost: Cost, wording: Wording) -> str:
    return wording[cost.kind.value].format(count=cost.count)
