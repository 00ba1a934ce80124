"""Bad input on every route that takes input: a refusal that names the field, never a failure of ours."""

from random import Random

import msgspec
import pytest

from domain.practice import Role
from tests.api.scratch import is_problem
from tests.conftest import speaking_as
from tests.tenancy import shapes
from tests.tenancy.operations import EXAMPLES, SCOPED, Route, each
from tests.tenancy.planting import World, new_world

pytestmark = pytest.mark.anyio

WITH_BODY = [route for route in SCOPED if route.handler.handler_name in EXAMPLES]
WITH_QUERY = [route for route in SCOPED if shapes.query_names(route.handler)]
WRONG_KIND = ({"a": 1}, [[["x"]]], 1.5, True, {"$gt": ""})
HOSTILE = (
    "",
    " ",
    "a\u0000b",
    "\n",
    "x" * 20_000,
    "\u202e\ufeff\U0001f600",
    "'; DROP TABLE practices; --",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "2026-03-02T09:00:00",
    "24:00",
    "NaN",
    "1E+400",
    "-1",
    "../../etc/passwd",
    "\u0661\u0662",
    -1,
    0,
    2**31,
    2**63,
    10**30,
    -(2**63) - 1,
)
A_FEW = [8, pytest.param(len(HOSTILE), id="every one", marks=pytest.mark.soak)]
IN_QUERY = ("", "%00", "a%00b", "1700000000", "9999-12-31", "0001-01-01", "-1", str(2**63), "x" * 2000, "%ff", "null")


worlds: dict[str, World] = {}


@pytest.fixture
async def world(database, house, anonymous) -> World:
    """A practice with one of everything; planted once, for what only reads or is refused cannot change it."""
    if database not in worlds:
        worlds[database] = await new_world(house, anonymous)
    return worlds[database]


@pytest.fixture
async def own_world(house, anonymous, route) -> World:
    """A practice with what the route is about, and which it may change."""
    return await new_world(house, anonymous, route.kinds)


@each(WITH_BODY)
async def test_a_field_that_nobody_knows_is_refused_by_name(anonymous, world, route):
    client = speaking_as(anonymous, world.cast.keys[Role.OWNER])
    for name in ("practice_id", "version", "id", "is_admin"):
        answer = await route.call(client, world.things, **{name: "1"})
        assert is_problem(answer, 400, "invalid-request")
        assert answer.json()["errors"][0]["pointer"] == f"/{name}"


@pytest.mark.parametrize("many", A_FEW)
@each(WITH_BODY)
async def test_a_hostile_value_is_refused_by_name_or_taken_as_it_is(anonymous, own_world, route, many):
    client = speaking_as(anonymous, own_world.cast.keys[Role.OWNER])
    for field in fields(route):
        for value in Random(f"{route.handler.handler_name} {field}").sample(HOSTILE, many):  # each field its own few
            answer = await route.call(client, own_world.things, **{field: value})
            assert answer.status_code < 500, (field, value, answer.text)
            if answer.status_code == 400:
                assert answer.json()["errors"][0]["pointer"].startswith(f"/{field}"), (field, value, answer.text)
        for value in WRONG_KIND:
            if isinstance(value, bool) and field in switches(route):
                continue
            answer = await route.call(client, own_world.things, **{field: value})
            assert answer.status_code == 400, (field, value, answer.text)
            assert answer.json()["errors"][0]["pointer"].startswith(f"/{field}"), (field, value, answer.text)


def switches(route: Route) -> list[str]:
    """The fields that are yes or no."""
    found = msgspec.structs.fields(shapes.body_of(route.handler))
    return [field.encode_name for field in found if bool in shapes.types_in(field.type)]


def fields(route: Route) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(shapes.body_of(route.handler))]


@each(WITH_QUERY)
async def test_a_hostile_parameter_is_refused_by_name_or_finds_nothing(anonymous, world, route):
    client = speaking_as(anonymous, world.cast.keys[Role.OWNER])
    for name in shapes.query_names(route.handler):
        for value in IN_QUERY:
            answer = await client.get(f"{route.path(world.things)}?{name}={value}")
            assert answer.status_code < 500, (name, value, answer.text)
            if answer.status_code == 400:
                assert answer.json()["errors"][0]["pointer"] == f"/{name}", (name, value, answer.text)
            moment = name.endswith(("_day", "_at", "_on", "since", "until"))
            assert not (moment and value == "1700000000") or answer.status_code == 400, name


async def test_a_request_without_its_body_is_told_that_it_needs_one(lena):
    answer = await lena.post("/v1/sponsors")
    assert is_problem(answer, 400, "invalid-request")
    assert answer.json()["errors"] == [
        {"pointer": "", "detail": "This request needs a body: JSON, as the documentation describes it."}
    ]
