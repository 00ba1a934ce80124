"""A practice whose books are moved at random, and what must hold of them after whatever happened."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
from sqlalchemy import event, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from domain import funding, invoicing, payments
from domain.funding import Issue, NewCheque, NewReceipt
from domain.invoicing import CreditedLine, Instalment, NewInvoice, NewLine
from domain.kit.database import APP_ROLE, connect, house as make_house, server_settings
from domain.kit.errors import DomainError
from domain.kit.ids import ChequeId, InstalmentPlanId, InvoiceId, OpenItemId, PaymentId, ReceiptId
from domain.kit.money import ZERO, Money
from domain.kit.secrets import Vault
from domain.kit.work import OPERATOR, House, Work, begin
from domain.payments import BankFormat, NewPayment, OpenItem, Refund
from tests import database as databases, factories
from tests.conftest import TestClock
from tests.factories import Cast
from tests.funding import make as funding_make
from tests.funding.make import Engagement
from tests.invoicing import make as invoicing_make
from tests.invoicing.make import Buyers
from tests.payments.make import bank_file, line

# Each names what is wrong; together they say nothing of books that are right.
WRONG = """
SELECT 'a transaction does not come to nothing' FROM ledger_entries GROUP BY transaction_id HAVING sum(amount) <> 0
UNION ALL
SELECT 'the ledger does not come to nothing' FROM ledger_entries HAVING sum(amount) <> 0
UNION ALL
SELECT 'an item is not its amount less what was set against it' FROM open_items i
 WHERE i.open <> i.amount
   + COALESCE((SELECT sum(a.amount) FROM allocations a WHERE a.credit_id = i.id), 0)
   - COALESCE((SELECT sum(a.amount) FROM allocations a WHERE a.debit_id = i.id), 0)
   + COALESCE((SELECT sum(e.amount) FROM ledger_entries e
                 JOIN ledger_transactions t ON t.practice_id = e.practice_id AND t.id = e.transaction_id
                WHERE e.item_id = i.id AND t.kind IN ('refund', 'write_off', 'reversal')), 0)
UNION ALL
SELECT 'an item is not what its document says' FROM open_items i JOIN invoices d ON d.id = i.id
 WHERE abs(i.amount) <> d.gross
UNION ALL
SELECT 'more was credited than asked' FROM open_items WHERE kind IN ('invoice', 'deposit') AND credited > amount
UNION ALL
SELECT 'accounts and items differ'
 WHERE (SELECT COALESCE(sum(amount), 0) FROM ledger_entries WHERE account = 'receivable')
       <> (SELECT COALESCE(sum(open), 0) FROM open_items WHERE coach_id IS NULL)
UNION ALL
SELECT 'a series has a gap' FROM invoices WHERE number IS NOT NULL GROUP BY series, year
HAVING min(number) <> 1 OR max(number) <> count(*) OR count(DISTINCT number) <> count(*)
UNION ALL
SELECT 'a cheque is beyond its cap' FROM cheques c
 WHERE c.minutes_booked > c.minutes_cap
    OR c.minutes_booked <> (SELECT COALESCE(sum(b.minutes), 0) FROM bookings b WHERE b.cheque_id = c.id)
UNION ALL
SELECT 'a receipt is not its parts' FROM settlement_receipts r
 WHERE r.allocated <> (SELECT COALESCE(sum(a.amount), 0) FROM settlement_allocations a WHERE a.receipt_id = r.id)
UNION ALL
SELECT 'a cheque has not what it was given' FROM cheques c
 WHERE c.received <> (SELECT COALESCE(sum(a.amount), 0) FROM settlement_allocations a WHERE a.cheque_id = c.id)
UNION ALL
SELECT 'a plan is not its parts' FROM instalment_plans p
 WHERE p.total <> (SELECT sum(i.amount) FROM instalments i WHERE i.plan_id = p.id)
