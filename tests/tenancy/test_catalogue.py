"""What PostgreSQL itself says about the walls between practices, for every table there is and every one to come."""

import pytest
from asyncpg import InsufficientPrivilegeError, RestrictViolationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.kit.database import APP_ROLE, SWEEP_ROLE, connect
from domain.kit.ids import new_id

pytestmark = pytest.mark.anyio

WITHOUT_PRACTICE = {"alembic_version", "heartbeats", "installation"}
APPEND_ONLY = (
    "agreement_files",
    "agreement_templates",
    "allocations",
    "audit_entries",
    "bank_files",
    "bookings",
    "development_revisions",
    "coach_settlements",
    "coach_shares",
    "events",
    "instalments",
    "invoice_files",
    "ladder_steps",
    "late_charges",
    "late_terms",
    "ledger_entries",
    "ledger_transactions",
    "note_versions",
    "package_draws",
    "session_fundings",
    "settlement_allocations",
)
OURS = "relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"

TABLES = f"SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE {OURS}"
WITH_PRACTICE = f"""
SELECT relname FROM pg_class c WHERE {OURS} AND (relname = 'practices' OR EXISTS (
  SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'practice_id' AND NOT attisdropped))
"""
UNIQUE_INDEXES = """
SELECT i.indrelid::regclass::text AS table_name, i.indexrelid::regclass::text AS index_name,
       pg_get_indexdef(i.indexrelid, 1, true) AS first_column
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
 WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique
"""
EXCLUSIONS = """
SELECT conrelid::regclass::text AS table_name, conname, a.attname AS first_column
  FROM pg_constraint JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1] WHERE contype = 'x'
"""
FOREIGN_KEYS = """
SELECT conname, conrelid::regclass::text AS source, confrelid::regclass::text AS target,
       ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k(n, i)
             JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY i) AS here,
       ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS k(n, i)
             JOIN pg_attribute ON attrelid = confrelid AND attnum = n ORDER BY i) AS there
  FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
OWN_FUNCTIONS = """
SELECT p.oid::regprocedure::text AS name, p.prosecdef, p.proconfig, r.rolname AS owner, r.rolsuper,
       EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee = 0) AS by_public
  FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
 WHERE p.pronamespace = 'public'::regnamespace
   AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
"""
COLUMNS = """
SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
 WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
CHECKS = """
SELECT conrelid::regclass::text AS table_name, quote_ident(conname) AS conname
  FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace
"""
VALUES = {
    "uuid": "gen_random_uuid()",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "time without time zone": "time '09:00'",
    "integer": "1",
    "smallint": "1",
    "bigint": "1",
    "numeric": "1",
    "boolean": "true",
    "text": "'x'",
    "character varying": "'x'",
    "bytea": r"'\x01'",
    "jsonb": "'{}'",
    "tstzrange": "tstzrange(now(), now() + interval '1 hour')",
}


@pytest.fixture
async def owner(database):
    """A transaction as the owner of the tables, which bypasses the policies; never committed."""
    engine = connect(database, role=None, pool_size=1)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def rows(connection: AsyncConnection, query: str, **values: str):
    return (await connection.execute(text(query), values)).mappings().all()


async def tenant_tables(connection: AsyncConnection) -> list[str]:
    return sorted(row["relname"] for row in await rows(connection, WITH_PRACTICE))


async def refusal(connection: AsyncConnection, statement: str, **values: object) -> type[BaseException] | None:
    """The driver's error for a statement that is refused, undone; None where it is taken."""
    try:
        async with connection.begin_nested():
            await connection.execute(text(statement), values)
    except DBAPIError as error:
        return type(error.orig.__cause__)
    return None


async def plant_everywhere(connection: AsyncConnection) -> tuple[str, str]:
    """One row of two practices in every table, past checks, references and triggers: only the policies are left."""
    for check in await rows(connection, CHECKS):
        await connection.execute(text(f"ALTER TABLE {check['table_name']} DROP CONSTRAINT {check['conname']}"))
    await connection.execute(text("SET LOCAL session_replication_role = replica"))
    first, second = str(new_id()), str(new_id())
    for table in await tenant_tables(connection):
        for practice_id in (first, second):
            await connection.execute(text(await insertion(connection, table, practice_id)))
    return first, second


