"""Every operation of the application, and how to call it: read from the application itself."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from httpx import AsyncClient, Response
from litestar.handlers import HTTPRouteHandler

from api import publishing
from api.app import create_app, http_handlers
from api.auth import needed_scope
from api.options import Options
from domain.kit.ids import new_id
from tests.tenancy import planting, shapes

NAMED = {"file": "ledger.svg", "key": "tele_onthaal"}  # what a path names that is no id: it is there in every practice


@dataclass(frozen=True)
class Route:
    """One operation, and how to call it with ids."""

    method: str
    template: str
    handler: HTTPRouteHandler

    @property
    def name(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def kinds(self) -> list[Any]:
        """What there has to be before it can be called."""
        in_body = shapes.body_ids(shapes.body_of(self.handler))
        named = {*shapes.path_ids(self.handler).values(), *in_body.values(), *shapes.query_ids(self.handler).values()}
        return [kind for kind in planting.KINDS if kind in named]

    def path(self, things: planting.Things) -> str:
        ids = {name: things[kind] for name, kind in shapes.path_ids(self.handler).items()}
        return self.template.format(**NAMED | ids)

    def body(self, things: planting.Things, **others: str) -> dict[str, Any] | None:
        shape = shapes.body_of(self.handler)
        if shape is None:
            return None
        own = {name: things[kind] for name, kind in shapes.body_ids(shape).items()}
        example = EXAMPLES.get(self.handler.handler_name, {})
        if others.keys() - example.keys():  # an id that the example leaves out, such as that of another kind of buyer
            example = {name: value for name, value in example.items() if name not in own or name in required(shape)}
        return {name: own.get(name, value) for name, value in example.items()} | others

    async def call(self, client: AsyncClient, things: planting.Things, **others: str) -> Response:
        headers = {"If-Match": '"v1"'} if self.handler.opt.get("needs_version") else {}
        if self.handler.opt.get("needs_idempotency_key"):
            headers["Idempotency-Key"] = str(new_id())
        lists = shapes.body_lists(shapes.body_of(self.handler))
        body = self.body(things, **{name: [thing] if name in lists else thing for name, thing in others.items()})
        return await client.request(self.method, self.path(things), json=body, headers=headers)


def required(shape: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(shape) if field.required}


def routes() -> list[Route]:
    """Every operation of the application, those of the demonstration included."""
    litestar = create_app(None, Options(test_mode=True)).litestar
    found = [
        Route(next(iter(handler.http_methods)), route.path_format, handler)
        for route in litestar.routes
        for handler in route.route_handlers
        if handler.http_methods != {"OPTIONS"}
    ]
    assert len(found) == len([handler for handler in http_handlers(litestar) if handler.http_methods != {"OPTIONS"}])
    return sorted(found, key=lambda route: route.name)


def example_bodies() -> dict[str, dict[str, Any]]:
    operations = [operation for address in publishing.published()["paths"].values() for operation in address.values()]
    return {
        operation["operationId"]: media["example"]
        for operation in operations
        for media in operation.get("requestBody", {"content": {}})["content"].values()
        if "example" in media
    }


EXAMPLES = example_bodies()
ROUTES = routes()
SCOPED = [route for route in ROUTES if needed_scope(route.handler) is not None]


def each(found: list[Route]):
    return pytest.mark.parametrize("route", found, ids=[route.name for route in found])


def each_pair(found: list[tuple[Route, str]]):
    return pytest.mark.parametrize(("route", "name"), found, ids=[f"{route.name} {name}" for route, name in found])
