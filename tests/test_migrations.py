"""Each migration goes down and up again: on an empty database, by its name where it does not."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from tests import database as databases
from tests.commands.processes import empty_database

RHYTHM = "the_rhythm_of_check_ins"  # the one that refuses: what it lets people say cannot be told in the columns before
NAMES = {
    one.revision: Path(one.path).stem[16:]
    for one in ScriptDirectory.from_config(databases.alembic_config("")).walk_revisions()
}  # the newest first
SCHEMA = """
SELECT 'column', concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
       attgenerated, pg_get_expr(adbin, adrelid), attacl)
  FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'table', concat_ws(' ', relname, relrowsecurity, relforcerowsecurity, relowner::regrole, may)
  FROM pg_class LEFT JOIN aclexplode(relacl) AS may ON true
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')
UNION ALL
SELECT 'constraint', concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', pg_get_indexdef(indexrelid) FROM pg_index
 WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
UNION ALL
SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'policy', pg_policies::text FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT 'function', concat_ws(' ', pg_get_functiondef(p.oid), proowner::regrole, may)
  FROM pg_proc p LEFT JOIN aclexplode(proacl) AS may ON true
 WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
   AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
"""


def revision(name: str) -> str:
    return next(number for number, known in NAMES.items() if known == name)


def ask(url: str, question: str) -> list[Any]:
    async def asked() -> list[Any]:
        connection = await asyncpg.connect(databases.dsn(url))
        try:
            return [tuple(row) for row in await connection.fetch(question)]
        finally:
            await connection.close()

    return asyncio.run(asked())


def walk(act: Callable[..., None], url: str, to: str) -> None:
    """Migrate, and say which migration could not: each is committed by itself, so the database knows how far."""
    try:
        act(databases.alembic_config(url), to)
    except Exception as error:  # noqa: BLE001 - whatever it was
        [(stands,)] = ask(url, "SELECT version_num FROM alembic_version") or [(None,)]
        upwards = [None, *reversed(NAMES)]
        fell = stands if act is command.downgrade else upwards[upwards.index(stands) + 1]
        pytest.fail(f"the {act.__name__} of {NAMES[fell]} fails: {str(error).splitlines()[0]}", pytrace=False)


def test_each_migration_goes_down_and_up_again_and_leaves_nothing_behind(fresh):
    before = ask(fresh, SCHEMA)
    walk(command.downgrade, fresh, revision(RHYTHM))
    walk(command.upgrade, fresh, "head")
    after = ask(fresh, SCHEMA)
    assert sorted(set(after) ^ set(before)) == []


def test_each_migration_before_the_one_that_refuses_goes_down_to_nothing():
    older = list(NAMES)[list(NAMES).index(revision(RHYTHM)) + 1]
    with empty_database() as url:
        walk(command.upgrade, url, older)
        walk(command.downgrade, url, "base")
        assert {kind for kind, told in ask(url, SCHEMA) if "alembic_version" not in told} == set()
