"""Who calls: the key in the header, opened in the transaction that does the work."""

from http import HTTPStatus
from typing import Any

from litestar.handlers import HTTPRouteHandler

from api.problems import RequestError

SCOPE, PUBLIC = "scope", "public"


class RouteWithoutScope(Exception):  # noqa: N818
    """Every route names the scope that it needs, or says that it is public; else the API does not start."""


def bearer(headers: Any) -> str:
    """The secret of `Authorization: Bearer krl_…`."""
    kind, _, secret = str(headers.get("authorization", "")).partition(" ")
    if kind.lower() != "bearer" or not secret:
        raise RequestError(HTTPStatus.UNAUTHORIZED)
    return secret.strip()


def needed_scope(handler: Any) -> str | None:
    """The scope of a route, or None where it is public."""
    return handler.opt.get(SCOPE)


def check_scopes_named(handlers: list[HTTPRouteHandler], known: frozenset[str]) -> None:
    for handler in handlers:
        scope = handler.opt.get(SCOPE)
        if handler.http_methods == {"OPTIONS"} or handler.opt.get(PUBLIC):
            continue
        if scope not in known:
            raise RouteWithoutScope(f"{handler}: {scope!r}")
