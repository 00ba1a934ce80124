"""What lateness costs, against sums done by hand: interest by day, rate and part, and the caps of Book XIX."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from domain.kit.money import ZERO, Money
from domain.payments.late_rates import Postage, Rate, within_law
from domain.payments.late_rules import Overdue, Paid, grace_over, interest_rows, of_consumer, overdue_by_day
from domain.payments.late_terms import frozen, shipped_terms, thawed

TERMS = shipped_terms()
D = date.fromisoformat


def rows(late, since, until, rates=TERMS.rates):
    found = interest_rows([Overdue(D(day), Money(cents)) for day, cents in late], rates, D(since), D(until))
    return [(str(row.first), row.days, row.percent, row.interest and row.interest.cents) for row in found]


def test_ninety_days_of_121_euros_at_ten_and_a_half_per_cent_are_3_euros_13():
    # 121.00 x 10.5 % x 90 / 365 = 3.1328
    assert rows([("2026-04-02", 12100)], "2026-04-02", "2026-06-30") == [("2026-04-02", 90, Decimal("10.50"), 313)]


def test_a_new_half_year_is_a_new_row_and_one_whose_rate_is_not_known_says_so():
    # 1,000.00 x 11.5 % x 30 / 365 = 9.4520; x 10.5 % x 184 / 365 = 52.9315
    late = [("2025-06-01", 100000)]
    assert rows(late, "2025-06-01", "2025-12-31") == [
        ("2025-06-01", 30, Decimal("11.50"), 945),
        ("2025-07-01", 184, Decimal("10.50"), 5293),
    ]
    [_, unknown] = rows([("2026-06-30", 100000)], "2026-06-30", "2026-07-01")
    assert unknown == ("2026-07-01", 1, None, None)
    assert rows([("2015-01-01", 100)], "2015-01-01", "2015-01-02") == [("2015-01-01", 2, None, None)]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-03-28", "2026-03-30", 3),  # the clock is put forward on the 29th
        ("2026-10-24", "2026-10-26", 3),  # and back on the 25th
        ("2026-01-31", "2026-03-01", 30),
        ("2028-02-28", "2028-03-01", 3),  # a leap year
        ("2026-04-30", "2026-05-01", 2),
    ],
)
def test_days_are_counted_on_the_calendar_whatever_the_clock_does(first, last, days):
    assert sum(row[1] for row in rows([(first, 100)], first, last)) == days


def test_what_was_late_follows_payments_from_the_day_after():
    moved = [(D("2026-03-02"), Money(12100)), (D("2026-05-01"), Money(-6050))]
    late = overdue_by_day(moved, D("2026-04-01"), [], D("2026-12-31"))
    assert [(str(one.from_on), one.amount.cents) for one in late] == [
        ("2026-03-03", 0),
        ("2026-04-02", 12100),
        ("2026-05-02", 6050),
    ]


def test_of_instalments_only_those_that_are_late_bear_interest():
    moved = [(D("2026-03-02"), Money(12100)), (D("2026-03-10"), Money(-100))]
    parts = [(D("2026-04-01"), Money(6000)), (D("2026-05-01"), Money(6000))]
    late = overdue_by_day(moved, D("2026-03-20"), parts, D("2026-12-31"))
    assert [(str(one.from_on), one.amount.cents) for one in late if one.amount > ZERO] == [
        ("2026-04-02", 6000),
        ("2026-05-02", 12000),
    ]
    more = overdue_by_day([(D("2026-03-02"), Money(12100))], D("2026-03-20"), parts, D("2026-12-31"))
    assert (more[1].from_on, more[1].amount) == (D("2026-03-21"), Money(100))  # beyond the plan: due as it was
    unknown = overdue_by_day(moved, D("2026-03-20"), parts, D("2026-04-15"))
    assert unknown[-1].amount == Money(6000)  # of the second nobody was reminded


@pytest.mark.parametrize(
    ("debt", "cap"),
    [
        (1, 2000),
        (15000, 2000),
        (15001, 3000),
        (30000, 4500),
        (50000, 6500),
        (50010, 6501),  # half a cent counts as one
        (100000, 9000),
        (3920000, 200000),
        (10**9, 200000),
    ],
)
def test_costs_stay_below_what_the_law_lets_a_clause_ask(debt, cap):
    assert TERMS.consumer.cap(Money(debt), D("2026-03-02")) == Money(cap)


@pytest.mark.parametrize(("debt", "most"), [(15000, 2000), (15001, 3000), (50000, 6500), (50001, 6500)])
def test_terms_from_before_a_law_ask_no_more_than_it_lets_them(debt, most):
    dear = [replace(cap, fixed=Money(9000)) for cap in TERMS.consumer.caps]
    consumer = replace(TERMS.consumer, caps=dear, from_step=1, per_reminder=Money(2000))
    before, since = (
        replace(TERMS, consumer=consumer).asked_on(D(day)).consumer for day in ("2023-08-31", "2023-09-01")
    )
    assert (before.from_step, before.per_reminder) == (1, Money(2000))
    assert (since.from_step, since.per_reminder) == (2, Money(750))
    assert since.cap(Money(debt), D("2023-08-31")) >= Money(9000)
    assert since.cap(Money(debt), D("2023-09-01")) == Money(most)


def test_grace_begins_after_the_mail_or_on_the_third_working_day_after_a_letter():
    assert grace_over(D("2026-04-08"), mailed=True) == D("2026-04-23")
    # Sent on Thursday 30 April: 1 May is a holiday, so Monday, Tuesday and Wednesday 6 May are the working days.
    assert grace_over(D("2026-04-30"), mailed=False) == D("2026-05-20")


def test_terms_come_out_of_the_database_as_they_went_in():
    own = replace(TERMS.consumer, rates=TERMS.rates[:1], postage=[BEFORE, SINCE])
    for terms in (TERMS, replace(TERMS, consumer=own)):
        assert thawed(0, frozen(terms)) == terms
    kept = frozen(TERMS)
    kept["consumer"] = {name: one for name, one in kept["consumer"].items() if name != "rates"} | {"postage": 150}
    [dated] = thawed(1, kept).consumer.postage  # as it was kept before it was dated
    assert (dated.amount, dated.certainty) == (Money(150), "low")


BEFORE = Postage(from_on=D("2026-01-01"), amount=Money(150), source="The tariff of 2026", certainty="high")
SINCE = Postage(from_on=D("2026-06-01"), amount=None, source="Not found yet", certainty="low")


@pytest.mark.parametrize(
    ("sent", "costs"),
    [
        ([("2026-05-01", False)], [("reminders", 750, 1)]),  # by mail
        ([("2026-05-01", True)], [("reminders", 750, 1), ("postage", 150, 1)]),
        ([("2026-06-02", True)], [("reminders", 750, 1)]),  # what postage was that day is not known
        ([("2025-12-31", True)], [("reminders", 750, 1)]),  # nor before the first of its days
        ([("2026-05-01", False), ("2026-05-20", True)], [("reminders", 750, 1)]),
    ],
)
def test_one_reminder_is_paid_for_and_postage_only_where_it_went_by_post(sent, costs):
    terms = replace(TERMS.consumer, interest=False, postage=[BEFORE, SINCE])
    late, paid = [Overdue(D("2026-04-01"), Money(12100))], [Paid(D(day) if posted else None) for day, posted in sent]
    found = of_consumer(terms, [], late, D("2026-04-23"), D("2026-06-30"), paid)
    assert [(one.kind, one.amount.cents, one.count) for one in found.costs] == costs
    dear = replace(terms, postage=[replace(BEFORE, amount=Money(9000))])
    found = of_consumer(dear, [], late, D("2026-04-23"), D("2026-06-30"), [Paid(D("2026-05-01"))])
    assert found.cost == Money(2000)  # within the cap


def test_a_consumers_rate_is_at_most_that_of_the_law_from_the_day_it_holds():
    dear = Rate(from_on=D("2023-01-01"), percent=Decimal(40), source="Ours", certainty="medium")
    held = within_law([dear], D("2023-09-01"))
    assert [(str(one.from_on), one.percent and str(one.percent)) for one in held] == [
        ("2023-01-01", "40"),
        ("2023-09-01", "12.00"),
        ("2024-01-01", "12.50"),
        ("2025-01-01", "11.50"),
        ("2025-07-01", "10.50"),
        ("2026-01-01", "10.50"),
        ("2026-07-01", None),  # the program does not know the law's, and theirs is not certain
    ]
    low = replace(dear, percent=Decimal(5), certainty="high")
    assert {one.percent for one in within_law([low], D("2023-09-01"))} == {Decimal(5)}


DAYS = st.dates(date(2016, 7, 1), date(2026, 6, 30))


@given(DAYS, st.integers(1, 3000), st.integers(1, 10**9), st.integers(1, 2999))
def test_interest_in_rows_is_that_of_the_whole_to_a_cent_a_row(since, days, cents, cut):
    until = min(since + timedelta(days=days), date(2026, 6, 30))
    late = [Overdue(since, Money(cents)), Overdue(since + timedelta(days=cut), Money(cents))]
    one = [Rate(from_on=since, percent=Decimal(8), source="", certainty="high")]
    found = interest_rows(late, one, since, until)
    assert sum(row.days for row in found) == (until - since).days + 1
    whole = Decimal(cents) * 8 * ((until - since).days + 1) / 36500
    total = sum(row.interest.cents for row in found)
    assert abs(total - whole) <= Decimal(len(found)) / 2
