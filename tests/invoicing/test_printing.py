"""What is issued is printed after the commit: once, whoever asks, and never otherwise."""

import asyncio
from hashlib import sha256
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from domain import invoicing
from domain.invoicing import archive
from domain.kit.database import SWEEP_ROLE, connect
from domain.kit.errors import ConstraintBroken
from domain.kit.tries import MOST
from domain.kit.work import OPERATOR, begin
from tests.invoicing.make import TALK, draft, issue, open_books
from tests.invoicing.test_actions import printed, run_sql

pytestmark = pytest.mark.anyio


class Killed(BaseException):
    """The process that was at it is gone."""


FILES = "SELECT format, content, sha256, made_at, due_at FROM invoice_files WHERE invoice_id = :id ORDER BY format"
FILL = "UPDATE invoice_files SET content = 'x', sha256 = encode(sha256('x'), 'hex'), made_at = due_at, due_at = NULL"

LATER = """INSERT INTO invoice_files SELECT practice_id, invoice_id, 'ubl', 'x', 'x', encode(sha256('x'), 'hex'),
keep_until, now(), NULL FROM invoice_files WHERE format = 'pdf'"""
BACKDATED = LATER.replace("now()", "due_at")


@pytest.fixture
async def issued(house, cast):
    """An invoice to a company: with a UBL, and not printed yet."""
    buyers = await open_books(house, cast)
    return (await issue(house, cast, await draft(house, cast, TALK, sponsor_id=buyers.acme))).id


@pytest.fixture
def pressed(monkeypatch):
    """The numbers that went through the press."""
    numbers, press = [], archive.render

    def render(page, **known):
        numbers.append(page.number)
        return press(page, **known)

    monkeypatch.setattr(archive, "render", render)
    return numbers


async def files(house, cast, invoice_id):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return {row.format: row for row in await work.session.execute(text(FILES), {"id": invoice_id})}


async def test_an_invoice_is_issued_unprinted_with_its_e_invoice_and_the_scheduler_prints_it_once(
    quiet, house, sweep_house, cast, clock, pressed, issued
):
    before = await files(house, cast, issued)
    assert (before["pdf"].content, before["pdf"].due_at, pressed) == (None, clock.now, [])
    clock.move(seconds=1)
    assert await invoicing.print_due(sweep_house) == (1, 0, None)
    after = await files(house, cast, issued)
    assert (after["pdf"].made_at, after["pdf"].due_at) == (clock.now, None)
    assert after["pdf"].sha256 == sha256(after["pdf"].content).hexdigest()
    assert after["ubl"] == before["ubl"]
    [inside] = PdfReader(BytesIO(after["pdf"].content)).attachments["invoice.xml"]
    assert sha256(inside).hexdigest() == before["ubl"].sha256
    assert await printed(house, cast, issued) == after["pdf"].content
    assert await invoicing.print_due(sweep_house) == (0, 0, None)
    assert pressed == ["F2026-0001"]


async def test_whoever_asks_before_the_scheduler_has_it_printed_and_all_get_the_same(
    quiet, house, sweep_house, cast, pressed, issued
):
    *read, swept = await asyncio.gather(
        *[printed(house, cast, issued) for _ in range(4)], invoicing.print_due(sweep_house)
    )
    assert len(set(read)) == 1
    assert swept.failed == 0
    assert pressed == ["F2026-0001"]


def fails_at_first(press, fault):
    """The press, which the first document is too much for."""

    def failing(page, **known):
        if page.number == "F2026-0001":
            raise fault
        return press(page, **known)

    return failing


async def test_what_the_press_fails_at_stays_due_and_keeps_nobody_behind_it(
    quiet, house, sweep_house, cast, clock, monkeypatch, issued
):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        note = (await invoicing.credit_invoice(work, issued, None, "Wrong price")).id
    press = archive.render
    monkeypatch.setattr(archive, "render", fails_at_first(press, OSError))
    assert await invoicing.print_due(sweep_house) == (1, 1, "OSError")
    assert (await files(house, cast, note))["pdf"].content is not None
    assert await invoicing.print_due(sweep_house) == (0, 0, None)
    monkeypatch.setattr(archive, "render", press)
    clock.move(minutes=5)
    assert await invoicing.print_due(sweep_house) == (1, 0, None)
    assert (await files(house, cast, issued))["pdf"].content is not None


