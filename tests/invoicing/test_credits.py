"""Credit notes, discounts and deposits: the arithmetic against fractions, and the actions on the real database."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import text

from domain import invoicing, practice
from domain.invoicing import CreditedLine, CreditExceeds, Discount, Invoice, InvoiceKind, NotCreditable
from domain.invoicing.credits import Owed, credit
from domain.invoicing.rules import VAT_RATES, Item, totals
from domain.kit.money import ZERO, Money
from domain.kit.work import OPERATOR, begin
from tests.invoicing.make import TALK, draft, issue, open_books

RATES = st.sampled_from(sorted(VAT_RATES))
QUANTITIES = st.decimals("0.01", "99999.99", places=2)
PRICES = st.integers(0, 100_000_000).map(Money)
PERCENTS = st.decimals("0", "100", places=2)
LINES = st.lists(st.tuples(QUANTITIES, PRICES, RATES, PERCENTS), min_size=1, max_size=8)


def half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def net_of(quantity: Decimal, price: Money, percent: Decimal) -> Money:
    whole = price.times(quantity)
    return whole - Discount(percent=percent).of(whole)


def discounts(whole: Money) -> st.SearchStrategy[Discount]:
    return st.one_of(
        st.just(Discount()),
        st.integers(0, whole.cents).map(lambda cents: Discount(Money(cents))),
        PERCENTS.map(lambda percent: Discount(percent=percent)),
    )


@given(st.data())
def test_discounts_on_lines_and_on_the_whole_are_exact_and_leave_no_cent_behind(data):
    lines = data.draw(LINES)
    nets = [net_of(*line[:2], line[3]) for line in lines]
    for (quantity, price, _, percent), net in zip(lines, nets, strict=True):
        whole = half_up(Fraction(quantity) * price.cents)
        assert net.cents == whole - half_up(Fraction(whole) * Fraction(percent) / 100)
    whole = sum(nets, ZERO)
    discount = data.draw(discounts(whole))
    sums = totals((Item(line[2], net) for line, net in zip(lines, nets, strict=True)), discount)
    if discount.amount is not None:
        assert sums.discount == discount.amount
    for share in sums.shares:
        earned = sum(net.cents for line, net in zip(lines, nets, strict=True) if line[2] == share.rate)
        assert 0 <= share.discount.cents <= earned
        if discount.percent is not None:
            assert share.discount.cents == half_up(Fraction(earned) * Fraction(discount.percent) / 100)
        assert share.base.cents == earned - share.discount.cents
        assert share.vat.cents == half_up(Fraction(share.base.cents) * Fraction(share.rate) / 100)
    assert sums.gross == sums.net + sums.vat


@given(st.data())
def test_an_invoice_credited_in_parts_comes_to_nothing_to_the_cent(data):
    lines = data.draw(LINES)
    nets = [net_of(*line[:2], line[3]) for line in lines]
    invoice = totals(
        (Item(line[2], net) for line, net in zip(lines, nets, strict=True)), data.draw(discounts(sum(nets, ZERO)))
    )
    left = [line[0] for line in lines]
    taken = [ZERO] * len(lines)
    before = {}
    parts = data.draw(st.integers(1, 4))
    for turn in range(parts):
        last = turn == parts - 1
        asked = [it if last else data.draw(st.decimals("0", str(it), places=2)) for it in left]
        owed = [
            Owed(
                rate=line[2],
                quantity=line[0],
                net=net,
                deducts=False,
                credited_quantity=line[0] - left[place],
                credited_net=taken[place],
                crediting=asked[place],
            )
            for place, (line, net) in enumerate(zip(lines, nets, strict=True))
        ]
        note = credit(owed, invoice, before)
        assert all(min(share.base, share.vat, share.discount + Money(1)) >= ZERO for share in note.shares)
        for share in note.shares:
            before[share.rate] = before[share.rate] + share if share.rate in before else share
        taken = [past + it.credit for past, it in zip(taken, owed, strict=True)]
        left = [past - now for past, now in zip(left, asked, strict=True)]
    assert taken == nets
    for share in invoice.shares:
        assert before.get(share.rate, share) == share


@pytest.mark.anyio
class TestOnTheDatabase:
    async def credit(self, house, cast, invoice_id, *lines: tuple[int, str]) -> Invoice:
        wanted = [CreditedLine(position, Decimal(quantity)) for position, quantity in lines] or None
        async with begin(house, cast.practice_id, OPERATOR) as work:
            return await invoicing.credit_invoice(work, invoice_id, wanted, "Wrong price")

    async def test_a_whole_credit_note_mirrors_its_invoice_in_a_series_of_its_own(self, house, cast):
        buyers = await open_books(house, cast)
        lines = (TALK, replace(TALK, vat_rate=Decimal(6), discount=Discount(percent=Decimal(10))))
        invoice = await issue(
            house, cast, await draft(house, cast, *lines, sponsor_id=buyers.acme, discount=Discount(Money(333)))
        )
        note = await self.credit(house, cast, invoice.id)
        assert (note.kind, note.label) == (InvoiceKind.CREDIT_NOTE, "C2026-0001")
        assert (note.net, note.vat, note.gross) == (invoice.net, invoice.vat, invoice.gross)
        assert note.shares == invoice.shares
        assert note.buyer == invoice.buyer
        assert note.refers_to == [{"id": str(invoice.id), "number": "F2026-0001", "issued_on": "2026-03-02"}]
        with pytest.raises(CreditExceeds):
            await self.credit(house, cast, invoice.id)

    async def test_credit_notes_may_share_the_series_of_invoices(self, house, cast):
        buyers = await open_books(house, cast, shared_credit_notes=True)
        invoice = await issue(house, cast, await draft(house, cast, TALK, sponsor_id=buyers.acme))
        assert (await self.credit(house, cast, invoice.id)).label == "F2026-0002"

    async def test_two_who_credit_at_once_take_back_no_more_than_there_is(self, house, cast):
        buyers = await open_books(house, cast)
        invoice = await issue(house, cast, await draft(house, cast, TALK, coachee_id=buyers.amir))
        attempts = [self.credit(house, cast, invoice.id, (0, "0.50")) for _ in range(6)]
        outcomes = await asyncio.gather(*attempts, return_exceptions=True)
        notes = [outcome for outcome in outcomes if isinstance(outcome, Invoice)]
        assert len(notes) == 3
        assert sum(isinstance(outcome, CreditExceeds) for outcome in outcomes) == 3
        assert sum(note.gross.cents for note in notes if note.gross) == 21780
        assert sorted(note.number or 0 for note in notes) == [1, 2, 3]

    async def test_of_two_who_credit_the_whole_at_once_one_does(self, house, cast):
        buyers = await open_books(house, cast)
        invoice = await issue(house, cast, await draft(house, cast, TALK, coachee_id=buyers.amir))
        attempts = [self.credit(house, cast, invoice.id) for _ in range(3)]
        outcomes = await asyncio.gather(*attempts, return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CreditExceeds", "CreditExceeds", "Invoice"]
        [note] = [outcome for outcome in outcomes if isinstance(outcome, Invoice)]
        query = "SELECT sum(open), sum(credited) FROM open_items WHERE id IN (:invoice, :note)"
        async with begin(house, cast.practice_id, OPERATOR) as work:
            values = {"invoice": invoice.id, "note": note.id}
            assert (await work.session.execute(text(query), values)).one() == (0, 21780)

    async def test_a_draft_and_a_credit_note_are_not_credited(self, house, cast):
        buyers = await open_books(house, cast)
        draft_id = await draft(house, cast, TALK, coachee_id=buyers.amir)
        with pytest.raises(NotCreditable):
            await self.credit(house, cast, draft_id)
        await issue(house, cast, draft_id)
        note = await self.credit(house, cast, draft_id, (0, "1"))
        with pytest.raises(NotCreditable):
            await self.credit(house, cast, note.id)

    async def test_a_final_invoice_deducts_what_is_left_of_a_deposit(self, house, cast):
        buyers = await open_books(house, cast)
        half = replace(TALK, quantity=Decimal(1), unit_price=Money(9000))
        deposit = await issue(house, cast, await draft(house, cast, half, sponsor_id=buyers.acme, deposit=True))
        await self.credit(house, cast, deposit.id, (0, "0.50"))
        final = await draft(house, cast, TALK, sponsor_id=buyers.acme, deducts=[deposit.id])
        issued = await issue(house, cast, final)
        assert (issued.net, issued.vat) == (Money(18000 - 4500), Money(2835))
        assert issued.refers_to == [{"id": str(deposit.id), "number": "F2026-0001", "issued_on": "2026-03-02"}]
        note = await self.credit(house, cast, issued.id)
        assert note.gross == issued.gross

    async def test_days_to_pay_follow_the_kind_of_customer(self, house, cast):
        buyers = await open_books(house, cast, consumer_term_days=8)
        to_amir = await issue(house, cast, await draft(house, cast, TALK, coachee_id=buyers.amir))
        to_acme = await issue(house, cast, await draft(house, cast, TALK, sponsor_id=buyers.acme))
        assert [(it.due_on - it.issued_on).days for it in (to_amir, to_acme) if it.due_on and it.issued_on] == [8, 30]
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await practice.update_practice(work, {"consumer_term_days": None})
