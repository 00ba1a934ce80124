"""How the database finds a page of every list that the API has, in a practice with much of everything.

A new list is tried by itself: it is called over HTTP in a practice that has one of everything, and what it asked of the
database is explained where every table that it reads has thousands of rows, few of them under the same parents.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import event, text

from api.options import Options
from domain.kit.database import APP_ROLE, connect
from domain.kit.work import House, enter
from domain.practice import Role
from tests.conftest import speaking_as
from tests.plans import explained, multiply
from tests.tenancy import planting, shapes
from tests.tenancy.operations import SCOPED, Route

pytestmark = pytest.mark.anyio

SIZES = [pytest.param(2_000, id="thousands"), pytest.param(20_000, id="more", marks=pytest.mark.soak)]
BY_DRIVER = {"GET /v1/sessions"}  # tests/trajectories/test_plans explains what it reads on the driver itself
# Here all that is owed is open; in a practice most of it is paid, and what is not has an index of its own.
STATE_OF_ITEMS = ("GET /v1/open-items", "state")
LISTS = [
    route
    for route in SCOPED
    if "cursor" in route.handler.parsed_fn_signature.parameters and route.name not in BY_DRIVER
]


@pytest.fixture
def house(fresh_house: House) -> House:
    return fresh_house


@pytest.fixture
def options() -> Options:
    return Options(base_url="http://test", requests_per_minute=1_000_000, test_mode=True)


@contextmanager
def heard(engine: Any) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database that has a limit: the pages."""
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "LIMIT 2" in statement:
            asked.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", hear)
    yield asked
    event.remove(engine.sync_engine, "before_cursor_execute", hear)


def ways(route: Route, things: planting.Things) -> Iterator[dict[str, str]]:
    """Without a filter, and with each that names a thing or a word."""
    yield {}
    for name, annotation in shapes.query_names(route.handler).items():
        if (route.name, name) == STATE_OF_ITEMS:
            continue
        kind = shapes.id_type(annotation)
        words = [one for one in shapes.types_in(annotation) if isinstance(one, type) and issubclass(one, StrEnum)]
        if kind in things:
            yield {name: things[kind]}
        elif words:
            yield {name: next(iter(words[0])).value}


async def pages_of(world: planting.World, anonymous: AsyncClient, engine: Any) -> dict[str, tuple[str, Any]]:
    """What every list asks of the database: for the owner, and for a coach where she needs nothing of the owner's."""
    found: dict[str, tuple[str, Any]] = {}
    for role, route in itertools.product((Role.OWNER, Role.COACH), LISTS):
        if role is Role.COACH and shapes.path_ids(route.handler):
            continue
        client = speaking_as(anonymous, world.cast.keys[role])
        for filters in ways(route, world.things):
            with heard(engine) as asked:
                answer = await client.get(route.path(world.things), params=filters)
            if answer.status_code == 403:
                continue
            assert answer.status_code == 200, (route.name, filters, answer.text)
            assert asked, f"{route.name} was not seen to read a page"
            found |= {f"{route.name} {filters} of {role}, {nth}": one for nth, one in enumerate(asked)}
    return found


@pytest.mark.parametrize("rows", SIZES)
async def test_every_list_finds_its_page_by_an_index(fresh, house, anonymous, rows):
    """No table is read from end to end, and what is sorted is what belongs to one parent."""
    world = await planting.new_world(house, anonymous)
    pages = await pages_of(world, anonymous, house.engine)
    owner = connect(fresh, role=None, pool_size=1)
    async with owner.connect() as connection:
        plans = [await explained(connection, *page) for page in pages.values()]
        tables = {step["Relation Name"] for plan in plans for step in plan if "Relation Name" in step}
        for table in sorted(tables):
            await multiply(connection, world.cast.practice_id, table, rows)
        few = await connection.scalars(text("SELECT relname FROM pg_class WHERE reltuples < 1000 AND relkind = 'r'"))
        small = set(few)
        await connection.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
        await connection.execute(text("SET LOCAL random_page_cost = 1.1"))  # it is in memory
        await enter(connection, world.cast.practice_id)
        found = {name: faults(await explained(connection, *page), small, rows) for name, page in pages.items()}
        await connection.rollback()
    await owner.dispose()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(tables - small) > 60


def faults(plan: list[dict[str, Any]], small: set[str], rows: int) -> list[str]:
    read = [step["Relation Name"] for step in plan if step["Node Type"] == "Seq Scan"]
    sorts = [step for step in plan if step["Node Type"] == "Sort" and step["Plan Rows"] > rows / 10]
    return [f"all of {table} is read" for table in read if table not in small] + [
        f"{step['Plan Rows']} rows are sorted by {step['Sort Key']}" for step in sorts
    ]
