"""The books of a large practice: match and take over a bank's file, and sum what a million invoices have open.

Each beside bare SQL over the same rows, as their owner: it finds the invoices of the file, or sums by customer and age,
and checks, locks and tells nothing else. What is taken over is undone again, so that each turn finds the same books.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg
from sqlalchemy import text

from bench.invoices import Desk, customer
from bench.planting import VAULT, Planted
from bench.rounds import Figure, Pace, Telling, Turn, compared, take_turns
from domain import payments, reporting
from domain.invoicing import payment_reference
from domain.kit.calendar import local_day
from domain.kit.database import connect, house as make_house
from domain.kit.ids import SponsorId
from domain.kit.work import OPERATOR, House, Work, begin, system_clock
from domain.payments import BankFormat, StatementLine

MATCH, TAKE, OUTSTANDING = NAMES = ("payments.match_coda", "payments.import_coda", "reports.outstanding")
ACCOUNT = "BE71096123456769"
CUSTOMERS, OPEN_IN = 2_000, 5  # one in five is still open
MOST = 100
FIRST_NUMBER = 100_000  # past those that the product itself has issued
# A row of ours, over and over under other names: what is planted has the shape of what is issued.
CUSTOMERS_LIKE = """
INSERT INTO sponsors
SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'name', 'Firm ' || n))).*
  FROM sponsors s, generate_series(1, $2::int) n WHERE s.id = $1
"""
INVOICES_LIKE = """
WITH new AS (
  SELECT i AS doc, o AS item, c AS reminders, gen_random_uuid() AS id, n, $3::text[] AS refs
    FROM invoices i JOIN open_items o ON o.id = i.id JOIN reminder_cases c ON c.invoice_id = i.id,
         generate_series(1, $2::int) n
   WHERE i.id = $1
), docs AS (
  INSERT INTO invoices SELECT (jsonb_populate_record(doc, jsonb_build_object(
    'id', id, 'number', $4::int + n, 'payment_reference', refs[n]))).* FROM new
), cases AS (
  INSERT INTO reminder_cases SELECT (jsonb_populate_record(reminders, jsonb_build_object('invoice_id', id))).* FROM new
)
INSERT INTO open_items SELECT (jsonb_populate_record(item, jsonb_build_object('id', id, 'invoice_id', id))).* FROM new
"""
ITEMS = """
INSERT INTO open_items (practice_id, id, kind, sponsor_id, invoice_id, reference, amount, open, credited, booked_on,
                        due_on, created_at, version)
SELECT $1, gen_random_uuid(), 'invoice', who[1 + n % cardinality(who)], NULL, NULL, 12100,
       CASE WHEN n % $4::int = 0 THEN 12100 ELSE 0 END, 0, $3::date - n % 400, $3::date - n % 400 + 30, now(), 1
  FROM generate_series(1, $2::int) n,
       (SELECT array_agg(id ORDER BY id) AS who FROM sponsors WHERE practice_id = $1) AS all_
"""
BARE_MATCH = """
SELECT i.payment_reference, o.id, o.open
  FROM invoices i JOIN open_items o ON o.practice_id = i.practice_id AND o.id = i.id
 WHERE i.practice_id = $1 AND i.payment_reference = ANY($2::text[])
