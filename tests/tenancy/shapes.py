"""What a route says of itself: the kinds of ids in its path, its query and its body."""

from typing import Any, get_args
from uuid import UUID

import msgspec
from litestar.handlers import HTTPRouteHandler

from api.parameters import wire_names
from domain.kit import ids
from domain.kit.ids import CoacheeId


def types_in(annotation: Any) -> list[Any]:
    inner = get_args(annotation)
    return [found for part in inner for found in types_in(part)] if inner else [annotation]


def id_type(annotation: Any) -> Any:
    """The type of id that an annotation is about, or None; any UUID may be a coachee's."""
    kinds = [kind for kind in types_in(annotation) if kind in ids.ALL or kind is UUID]
    return CoacheeId if kinds == [UUID] else next(iter(kinds), None)


def path_ids(handler: HTTPRouteHandler) -> dict[str, Any]:
    """The types of the ids in the path of a route, by name."""
    names = [part.strip("{}").partition(":")[0] for part in path_of(handler).split("/") if ":uuid}" in part]
    return {name: id_type(handler.parsed_fn_signature.parameters[name].annotation) for name in names}


def path_of(handler: HTTPRouteHandler) -> str:
    [path] = handler.paths
    return path


def body_of(handler: HTTPRouteHandler) -> type[msgspec.Struct] | None:
    field = handler.parsed_fn_signature.parameters.get("data")
    return field.annotation if field else None


def body_ids(body: type[msgspec.Struct] | None) -> dict[str, Any]:
    """The types of the ids in a body, by field."""
    fields = msgspec.structs.fields(body) if body else ()
    found = {field.encode_name: id_type(field.type) for field in fields}
    return {name: kind for name, kind in found.items() if kind is not None}


def as_in_body(handler: HTTPRouteHandler, name: str, thing: str) -> str | list[str]:
    """An id as a field of the body takes it: alone, or in a list."""
    body = body_of(handler)
    [kind] = [field.type for field in msgspec.structs.fields(body) if field.encode_name == name]
    return [thing] if Ellipsis in types_in(kind) else thing


def body_lists(body: type[msgspec.Struct] | None) -> set[str]:
    """The fields of a body that hold several ids."""
    fields = msgspec.structs.fields(body) if body else ()
    return {field.encode_name for field in fields if "list[" in str(field.type)}


def query_ids(handler: HTTPRouteHandler) -> dict[str, Any]:
    """The types of the ids among the parameters of the query, by name."""
    found = {name: id_type(annotation) for name, annotation in query_names(handler).items()}
    return {name: kind for name, kind in found.items() if kind is not None}


def query_names(handler: HTTPRouteHandler) -> dict[str, Any]:
    """What a route takes from the query: annotations by the name on the wire."""
    parameters = handler.parsed_fn_signature.parameters
    return {wire: parameters[name].annotation for name, wire in wire_names(handler).items()}
