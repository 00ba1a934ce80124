"""Opening the house for a command: its database (embedded where none is named), its vault, its clock."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from commands import embedded
from commands.clock import ShiftedClock
from commands.migrations import SchemaBehind, current_revision, migrate, wanted_revision
from commands.settings import Settings, open_vault
from domain.kit.database import APP_ROLE, SWEEP_ROLE, connect, house as make_house
from domain.kit.installation import check_master_key, clock_offset
from domain.kit.work import House, transaction
from domain.messaging import PushService


@dataclass(frozen=True, slots=True)
class Opened:
    """The house as the API has it, the house as the scheduler has it, and the clock that both read."""

    app: House
    sweep: House
    clock: ShiftedClock
    database_url: str
    pushes: PushService | None = None  # of the demonstration


@contextmanager
def database(settings: Settings) -> Generator[str]:
    """The address of the database; the embedded one runs for as long as the block lasts."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    with embedded.running(settings.home) as server:
        yield server.url()


@asynccontextmanager
async def opened(settings: Settings, url: str, *, pool_size: int = 20) -> AsyncGenerator[Opened]:
    """Both houses on a database whose schema is this release's and whose master key is ours."""
    clock, vault = ShiftedClock(), open_vault(settings)
    app, sweep = connect(url, role=APP_ROLE, pool_size=pool_size), connect(url, role=SWEEP_ROLE, pool_size=8)
    try:
        owner = connect(url, role=None, pool_size=1)
        found = await current_revision(owner)
        await owner.dispose()
        if found != wanted_revision():
            raise SchemaBehind
        both = make_house(app, clock, vault), make_house(sweep, clock, vault)
        async with transaction(both[0].sessions) as session:
            await check_master_key(session, vault)
            if settings.test_mode:
                clock.move(await clock_offset(session))
        yield Opened(*both, clock, url)
    finally:
        await app.dispose()
        await sweep.dispose()


async def bring_up_to_date(url: str) -> None:
    """Migrate from within a running loop."""
    await asyncio.to_thread(migrate, url)
