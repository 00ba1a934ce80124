"""Run the migrations on the address that the caller puts on the config: `krachtlijn migrate`, the tests."""

import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import Connection, TypeDecorator, text

import domain.audit
import domain.checkins
import domain.funding
import domain.invoicing
import domain.kit.idempotency
import domain.kit.installation
import domain.kit.tries
import domain.messaging
import domain.method
import domain.people
import domain.practice
import domain.trajectories  # noqa: F401
from domain.kit.database import connect
from domain.kit.tables import Table


def render_plain(kind: str, item: object, _: object) -> str | Literal[False]:
    """Write our own column types as plain SQL ones: a migration imports nothing of ours."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def migrate(connection: Connection) -> None:
    """One transaction per revision; a second migrator waits at the advisory lock and then finds nothing to do."""
    connection.execute(text("SET lock_timeout = '4s'"))
    connection.execute(text("SET statement_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_lock(hashtext('alembic'))"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_item=render_plain,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    engine = connect(context.config.attributes["url"], role=None, pool_size=1)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
            await connection.commit()
    finally:
        await engine.dispose()


asyncio.run(main())
