"""The books over any series of steps: whatever is done or refused, every sum is right after it."""

import asyncio
import time
from collections import Counter
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from domain import funding, payments
from domain.kit.database import connect
from domain.kit.money import Money
from tests.payments.books import WRONG, Books

SHORT = 5
KINDS = 17
RUNS = [
    pytest.param(SHORT, 25, id="short"),
    pytest.param(40, 50, id="two thousand steps", marks=pytest.mark.soak),
    pytest.param(2000, 50, id="a hundred thousand steps", marks=pytest.mark.soak),
]
CENTS = st.integers(1, 30_000) | st.sampled_from([-1, 0, 10**18])
PLACE = st.integers(0, 10_000)
PARTS = st.integers(1, 4)


class Machine(RuleBasedStateMachine):
    """A practice of its own for each series; a rule that is refused must leave the books as they were."""

    url: ClassVar[str]
    taken: ClassVar[Counter[str]]
    refused: ClassVar[int]

    @initialize()
    def found(self) -> None:
        self.runner = asyncio.Runner()
        self.books = self.runner.run(Books.found(self.url))

    def teardown(self) -> None:
        if not hasattr(self, "books"):
            return
        Machine.refused += self.books.refused
        self.runner.run(self.books.engine.dispose())
        self.runner.close()

    def do(self, name: str, step: Any) -> None:
        Machine.taken[name] += 1
        self.runner.run(step)

    @rule(
        who=st.sampled_from(["amir", "acme"]),
        cents=st.integers(1, 20_000),
        rate=st.sampled_from([0, 6, 12, 21]),
        parts=st.sampled_from([0, 0, 2, 3]),
        deposit=st.booleans(),
    )
    def issue(self, who, cents, rate, parts, deposit):
        self.do("issue", self.books.issue(who, cents, rate, parts, deposit=deposit))

    @precondition(lambda self: self.books.invoices)
    @rule(place=PLACE, quantity=st.sampled_from([None, Decimal("0.5"), Decimal("0.01"), Decimal(2)]))
    def credit(self, place, quantity):
        self.do("credit", self.books.credit(pick(self.books.invoices, place), quantity))

    @precondition(lambda self: self.books.invoices)
    @rule(place=PLACE, cents=CENTS, method=st.sampled_from(["bank_transfer", "cash"]))
    def pay(self, place, cents, method):
        self.do("pay", self.books.pay(cents, method, invoice_id=pick(self.books.invoices, place)))

    @rule(cents=CENTS, oldest_first=st.booleans())
    def pay_unnamed(self, cents, oldest_first):
        step = self.books.pay(cents, "bank_transfer", coachee_id=self.books.buyers.amir, oldest_first=oldest_first)
        self.do("pay unnamed", step)

    @precondition(lambda self: self.books.items)
    @rule(credit=PLACE, debit=PLACE, cents=st.none() | CENTS)
    def allocate(self, credit, debit, cents):
        credit_id, debit_id = pick(self.books.items[::-1], credit), pick(self.books.items, debit)
        amount = None if cents is None else Money(cents)
        step = self.books.attempt(lambda work: payments.allocate(work, credit_id, debit_id, amount))
        self.do("allocate", step)

    @precondition(lambda self: self.books.credits)
    @rule(credit=PLACE, debit=PLACE, cents=CENTS)
    def take_back(self, credit, debit, cents):
        credit_id, debit_id = pick(self.books.credits, credit), pick(self.books.items, debit)
        step = self.books.attempt(lambda work: payments.take_back(work, credit_id, debit_id, Money(cents), "Undo"))
        self.do("take back", step)

    @precondition(lambda self: self.books.items)
    @rule(place=PLACE, cents=CENTS)
    def refund(self, place, cents):
        self.do("refund", self.books.refund(pick(self.books.items[::-1], place), cents))

    @precondition(lambda self: self.books.credits)
    @rule(place=PLACE)
    def reverse(self, place):
        self.do("reverse", self.books.reverse(pick(self.books.credits, place)))

    @precondition(lambda self: self.books.items)
    @rule(place=PLACE, cents=CENTS, rounding=st.booleans())
    def write_off(self, place, cents, rounding):
        item_id = pick(self.books.items, place)
        step = self.books.attempt(
            lambda work: payments.write_off(work, item_id, Money(cents), "Gone", rounding=rounding)
        )
        self.do("write off", step)

    @precondition(lambda self: self.books.invoices)
    @rule(place=PLACE, parts=PARTS, wrong=st.sampled_from([0, 0, 0, -1, 1]))
    def plan(self, place, parts, wrong):
        self.do("plan", self.books.plan(pick(self.books.invoices, place), parts, wrong))

    @precondition(lambda self: self.books.plans)
    @rule(place=PLACE, parts=PARTS)
    def change_plan(self, place, parts):
        self.do("change plan", self.books.change_plan(pick(self.books.plans, place), parts))

    @precondition(lambda self: self.books.plans)
    @rule(place=PLACE)
    def cancel_plan(self, place):
        plan_id = pick(self.books.plans, place)
        self.do("cancel plan", self.books.attempt(lambda work: payments.cancel_instalments(work, plan_id, "Over")))

    @rule(minutes=st.integers(1, 120))
    def book_minutes(self, minutes):
        self.do("book minutes", self.books.book(minutes))

    @rule(cents=st.integers(1, 100_000), for_cheque=st.just(0) | st.integers(1, 100_000))
    def receive(self, cents, for_cheque):
        self.do("receive", self.books.receive(cents, for_cheque))

    @precondition(lambda self: self.books.receipts)
    @rule(place=PLACE, cents=st.integers(1, 100_000), back=st.booleans())
    def settle(self, place, cents, back):
        receipt_id = pick(self.books.receipts, place)
        part = funding.Part(cheque_id=self.books.cheque_id, amount=Money(cents))

        async def act(work):
            if back:
                return await funding.take_back(work, receipt_id, part, "Not of it")
            return await funding.allocate_receipt(work, receipt_id, [part])

        self.do("settle", self.books.attempt(act))

    @rule(days=st.integers(1, 40))
    def remind(self, days):
        self.do("remind", self.books.remind(days))

    @precondition(lambda self: self.books.invoices)
    @rule(place=PLACE, interest=st.booleans())
    def charge(self, place, interest):
        self.do("charge", self.books.charge(pick(self.books.invoices, place), interest=interest))

    @invariant()
    def the_books_are_right(self):
        if hasattr(self, "books"):
            assert self.runner.run(self.books.faults()) == []