async def insertion(connection: AsyncConnection, table: str, practice_id: str) -> str:
    key = "id" if table == "practices" else "practice_id"
    columns = {column["name"]: column["type"] for column in await rows(connection, COLUMNS, table=table)}
    values = [f"'{practice_id}'" if name == key else value_of(type_) for name, type_ in columns.items()]
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(values)})"


def value_of(type_: str) -> str:
    return "'{}'" if type_.endswith("[]") else VALUES[type_]


async def become(connection: AsyncConnection, role: str, practice_id: str | None = None) -> None:
    await connection.execute(text(f"SET LOCAL ROLE {role}"))
    await connection.execute(text("SELECT set_config('app.practice_id', :id, true)"), {"id": practice_id or ""})


async def test_every_table_belongs_to_a_practice_save_a_few_that_are_known(owner):
    every = {row["relname"] for row in await rows(owner, TABLES)}
    assert every - set(await tenant_tables(owner)) == WITHOUT_PRACTICE


async def test_row_level_security_is_enabled_and_forced_on_every_tenant_table(owner):
    tenant = await tenant_tables(owner)
    protected = {r["relname"] for r in await rows(owner, TABLES) if r["relrowsecurity"] and r["relforcerowsecurity"]}
    assert set(tenant) <= protected


async def test_every_tenant_table_has_one_policy_for_the_application_and_one_for_the_sweeps(owner):
    policies = await rows(owner, "SELECT * FROM pg_policies WHERE schemaname = 'public'")
    for table in await tenant_tables(owner):
        own = {policy["roles"][0]: policy for policy in policies if policy["tablename"] == table}
        assert set(own) == {APP_ROLE, SWEEP_ROLE}, table
        narrow = own[APP_ROLE]
        assert (narrow["cmd"], narrow["qual"], narrow["roles"]) == ("ALL", narrow["with_check"], [APP_ROLE])
        assert "current_practice()" in narrow["qual"]


async def test_the_practice_leads_every_primary_key_and_unique_index(owner):
    tenant = set(await tenant_tables(owner)) - {"practices"}
    found = [row for row in await rows(owner, UNIQUE_INDEXES) if row["table_name"] in tenant]
    assert {row["table_name"] for row in found} == tenant
    assert [row["index_name"] for row in found if row["first_column"] != "practice_id"] == []
    assert [row["conname"] for row in await rows(owner, EXCLUSIONS) if row["first_column"] != "practice_id"] == []


async def test_no_foreign_key_can_point_into_another_practice(owner):
    for key in await rows(owner, FOREIGN_KEYS):
        if key["target"] == "practices":
            assert (key["here"], key["there"]) == (["practice_id"], ["id"]), key["conname"]
        else:
            assert (key["here"][0], key["there"][0]) == ("practice_id", "practice_id"), key["conname"]
            assert key["there"] == ["practice_id", "id"], key["conname"]


async def test_the_roles_that_serve_and_sweep_have_no_powers_of_their_own(owner):
    for role in (APP_ROLE, SWEEP_ROLE):
        [powers] = await rows(owner, "SELECT * FROM pg_roles WHERE rolname = :role", role=role)
        names = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
        assert [name for name in names if powers[name]] == []
        member_of = "SELECT 1 FROM pg_auth_members WHERE member = CAST(:role AS regrole)"
        assert await rows(owner, member_of, role=role) == []
        [schema] = await rows(owner, "SELECT has_schema_privilege(:role, 'public', 'CREATE') AS create", role=role)
        assert not schema["create"]


