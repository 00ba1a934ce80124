"""What happens to invoices, on the real database: numbers without gaps, frozen parties, and no way to change them."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from domain import invoicing, people, practice
from domain.invoicing import (
    Invoice,
    InvoiceFilter,
    InvoiceState,
    NewInvoice,
    NewLine,
    NotADraft,
    NothingToInvoice,
    PracticeIncomplete,
    VatNotAllowed,
    VatRegimeChanged,
)
from domain.kit.database import SWEEP_ROLE, connect
from domain.kit.errors import Conflict
from domain.kit.money import Money
from domain.kit.paging import PageRequest
from domain.kit.states import WrongState
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event, list_messages
from domain.practice import VatRegime
from tests.invoicing.make import TALK, draft, issue, open_books

pytestmark = pytest.mark.anyio


async def numbers(house, cast) -> list[int]:
    async with begin(house, cast.practice_id, OPERATOR) as work:
        page = await invoicing.list_invoices(work, PageRequest(limit=100), InvoiceFilter())
    return sorted(invoice.number for invoice in page.items if invoice.number is not None)


async def run_sql(house, cast, statement: str, **values) -> None:
    """As the application's role, behind the back of the domain."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await work.session.execute(text(statement), values)


async def printed(house, cast, invoice_id) -> bytes:
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return (await invoicing.print_invoice(work, invoice_id)).content


async def test_an_issued_invoice_has_number_days_reference_and_totals(house, cast):
    buyers = await open_books(house, cast)
    invoice = await issue(house, cast, await draft(house, cast, TALK, sponsor_id=buyers.acme))
    assert (invoice.state, invoice.label) == (InvoiceState.ISSUED, "F2026-0001")
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 3, 2), date(2026, 4, 1))
    assert invoice.payment_reference == "+++202/6000/00192+++"
    assert (invoice.net, invoice.vat, invoice.gross) == (Money(18000), Money(3780), Money(21780))


async def test_the_year_and_the_day_are_those_of_the_practice_not_of_utc(house, cast, clock):
    buyers = await open_books(house, cast)
    clock.now = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Brussels
    invoice = await issue(house, cast, await draft(house, cast, TALK, coachee_id=buyers.amir))
    assert (invoice.label, invoice.issued_on) == ("F2027-0001", date(2027, 1, 1))


async def test_every_year_begins_at_one(house, cast, clock):
    buyers = await open_books(house, cast)
    seen = []
    for days in (0, 1, 365):
        clock.move(days=days)
        invoice = await issue(house, cast, await draft(house, cast, TALK, coachee_id=buyers.amir))
        seen.append((invoice.year, invoice.number))
    assert seen == [(2026, 1), (2026, 2), (2027, 1)]


async def test_practices_count_each_for_itself(house, cast, other_cast):
    for practice_cast in (cast, other_cast):
        buyers = await open_books(house, practice_cast)
        invoice = await issue(house, practice_cast, await draft(house, practice_cast, TALK, coachee_id=buyers.amir))
        assert invoice.number == 1


async def test_eight_issue_at_once_and_some_are_refused_the_numbers_have_no_gap(house, cast):
    buyers = await open_books(house, cast)
    full = [await draft(house, cast, TALK, coachee_id=buyers.amir) for _ in range(6)]
    empty = [await draft(house, cast, coachee_id=buyers.amir) for _ in range(2)]

    async def issue_and_fall(invoice_id) -> None:
        """Take a number, and lose the transaction after it: the worst moment."""
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await invoicing.issue_invoice(work, invoice_id)
            await asyncio.sleep(0.05)
            raise ConnectionError

    attempts = [
        issue(house, cast, full[0]),
        issue_and_fall(full[1]),
        issue(house, cast, empty[0]),
        issue(house, cast, full[2]),
        issue_and_fall(full[3]),
        issue(house, cast, full[4]),
        issue(house, cast, empty[1]),
        issue(house, cast, full[5]),
    ]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    issued = [outcome for outcome in outcomes if isinstance(outcome, Invoice)]
    assert len(issued) == 4
    assert sum(isinstance(outcome, NothingToInvoice) for outcome in outcomes) == 2
    assert sorted(invoice.number for invoice in issued) == [1, 2, 3, 4] == await numbers(house, cast)
    assert len({invoice.payment_reference for invoice in issued}) == 4
    assert [(await issue(house, cast, left)).number for left in (full[1], full[3])] == [5, 6]


