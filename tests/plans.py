"""How the database finds rows in a practice with much of everything."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

ONE_IN = 100  # of the rows of a table is under the same parents as what was planted
# Each column with its type; whether it is always filled; and whether rows are told apart by it alone.
COLUMNS = text("""
SELECT quote_ident(a.attname), format_type(a.atttypid, NULL), a.attnotnull, EXISTS (
         SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique
            AND i.indkey[i.indnkeyatts - 1] = a.attnum
            AND NOT EXISTS (SELECT FROM pg_attribute other
                             WHERE other.attrelid = i.indrelid AND other.attnum = ANY(i.indkey)
                               AND other.atttypid = 'uuid'::regtype AND other.attname <> 'practice_id'))
  FROM pg_attribute a
 WHERE a.attrelid = CAST(:name AS regclass) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
 ORDER BY a.attnum
""")
CHECKS = text(
    "SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = CAST(:name AS regclass) AND contype = 'c'"
)
# A value of each type: where nothing was planted, and where every row needs another.
SOME = {
    "uuid": "gen_random_uuid()",
    "integer": "n",
    "bigint": "n",
    "smallint": "1",
    "numeric": "n",
    "boolean": "false",
    "date": "date '2026-01-01' + n",
    "time without time zone": "time '09:00'",
    "timestamp with time zone": "timestamptz '2026-01-01 09:00Z' + n * interval '8 hours'",
    "bytea": "sha256(n::text::bytea)",
    "character varying": "left(n::text, 8)",
    "text": "n::text",
    "jsonb": "'{}'::jsonb",
}


async def make_anew(connection: AsyncConnection, table: str) -> None:
    """A table with the rows that it holds and nothing else, as VACUUM FULL makes it, which no transaction may; counted.
    What was changed would else leave every index as large as it once was.
    """
    await connection.execute(text(f"ALTER TABLE {table} ADD COLUMN anew double precision DEFAULT random()"))
    await connection.execute(text(f"ALTER TABLE {table} DROP COLUMN anew"))
    await connection.execute(text(f"ANALYZE {table}"))


async def multiply(connection: AsyncConnection, practice_id: UUID, table: str, rows: int) -> None:
    """Thousands of rows like the first of a table, at other moments, most of them under other parents.

    Needs a superuser, a rollback after it, and a `fresh` database: a plan hangs on all that its tables hold, and held.
    """
    for setting in ("session_replication_role = replica", "statement_timeout = 0"):
        await connection.execute(text(f"SET LOCAL {setting}"))
    for check in (await connection.scalars(CHECKS, {"name": table})).all():
        await connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {check}"))
    columns = (await connection.execute(COLUMNS, {"name": table})).all()
    filling = f"""
        INSERT INTO {table} ({", ".join(name for name, *_ in columns)})
        SELECT {", ".join(value_of(*column) for column in columns)}
          FROM generate_series(1, {rows}) nth (n)
          LEFT JOIN (SELECT * FROM {table} WHERE practice_id = :id LIMIT 1) planted ON true
            ON CONFLICT DO NOTHING"""
    await connection.execute(text(filling.replace("::", r"\:\:")), {"id": practice_id})
    await connection.execute(text(f"ANALYZE {table}"))


def value_of(name: str, kind: str, filled: bool, differs: bool) -> str:
    if name == "practice_id":
        return "CAST(:id AS uuid)"
    if name == "id" or (differs and kind in SOME):
        return SOME[kind]
    if kind == "timestamp with time zone":
        return f"COALESCE(planted.{name} + n * interval '8 hours', {SOME[kind] if filled else 'NULL'})"
    if kind == "uuid":
        other = f"CASE WHEN n % {ONE_IN} > 0 THEN gen_random_uuid() ELSE planted.{name} END"
        return (
            f"COALESCE({other}, gen_random_uuid())"
            if filled
            else f"CASE WHEN planted.{name} IS NOT NULL THEN {other} END"
        )
    return f"COALESCE(planted.{name}, {SOME[kind]})" if filled and kind in SOME else f"planted.{name}"


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from steps(below)


async def explained(connection: AsyncConnection, statement: str, parameters: Any) -> list[dict[str, Any]]:
    driver: Any = (await connection.get_raw_connection()).driver_connection
    found = await driver.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *parameters)
    [top] = json.loads(found) if isinstance(found, str) else found
    return list(steps(top["Plan"]))
