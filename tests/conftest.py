"""One migrated database a worker; every test founds a practice of its own, which row-level security keeps apart.

Nothing is rolled back: what a test does is committed, as it would be in production. A test of the sweeps, which see
every practice, asks for `quiet`, which empties the tables first.
"""

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from httpx import ASGITransport, AsyncClient
from hypothesis import HealthCheck, settings

from api.app import create_app
from api.door import Door
from api.options import Options
from domain.kit import database as connecting
from domain.kit.database import SWEEP_ROLE, connect, house as make_house
from domain.kit.secrets import Vault
from domain.kit.work import House
from domain.practice import Role
from tests import database as databases, factories
from tests.factories import Cast
from tests.patience import PATIENCE

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # a Monday, noon in Brussels
LONG = (
    "tests/test_story",
    "tests/commands/",
    "tests/browser/",
    "tests/api/test_bad_input",
    "tests/tenancy/test_routes",
)
SOAK = "KRACHTLIJN_SOAK" in os.environ
# What hypothesis draws is the same in each run, and not watched with a clock; `make soak` draws anew, and more.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("soak" if SOAK else "steady")
server = pytest.StashKey[databases.TestServer]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[server] = databases.TestServer()


def pytest_unconfigure(config: pytest.Config) -> None:
    if (running := config.stash.get(server, None)) is not None:
        running.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that none of them is left for one worker at the end; the rest in its order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@dataclass
class TestClock:
    """A clock that stands still until a test moves it."""

    __test__ = False
    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The address of this worker's database, as its owner."""
    name = f"krachtlijn_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    yield databases.copy_template(name)
    databases.drop(name)


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


class SteadyVault(Vault):
    """Draws what a plan leaves to chance by its number alone, so that the kinds and moments of the first plan of anyone
    are the same in each run; her lots hang on her number too, and stay hers.
    """

    def signature(self, purpose: str, content: bytes) -> bytes:
        return super().signature(purpose, content.rpartition(b":")[2] if purpose == "plan seed" else content)


@pytest.fixture(scope="session")
def vault() -> Vault:
    return (Vault if SOAK else SteadyVault)(b"a master key of thirty-two bytes")


@pytest.fixture(scope="session")
async def worker_houses(database: str, vault: Vault) -> AsyncIterator[tuple[House, House]]:
    """The connections of this worker, as the API and as the scheduler have them, but for their patience.

    They outlive a test, as in production: opening them, and preparing every statement anew, took half of its time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connecting, "POOL_WAIT_SECONDS", PATIENCE)
        for limit in ("STATEMENT_TIMEOUT_MS", "LOCK_TIMEOUT_MS"):
            patch.setattr(connecting, limit, int(PATIENCE * 1000))
        engines = connect(database), connect(database, role=SWEEP_ROLE)
        yield make_house(engines[0], lambda: NOON, vault), make_house(engines[1], lambda: NOON, vault)
        for engine in engines:
            await engine.dispose()


@pytest.fixture
def house(worker_houses: tuple[House, House], clock: TestClock) -> House:
    """The house as the API has it: a role that sees one practice at a time."""
    return replace(worker_houses[0], clock=clock)


@pytest.fixture
def sweep_house(worker_houses: tuple[House, House], clock: TestClock) -> House:
    """The house as the scheduler has it: a role that sees every practice."""
    return replace(worker_houses[1], clock=clock)


@pytest.fixture
def fresh() -> Iterator[str]:
    """The address of a database of the test's own, for what hangs on all that tables hold: the plans of reads."""
    name = f"krachtlijn_fresh_{os.getpid()}"
    yield databases.copy_template(name)
    databases.drop(name)


@pytest.fixture
async def fresh_house(fresh: str, clock: TestClock, vault: Vault) -> AsyncIterator[House]:
    """The house on it, as the API has it."""
    engine = connect(fresh)
    yield make_house(engine, clock, vault)
    await engine.dispose()


@pytest.fixture
async def quiet(database: str) -> None:
    """Empty every table, so that a sweep finds only what the test plants."""
    await databases.empty(database)


@pytest.fixture
async def cast(house: House) -> Cast:
    """Lena's practice: Lena the owner who coaches too, Omar the administrator, Cas the coach, Bea for billing."""
    return await factories.found_cast(house)


@pytest.fixture
async def other_cast(house: House) -> Cast:
    """Another practice, whose things nobody of the first may see."""
    return await factories.found_cast(house, name="Bo & Co")


@pytest.fixture
def options() -> Options:
    return Options(base_url="http://test", requests_per_minute=1_000_000)


@pytest.fixture
async def anonymous(house: House, options: Options) -> AsyncIterator[AsyncClient]:
    """A client without a key."""
    transport = ASGITransport(application(house, options), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


applications: dict[Options, Door] = {}


def application(house: House, options: Options) -> Door:
    """The application over this test's house. Building one takes a tenth of a second, so tests pass it on."""
    if options not in applications:
        applications[options] = create_app(house, options)
    applications[options].litestar.state["house"] = house
    return applications[options]


def speaking_as(client: AsyncClient, key: str) -> AsyncClient:
    """A second client on the same application, with a key."""
    headers = {"Authorization": f"Bearer {key}"}
    return AsyncClient(transport=client._transport, base_url="http://test", headers=headers)


@pytest.fixture
def lena(anonymous: AsyncClient, cast: Cast) -> AsyncClient:
    """The owner of the practice, who coaches too."""
    return speaking_as(anonymous, cast.keys[Role.OWNER])


@pytest.fixture
def omar(anonymous: AsyncClient, cast: Cast) -> AsyncClient:
    """The administrator."""
    return speaking_as(anonymous, cast.keys[Role.ADMINISTRATOR])


@pytest.fixture
def cas(anonymous: AsyncClient, cast: Cast) -> AsyncClient:
    """A coach."""
    return speaking_as(anonymous, cast.keys[Role.COACH])


@pytest.fixture
def bea(anonymous: AsyncClient, cast: Cast) -> AsyncClient:
    """Who does the billing."""
    return speaking_as(anonymous, cast.keys[Role.BILLING])


@pytest.fixture
def bo(anonymous: AsyncClient, other_cast: Cast) -> AsyncClient:
    """The owner of another practice."""
    return speaking_as(anonymous, other_cast.keys[Role.OWNER])
