"""Minutes over any series of steps: no cheque beyond its cap, no package below nothing, and every sum right."""

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from domain.funding import ChequeState, MinutesExceeded, Package
from domain.funding.packages import fifo
from tests.funding.test_rules import cheque

RUNS = [
    pytest.param(20, 30, id="short"),
    pytest.param(1000, 100, id="a hundred thousand steps", marks=pytest.mark.soak),
]


class Minutes(RuleBasedStateMachine):
    """A cheque and the packages of one coachee, in the order in which they expire."""

    def __init__(self):
        super().__init__()
        self.cheque, self.booked = cheque(ChequeState.STARTED), []
        self.packages, self.drawn = [], []

    @rule(minutes=st.integers(1, 300))
    def book(self, minutes):
        if self.cheque.state is ChequeState.CLOSED:
            self.cheque, self.booked = cheque(ChequeState.STARTED), []
        try:
            self.cheque.book(minutes)
        except MinutesExceeded:
            assert minutes > self.cheque.minutes_cap - sum(self.booked)
        else:
            self.booked.append(minutes)

    @rule()
    def close(self):
        if self.cheque.state is not ChequeState.CLOSED:
            self.cheque.close(None, self.cheque.minutes_left)

    @rule(granted=st.integers(1, 600))
    def sell(self, granted):
        self.packages.append(Package(granted=granted, used=0))

    @rule(need=st.integers(1, 300))
    def draw(self, need):
        taken = fifo(self.packages, need)
        if sum(amount for _, amount in taken) == need:
            for package, amount in taken:
                package.used += amount
            self.drawn.append(need)

    @invariant()
    def a_cheque_holds_what_was_booked_and_no_more_than_its_cap(self):
        assert self.cheque.minutes_booked == sum(self.booked) <= self.cheque.minutes_cap

    @invariant()
    def packages_hold_what_was_drawn_and_the_first_is_used_up_first(self):
        assert sum(package.used for package in self.packages) == sum(self.drawn)
        assert all(0 <= package.used <= package.granted for package in self.packages)
        touched = [package.used > 0 for package in self.packages]
        for before, after in zip(self.packages, touched[1:], strict=False):
            assert before.left == 0 or not after


@pytest.mark.parametrize(("examples", "steps"), RUNS)
def test_minutes_add_up_over_any_series_of_steps(examples, steps):
    run_state_machine_as_test(
        Minutes,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
