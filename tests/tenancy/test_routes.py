"""Who may call what, tried on every route that the application has: it is the application that lists them.

A new route is tried by itself. What this file cannot try by itself it refuses: a route about a kind of thing that
`planting` does not plant, a public one that stands on no list, a body without an example.
"""

import re
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from api.auth import needed_scope
from api.options import Options
from domain import practice
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.practice import ALL_SCOPES, Role
from tests.api.contract import OPERATIONS, check_promised
from tests.api.scratch import is_problem
from tests.conftest import speaking_as
from tests.tenancy import planting, shapes
from tests.tenancy.operations import EXAMPLES, ROUTES, SCOPED, Route, each, each_pair
from tests.tenancy.planting import World, new_world

pytestmark = pytest.mark.anyio

# Whoever has no key may come here. A link of a phone page is a key of its own: the tests of its slice try it.
PUBLIC = {
    "GET /a/{token}",
    "GET /a/{token}/pdf",
    "POST /a/{token}",
    "GET /c/{token}",
    "POST /c/{token}",
    "GET /d/{token}",
    "GET /d/{token}/pdf",
    "POST /d/{token}",
    "GET /o/{token}",
    "POST /o/{token}",
    "GET /p/{token}",
    "POST /p/{token}",
    "GET /r/{token}",
    "GET /t/{token}",
    "POST /t/{token}",
    "GET /u/{token}",
    "POST /u/{token}",
    "POST /r/{token}",
    "GET /w/{token}",
    "POST /w/{token}",
    "GET /g/{token}",
    "POST /g/{token}",
    "GET /exports/{token}",
    # Signed with a secret that the access point shares (tests/peppol/test_callbacks).
    "POST /peppol/callbacks",
    "GET /research-exports/{token}",
    "GET /feeds/{name}",
    "GET /phone/plots.css",
    "GET /phone/style.css",
    "GET /phone/app/{name}",
    "GET /phone/manifest.webmanifest",
    "GET /phone/offline",
    "GET /phone/worker.js",
    # Her own area: a session opens these (tests/phone/test_sign_in, test_own_area).
    "DELETE /v1/me/consents/{consent_id}",
    "DELETE /v1/me/session",
    "DELETE /v1/me/sessions",
    "GET /me",
    "GET /me/access",
    "GET /me/channels",
    "GET /me/code",
    "GET /me/install",
    "GET /me/start",
    "POST /me/channels/code",
    "POST /me/channels/off",
    "POST /sms/inbound",
    "POST /me/channels/sms",
    "POST /me/channels/test",
    "POST /me/channels/words",
    "GET /me/help",
    "GET /me/in/{token}",
    "GET /me/plan",
    "GET /me/progress",
    "GET /me/sign-in",
    "GET /me/successes",
    "GET /v1/me",
    "GET /v1/me/access",
    "DELETE /v1/me/push-subscriptions",
    "GET /v1/me/channels",
    "GET /v1/me/push-key",
    "POST /v1/me/channel-tests",
    "PUT /v1/me/push-subscriptions",
    "GET /v1/me/check-ins/{check_in_id}/draft",
    "GET /v1/me/reports",
    "GET /v1/me/reports/plots/{file}",
    "GET /v1/me/successes",
    "POST /c/{token}/begin",
    "POST /c/{token}/decline",
    "POST /c/{token}/opened",
    "POST /c/{token}/plan",
    "POST /c/{token}/reopen",
    "POST /c/{token}/swap",
    "POST /me/begin",
    "POST /me/code",
    "POST /me/consents",
    "POST /me/consents/{consent_id}/withdraw",
    "POST /me/in/{token}",
    "POST /me/plan",
    "POST /me/sign-in",
    "POST /me/sign-out",
    "POST /v1/me/consents",
    "POST /v1/me/check-ins",
    "POST /v1/me/check-ins/{check_in_id}/decline",
    "POST /v1/me/check-ins/{check_in_id}/opened",
    "POST /v1/me/check-ins/{check_in_id}/reopen",
    "POST /v1/me/check-ins/{check_in_id}/swap",
    "POST /v1/me/plan",
    "PUT /c/{token}/answer",
    "PUT /c/{token}/draft",
    "PUT /v1/me/check-ins/{check_in_id}/answer",
    "PUT /v1/me/check-ins/{check_in_id}/draft",
    "GET /me/digest",
    "GET /me/notes",
    "GET /p/{token}/questions",
    "GET /v1/me/digest",
    "GET /v1/me/notes",
    "POST /c/{token}/help",
    "POST /me/digest",
    "POST /p/{token}/questions",
    "POST /v1/me/help",
    "PUT /v1/me/digest",
    "GET /docs",
    "GET /docs/{name}",
    "GET /openapi.json",
    "GET /problems/{code}",
    "GET /health/live",
    "GET /health/ready",
}