"""
BARE_TAKE = (
    "CREATE TEMP TABLE taken (id uuid, line text, cents bigint) ON COMMIT DROP",
    """INSERT INTO taken SELECT o.id, i.payment_reference, o.open FROM invoices i
  JOIN open_items o ON o.practice_id = i.practice_id AND o.id = i.id
 WHERE i.practice_id = $1 AND i.payment_reference = ANY($2::text[])""",
    """INSERT INTO bench_payments SELECT gen_random_uuid(), id, cents FROM taken""",
    """UPDATE bench_open o SET open = o.open - t.cents FROM taken t WHERE o.id = t.id""",
)
BARE_OUTSTANDING = """
SELECT sponsor_id, coachee_id, sum(open) FILTER (WHERE open > 0) AS owed, -sum(open) FILTER (WHERE open < 0),
       sum(open) FILTER (WHERE open > 0 AND late <= 0), sum(open) FILTER (WHERE late BETWEEN 1 AND 30),
       sum(open) FILTER (WHERE late BETWEEN 31 AND 60), sum(open) FILTER (WHERE late BETWEEN 61 AND 90),
       sum(open) FILTER (WHERE late > 90)
  FROM (SELECT sponsor_id, coachee_id, open, $2::date - due_on AS late FROM open_items
         WHERE practice_id = $1 AND open <> 0 AND coach_id IS NULL) AS items
 GROUP BY sponsor_id, coachee_id ORDER BY owed DESC NULLS LAST LIMIT 100
