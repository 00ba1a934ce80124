"""The OpenAPI document is one that people and generators of clients can work with."""

import re

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler
from openapi_spec_validator import validate

from api.app import SLICES, create_app
from api.fields import In
from api.openapi import TAGS
from api.operations import is_struct
from api.schemas import TwoOfOneName, schemas_of
from domain.practice import ALL_SCOPES
from tests.api.contract import DOCUMENT, resolved, violations

SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, address in DOCUMENT["paths"].items()
    for method, operation in address.items()
]
each_operation = pytest.mark.parametrize("operation", [o for _, o in OPERATIONS], ids=[name for name, _ in OPERATIONS])
NUL = "a\x00b"
BIG = 10**19


def handlers() -> list[HTTPRouteHandler]:
    """Every handler at an address that the document is about; what her own phone asks is between it and us."""
    routes = [route for route in create_app(None).litestar.routes if route.path.startswith(("/v1/", "/health/"))]
    hers = ("/v1/me", "/v1/me/")
    found = [
        h
        for route in routes
        if route.path != hers[0] and not route.path.startswith(hers[1])
        for h in route.route_handlers
    ]
    return [handler for handler in found if handler.http_methods != {"OPTIONS"}]


def bodies() -> list[type[In]]:
    """Every Struct that a request may carry, and those inside it."""
    wanted = [handler.parsed_fn_signature.parameters.get("data") for handler in handlers()]
    return sorted({body.annotation for body in wanted if body}, key=lambda kind: kind.__name__)


def responses_of(operation):
    return [(status, resolved(response)) for status, response in operation["responses"].items()]


def parts(schema):
    """Every schema inside a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


def test_the_document_is_valid_openapi():
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_route_is_documented_once_under_the_name_of_its_handler():
    documented = [operation["operationId"] for _, operation in OPERATIONS]
    assert sorted(documented) == sorted(handler.handler_name for handler in handlers())
    assert len(set(documented)) == len(documented)
    assert [name for name in documented if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []


@each_operation
def test_an_operation_says_what_it_does_in_which_group_and_for_whom(operation):
    assert operation["summary"] == operation["summary"].title()
    assert operation["description"][0].isupper()
    assert len(operation["tags"]) == 1
    assert operation["tags"][0] in dict(TAGS)
    if "security" in operation:
        [[scope]] = [requirement["key"] for requirement in operation["security"]]
        assert scope in ALL_SCOPES
        assert f"`{scope}`" in operation["description"]


@each_operation
def test_an_operation_tells_every_way_in_which_it_can_end(operation):
    told = dict(responses_of(operation))
    needed = {"400", "500", "503"}
    needed |= {"401", "403", "429"} if "security" in operation else set()
    taken = operation.get("requestBody", {"content": {}})["content"]
    needed |= {"413"} if taken else set()
    needed |= {"415"} if "application/json" in taken else set()
    needed |= {"404"} if any(p.get("in") == "path" for p in operation.get("parameters", [])) else set()
    assert needed <= set(told)
    assert [status for status in told if status.startswith("2")]
    for status, response in told.items():
        assert response["description"], status
        assert "Request-Id" in response["headers"], status
        if status >= "4":
            assert list(response["content"]) == ["application/problem+json"], status
            assert re.match(r"`[a-z-]+`: ", response["description"]), status


@each_operation
def test_the_examples_of_an_operation_are_of_its_schema(operation):
    contents = [operation["requestBody"]["content"]] if "requestBody" in operation else []
    contents += [response["content"] for status, response in responses_of(operation) if status in {"200", "201"}]
    for content in contents:
        for name, media in content.items():
            assert "example" in media or name != "application/json"
            if "example" in media:
                assert violations(media["example"], media["schema"]) == []


@pytest.mark.parametrize("body", bodies(), ids=lambda body: body.__name__)
def test_the_example_of_a_body_is_taken_by_the_code_that_reads_it(body):
    examples = [
        media["example"]
        for _, operation in OPERATIONS
        for media in operation.get("requestBody", {}).get("content", {}).values()
        if media["schema"].get("$ref", "").endswith(f"/{body.__name__}")
    ]
    assert examples
    for example in examples:
        msgspec.json.decode(msgspec.json.encode(example), type=body, strict=True)


def test_schemas_are_plain():
    for schema in parts(DOCUMENT["paths"] | {"schemas": SCHEMAS}):
        assert "oneOf" not in schema
        assert len(schema.get("anyOf", [1, 2])) > 1
        if {"type": "null"} in schema.get("anyOf", []):
            assert [part for part in schema["anyOf"] if "$ref" in part], schema


def test_enumerations_are_in_lower_snake_case():
    values = [value for schema in parts(SCHEMAS) for value in schema.get("enum", []) if value is not None]
    assert values
    assert [value for value in values if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", value)] == []


@pytest.mark.parametrize("body", bodies(), ids=lambda body: body.__name__)
def test_every_field_of_a_body_has_its_bounds(body):
    assert issubclass(body, In)
    check_bounds(body.__name__, {"$ref": f"#/components/schemas/{body.__name__}"})


def check_bounds(name, schema) -> None:
    if "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("type", [])
    if "string" in kinds and "enum" not in schema and "format" not in schema:
        assert schema["maxLength"] <= 10_000, name
        assert not re.search(schema["pattern"], NUL), name
    if "integer" in kinds:
        assert schema["minimum"] > -BIG, name
        assert schema["maximum"] < BIG, name
    if "array" in kinds:
        assert schema["maxItems"] <= 1000, name
        check_bounds(name, schema["items"])
    if "object" in kinds:
        assert schema["additionalProperties"] is False, name
    if "number" in kinds:
        assert name == "probability", f"{name}: amounts and quantities are whole cents or decimal text"
        assert 0 < schema["minimum"] < schema["maximum"] < 1
    for inner in [*schema.get("properties", {}).items(), *((name, part) for part in schema.get("anyOf", []))]:
        check_bounds(*inner)


@each_operation
def test_every_parameter_has_its_bounds(operation):
    for parameter in operation.get("parameters", []):
        if "$ref" in parameter or "$ref" in parameter["schema"]:
            continue
        schema = parameter["schema"]
        if schema["type"] == "string" and "format" not in schema:
            assert schema["maxLength"] <= 1000, parameter["name"]
            assert not re.search(schema["pattern"], NUL), parameter["name"]
        if schema["type"] == "integer":
            assert "minimum" in schema, parameter["name"]
            assert "maximum" in schema, parameter["name"]


def test_lists_are_bounded_and_turned_by_cursor():
    for name, operation in OPERATIONS:
        answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
        page = SCHEMAS.get(answer.get("schema", {}).get("$ref", "").rpartition("/")[2], {}).get("properties", {})
        if "next_cursor" in page:
            names = {parameter.get("name") for parameter in operation["parameters"]}
            assert {"limit", "cursor"} <= names, name


def test_every_slice_has_its_group():
    assert {tag for router in SLICES for tag in router.tags or ()} <= set(dict(TAGS))
    assert all(is_struct(body) for body in bodies())


def test_two_structs_of_one_name_are_refused_with_both_their_homes():
    one, other = (msgspec.defstruct("TwinOut", [("id", int)], module=home) for home in ("api.here", "api.there"))
    with pytest.raises(TwoOfOneName, match=r"TwinOut in api\.here and api\.there"):
        schemas_of([one, other])