def pick(things, place):
    return things[place % len(things)]


@pytest.mark.parametrize(("examples", "steps"), RUNS)
def test_the_books_are_right_after_any_series_of_steps(database, capsys, examples, steps):
    Machine.url, Machine.taken, Machine.refused = database, Counter(), 0
    started = time.perf_counter()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    if examples > SHORT:
        tell(capsys, time.perf_counter() - started)


def tell(capsys, seconds):
    """How many steps there were, and of which kinds; hypothesis leaves some kinds out of each series."""
    assert len(Machine.taken) == KINDS, Machine.taken
    told = ", ".join(f"{name} {count}" for name, count in Machine.taken.most_common())
    with capsys.disabled():
        print(f"\n{sum(Machine.taken.values())} steps in {seconds:.0f} s, {Machine.refused} refused: {told}")  # noqa: T201


HARMS = (
    "UPDATE open_items SET open = open - 1",
    "UPDATE open_items SET credited = amount + 1 WHERE kind = 'invoice'",
    "UPDATE ledger_entries SET amount = amount + 1 WHERE position = 1",
    "UPDATE ledger_entries SET amount = 2 * amount WHERE account = 'bank'",
    "UPDATE invoices SET number = number + 1",
    "UPDATE cheques SET minutes_booked = minutes_booked + 1",
    "UPDATE settlement_receipts SET allocated = allocated + 1",
    "UPDATE cheques SET received = received + 1",
    "UPDATE instalments SET amount = amount + 1 WHERE position = 2",
    "DELETE FROM allocations",
)


def test_the_machine_sees_whatever_is_wrong_with_the_books(database):
    with asyncio.Runner() as runner:
        books = runner.run(_filled(database))
        assert runner.run(books.faults()) == []
        seen = runner.run(_harmed(database, books))
        runner.run(books.engine.dispose())
    assert [harm for harm in HARMS if not seen[harm]] == []


async def _filled(url):
    """Books with a little of everything in them."""
    books = await Books.found(url)
    await books.issue("amir", 5000, 21, 2, deposit=False)
    await books.pay(1000, "bank_transfer", invoice_id=books.invoices[0])
    await books.book(60)
    await books.receive(1000, 100)
    return books


async def _harmed(url, books):
    """What is found wrong after each harm, done as no role of ours could, and undone."""
    owner, seen = connect(url, role=None, pool_size=1), {}
    async with owner.connect() as connection:
        for harm in HARMS:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            practice = f"practice_id = '{books.cast.practice_id}'"
            await connection.execute(text(f"{harm} {'AND' if 'WHERE' in harm else 'WHERE'} {practice}"))
            seen[harm] = (await connection.execute(text(WRONG))).all()
            await connection.rollback()
    await owner.dispose()
    return seen
