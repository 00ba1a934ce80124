"""The books over any series of steps: whatever is done or refused, every sum is right after it.

After each step every sum of the practice is added up anew. What each item owes by day is worked out for the items that
the step touched, and for all items after every fifty steps and at the end of each run. Of the e-invoices and letters
one in twenty is made in full; the others are empty, so that the time goes to the books.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any, ClassVar
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, seed, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from domain import documents, funding, payments
from domain.invoicing import archive
from domain.kit.database import connect
from domain.kit.money import Money
from tests.payments.books import WRONG, Books, Ground

KINDS = 18
WHOLE = 50  # after so many steps everything is looked at
PAPER = 20  # one in so many is made in full
EMPTY = b"%PDF-1.7 empty"
PARTS_OF_SOAK = range(1, 5)
EACH = 25_000
CENTS = st.integers(1, 30_000) | st.sampled_from([-1, 0, 10**18])
PLACE = st.integers(0, 10_000)
PARTS = st.integers(1, 4)
PAID = st.lists(st.tuples(st.none() | PLACE, st.integers(1, 30_000)), min_size=1, max_size=6)
BANKS = list(payments.BankFormat)


class Machine(RuleBasedStateMachine):
    """A practice of its own for each run; a rule that is refused must leave the books as they were.

    Hypothesis leaves rules out of each run: the books begin with a little of everything, or a run without the rule that
    issues would do nothing to invoices at all.
    """

    runner: ClassVar[asyncio.Runner]
    ground: ClassVar[Ground]
    taken: ClassVar[Counter[str]]
    refused: ClassVar[int]
    ended: ClassVar[Callable[[], None]]  # what to do after each run
    steps: int

    @initialize()
    def found(self) -> None:
        self.books, self.steps = self.runner.run(filled(self.ground)), 0

    def teardown(self) -> None:
        if hasattr(self, "books"):
            Machine.refused += self.books.refused
            assert self.runner.run(self.books.faults()) == []
            Machine.ended()

    def do(self, name: str, step: Any) -> None:
        Machine.taken[name] += 1
        self.steps += 1
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

    @precondition(lambda self: self.books.invoices)
    @rule(paid=PAID, format_=st.sampled_from(BANKS))
    def take_over(self, paid, format_):
        lines = [(None if place is None else pick(self.books.invoices, place), cents) for place, cents in paid]
        self.do("take over", self.books.take_over(lines, format_))

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
        self.do("change plan", self.books.change_plan(pick(list(self.books.plans), place), parts))

    @precondition(lambda self: self.books.plans)
    @rule(place=PLACE)
    def cancel_plan(self, place):
        plan_id = pick(list(self.books.plans), place)
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
            assert self.runner.run(self.books.faults(whole=self.steps % WHOLE == 0)) == []


def pick(things, place):
    return things[place % len(things)]


@pytest.fixture
def little_paper(monkeypatch):
    """Of the e-invoices and letters, one in twenty."""
    render_ubl, check_ubl, letter = archive.render_ubl, archive.check_ubl, documents.render

    def wanted(title):
        return crc32(str(title).encode()) % PAPER == 0

    def letter_of(path, page, **known):
        return letter(path, page, **known) if path.name != "reminder.typ" or wanted(page["title"]) else EMPTY

    monkeypatch.setattr(archive, "render_ubl", lambda page: render_ubl(page) if wanted(page.gross_cents) else EMPTY)
    monkeypatch.setattr(archive, "check_ubl", lambda ubl: None if ubl == EMPTY else check_ubl(ubl))
    monkeypatch.setattr(documents, "render", letter_of)


@pytest.fixture
def machine(database, little_paper):
    """The machine on two connections that last for the test."""
    with asyncio.Runner() as runner:
        Machine.runner, Machine.ground = runner, runner.run(Ground.open(database))
        Machine.taken, Machine.refused, Machine.ended = Counter(), 0, lambda: None
        yield Machine
        runner.run(Machine.ground.close())


def run(machine, number, *, runs, steps):
    """That many runs of random steps; the number says which."""
    run_state_machine_as_test(
        seed(number)(machine),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_books_are_right_after_any_series_of_steps(machine):
    run(machine, 0, runs=4, steps=40)


@pytest.mark.soak
@pytest.mark.parametrize("part", PARTS_OF_SOAK)
def test_the_books_are_right_after_a_hundred_thousand_steps(machine, capsys, part):
    """In four parts of other steps each, which may run beside each other; each tells its count as it goes."""
    started, series, runs = time.perf_counter(), 0, count(1)

    def tell():
        if next(runs) % 10 == 0:
            with capsys.disabled():
                print(f"part {part}: {told(machine, time.perf_counter() - started)}", flush=True)  # noqa: T201

    machine.ended = tell
    while machine.taken.total() < EACH:
        series += 1
        run(machine, 1000 * part + series, runs=30, steps=400)
    with capsys.disabled():
        print(f"part {part} is done: {told(machine, time.perf_counter() - started)}", flush=True)  # noqa: T201
    assert len(machine.taken) == KINDS, machine.taken


def told(machine, seconds):
    """How many steps there were, and of which kinds; hypothesis leaves some kinds out of each run."""
    kinds = ", ".join(f"{name} {count}" for name, count in machine.taken.most_common())
    return f"{machine.taken.total()} steps in {seconds:.0f} s, {machine.refused} refused: {kinds}"


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
        books = runner.run(filled(runner.run(Ground.open(database))))
        assert runner.run(books.faults()) == []
        seen = runner.run(_harmed(database, books))
        runner.run(books.ground.close())
    assert [harm for harm in HARMS if not seen[harm]] == []


async def filled(ground):
    """Books with a little of everything in them."""
    books = await Books.found(ground)
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
