"""The named schemas of the document, as msgspec checks them: Litestar's lose bounds that are nought or in a union."""

import ast
import inspect
import textwrap
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any, cast, get_args

import msgspec

Schema = dict[str, Any]
REF = "#/components/schemas/{name}"


class TwoOfOneName(Exception):  # noqa: N818
    """Two Structs of one name are on the wire: rename one of them."""


def schemas_of(kinds: Iterable[type]) -> dict[str, Schema]:
    """The schemas of these Structs and of all that they are made of, by name."""
    named = sorted(set(kinds), key=lambda kind: kind.__name__)
    every = {found for wanted in named for found in _structs(wanted)}
    _refuse_namesakes(every)
    _, parts = msgspec.json.schema_components(named, ref_template=REF)
    for kind in every:
        _describe(parts[kind.__name__], kind)
    return {name: plain(schema) for name, schema in sorted(parts.items())}


def _refuse_namesakes(kinds: Iterable[type]) -> None:
    """A name on the wire is that of one Struct: of two, msgspec writes both under longer names that nobody chose."""
    homes: dict[str, set[str]] = {}
    for kind in kinds:
        homes.setdefault(kind.__name__, set()).add(kind.__module__)
    if shared := {name: sorted(modules) for name, modules in homes.items() if len(modules) > 1}:
        raise TwoOfOneName("; ".join(f"{name} in {' and '.join(modules)}" for name, modules in sorted(shared.items())))


def _structs(annotation: Any) -> Iterable[type]:
    """The Structs in an annotation, and those inside them."""
    for kind in _types(annotation):
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield kind
            for field in msgspec.structs.fields(kind):
                yield from _structs(field.type)


def _types(annotation: Any) -> Iterable[Any]:
    """The types that an annotation is made of: `list[LineIn] | None` has LineIn and None."""
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for part in inner:
        yield from _types(part)


def _describe(schema: Schema, kind: type[msgspec.Struct]) -> None:
    """Add what msgspec does not read: the text under a field, and that every datetime is an RFC 3339 instant."""
    texts = field_texts(kind)
    for field in msgspec.structs.fields(kind):
        described = schema["properties"][field.encode_name]
        if field.name in texts:
            described["description"] = texts[field.name]
        for part in [described, *described.get("anyOf", [])]:
            if part.get("type") == "string" and datetime in _types(field.type):
                part["format"] = "date-time"


@cache
def field_texts(kind: type) -> dict[str, str]:
    """The sentence that stands under a field in the source, by field; the Structs it extends included."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__[:-1]):
        if base.__module__.startswith(("api.", "domain.")):
            found |= _texts_in(base)
    return found


def _texts_in(kind: type) -> dict[str, str]:
    [definition] = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    lines = definition.body if isinstance(definition, ast.ClassDef) else []
    found: dict[str, str] = {}
    for field, below in pairwise(lines):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = " ".join(text.split())
            case _:
                pass
    return found


def plain(schema: Any) -> Any:
    """The same schema in the words that generators of clients understand: no union of one, null as a second type."""
    if isinstance(schema, list):
        return [plain(part) for part in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    simple: Schema = {key: plain(value) for key, value in cast("Schema", schema).items()}
    for union in ("oneOf", "anyOf"):
        if union in simple:
            simple = _without_union(simple, union)
    if "enum" in simple:
        simple.setdefault("type", "string")
    for bound in ("minimum", "maximum"):
        if isinstance(simple.get(bound), float) and simple[bound].is_integer():
            simple[bound] = int(simple[bound])
    return simple


def _without_union(schema: Schema, union: str) -> Schema:
    members: list[Schema] = [part for part in schema[union] if part != {"type": "null"}]
    nullable = len(members) < len(schema[union])
    rest = {key: value for key, value in schema.items() if key != union}
    if len(members) > 1 and all(member.keys() == {"type"} for member in members):
        kinds = [
            member["type"] for member in members if member["type"] != "integer" or {"type": "number"} not in members
        ]
        return {**rest, "type": [*kinds, *(["null"] if nullable else [])]}
    if len(members) != 1 or (nullable and "type" not in members[0]):
        return {**rest, "anyOf": [*members, *([{"type": "null"}] if nullable else [])]}
    [member] = members
    if nullable:
        member = {**member, "type": [member["type"], "null"]}
        if "enum" in member:
            member["enum"] = [*member["enum"], None]
    return {**member, **rest}