async def test_the_application_owns_nothing_and_the_sweeps_only_the_doors(owner):
    owned = "SELECT oid FROM pg_class WHERE relowner = CAST(:role AS regrole)"
    for role in (APP_ROLE, SWEEP_ROLE):
        assert await rows(owner, owned, role=role) == []
    functions = {row["name"] for row in await rows(owner, OWN_FUNCTIONS) if row["owner"] == SWEEP_ROLE}
    assert [row for row in await rows(owner, OWN_FUNCTIONS) if row["owner"] == APP_ROLE] == []
    assert functions == {
        "find_by_sms_number(text)",
        "find_coachees(text)",
        "open_coachee_session(bytea)",
        "open_feed(bytea)",
        "open_key(bytea)",
        "open_link(bytea)",
        "open_review(bytea)",
        "open_sign_in(bytea)",
        "open_sign_ins_of(bytea)",
    }


async def test_nobody_but_the_owner_may_empty_a_table_or_hang_a_trigger_on_it(owner):
    query = f"""
    SELECT relname, role, power FROM pg_class, unnest(ARRAY['{APP_ROLE}', '{SWEEP_ROLE}']) AS role,
           unnest(ARRAY['TRUNCATE', 'TRIGGER', 'REFERENCES']) AS power
     WHERE {OURS} AND has_table_privilege(role, pg_class.oid, power)
    """
    assert await rows(owner, query) == []


async def test_what_is_append_only_takes_no_change_from_anyone(owner):
    first, _ = await plant_everywhere(owner)
    await owner.execute(text("SET LOCAL session_replication_role = origin"))  # triggers work again
    for table in APPEND_ONLY:
        for statement in (f"UPDATE {table} SET practice_id = practice_id", f"DELETE FROM {table}"):
            assert await refusal(owner, statement) is RestrictViolationError, statement
        assert await refusal(owner, f"TRUNCATE {table} CASCADE") is RestrictViolationError
    for role in (APP_ROLE, SWEEP_ROLE):
        await become(owner, role, first)
        for table in APPEND_ONLY:
            for statement in (f"UPDATE {table} SET practice_id = practice_id", f"DELETE FROM {table}"):
                assert await refusal(owner, statement) is InsufficientPrivilegeError, statement
        await owner.execute(text("RESET ROLE"))


async def test_without_a_practice_the_application_sees_nothing_at_all(owner):
    await plant_everywhere(owner)
    await become(owner, APP_ROLE)
    for table in await tenant_tables(owner):
        assert await owner.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table


async def test_in_one_practice_the_application_sees_that_one_and_writes_into_no_other(owner):
    first, second = await plant_everywhere(owner)
    tables = await tenant_tables(owner)
    stolen = {table: await insertion(owner, table, second) for table in tables}
    await become(owner, APP_ROLE, first)
    for table in tables:
        key = "id" if table == "practices" else "practice_id"
        assert [str(row[key]) for row in await rows(owner, f"SELECT {key} FROM {table}")] == [first], table
        assert await refusal(owner, stolen[table]) is InsufficientPrivilegeError, table
        move = await refusal(owner, f"UPDATE {table} SET {key} = :other", other=second)
        assert move is InsufficientPrivilegeError, table


async def test_the_sweeps_see_every_practice(owner):
    await plant_everywhere(owner)
    await become(owner, SWEEP_ROLE)
    for table in await tenant_tables(owner):
        assert await owner.scalar(text(f"SELECT count(*) FROM {table}")) >= 2, table


async def test_views_ask_with_the_rights_of_who_looks_and_nothing_is_materialised(owner):
    query = "SELECT relname, relkind, reloptions FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    for row in await rows(owner, query):
        assert row["relkind"] != "m", row["relname"]
        assert row["relkind"] != "v" or "security_invoker=true" in (row["reloptions"] or []), row["relname"]


async def test_a_function_with_borrowed_rights_is_narrow(owner):
    borrowed = [row for row in await rows(owner, OWN_FUNCTIONS) if row["prosecdef"]]
    assert borrowed
    for row in borrowed:
        assert any(setting.startswith("search_path=pg_catalog") for setting in row["proconfig"] or []), row["name"]
        assert not row["by_public"], row["name"]
        assert not row["rolsuper"], row["name"]