WITH_ID = [route for route in SCOPED if shapes.path_ids(route.handler)]
LISTS = [route for route in SCOPED if route.method == "GET" and not shapes.path_ids(route.handler)]
BODY_IDS = [(route, field) for route in SCOPED for field in shapes.body_ids(shapes.body_of(route.handler))]
QUERY_IDS = [(route, name) for route in SCOPED for name in shapes.query_ids(route.handler)]


@pytest.fixture
def options() -> Options:
    return Options(base_url="http://test", requests_per_minute=1_000_000, test_mode=True)


worlds: dict[str, tuple[World, World]] = {}


@pytest.fixture
async def world(database, house, anonymous) -> tuple[World, World]:
    """Lena's practice and Bo's, each with one of everything; planted once, for nothing here may change them."""
    if database not in worlds:
        worlds[database] = await new_world(house, anonymous), await new_world(house, anonymous)
    return worlds[database]


async def traces(house, world: World) -> tuple[int, int]:
    """How much has happened in a practice: whatever changes it leaves an event or an audit line."""
    async with begin(house, world.cast.practice_id, OPERATOR) as work:
        query = "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM audit_entries)"
        return tuple((await work.session.execute(text(query))).one())


def stranger(anonymous: AsyncClient, world: tuple[World, World]) -> AsyncClient:
    """Bo, who owns another practice and has every scope there is."""
    return speaking_as(anonymous, world[1].cast.keys[Role.OWNER])


def test_what_is_open_to_everyone_is_known():
    assert {route.name for route in ROUTES if route not in SCOPED} == PUBLIC


def test_every_route_can_be_tried():
    """Mend `planting.plant` (and, for a body, the examples of its fields) where this fails: then the rest tries it."""
    known = {kind for route in ROUTES for kind in shapes.path_ids(route.handler).values()} - {None}
    assert known <= set(planting.KINDS), "planting.plant plants no such thing"
    assert [route.name for route in WITH_ID if None in shapes.path_ids(route.handler).values()] == []
    for route, name in BODY_IDS + QUERY_IDS:
        kinds = shapes.body_ids(shapes.body_of(route.handler)) | shapes.query_ids(route.handler)
        assert kinds[name] in planting.KINDS, f"{route.name}: {name}"
    for route in SCOPED:
        shape = shapes.body_of(route.handler)
        assert shape is None or issubclass(shape, msgspec.Struct), route.name
        assert shape is None or route.handler.handler_name in EXAMPLES or "/v1/test/" in route.name, route.name


@each(SCOPED)
async def test_nobody_enters_without_a_key(anonymous, route):
    things = dict.fromkeys(planting.KINDS, str(new_id()))
    answer = await anonymous.request(route.method, route.path(things), content=b"{")
    assert is_problem(answer, 401, "key-missing")


def unnamed(template):
    """An address that nothing answers to: a name in place of each part, or an id where one belongs."""
    return re.sub(r"\{\w+\}", "x", re.sub(r"\{\w+_id\}", str(new_id()), template))


@each(ROUTES)
async def test_options_needs_no_key_and_names_the_method(anonymous, route):
    things = dict.fromkeys(planting.KINDS, str(new_id()))
    path = route.path(things) if route in SCOPED else unnamed(route.template)
    answer = await anonymous.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert route.method in answer.headers["allow"].split(", ")


@each(SCOPED)
async def test_a_key_without_the_scope_opens_nothing(anonymous, house, world, route):
    scope = needed_scope(route.handler)
    client = speaking_as(anonymous, await key_without(house, world[0], scope))
    answer = await client.request(route.method, route.path(world[0].things), content=b"{")
    assert is_problem(answer, 403, "scope-missing")
    assert answer.json()["facts"] == {"scope": scope}


keys: dict[tuple[Any, str], str] = {}


async def key_without(house, world: World, scope: str) -> str:
    found = keys.get((world.cast.practice_id, scope))
    if found is None:
        async with begin(house, world.cast.practice_id, OPERATOR) as work:
            rest = sorted(ALL_SCOPES - {scope})
            _, found = await practice.create_key(work, world.cast.staff[Role.OWNER], name="narrow", scopes=rest)
        keys[world.cast.practice_id, scope] = found
    return found