"""


class _Undone(Exception):  # noqa: N818
    """Measured, and taken back."""

    def __init__(self, matched: int) -> None:
        super().__init__(matched)
        self.matched = matched


@dataclass(frozen=True)
class Ground:
    planted: Planted
    house: House
    pool: Any
    content: bytes
    references: list[str]


async def measure(planted: Planted, pace: Pace, names: list[str], telling: Telling) -> AsyncGenerator[Figure]:
    engine = connect(planted.url)
    driver: Any = asyncpg
    pool = await driver.create_pool(planted.dsn, min_size=1, max_size=1)
    try:
        house = make_house(engine, system_clock, VAULT)
        sponsor_id = await customer(house, planted)
        if {MATCH, TAKE} & set(names):
            telling.step("planting invoices for a bank's file")
            async for figure in _file(await _plant_file(planted, house, pool, sponsor_id, pace), pace, names, telling):
                yield figure
        if OUTSTANDING in names:
            telling.step("planting what is open")
            await _plant_items(planted, pool, sponsor_id, pace)
            yield await _outstanding(Ground(planted, house, pool, b"", []), pace, telling)
    finally:
        await pool.close()
        await engine.dispose()


async def _plant_file(planted: Planted, house: House, pool: Any, sponsor_id: SponsorId, pace: Pace) -> Ground:
    desk = Desk(house, planted, sponsor_id)
    draft = await desk.draft()
    await desk.issue(draft)
    today = local_day(system_clock(), "UTC")
    references = [payment_reference(today.year, FIRST_NUMBER + 1 + number) for number in range(pace.lines)]
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(INVOICES_LIKE, draft, pace.lines, references, FIRST_NUMBER)
    await pool.execute("CREATE TABLE bench_payments (id uuid PRIMARY KEY, item_id uuid, cents bigint)")
    await pool.execute("CREATE TABLE bench_open AS SELECT id, open FROM open_items WHERE open > 0")
    await pool.execute("ALTER TABLE bench_open ADD PRIMARY KEY (id)")
    await pool.execute("VACUUM ANALYZE")
    gross = await pool.fetchval("SELECT open FROM open_items WHERE id = $1", draft)
    lines = [_line(today, gross, number, ogm) for number, ogm in enumerate(references)]
    file = payments.write_bank_file(payments.demonstration(ACCOUNT, lines), BankFormat.CODA)
    return Ground(planted, house, pool, file, references)


def _line(day: date, cents: int, number: int, ogm: str) -> StatementLine:
    whose: dict[str, Any] = {"name": "Acme NV", "account": "BE62510007547061", "text": ""}
    return StatementLine(booked_on=day, cents=cents, reference=f"BENCH{number:09}", ogm=ogm, **whose)


async def _file(ground: Ground, pace: Pace, names: list[str], telling: Telling) -> AsyncGenerator[Figure]:
    contests: dict[str, tuple[Turn, Turn]] = {
        MATCH: (_timed(pace, lambda: _match(ground)), _timed(pace, lambda: _bare_match(ground))),
        TAKE: (_timed(pace, lambda: _take(ground)), _timed(pace, lambda: _bare_take(ground))),
    }
    for name in [name for name in contests if name in names]:
        ours, bare = contests[name]
        found = await take_turns(
            {"ours": ours, "bare-sql": bare}, pace.rounds, lambda what, name=name: telling.step(f"{name}, {what}")
        )
        yield compared(name, "lines/s", found["ours"], "bare-sql", found["bare-sql"])


def _timed(pace: Pace, act: Callable[[], Awaitable[int]]) -> Turn:
    async def turn() -> float:
        started = time.perf_counter()
        matched = await act()
        assert matched == pace.lines, matched
        return pace.lines / (time.perf_counter() - started)

    return turn


async def _match(ground: Ground) -> int:
    async with begin(ground.house, ground.planted.practice_id, OPERATOR) as work:
        _, proposals = await payments.try_bank_file(work, ground.content)
        return sum(one.decision.debt is not None for one in proposals)


async def _take(ground: Ground) -> int:
    try:
        async with begin(ground.house, ground.planted.practice_id, OPERATOR) as work:
            await _take_and_undo(work, ground)
    except _Undone as undone:
        return undone.matched
    raise AssertionError


async def _take_and_undo(work: Work, ground: Ground) -> None:
    """With all that a commit would check."""
    file, _ = await payments.import_bank_file(work, ground.content)
    await work.session.flush()
    await work.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    raise _Undone(file.matched)


def _read(ground: Ground) -> list[str]:
    """The structured communications of a file, cut out where they stand."""
    records = ground.content.split(b"\r\n")
    said = [record[65:77].decode() for record in records if record[:2] == b"21"]
    return [f"+++{one[:3]}/{one[3:7]}/{one[7:]}+++" for one in said]


async def _bare_match(ground: Ground) -> int:
    return len(await ground.pool.fetch(BARE_MATCH, ground.planted.practice_id, _read(ground)))


async def _bare_take(ground: Ground) -> int:
    create, find, *write = BARE_TAKE
    async with ground.pool.acquire() as connection:
        whole = connection.transaction()
        await whole.start()
        await connection.execute(create)
        found = await connection.execute(find, ground.planted.practice_id, _read(ground))
        for statement in write:
            await connection.execute(statement)
        await whole.rollback()
    return int(found.rpartition(" ")[2])


async def _plant_items(planted: Planted, pool: Any, sponsor_id: SponsorId, pace: Pace) -> None:
    """The report reads open items and names alone, so these have no documents of their own."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(CUSTOMERS_LIKE, sponsor_id, CUSTOMERS)
        today = local_day(system_clock(), "UTC")
        await connection.execute(ITEMS, planted.practice_id, pace.invoices, today, OPEN_IN, timeout=600)
    await pool.execute("VACUUM ANALYZE", timeout=600)


async def _outstanding(ground: Ground, pace: Pace, telling: Telling) -> Figure:
    today = local_day(system_clock(), "UTC")

    async def ours() -> None:
        async with begin(ground.house, ground.planted.practice_id, OPERATOR) as work:
            told = await reporting.outstanding(work, most=MOST)
            assert len(told.debtors) == MOST

    async def bare() -> None:
        assert len(await ground.pool.fetch(BARE_OUTSTANDING, ground.planted.practice_id, today)) == MOST

    def slice_of(act: Callable[[], Awaitable[None]]) -> Turn:
        async def turn() -> float:
            started, done = time.perf_counter(), 0
            while (spent := time.perf_counter() - started) < pace.slice_seconds or not done:
                await act()
                done += 1
            return spent * 1000 / done

        return turn

    await ours()
    turns = {"ours": slice_of(ours), "bare-sql": slice_of(bare)}
    found = await take_turns(turns, pace.rounds, lambda what: telling.step(f"{OUTSTANDING}, {what}"))
    return compared(OUTSTANDING, "ms each", found["ours"], "bare-sql", found["bare-sql"])