UNION ALL
SELECT 'an invoice that is paid is watched' FROM open_items i JOIN reminder_cases c ON c.invoice_id = i.id
 WHERE i.open = 0 AND c.due_at IS NOT NULL
UNION ALL
SELECT 'lateness is booked twice or not at all' FROM late_charges l JOIN open_items i ON i.id = l.item_id
 WHERE i.amount <> l.interest + l.costs
"""


# All of it after every step, and which items the step has touched: for those the days are worked out again.
SEEN = f"""
SELECT ARRAY(SELECT what FROM ({WRONG}) AS wrong (what)) AS wrong,
       (SELECT COALESCE(sum(amount), 0) FROM ledger_entries WHERE account IN ('bank', 'cash')) AS money,
       ARRAY(SELECT id FROM open_items WHERE xmin::text::bigint >= $1
             UNION SELECT invoice_id FROM instalment_plans WHERE xmin::text::bigint >= $1) AS touched,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS mark
"""
DUE = "SELECT invoice_id FROM reminder_cases WHERE due_at <= $1 ORDER BY due_at, invoice_id LIMIT 3"
SAME_PLAN = {"plan_cache_mode": "force_generic_plan"}  # planning a statement takes longer than running it here


@dataclass
class Ground:
    """The two connections of a whole series: one to act, one to look on. Opening them takes as long as many steps."""

    engine: AsyncEngine
    watch: Any

    @classmethod
    async def open(cls, url: str) -> "Ground":
        engine = connect(f"{url}{'&' if '?' in url else '?'}prepared_statement_cache_size=1000", pool_size=1)
        event.listen(engine.sync_engine, "connect", _same_plan)
        watch = await asyncpg.connect(databases.dsn(url), server_settings=server_settings(APP_ROLE) | SAME_PLAN)
        return cls(engine, watch)

    async def close(self) -> None:
        await self.watch.close()
        await self.engine.dispose()


def _same_plan(connection: Any, _: object) -> None:
    for name, value in SAME_PLAN.items():
        connection.cursor().execute(f"SET {name} = {value}")
    connection.commit()


@dataclass
class Books:
    """One practice, what is in its books, and how much money it has seen come and go."""

    house: House
    ground: Ground
    clock: TestClock
    cast: Cast
    buyers: Buyers
    engagement: Engagement
    cheque_id: ChequeId
    invoices: list[InvoiceId] = field(default_factory=list)
    credits: list[OpenItemId] = field(default_factory=list)
    charges: list[OpenItemId] = field(default_factory=list)
    plans: dict[InstalmentPlanId, InvoiceId] = field(default_factory=dict)
    receipts: list[ReceiptId] = field(default_factory=list)
    money: int = 0
    refused: int = 0
    files: int = 0
    mark: int = 0

    @classmethod
    async def found(cls, ground: Ground) -> "Books":
        clock = TestClock()
        house = make_house(ground.engine, clock, Vault(b"a master key of thirty-two bytes"))
        cast = await factories.found_cast(house)
        buyers = await invoicing_make.open_books(house, cast)
        engagement = await funding_make.engage(house, cast)
        day = clock.now.date() - timedelta(days=40)
        async with begin(house, cast.practice_id, OPERATOR) as work:
            new = NewCheque(ordered_on=day)
            cheque = await funding.register_cheque(work, engagement.trajectory_id, new)
            await funding.issue_cheque(work, cheque.id, Issue(cheque_number="N1", client_number="K1", issued_on=day))
            await funding.start_cheque(work, cheque.id, day)
            await payments.agree_late_clause(work, buyers.amir, clock.now.date(), "Conditions")
        await ground.watch.execute("SELECT set_config('app.practice_id', $1, false)", str(cast.practice_id))
        return cls(house, ground, clock, cast, buyers, engagement, cheque.id)

    @property
    def today(self) -> date:
        return self.clock.now.date()

    @property
    def items(self) -> list[OpenItemId]:
        """Everything that is owed one way or the other, in the order in which it came."""
        return [*(OpenItemId(one) for one in self.invoices), *self.credits, *self.charges]

    async def attempt(self, act: Callable[[Work], Awaitable[Any]]) -> Any:
        """Do it whole, or be refused and leave no trace."""
        try:
            async with begin(self.house, self.cast.practice_id, OPERATOR) as work:
                return await act(work)
        except DomainError:
            self.refused += 1
            return None

    async def issue(self, who: str, cents: int, rate: int, parts: int, *, deposit: bool) -> None:
        line = NewLine(
            description="Coaching", quantity=Decimal(2), unit="h", unit_price=Money(cents), vat_rate=Decimal(rate)
        )
        whose: Any = {"coachee_id": self.buyers.amir} if who == "amir" else {"sponsor_id": self.buyers.acme}

        async def act(work: Work) -> InvoiceId:
            draft = await invoicing.draft_invoice(work, NewInvoice(lines=[line], deposit=deposit, **whose))
            if parts:
                spread = self.spread(draft.totals.gross, parts)
                await invoicing.change_draft(work, draft.id, {"instalments": spread})
            return (await invoicing.issue_invoice(work, draft.id)).id

        if (done := await self.attempt(act)) is not None:
            self.invoices.append(done)

    def spread(self, whole: Money, parts: int, wrong: int = 0) -> Sequence[Instalment]:
        """Equal parts, ten days between; with `wrong` they do not add up."""
        if not parts:
            return ()
        each = [whole.cents // parts] * (parts - 1)
        amounts = [*each, whole.cents - sum(each) + wrong]
        return [
            Instalment(self.today + timedelta(days=10 * place), Money(cents)) for place, cents in enumerate(amounts)
        ]

    async def credit(self, invoice_id: InvoiceId, quantity: Decimal | None) -> None:
        wanted = None if quantity is None else [CreditedLine(0, quantity)]
        note = await self.attempt(lambda work: invoicing.credit_invoice(work, invoice_id, wanted, "Wrong price"))
        if note is not None:
            self.credits.append(OpenItemId(note.id))

    async def pay(self, cents: int, method: str, **whose: Any) -> None:
        new = NewPayment(amount=Money(cents), received_on=self.today, method=payments.Method(method), **whose)
        payment = await self.attempt(lambda work: payments.record_payment(work, new))
        if payment is not None:
            self.credits.append(payment.id)
            self.money += cents

    async def take_over(self, paid: Sequence[tuple[InvoiceId | None, int]], format_: BankFormat) -> None:
        """A bank's file of such payments, sent twice: each line that names an invoice is money, once."""
        self.files += 1
        references = dict(await self.ground.watch.fetch("SELECT id, payment_reference FROM invoices"))
        lines = [
            line(cents, f"B{self.files}/{place}", booked_on=self.today, ogm=references.get(invoice_id))
            for place, (invoice_id, cents) in enumerate(paid)
        ]
        content = bank_file(*lines, format_=format_)
        file, new = await self.attempt(lambda work: payments.import_bank_file(work, content))
        again, anew = await self.attempt(lambda work: payments.import_bank_file(work, content))
        assert (new, anew, file.id) == (True, False, again.id)
        matched = await self.ground.watch.fetch(
            "SELECT item_id, amount FROM bank_lines WHERE file_id = $1 AND item_id IS NOT NULL ORDER BY id", file.id
        )
        assert len(matched) == sum(invoice_id is not None for invoice_id, _ in paid)
        self.credits += [OpenItemId(row["item_id"]) for row in matched]
        self.money += sum(row["amount"] for row in matched)

    async def refund(self, item_id: OpenItemId, cents: int) -> None:
        wanted = Refund(amount=Money(cents), paid_on=self.today, method=payments.Method.CASH, reason="Back")
        if await self.attempt(lambda work: payments.refund(work, item_id, wanted)) is not None:
            self.money -= cents

    async def reverse(self, item_id: OpenItemId) -> None:
        async def act(work: Work) -> int:
            left = (await payments.get_payment(work, PaymentId(item_id))).left
            await payments.reverse_payment(work, PaymentId(item_id), "Never came")
            return left.cents

        self.money -= await self.attempt(act) or 0

    async def plan(self, invoice_id: InvoiceId, parts: int, wrong: int) -> None:
        async def act(work: Work) -> InstalmentPlanId:
            item = await payments.get_item(work, OpenItemId(invoice_id))
            made = await payments.plan_instalments(work, invoice_id, self.spread(item.left, parts, wrong), "Asked")
            return made.id

        if (done := await self.attempt(act)) is not None:
            self.plans[done] = invoice_id

    async def change_plan(self, plan_id: InstalmentPlanId, parts: int) -> None:
        async def act(work: Work) -> InstalmentPlanId:
            item = await payments.get_item(work, OpenItemId(self.plans[plan_id]))
            made = await payments.change_instalments(work, plan_id, self.spread(item.left, parts), "Asked again")
            return made.id

        if (done := await self.attempt(act)) is not None:
            self.plans[done] = self.plans[plan_id]

    async def book(self, minutes: int) -> None:
        session = self.engagement.held(minutes)

        async def act(work: Work) -> None:
            await work.store(session)
            await funding.book_minutes(work, self.cheque_id, session.id)

        await self.attempt(act)

    async def receive(self, cents: int, for_cheque: int) -> None:
        async def act(work: Work) -> ReceiptId:
            cheque = await funding.get_cheque(work, self.cheque_id)
            parts = [funding.Part(cheque_id=self.cheque_id, amount=Money(for_cheque))] if for_cheque else []
            new = NewReceipt(
                funder_id=cheque.scheme.funder_id,
                received_on=self.today,
                reference="LBC",
                amount=Money(cents),
                parts=parts,
            )
            return (await funding.record_receipt(work, new)).id

        if (done := await self.attempt(act)) is not None:
            self.receipts.append(done)
            self.money += cents

    async def charge(self, invoice_id: InvoiceId, *, interest: bool) -> None:
        item = await self.attempt(lambda work: payments.book_late_charges(work, invoice_id, "Late", interest=interest))
        if item is not None:
            self.charges.append(item.id)

    async def remind(self, days: int) -> None:
        """Let days pass, and remind of what has been due longest by then."""
        self.clock.move(days=days)
        for case in await self.ground.watch.fetch(DUE, self.clock.now):
            await self.attempt(lambda work, case=case: payments.remind_of_invoice(work, case["invoice_id"]))

    async def faults(self, *, whole: bool = True) -> list[str]:
        """What is wrong with the books: with all of them, or with the days of the items that were touched alone."""
        seen = await self.ground.watch.fetchrow(SEEN, self.mark)
        self.mark, found = seen["mark"], list(seen["wrong"])
        if seen["money"] != self.money:
            found.append("money is not what came less what went")
        if whole or seen["touched"]:
            found += await self._wrongly_due(None if whole else seen["touched"])
        return found

    async def _wrongly_due(self, touched: Sequence[Any] | None) -> list[str]:
        """Instalments come to what is open, and the database and we agree on the day that is late."""
        query = select(OpenItem, func.first_due(text("open_items"))).where(
            OpenItem.practice_id == self.cast.practice_id, OpenItem.open > ZERO
        )
        if touched is not None:
            query = query.where(OpenItem.id.in_(touched))
        async with begin(self.house, self.cast.practice_id, OPERATOR) as work:
            rows = list(await work.session.execute(query))
            dues = await payments.dues_of(work, [item for item, _ in rows])
        return [
            f"{item.id} is due on {[due.on for due in dues[item.id]]}, and {first} in the database"
            for item, first in rows
            if sum((due.left for due in dues[item.id]), ZERO) != item.open
            or dues[item.id][0].on != (first or item.booked_on)
        ]