async def test_one_draft_issued_by_four_at_once_is_issued_once(house, cast):
    buyers = await open_books(house, cast)
    invoice_id = await draft(house, cast, TALK, coachee_id=buyers.amir)
    outcomes = await asyncio.gather(*[issue(house, cast, invoice_id) for _ in range(4)], return_exceptions=True)
    assert sum(isinstance(outcome, Invoice) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, WrongState) for outcome in outcomes) == 3
    assert await numbers(house, cast) == [1]


async def test_the_buyer_gets_a_mail_with_what_to_pay_and_nothing_else(house, cast):
    buyers = await open_books(house, cast)
    await issue(house, cast, await draft(house, cast, TALK, sponsor_id=buyers.acme, language="fr"))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [mail] = [m for m in (await list_messages(work, PageRequest())).items if m.kind == "invoice_issued"]
    assert (mail.recipient_id, mail.address, mail.language) == (buyers.acme, "boekhouding@acme.example", "fr")
    assert mail.facts == {
        "number": "F2026-0001",
        "gross_cents": 21780,
        "due_on": "2026-04-01",
        "payment_reference": "+++202/6000/00192+++",
    }


async def test_a_buyer_without_an_address_gets_no_mail(house, cast):
    buyers = await open_books(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.update_sponsor(work, buyers.acme, {"email": None})
    await issue(house, cast, await draft(house, cast, TALK, sponsor_id=buyers.acme))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert not [m for m in (await list_messages(work, PageRequest())).items if m.kind == "invoice_issued"]


async def test_every_step_leaves_an_event_without_text_of_people(house, cast):
    buyers = await open_books(house, cast)
    invoice = await issue(house, cast, await draft(house, cast, TALK, coachee_id=buyers.amir))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        events = (await work.session.scalars(select(Event).where(Event.subject_id == invoice.id))).all()
    told = {event.kind: event.facts for event in events}
    assert told == {
        "invoice_drafted": {},
        "invoice_issued": {"number": "F2026-0001", "gross_cents": 21780},
    }


async def test_a_changed_practice_and_sponsor_leave_the_print_as_it_was_to_the_byte(house, cast, clock):
    buyers = await open_books(house, cast)
    invoice = await issue(house, cast, await draft(house, cast, TALK, sponsor_id=buyers.acme))
    before = await printed(house, cast, invoice.id)
    clock.move(days=400)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        changes = {"name": "Other", "iban": "NL91 ABNA 0417 1643 00", "vat_regime": VatRegime.EXEMPT, "court": None}
        await practice.update_practice(work, changes)
        await people.update_sponsor(work, buyers.acme, {"name": "Bcme", "city": "Brugge"})
    assert await printed(house, cast, invoice.id) == before


async def test_who_is_not_registered_for_vat_shows_no_vat_number(house, cast):
    buyers = await open_books(house, cast, vat_regime=VatRegime.EXEMPT)
    invoice = await issue(house, cast, await draft(house, cast, TALK, coachee_id=buyers.amir))
    assert invoice.seller is not None
    assert (invoice.seller["vat_number"], invoice.seller["enterprise_number"]) == (None, "0403019261")
    assert invoice.vat == Money(0)


async def test_a_practice_that_left_the_standard_regime_cannot_charge_vat_on_an_old_draft(house, cast):
    buyers = await open_books(house, cast)
    invoice_id = await draft(house, cast, replace(TALK, vat_rate=Decimal(0)), TALK, coachee_id=buyers.amir)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.update_practice(work, {"vat_regime": VatRegime.SMALL_BUSINESS})
    with pytest.raises(VatNotAllowed) as refusal:
        await issue(house, cast, invoice_id)
    assert refusal.value.field == "lines/1/vat_rate"


async def test_a_draft_without_vat_is_not_issued_once_the_practice_charges_it(house, cast):
    buyers = await open_books(house, cast, vat_regime=VatRegime.EXEMPT)
    invoice_id = await draft(house, cast, TALK, coachee_id=buyers.amir)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.update_practice(work, {"vat_regime": VatRegime.STANDARD})
    with pytest.raises(VatRegimeChanged):
        await issue(house, cast, invoice_id)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await invoicing.change_draft(work, invoice_id, {}, [TALK])
    assert (await issue(house, cast, invoice_id)).vat == Money(3780)


async def test_an_incomplete_practice_takes_no_number(house, cast):
    buyers = await open_books(house, cast, iban=None, street=None)
    invoice_id = await draft(house, cast, TALK, coachee_id=buyers.amir)
    with pytest.raises(PracticeIncomplete) as refusal:
        await issue(house, cast, invoice_id)
    assert refusal.value.facts["missing"] == ["street", "iban"]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.update_practice(work, {"iban": "BE71096123456769", "street": "Veldstraat 1"})
    assert (await issue(house, cast, invoice_id)).number == 1


async def test_new_lines_take_the_place_of_the_old_and_count_as_one_change(house, cast):
    buyers = await open_books(house, cast)
    invoice_id = await draft(house, cast, TALK, TALK, TALK, coachee_id=buyers.amir)
    other = replace(TALK, description="Other", vat_rate=Decimal(6))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        changed = await invoicing.change_draft(work, invoice_id, {"language": "en"}, [other, TALK])
    assert changed.version == 2
    async with begin(house, cast.practice_id, OPERATOR) as work:
        found = await invoicing.get_invoice(work, invoice_id)
    assert [line.description for line in found.lines] == ["Other", "Coachingsgesprek"]
    assert found.language == "en"


async def test_an_issued_invoice_is_no_draft_any_more(house, cast):
    buyers = await open_books(house, cast)
    invoice = await issue(house, cast, await draft(house, cast, TALK, coachee_id=buyers.amir))
    for action in (
        lambda work: invoicing.change_draft(work, invoice.id, {}, []),
        lambda work: invoicing.delete_draft(work, invoice.id),
    ):
        with pytest.raises(NotADraft):
            async with begin(house, cast.practice_id, OPERATOR) as work:
                await action(work)


FORBIDDEN_SQL = [
    "UPDATE invoices SET gross = gross + 1, net = net + 1 WHERE id = :id",
    "UPDATE invoices SET number = number + 1 WHERE id = :id",
    "UPDATE invoices SET seller = '{}' WHERE id = :id",
    "UPDATE invoices SET issued_on = issued_on + 1 WHERE id = :id",
    "UPDATE invoices SET language = 'de' WHERE id = :id",
    "UPDATE invoices SET version = version + 1 WHERE id = :id",
    "UPDATE invoices SET state = 'draft', number = NULL WHERE id = :id",
    "UPDATE invoices SET due_on = due_on + 1, gross = gross - 1, net = net - 1 WHERE id = :id",
    "DELETE FROM invoices WHERE id = :id",
    "UPDATE invoice_lines SET quantity = 1 WHERE invoice_id = :id",
    "UPDATE invoice_lines SET invoice_id = :draft WHERE invoice_id = :id",
    "UPDATE invoice_lines SET invoice_id = :id, position = 7 WHERE invoice_id = :draft",
    "DELETE FROM invoice_lines WHERE invoice_id = :id",
    "UPDATE invoices SET kind = 'deposit' WHERE id = :id",
    "UPDATE invoices SET shares = '[]' WHERE id = :id",
    """INSERT INTO invoice_lines
           (practice_id, id, invoice_id, position, description, quantity, unit, unit_price, discount, vat_rate, net)
       SELECT practice_id, gen_random_uuid(), :id, 9, description, quantity, unit, unit_price, 0, vat_rate, net
         FROM invoice_lines WHERE invoice_id = :draft""",
]


@pytest.mark.parametrize("statement", FORBIDDEN_SQL)
async def test_the_database_itself_keeps_an_issued_invoice_from_every_role(house, cast, database, statement):
    buyers = await open_books(house, cast)
    invoice = await issue(house, cast, await draft(house, cast, TALK, coachee_id=buyers.amir))
    values = {"id": invoice.id, "draft": await draft(house, cast, TALK, coachee_id=buyers.amir)}
    with pytest.raises(NotADraft):
        await run_sql(house, cast, statement, **values)
    for role in (None, SWEEP_ROLE):
        engine = connect(database, role=role, pool_size=1)
        with pytest.raises(IntegrityError, match="issued invoice is never changed"):
            async with engine.begin() as connection:
                await connection.execute(text(statement), values)
        await engine.dispose()


@pytest.mark.parametrize("table", ["invoices", "invoice_lines"])
async def test_the_application_cannot_empty_the_tables(house, cast, table):
    with pytest.raises(DBAPIError, match="permission denied"):
        await run_sql(house, cast, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", ["invoices", "invoice_lines", "invoice_files"])
async def test_the_owner_of_the_tables_cannot_empty_them_either(database, table):
    engine = connect(database, role=None, pool_size=1)
    with pytest.raises(IntegrityError, match="never changed or deleted"):
        async with engine.begin() as connection:
            await connection.execute(text(f"TRUNCATE {table} CASCADE"))
    await engine.dispose()


@pytest.mark.parametrize(
    "assignment",
    ["quantity = 'NaN'", "quantity = 0", "quantity = 100000", "unit_price = -1", "vat_rate = 101", "vat_rate = 'NaN'"],
)
async def test_the_database_takes_no_line_out_of_range(house, cast, assignment):
    buyers = await open_books(house, cast)
    invoice_id = await draft(house, cast, TALK, coachee_id=buyers.amir)
    with pytest.raises(Conflict):
        await run_sql(house, cast, f"UPDATE invoice_lines SET {assignment} WHERE invoice_id = :id", id=invoice_id)


@pytest.mark.parametrize("column", ["seller", "net", "due_on", "payment_reference", "issued_at"])
async def test_the_database_takes_no_half_issued_invoice(house, cast, column):
    buyers = await open_books(house, cast)
    invoice = await issue(house, cast, await draft(house, cast, TALK, coachee_id=buyers.amir))
    columns = await column_names(house, cast)
    others = {"id": "gen_random_uuid()", "number": "99", "payment_reference": "'other'", column: "NULL"}
    wanted = ", ".join(others.get(name, name) for name in columns)
    with pytest.raises(Conflict) as refusal:
        await run_sql(
            house,
            cast,
            f"INSERT INTO invoices ({', '.join(columns)}) SELECT {wanted} FROM invoices WHERE id = :id",
            id=invoice.id,
        )
    assert refusal.value.facts["rule"] in {
        "invoices_issued_is_complete_check",
        "invoices_issued_is_frozen_check",
        "invoices_reference_asks_for_payment_check",
    }


async def column_names(house, cast) -> list[str]:
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = 'invoices'"
        return list((await work.session.scalars(text(query))).all())


NEW_LINES = st.lists(
    st.builds(
        NewLine,
        description=st.just("x"),
        unit=st.just("h"),
        quantity=st.decimals("0.01", "99999.99", places=2),
        unit_price=st.integers(0, 100_000_000).map(Money),
        vat_rate=st.sampled_from([None, *map(Decimal, (0, 6, 12, 21))]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=NEW_LINES)
async def test_stored_totals_equal_what_the_stored_lines_come_to(house, cast, lines):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        known = (await people.list_coachees(work, PageRequest())).items
    amir = known[0].id if known else (await open_books(house, cast)).amir
    async with begin(house, cast.practice_id, OPERATOR) as work:
        drafted = await invoicing.draft_invoice(work, NewInvoice(coachee_id=amir, lines=lines))
        expected = drafted.totals
        await invoicing.issue_invoice(work, drafted.id)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        found = await invoicing.get_invoice(work, drafted.id)
    assert found.totals == expected
    assert (found.net, found.vat, found.gross) == (expected.net, expected.vat, expected.gross)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        in_sql = "SELECT sum(round(quantity * unit_price)) FROM invoice_lines WHERE invoice_id = :id"
        assert await work.session.scalar(text(in_sql), {"id": found.id}) == found.net.cents
