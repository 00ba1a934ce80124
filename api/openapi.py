"""The OpenAPI 3.1 document: what Litestar reads from the routes, finished with what holds for all of them."""

from functools import cache
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, Contact, License, SecurityScheme, Server, Tag

from api.problems import FRAME, MEDIA_TYPE

VERSION = "0.1.0"
DESCRIPTION = """\
Coaching trajectories, scheduled check-ins, career cheques and invoices of a strength-based coaching practice.

* **Keys**: `Authorization: Bearer krl_…`. Every operation names its scope. Another practice's things are *not found*.
* **Errors** are `application/problem+json` (RFC 9457): `type` is stable, `errors` points at what to mend.
* **Lists** come in pages: pass `next_cursor` back as `cursor`. There are no page numbers.
* **Retries**: send an `Idempotency-Key` with any POST; the same key gives the same answer for seven days.
* **Changes** carry a version: send the `ETag` of what you read as `If-Match`; on stale data a change is refused.
* **Times** are UTC instants or a local day with a wall time and an IANA zone; **money** is whole euro cents.
"""
TAGS = (
    ("practice", "The practice itself, its staff and their API keys."),
    ("people", "Coachees and the consents they give; sponsors who may pay."),
    ("trajectories", "What coach and coachee agreed on, their sessions and notes."),
    ("check-ins", "Small questions on a coachee's phone at an agreed moment."),
    ("funding", "Cheque schemes, cheques and the minutes booked on them."),
    ("invoicing", "Drafts, numbered invoices, their PDF and their payment."),
    ("messaging", "Events to follow, mails that leave the house, and the audit trail."),
    ("service", "Is it there, is it ready; and the test clock of the demonstration."),
)
ALWAYS = ("400", "401", "403", "429", "500", "503")
WITH_BODY = ("413", "415")
VERSION_HEADERS = ("If-Match",)


def operation_id(handler: HTTPRouteHandler, *_: object) -> str:
    return handler.handler_name


def config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Krachtlijn",
        version=VERSION,
        description=DESCRIPTION,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        contact=Contact(name="Krachtlijn"),
        servers=[Server(url="/", description="This installation")],
        tags=[Tag(name=name, description=text) for name, text in TAGS],
        operation_id_creator=operation_id,
        use_handler_docstrings=True,
        components=Components(
            security_schemes={"key": SecurityScheme(type="http", scheme="bearer", bearer_format="krl_…")}
        ),
    )


def document(routers: tuple[Router, ...]) -> dict[str, Any]:
    """The document of these routers, finished."""
    described = Litestar(
        route_handlers=list(routers),
        openapi_config=config(),
        dependencies={
            "work": Provide(lambda: None, sync_to_thread=False),
            "reading": Provide(lambda: None, sync_to_thread=False),
        },
        logging_config=None,
    )
    schema = described.openapi_schema.to_schema()
    scopes = _scopes(described)
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if "operationId" in operation:
                _finish(operation, path, method, scopes.get(operation["operationId"]))
    _name_parts(schema)
    return schema


def _scopes(described: Litestar) -> dict[str, str]:
    handlers: Any = [handler for route in described.routes for handler in getattr(route, "route_handlers", ())]
    return {h.handler_name: h.opt["scope"] for h in handlers if isinstance(h, HTTPRouteHandler) and "scope" in h.opt}


def _finish(operation: dict[str, Any], path: str, method: str, scope: str | None) -> None:
    """Add what every operation has: its scope, its problems, its headers."""
    responses = operation["responses"]
    responses.pop("400", None)
    codes = [*ALWAYS, *(WITH_BODY if "requestBody" in operation else ()), *(("404",) if "{" in path else ())]
    if scope is None:
        codes = ["400", "500"]
    else:
        operation["security"] = [{"key": [scope]}]
        operation["description"] = f"{operation.get('description', '')}\n\nScope: `{scope}`.".strip()
    for code in codes:
        if code not in responses:
            responses[code] = _problem(FRAME.get(int(code), ("", "The key may not do this, or has asked too much."))[1])
    if scope is not None and method == "post":
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IdempotencyKey"})
    if scope is not None and method in {"post", "patch", "put"} and "{" in path:
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IfMatch"})
    for code, response in responses.items():
        if code.startswith("2"):
            response.setdefault("headers", {}).update(_headers(scope))
    operation["responses"] = dict(sorted(responses.items()))


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def _headers(scope: str | None) -> dict[str, Any]:
    names = ["Request-Id"] if scope is None else ["Request-Id", "ETag", "RateLimit", "RateLimit-Policy"]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


HEADERS = {
    "Request-Id": "The number of this request in our log.",
    "ETag": "The version of the thing answered, where it has one; send it back as If-Match.",
    "RateLimit": "What is left of this minute, as the IETF draft writes it.",
    "RateLimit-Policy": "How much a key may ask in a minute.",
}
PARAMETERS = {
    "IdempotencyKey": (
        "Idempotency-Key",
        "A key of your choice for this one request; sent again within seven days, it gives the same answer.",
    ),
    "IfMatch": (
        "If-Match",
        'The ETag of what you read, such as "v3"; the change is refused if that has changed since.',
    ),
}


@cache
def _shared_parts() -> tuple[dict[str, Any], dict[str, Any]]:
    headers = {name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()}
    parameters = {
        key: {
            "name": name,
            "in": "header",
            "required": False,
            "description": text,
            "schema": {"type": "string", "maxLength": 257},
        }
        for key, (name, text) in PARAMETERS.items()
    }
    return headers, parameters


def _name_parts(schema: dict[str, Any]) -> None:
    headers, parameters = _shared_parts()
    schema["components"]["headers"], schema["components"]["parameters"] = headers, parameters
