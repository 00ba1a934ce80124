"""Issue invoices, write their UBL and print them: each beside the least that it can be.

Issuing is measured on one series with eight clients, who wait for each other's numbers, as the law wants it; bare SQL
takes a number from the same row and writes one row. A page is warm: the press has printed others before.
"""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncGenerator, Callable
from decimal import Decimal
from functools import partial
from typing import Any

import asyncpg
import typst
from lxml import etree

from bench.planting import VAULT, Planted
from bench.rounds import Figure, Pace, Telling, Turn, compared, take_turns
from domain import invoicing, people, practice
from domain.documents.printing import DOMAIN, FONTS
from domain.invoicing import NewInvoice, NewLine
from domain.invoicing.document.page import page
from domain.invoicing.document.printing import TEMPLATE, render
from domain.invoicing.snapshots import document
from domain.invoicing.ubl import check_ubl, render_ubl
from domain.kit.database import connect, house as make_house
from domain.kit.ids import InvoiceId, SponsorId
from domain.kit.money import Money
from domain.kit.work import OPERATOR, House, begin, system_clock
from domain.people import NewSponsor, SponsorKind

ISSUE, UBL, PDF = NAMES = ("invoices.issue", "invoices.ubl", "invoices.pdf")
CLIENTS = 8
PRACTICE: dict[str, Any] = {
    "enterprise_number": "0403.019.261",
    "street": "Coupure Links 12",
    "postal_code": "9000",
    "city": "Gent",
    "iban": "BE71 0961 2345 6769",
}
BARE_TABLES = """
CREATE TABLE bench_series (last_number int NOT NULL);
INSERT INTO bench_series VALUES (0);
CREATE TABLE bench_invoices (number int PRIMARY KEY, issued_on date NOT NULL, gross_cents int NOT NULL);
"""
BARE = """
WITH taken AS (UPDATE bench_series SET last_number = last_number + 1 RETURNING last_number)
INSERT INTO bench_invoices SELECT last_number, current_date, 21780 FROM taken
"""


async def measure(planted: Planted, pace: Pace, names: list[str], telling: Telling) -> AsyncGenerator[Figure]:
    engine = connect(planted.url)
    house = make_house(engine, system_clock, VAULT)
    try:
        desk = Desk(house, planted, await customer(house, planted))
        if ISSUE in names:
            yield await _issue(desk, pace, telling)
        if {UBL, PDF} & set(names):
            async for figure in _paper(await desk.one_issued(), pace, names, telling):
                yield figure
    finally:
        await engine.dispose()


async def customer(house: House, planted: Planted) -> SponsorId:
    """Whom invoices go to, of a practice that may issue them."""
    async with begin(house, planted.practice_id, OPERATOR) as work:
        await practice.update_practice(work, PRACTICE)
        address = {"street": "Nijverheidslaan 1", "postal_code": "9000", "city": "Gent"}
        numbers = {"enterprise_number": "0417.497.106", "vat_number": "BE0417497106"}
        new = NewSponsor(kind=SponsorKind.COMPANY, name="Acme NV", **address, **numbers)
        return (await people.create_sponsor(work, new)).id


class Desk:
    """Where invoices are drafted and issued."""

    def __init__(self, house: House, planted: Planted, sponsor_id: SponsorId) -> None:
        self.house, self.planted, self.sponsor_id = house, planted, sponsor_id

    async def draft(self) -> InvoiceId:
        line = NewLine(description="Coaching 04-03-2026", quantity=Decimal("1.5"), unit="h", unit_price=Money(12000))
        async with begin(self.house, self.planted.practice_id, OPERATOR) as work:
            return (await invoicing.draft_invoice(work, NewInvoice(sponsor_id=self.sponsor_id, lines=[line]))).id

    async def issue(self, invoice_id: InvoiceId) -> int:
        async with begin(self.house, self.planted.practice_id, OPERATOR) as work:
            number = (await invoicing.issue_invoice(work, invoice_id)).number
            assert number is not None
            return number

    async def one_issued(self) -> Any:
        """What is printed on an invoice that was issued."""
        draft = await self.draft()
        await self.issue(draft)
        async with begin(self.house, self.planted.practice_id, OPERATOR) as work:
            return document(await invoicing.get_invoice(work, draft))


async def _issue(desk: Desk, pace: Pace, telling: Telling) -> Figure:
    driver: Any = asyncpg
    pool = await driver.create_pool(desk.planted.dsn, min_size=CLIENTS, max_size=CLIENTS)
    await pool.execute(BARE_TABLES)
    count = max(CLIENTS, int(20 * pace.slice_seconds))
    numbers: list[int] = []

    async def ours() -> float:
        drafts = iter([await desk.draft() for _ in range(count)])
        return await _with_clients(lambda: _take(drafts, desk, numbers), count)

    async def bare() -> float:
        left = iter(range(count))
        return await _with_clients(lambda: _take_bare(left, pool), count)

    found = await take_turns(
        {"ours": ours, "bare-sql": bare}, pace.rounds, lambda what: telling.step(f"{ISSUE}, {what}")
    )
    await pool.close()
    assert sorted(numbers) == list(range(min(numbers), min(numbers) + len(numbers))), "there is a gap"
    return compared(ISSUE, "invoices/s", found["ours"], "bare-sql", found["bare-sql"])


async def _with_clients(client: Callable[[], Any], count: int) -> float:
    started = time.perf_counter()
    await asyncio.gather(*[client() for _ in range(CLIENTS)])
    return count / (time.perf_counter() - started)


async def _take(drafts: Any, desk: Desk, numbers: list[int]) -> None:
    numbers.extend([await desk.issue(draft) for draft in drafts])


async def _take_bare(left: Any, pool: Any) -> None:
    for _ in left:
        await pool.execute(BARE)


async def _paper(paper: Any, pace: Pace, names: list[str], telling: Telling) -> AsyncGenerator[Figure]:
    ubl = render_ubl(paper)
    inputs = {"page": json.dumps(page(paper)), "attachments": "[]"}
    compiler = typst.Compiler(TEMPLATE, root=DOMAIN, font_paths=FONTS, ignore_system_fonts=True)
    contests: dict[str, tuple[str, Callable[[], object], Callable[[], object]]] = {
        UBL: ("bare-lxml", lambda: check_ubl(render_ubl(paper)), lambda: etree.tostring(etree.fromstring(ubl))),
        PDF: ("bare-typst", lambda: render(paper, ubl=ubl.decode()), partial(_typeset, compiler, inputs)),
    }
    for name in [name for name in contests if name in names]:
        against, ours, bare = contests[name]
        turns: dict[str, Turn] = {"ours": partial(_timed, ours, pace), against: partial(_timed, bare, pace)}
        found = await take_turns(turns, pace.rounds, lambda what, name=name: telling.step(f"{name}, {what}"))
        yield compared(name, "ms each", found["ours"], against, found[against])


def _typeset(compiler: Any, inputs: dict[str, str]) -> object:
    """The same page without an attachment and without the promises of an archive."""
    return compiler.compile(format="pdf", sys_inputs=inputs)


async def _timed(act: Callable[[], object], pace: Pace) -> float:
    """Milliseconds of one, after a first to get warm."""
    act()
    started = time.perf_counter()
    for done in itertools.count(1):
        act()
        spent = time.perf_counter() - started
        if spent >= pace.slice_seconds:
            return spent * 1000 / done
    raise AssertionError