async def test_what_ends_the_process_that_prints_it_keeps_nobody_behind_it_and_is_laid_aside_for_a_day(
    quiet, bea, house, sweep_house, cast, clock, monkeypatch, issued
):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        note = (await invoicing.credit_invoice(work, issued, None, "Wrong price")).id
    with monkeypatch.context() as patch:
        patch.setattr(archive, "render", fails_at_first(archive.render, Killed))
        for others in [(1, 0, None), *[(0, 0, None)] * (MOST - 2), (0, 1, "LaidAside")]:
            with pytest.raises(Killed):
                await invoicing.print_due(sweep_house)
            assert await invoicing.print_due(sweep_house) == others
            clock.move(minutes=5)
        assert (await files(house, cast, note))["pdf"].content is not None
        assert await invoicing.print_due(sweep_house) == (0, 1, "LaidAside")
        refused = await bea.get(f"/v1/invoices/{issued}/pdf")
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/press-gave-up")
    clock.move(days=1)
    assert await invoicing.print_due(sweep_house) == (1, 0, None)
    assert (await printed(house, cast, issued)).startswith(b"%PDF")


async def test_what_ended_its_process_and_is_printed_for_a_reader_is_no_fault_any_more(
    quiet, house, sweep_house, cast, clock, monkeypatch, issued
):
    def dies(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(archive, "render", fails_at_first(archive.render, Killed))
        for _ in range(MOST - 1):
            with pytest.raises(Killed):
                await invoicing.print_due(sweep_house)
            clock.move(minutes=5)
    assert (await printed(house, cast, issued)).startswith(b"%PDF")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert await work.session.scalar(text("SELECT count(*) FROM tries")) == 0


async def test_what_cannot_be_composed_takes_no_number(house, cast, monkeypatch):
    buyers = await open_books(house, cast)
    broken, fine = [await draft(house, cast, TALK, coachee_id=buyers.amir) for _ in range(2)]
    with monkeypatch.context() as patch:
        patch.setattr(archive, "page", lambda page: {}[page.number])
        with pytest.raises(KeyError):
            await issue(house, cast, broken)
    assert (await issue(house, cast, fine)).label == "F2026-0001"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoice_files SET name = 'other.pdf' WHERE format = 'pdf'",
        "UPDATE invoice_files SET content = 'x', sha256 = encode(sha256('x'), 'hex') WHERE format = 'ubl'",
        "UPDATE invoice_files SET content = 'x' WHERE format = 'pdf'",
        "UPDATE invoice_files SET due_at = NULL WHERE format = 'pdf'",
        f"{FILL}, keep_until = 'today' WHERE format = 'pdf'",
        "DELETE FROM invoice_files",
        LATER,
        BACKDATED,
    ],
)
async def test_the_database_takes_no_other_change_of_a_file_than_to_fill_it(house, cast, database, issued, statement):
    """The last two for a consumer, who has no e-invoice: none comes later, whatever moment it tells."""
    if statement in {LATER, BACKDATED}:
        coachee = (await open_books(house, cast)).amir
        issued = (await issue(house, cast, await draft(house, cast, TALK, coachee_id=coachee))).id
    narrowed = f"{statement}{' AND' if 'WHERE' in statement else ' WHERE'} invoice_id = '{issued}'"
    before = await files(house, cast, issued)
    for role in (None, SWEEP_ROLE):
        engine = connect(database, role=role, pool_size=1)
        with pytest.raises(Exception, match=r"never changed|come with its issue|violates check|permission denied"):
            async with engine.begin() as connection:
                await connection.execute(text(narrowed))
        await engine.dispose()
    with pytest.raises(Exception, match=r"refused this change|permission denied"):
        await run_sql(house, cast, narrowed)
    assert await files(house, cast, issued) == before


async def test_a_file_is_filled_once_and_never_again_by_sql_either(house, cast, issued):
    await run_sql(house, cast, f"{FILL} WHERE format = 'pdf' AND invoice_id = :id", id=issued)
    for again in (FILL, "UPDATE invoice_files SET content = NULL, sha256 = NULL, due_at = made_at, made_at = NULL"):
        with pytest.raises(ConstraintBroken):
            await run_sql(house, cast, f"{again} WHERE invoice_id = :id AND format = 'pdf'", id=issued)
    assert await printed(house, cast, issued) == b"x"
