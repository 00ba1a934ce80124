"""Rules of schemes and cheques, without a database."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise, product

import pytest
from hypothesis import given, strategies as st

from domain.funding import (
    Cheque,
    ChequeExpired,
    ChequeState,
    CodesNeeded,
    DaysNeeded,
    InvalidChequeCode,
    Issuer,
    MinutesExceeded,
    MinutesWouldBeForfeited,
    NewCheque,
    Scheme,
    SchemeGivesFewer,
)
from domain.funding.rules import code, next_look, right_is_used
from domain.funding.schemes import known_schemes
from domain.funding.states import LAPSES, MOVES, UNUSED, WATCHED
from domain.kit.money import Money
from domain.kit.states import WrongState

ZONE = "Europe/Brussels"


def scheme(**changes):
    known = {
        "code": "TEST",
        "issuer": Issuer(name="Edenred"),
        "unit_minutes": [240],
        "pay_within_days": 14,
        "start_within_months": 3,
        "complete_within_months": None,
        "window_years": None,
        "fee_per_hour": None,
    }
    return Scheme(**{**known, **changes})


def cheque(state=ChequeState.ANNOUNCED, **changes):
    known = {"nth": 1, "minutes_cap": 240, "minutes_booked": 0, "scheme": scheme()}
    return Cheque(state=state, **{**known, **changes})


@pytest.mark.parametrize(("here", "to"), list(product(ChequeState, ChequeState)))
def test_a_cheque_moves_only_as_the_table_says(here, to):
    one = cheque(here)
    if to in MOVES.get(here, ()):
        one.move(to)
        assert one.state == to
    else:
        with pytest.raises(WrongState):
            one.move(to)
        assert one.state == here


def test_what_has_ended_moves_only_by_what_is_told_late_and_is_not_watched():
    told_late = {
        ChequeState.ORDER_LAPSED: {ChequeState.ISSUED},
        ChequeState.EXPIRED_UNSTARTED: {ChequeState.STARTED},
    }
    for state in UNUSED:
        assert MOVES.get(state, frozenset()) == told_late.get(state, frozenset())
        assert state not in WATCHED
    assert ChequeState.SETTLED not in WATCHED


def test_every_lapse_is_a_move_of_the_state_that_is_watched():
    for state, deadline in WATCHED.items():
        assert deadline not in LAPSES or LAPSES[deadline] in MOVES[state]


def test_the_five_schemes_are_as_published_and_the_unknown_stays_unknown():
    known = {row["code"]: row for row in known_schemes()}
    assert list(known) == ["LBC-2013", "LBC-2020", "LBC-2024", "LBC-2025T", "LBK-2027"]
    assert known["LBC-2020"]["fee_per_hour"] == Decimal("140.256")
    assert known["LBC-2024"]["own_share"] == Money(45_00)
    today = known["LBC-2025T"]
    assert (today["own_share"], today["unit_minutes"], today["status"]) == (Money(90_00), [240], "in_force")
    assert (today["fee_per_hour"], today["window_years"], today["complete_within_months"]) == (None, None, None)
    future = known["LBK-2027"]
    assert (future["status"], future["unit_minutes"], future["valid_to"]) == ("planned", [360], None)
    assert (future["own_share"], future["fee_per_hour"], future["vat_rate"]) == (None, None, None)
    for row in known.values():
        assert row["source"]
        assert len(row["source"]) <= 500
        assert row["confidence"] in {"high", "medium", "low"}


def test_the_schemes_follow_one_another_without_gap_or_overlap():
    rows = known_schemes()
    for before, after in pairwise(rows):
        assert before["valid_to"].toordinal() + 1 == after["valid_from"].toordinal()


@pytest.mark.parametrize(
    ("ordered_on", "pay_by"),
    [
        (date(2026, 3, 2), date(2026, 3, 16)),
        (date(2026, 2, 20), date(2026, 3, 6)),
        (date(2028, 2, 20), date(2028, 3, 5)),  # a leap year
        (date(2026, 12, 24), date(2027, 1, 7)),
    ],
)
def test_an_order_is_paid_within_two_weeks(ordered_on, pay_by):
    one = cheque()
    one.order(ordered_on)
    one.come_under(scheme())
    assert one.pay_by == pay_by


@pytest.mark.parametrize(
    ("issued_on", "start_by"),
    [
        (date(2026, 3, 2), date(2026, 6, 2)),
        (date(2025, 11, 30), date(2026, 2, 28)),  # February has no 30th
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 8, 31), date(2026, 11, 30)),
        (date(2026, 12, 31), date(2027, 3, 31)),
    ],
)
def test_a_cheque_is_started_within_three_months_also_from_the_end_of_a_month(issued_on, start_by):
    one = cheque(ChequeState.ORDERED)
    one.issue(issued_on, "N", "K")
    assert one.start_by == start_by
    one.start(start_by)
    assert one.complete_by is None
    late = cheque(ChequeState.ISSUED, start_by=start_by)
    with pytest.raises(ChequeExpired):
        late.start(date.fromordinal(start_by.toordinal() + 1))


def test_the_last_day_to_complete_stands_only_where_the_scheme_names_one():
    one = cheque(ChequeState.ISSUED, scheme=scheme(complete_within_months=12), start_by=date(2026, 6, 2))
    one.start(date(2026, 3, 2))
    assert one.complete_by == date(2027, 3, 2)


@pytest.mark.parametrize(
    ("now", "look"),
    [
        ((2026, 3, 2, 11, 0), (2026, 5, 19, 7, 0)),  # 14 days before, at nine in summer time
        ((2026, 5, 19, 7, 0), (2026, 5, 30, 7, 0)),  # 3 days before
        ((2026, 5, 30, 7, 0), (2026, 6, 2, 22, 0)),  # when the last day is over in Brussels
        ((2026, 7, 1, 0, 0), (2026, 6, 2, 22, 0)),  # registered too late: at once
    ],
)
def test_the_scheduler_looks_fourteen_and_three_days_before_and_after_the_last_day(now, look):
    one = cheque(ChequeState.ISSUED, start_by=date(2026, 6, 2))
    assert next_look(one, datetime(*now, tzinfo=UTC), ZONE) == datetime(*look, tzinfo=UTC)


def test_after_the_last_day_to_complete_there_is_nothing_to_look_for():
    one = cheque(ChequeState.IN_PROGRESS, complete_by=date(2026, 6, 2))
    assert next_look(one, datetime(2026, 5, 31, tzinfo=UTC), ZONE) is None
    assert next_look(cheque(), datetime(2026, 5, 31, tzinfo=UTC), ZONE) is None
    assert next_look(cheque(ChequeState.STARTED), datetime(2026, 5, 31, tzinfo=UTC), ZONE) is None


@pytest.mark.parametrize(
    ("written", "kept"), [(" ab 12-cd ", "AB 12-CD"), ("x", "X"), ("\u00a0n°7\u00a0", "N°7"), ("ü" * 64, "Ü" * 64)]
)
def test_a_code_is_kept_trimmed_and_in_capitals_and_otherwise_as_it_is(written, kept):
    assert code(written, field="cheque_number") == kept


@pytest.mark.parametrize("written", ["", "   ", "x" * 65, "ß" * 33])
def test_a_code_has_one_to_sixty_four_characters_as_it_is_kept(written):
    with pytest.raises(InvalidChequeCode):
        code(written, field="cheque_number")


DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("known", "field"),
    [
        ({"issued_on": DAY}, "ordered_on"),
        ({"cheque_number": "N"}, "ordered_on"),
        ({"ordered_on": DAY, "client_number": "K"}, "issued_on"),
    ],
)
def test_what_is_issued_was_ordered_and_issued_on_some_day(known, field):
    with pytest.raises(DaysNeeded) as refused:
        NewCheque(**known).issue()
    assert refused.value.field == field


@pytest.mark.parametrize("missing", ["cheque_number", "client_number"])
def test_what_is_issued_has_both_codes(missing):
    known = {"ordered_on": DAY, "issued_on": DAY, "cheque_number": "N", "client_number": "K"}
    with pytest.raises(CodesNeeded) as refused:
        NewCheque(**{**known, missing: None}).issue()
    assert refused.value.field == missing
    assert NewCheque(**known).issue() is not None
    assert NewCheque(ordered_on=DAY).issue() is None


def test_the_second_cheque_has_the_minutes_of_the_second_and_a_third_does_not_exist():
    both = scheme(unit_minutes=[240, 180])
    assert [both.minutes_of(1), both.minutes_of(2)] == [240, 180]
    with pytest.raises(SchemeGivesFewer):
        both.minutes_of(3)


def had(ordered_on, nth=1):
    return cheque(ChequeState.CLOSED, ordered_on=ordered_on, nth=nth)


@pytest.mark.parametrize(
    ("earlier", "rules", "nth", "used"),
    [
        ([], {}, 1, False),
        ([had(date(2014, 1, 1))], {}, 1, True),  # once in a career
        ([had(None)], {}, 1, True),  # one that is announced counts as well
        ([had(date(2019, 1, 1))], {"window_years": 6, "unit_minutes": [240, 180]}, 1, False),
        ([had(date(2021, 1, 1))], {"window_years": 6, "unit_minutes": [240, 180]}, 1, True),
        ([had(date(2021, 1, 1))], {"window_years": 6, "unit_minutes": [240, 180]}, 2, False),
        ([had(date(2021, 1, 1)), had(date(2022, 1, 1), 2)], {"window_years": 6, "unit_minutes": [240, 180]}, 2, True),
        ([had(date(2020, 3, 2))], {"window_years": 6, "unit_minutes": [240]}, 1, False),  # six years to the day
        ([had(date(2020, 3, 3))], {"window_years": 6, "unit_minutes": [240]}, 1, True),
        (
            [had(date(2028, 1, 1))],
            {"window_years": 6, "unit_minutes": [240]},
            1,
            True,
        ),  # registered the other way round
    ],
)
def test_a_coachee_has_as_many_cheques_as_her_scheme_allows_within_its_window(earlier, rules, nth, used):
    assert right_is_used(earlier, scheme(**rules), nth=nth, day=DAY) is used


@pytest.mark.parametrize(
    ("fee", "minutes", "cents"),
    [("140.256", 240, 561_02), ("140.256", 180, 420_77), ("150", 240, 600_00), ("150", 50, 125_00), ("150", 0, 0)],
)
def test_a_cheque_is_expected_to_bring_its_hours_times_the_fee(fee, minutes, cents):
    assert scheme(fee_per_hour=Decimal(fee)).fee_for(minutes) == Money(cents)


def test_an_unknown_fee_promises_nothing_not_even_zero():
    assert cheque(minutes_booked=240).expected is None


@given(st.lists(st.integers(1, 240), max_size=12))
def test_bookings_never_pass_the_cap_and_what_is_left_adds_up(wanted):
    one = cheque(ChequeState.STARTED)
    for minutes in wanted:
        left = one.minutes_left
        if minutes > left:
            with pytest.raises(MinutesExceeded) as refused:
                one.book(minutes)
            assert refused.value.facts == {"minutes_left": left}
        else:
            one.book(minutes)
            assert one.minutes_left == left - minutes
    assert 0 <= one.minutes_booked <= one.minutes_cap


def test_closing_early_says_first_what_is_lost():
    one = cheque(ChequeState.IN_PROGRESS, minutes_booked=200)
    with pytest.raises(MinutesWouldBeForfeited) as refused:
        one.close(DAY, 0)
    assert refused.value.facts == {"minutes_left": 40}
