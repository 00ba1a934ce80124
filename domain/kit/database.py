"""The one place that knows the driver: how we connect, and as whom."""

from typing import Any

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
from sqlalchemy import event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from domain.kit.lending import Lender
from domain.kit.secrets import Vault
from domain.kit.work import Clock, House

# The roles that the first migration makes. The application owns nothing and cannot pass row-level security; the
# sweeps may see every practice, through policies of their own.
APP_ROLE = "krachtlijn_app"
SWEEP_ROLE = "krachtlijn_sweep"

# What the driver itself raises where SQLAlchemy does not stand in between (Reading).
DRIVER_ERRORS: tuple[type[Exception], ...] = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # as when the server cuts the connection at this very moment
)

STATEMENT_TIMEOUT_MS = 15_000
LOCK_TIMEOUT_MS = 5_000
POOL_WAIT_SECONDS = 5


def async_url(url: str) -> URL:
    """Any way of writing a PostgreSQL address, as an address for our driver."""
    return make_url(url).set(drivername="postgresql+asyncpg")


def connect(url: str, *, role: str | None = APP_ROLE, pool_size: int = 20) -> AsyncEngine:
    """A pool of at most `pool_size` connections; who waits longer than five seconds for one is refused.

    Every connection takes the role as it starts (PostgreSQL's own `role` setting, which survives RESET ALL).
    """
    engine = create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=0,  # what overflows is opened and closed for one request: dearer than the request
        pool_timeout=POOL_WAIT_SECONDS,
        pool_use_lifo=True,
        hide_parameters=True,  # what people entered belongs in no log
        connect_args={"server_settings": server_settings(role)},
    )
    event.listen(engine.sync_engine, "checkout", refuse_closed)
    return engine


def server_settings(role: str | None) -> dict[str, str]:
    settings = {
        "application_name": f"krachtlijn {role or 'owner'}",
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "lock_timeout": str(LOCK_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": "60000",
        "timezone": "UTC",
        "jit": "off",
    }
    if role == SWEEP_ROLE:
        # Sweeps look every row up once: remembering what was found costs a tenth of sending and finds nothing again.
        settings["enable_memoize"] = "off"
    return settings | ({"role": role} if role else {})


def refuse_closed(connection: Any, *_: object) -> None:
    """Do not lend a connection that the server has closed meanwhile; the pool then makes a new one."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def house(engine: AsyncEngine, clock: Clock, vault: Vault) -> House:
    """A house on this engine's database. Its reads have as many connections of their own as the engine's pool has."""
    pool: Any = engine.pool
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def connected() -> Any:
        driver: Any = asyncpg
        return await driver.connect(address, server_settings=server_settings(APP_ROLE))

    def disposed(_: object) -> None:
        readings.close()

    readings = Lender(connected, size=pool.size(), wait=pool.timeout())
    event.listen(engine.sync_engine, "engine_disposed", disposed)
    return House(engine, async_sessionmaker(engine, expire_on_commit=False), readings, clock, vault)
