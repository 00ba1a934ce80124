"""Hearing from PostgreSQL that something changed, instead of asking it again and again."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from domain.kit.database import async_url

# The driver has no types.
asyncpg: Any = import_module("asyncpg")

log = logging.getLogger("krachtlijn.watching")

DUE, CLOCK = "krachtlijn_due", "krachtlijn_clock"
RECONNECT_SECONDS = 1.0
Hear = Callable[[str, str], None]


async def listen(url: str, hear: Hear) -> None:
    """Call `hear(channel, payload)` for every notification, until cancelled.

    Notifications are lost while the connection is away, so it calls `hear(DUE, "")` after each connection it makes.
    """
    while True:
        try:
            await _listen_once(url, hear)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("the database is away: %s", type(error).__name__)
        await asyncio.sleep(RECONNECT_SECONDS)


async def _listen_once(url: str, hear: Hear) -> None:
    dsn = async_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection: Any = await asyncpg.connect(dsn)
    closed = asyncio.Event()

    def ended(_: object) -> None:
        closed.set()

    def told(_connection: object, _pid: int, channel: str, payload: str) -> None:
        hear(channel, payload)

    connection.add_termination_listener(ended)
    try:
        for channel in (DUE, CLOCK):
            await connection.add_listener(channel, told)
        hear(DUE, "")
        await closed.wait()
    finally:
        with contextlib.suppress(OSError, asyncpg.InterfaceError):
            await connection.close(timeout=2)
