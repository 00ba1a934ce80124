"""The throw-away database of a test run: migrated once as a template, copied for each worker."""

import asyncio
import os
from contextlib import ExitStack

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from commands import embedded

TEMPLATE = "KRACHTLIJN_TEST_TEMPLATE"  # the name of the template, made by the first process
SERVER = "KRACHTLIJN_TEST_SERVER"  # how the workers hear of the server that the first process started


class TestServer:
    """A server of our own, or the one that DATABASE_URL names."""

    __test__ = False

    def __init__(self) -> None:
        self.stack = ExitStack()
        url = os.environ.get("DATABASE_URL")
        if url is None:
            url = self.stack.enter_context(embedded.throwaway()).url("postgres")
        os.environ[SERVER] = url
        os.environ[TEMPLATE] = f"krachtlijn_template_{os.getpid()}"
        make_template(url, os.environ[TEMPLATE])

    def stop(self) -> None:
        drop(os.environ[TEMPLATE])
        self.stack.close()


def make_template(url: str, name: str) -> None:
    asyncio.run(run(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"'))
    migrate(database_url(url, name))


def migrate(url: str, revision: str = "head") -> None:
    command.upgrade(alembic_config(url), revision)


def alembic_config(url: str) -> Config:
    config = Config(toml_file="pyproject.toml")
    config.attributes["url"] = url
    return config


def database_url(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def dsn(url: str) -> str:
    """The same address as the plain driver writes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def run(server: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn(database_url(server, "postgres")))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def empty(url: str) -> None:
    """Delete every row. (TRUNCATE makes new files for some hundred tables, which takes far longer.)"""
    owner = await asyncpg.connect(dsn(url))
    try:
        tables = await owner.fetch(
            "SELECT quote_ident(tablename) AS name FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename !~ '^alembic'"
        )
        deleting = "".join(f"DELETE FROM {table['name']};" for table in tables)
        # Some tables refuse to be emptied, by triggers that a replica does not fire.
        await owner.execute(f"BEGIN; SET LOCAL session_replication_role = replica; {deleting} COMMIT")
    finally:
        await owner.close()


def copy_template(name: str) -> str:
    """A fresh copy of the migrated template; the address of it."""
    server = os.environ[SERVER]
    create = f'CREATE DATABASE "{name}" TEMPLATE "{os.environ[TEMPLATE]}"'
    asyncio.run(run(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', create))
    return database_url(server, name)


def drop(name: str) -> None:
    asyncio.run(run(os.environ[SERVER], f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
