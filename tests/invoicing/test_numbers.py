"""Whatever is done in whatever order, every series counts 1…n, and nothing is credited twice or lost on its way."""

import random
from collections import defaultdict
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from domain import invoicing
from domain.invoicing import (
    CreditedLine,
    CreditExceeds,
    Invoice,
    InvoiceKind,
    NewLine,
    NewSelfBilled,
    NotCreditable,
    Supplier,
)
from domain.kit.database import connect
from domain.kit.errors import DomainError
from domain.kit.money import ZERO, Money
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.practice import Role, VatRegime
from tests.invoicing import make
from tests.invoicing.test_new_routes import KRIS

pytestmark = pytest.mark.anyio
SUPPLIER = Supplier(**KRIS | {"vat_regime": VatRegime.STANDARD})
RATES = [Decimal(rate) for rate in (0, 6, 12, 21)]


class Falls(Exception):  # noqa: N818
    """The transaction that is lost after its number was taken."""


class Desk:
    """One step after the other, as chance has it; `issued` and `drafts` are what there is to go on with."""

    def __init__(self, house, cast, buyers, clock, seed):
        self.house, self.cast, self.buyers, self.clock = house, cast, buyers, clock
        self.chance = random.Random(seed)
        self.drafts, self.issued = [], []
        self.refused = defaultdict(int)

    async def step(self):
        step = self.chance.choices(
            [self.draft, self.issue, self.fall, self.credit, self.self_bill, self.new_year], [4, 4, 1, 3, 1, 0.2]
        )[0]
        try:
            await step()
        except (DomainError, Falls) as refusal:
            self.refused[type(refusal)] += 1

    def work(self):
        return begin(self.house, self.cast.practice_id, OPERATOR)

    def lines(self):
        return [
            NewLine(
                description="Coaching",
                quantity=Decimal(self.chance.randint(1, 900)) / 100,
                unit="h",
                unit_price=Money(self.chance.randint(0, 20_000)),
                vat_rate=self.chance.choice(RATES),
            )
            for _ in range(self.chance.randint(0, 3))
        ]

    async def draft(self):
        buyer = self.chance.choice([{"coachee_id": self.buyers.amir}, {"sponsor_id": self.buyers.acme}])
        self.drafts.append(await make.draft(self.house, self.cast, *self.lines(), **buyer))

    async def issue(self):
        if self.drafts:
            invoice_id = self.drafts.pop(self.chance.randrange(len(self.drafts)))
            self.issued.append((await make.issue(self.house, self.cast, invoice_id)).id)

    async def fall(self):
        if self.drafts:
            async with self.work() as work:
                await invoicing.issue_invoice(work, self.drafts[-1])
                raise Falls

    async def credit(self):
        if self.issued:
            async with self.work() as work:
                invoice = await invoicing.get_invoice(work, self.chance.choice(self.issued))
                part = CreditedLine(0, Decimal(self.chance.randint(1, 900)) / 100)
                note = await invoicing.credit_invoice(
                    work, invoice.id, self.chance.choice([None, [part]]), "Wrong price"
                )
                self.issued.append(note.id)

    async def self_bill(self):
        async with self.work() as work:
            new = NewSelfBilled(
                coach_id=self.cast.staff[Role.COACH],
                series=self.chance.choice(["KR", "LS"]),
                supplier=SUPPLIER,
                language=Language.NL,
                supplied_on=None,
                lines=self.lines() or [make.TALK],
            )
            self.issued.append((await invoicing.issue_self_billed(work, new)).id)

    async def new_year(self):
        self.clock.now = self.clock.now.replace(year=self.clock.now.year + 1)


async def check(desk):
    async with desk.work() as work:
        invoices = (await work.session.scalars(select(Invoice).where(Invoice.number.is_not(None)))).all()
        files = (await work.session.execute(text("SELECT invoice_id, format FROM invoice_files"))).all()
        dispatches = (await work.session.scalars(text("SELECT invoice_id FROM peppol_dispatches"))).all()
    numbers, credited = defaultdict(list), defaultdict(lambda: ZERO)
    for invoice in invoices:
        numbers[invoice.series, invoice.year].append(invoice.number)
        if invoice.kind is InvoiceKind.CREDIT_NOTE:
            credited[invoice.credits_id] += invoice.gross
    assert {key: sorted(found) for key, found in numbers.items()} == {
        key: list(range(1, len(found) + 1)) for key, found in numbers.items()
    }
    assert len(invoices) == len(desk.issued) == len({invoice.label for invoice in invoices})
    gross = {invoice.id: invoice.gross for invoice in invoices}
    assert all(ZERO <= amount <= gross[invoice_id] for invoice_id, amount in credited.items())
    business = sorted(invoice.id for invoice in invoices if invoice.coachee_id is None)
    assert sorted(found for found, format_ in files if format_ == "ubl") == business == sorted(dispatches)
    assert sorted(found for found, format_ in files if format_ == "pdf") == sorted(gross)


async def walk(house, cast, clock, *, steps, seed):
    desk = Desk(house, cast, await make.open_books(house, cast), clock, seed)
    for _ in range(steps):
        await desk.step()
    await check(desk)
    return desk


async def test_numbers_have_no_gap_over_a_series_of_chances(house, cast, clock):
    desk = await walk(house, cast, clock, steps=40, seed=7)
    assert len(desk.issued) > 10
    assert desk.refused.keys() >= {Falls}


@pytest.mark.soak
async def test_numbers_have_no_gap_over_two_thousand_chances(house, cast, clock):
    desk = await walk(house, cast, clock, steps=2000, seed=11)
    assert desk.refused.keys() >= {Falls, CreditExceeds, NotCreditable}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE number_series SET last_number = last_number - 1",
        "UPDATE number_series SET last_number = last_number + 2",
        "UPDATE number_series SET last_number = last_number + 1",
        "UPDATE number_series SET year = year + 1, last_number = last_number + 1",
        "DELETE FROM number_series",
        "INSERT INTO number_series SELECT practice_id, 'X', year, 5 FROM number_series",
        "INSERT INTO number_series SELECT practice_id, 'X', year, 1 FROM number_series",
    ],
)
async def test_no_statement_leaves_a_gap_in_a_series_or_has_a_number_given_twice(house, cast, database, statement):
    buyers = await make.open_books(house, cast)
    await make.issue(house, cast, await make.draft(house, cast, make.TALK, coachee_id=buyers.amir))
    engine = connect(database, role=None, pool_size=1)
    narrowed = f"{statement} WHERE practice_id = '{cast.practice_id}'"
    with pytest.raises(Exception, match=r"counts by one|no document bears"):
        async with engine.begin() as connection:
            await connection.execute(text(narrowed))
    await engine.dispose()
    second = await make.issue(house, cast, await make.draft(house, cast, make.TALK, coachee_id=buyers.amir))
    assert second.label == "F2026-0002"
