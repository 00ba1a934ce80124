"""What an operation takes from the query, by the name on the wire."""

from functools import cache
from typing import Any

from litestar.handlers import HTTPRouteHandler

INJECTED = {"data", "work", "reading", "request", "state", "options", "house"}


@cache
def wire_names(handler: HTTPRouteHandler) -> dict[str, str]:
    """The name on the wire of each parameter of the query, by its name in Python.

    They differ where Litestar keeps a name for itself, such as `state`.
    """
    path = {part.partition(":")[0].lstrip("{") for route in handler.paths for part in route.split("/") if "{" in part}
    taken = {
        name: field for name, field in handler.parsed_fn_signature.parameters.items() if name not in INJECTED | path
    }
    return {name: getattr(field.kwarg_definition, "name", None) or name for name, field in taken.items()}


@cache
def query_names(handler: HTTPRouteHandler) -> frozenset[str]:
    """Every name that the query may hold."""
    return frozenset(wire_names(handler).values())


@cache
def repeatable_names(handler: HTTPRouteHandler) -> frozenset[str]:
    """Those of which the query may hold several: what bounds its number of items takes a list."""
    fields = handler.parsed_fn_signature.parameters
    lists = (name for name in wire_names(handler) if getattr(fields[name].kwarg_definition, "max_items", None))
    return frozenset(wire_names(handler)[name] for name in lists)


def on_the_wire(handler: Any, name: str) -> str:
    """The name under which the caller sent what Python calls `name`."""
    return wire_names(handler).get(name, name) if isinstance(handler, HTTPRouteHandler) else name