@each(WITH_ID)
async def test_a_thing_of_another_practice_is_not_found(anonymous, house, world, route):
    before = await traces(house, world[0])
    client = stranger(anonymous, world)
    answer = await route.call(client, world[1].things | path_things(route, world[0]))
    nowhere = await route.call(client, world[1].things | dict.fromkeys(path_things(route, world[0]), str(new_id())))
    assert (answer.status_code, nowhere.status_code) == (404, 404), (answer.text, nowhere.text)
    check_promised(route.handler.handler_name, answer)
    assert answer.json()["type"] == nowhere.json()["type"]
    assert await traces(house, world[0]) == before


def path_things(route: Route, world: World) -> planting.Things:
    return {kind: world.things[kind] for kind in shapes.path_ids(route.handler).values()}


@each([route for route in WITH_ID if len(shapes.path_ids(route.handler)) > 1])
async def test_a_thing_of_another_practice_is_not_found_under_one_of_ones_own(anonymous, world, route):
    *_, last = shapes.path_ids(route.handler).values()
    answer = await route.call(stranger(anonymous, world), world[1].things | {last: world[0].things[last]})
    assert answer.status_code == 404, answer.text


@each_pair(BODY_IDS)
async def test_an_id_of_another_practice_in_a_body_is_as_good_as_none(anonymous, house, world, route, name):
    before = await traces(house, world[0]), await traces(house, world[1])
    client, kind = stranger(anonymous, world), shapes.body_ids(shapes.body_of(route.handler))[name]
    theirs, none = [shapes.as_in_body(route.handler, name, id_) for id_ in (world[0].things[kind], str(new_id()))]
    answer = await route.call(client, world[1].things, **{name: theirs})
    nowhere = await route.call(client, world[1].things, **{name: none})
    assert answer.status_code in {404, 422}, answer.text
    assert (answer.status_code, answer.json()["type"]) == (nowhere.status_code, nowhere.json()["type"])
    assert (await traces(house, world[0]), await traces(house, world[1])) == before


@each_pair(QUERY_IDS)
async def test_an_id_of_another_practice_in_a_query_finds_nothing(anonymous, world, route, name):
    things = world[0].things[shapes.query_ids(route.handler)[name]]
    answer = await stranger(anonymous, world).get(route.path(world[1].things), params={name: things})
    assert answer.status_code in {404, 422} or lists_nothing(answer)


def lists_nothing(answer: Response) -> bool:
    """Whether a list came without items, or a table with its head alone."""
    if answer.headers["content-type"].startswith("text/csv"):
        return len(answer.text.splitlines()) == 1
    return answer.json()["items"] == []


@each(LISTS)
async def test_a_list_shows_nothing_of_another_practice(anonymous, world, route):
    own, strange = [speaking_as(anonymous, one.cast.keys[Role.OWNER]) for one in world]
    query = {"limit": 100} if "limit" in route.handler.parsed_fn_signature.parameters else {}
    theirs = (await strange.get(route.template, params=query)).text
    assert not [kind for kind, thing in world[0].things.items() if thing in theirs]
    assert str(world[0].cast.practice_id) not in theirs
    mine = await own.get(route.template, params=query)
    if route.handler.handler_name in OPERATIONS:
        assert mine.status_code == 200
        check_promised(route.handler.handler_name, mine)


@each(WITH_ID)
async def test_ones_own_thing_is_found(anonymous, house, world, route):
    """The other side of every test above: the right key gets past the wall, to an answer that the document promises."""
    used = world[0] if route.method == "GET" else await used_world(house, anonymous)
    answer = await own_call(anonymous, route, used)
    if route.method != "GET" and not answer.is_success:  # what came before may have changed or ended the thing
        answer = await own_call(anonymous, route, await new_world(house, anonymous, route.kinds))
    assert answer.status_code not in {400, 401, 403, 404}, answer.text
    check_promised(route.handler.handler_name, answer)


async def own_call(anonymous: AsyncClient, route: Route, own: World) -> Response:
    return await route.call(speaking_as(anonymous, own.cast.keys[Role.OWNER]), own.things)


async def used_world(house, anonymous: AsyncClient) -> World:
    """A practice that the routes change one after the other: planting all of it takes longer than fifty of them."""
    if "used" not in worlds:
        worlds["used"] = await new_world(house, anonymous), await new_world(house, anonymous)
    return worlds["used"][0]


@each_pair(BODY_IDS)
async def test_ones_own_id_in_a_body_is_found(anonymous, house, route, name):
    world = await new_world(house, anonymous, route.kinds)
    kind = shapes.body_ids(shapes.body_of(route.handler))[name]
    client = speaking_as(anonymous, world.cast.keys[Role.OWNER])
    sent = shapes.as_in_body(route.handler, name, world.things[kind])
    answer = await route.call(client, world.things, **{name: sent})
    assert answer.status_code not in {400, 401, 403, 404}, answer.text
    check_promised(route.handler.handler_name, answer)
