"""The OpenAPI 3.1 document: what Litestar reads from the routes, finished with what holds for all of them."""

from collections import Counter
from http import HTTPStatus
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, Contact, License, SecurityScheme, Server, Tag

from api.operations import HEADERS, PARAMETERS, Operation
from api.schemas import plain, schemas_of

VERSION = "0.1.0"
SAME_EVERYWHERE = ("400", "401", "403", "413", "415", "429", "500", "503")
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
    ("availability", "When coaches can be booked: rules, hours, kinds of session and locations."),
    ("trajectories", "What coach and coachee agreed on, their sessions and notes."),
    ("calendar", "Calendar feeds to subscribe to."),
    ("method", "The core qualities, and a coachee's own qualities, ideals and obstacles."),
    ("teams", "Teams of coachees, what they find together, and an anonymous pulse."),
    ("check-ins", "Small questions on a coachee's phone at an agreed moment."),
    ("digests", "What a coachee brings to her next session, chosen by herself."),
    ("progress", "How it goes with a coachee, in numbers, for her own coach."),
    ("support", "Coachees who would like to hear from their coach, and never why."),
    ("agreements", "What coachees are asked to sign, in the practice's own words, and the proof that they did."),
    ("development", "The development plan that a cheque comes to."),
    ("funding", "Cheque schemes, cheques and the minutes booked on them."),
    ("group sessions", "Sessions with several coachees: seats, and who waits for one."),
    ("engagements", "What a practice offers, as templates from which a trajectory starts."),
    ("invoicing", "Drafts, numbered invoices and credit notes, and their files."),
    ("subcontracting", "Coaches who work for the practice: their shares, statements and invoices."),
    ("payments", "Payments, what is open, statements, and the ledger behind them."),
    ("reports", "The administrator's views, as answers and as tables."),
    ("research", "What coachees lend to research, under names of one export alone."),
    ("messaging", "Events to follow, mails that leave the house, and the audit trail."),
    ("service", "Is it there, is it ready; and the test clock of the demonstration."),
)


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
    document = plain(described.openapi_schema.to_schema())
    parts = document["components"]
    operations = {handler.handler_name: Operation(handler) for handler in _handlers(described)}
    parts["schemas"] |= schemas_of(kind for operation in operations.values() for kind in operation.shapes)
    parts["headers"], parts["parameters"] = HEADERS, PARAMETERS
    for address in document["paths"].values():
        for described_as in address.values():
            operations[described_as["operationId"]].finish(described_as, parts["schemas"])
    parts["responses"] = _share_responses(document["paths"])
    return document


def _share_responses(paths: dict[str, Any]) -> dict[str, Any]:
    """Name the commonest refusal of each status once, instead of writing it under every operation."""
    everywhere = [operation["responses"] for address in paths.values() for operation in address.values()]
    shared: dict[str, Any] = {}
    for status in SAME_EVERYWHERE:
        written = [repr(responses.get(status)) for responses in everywhere if status in responses]
        [(commonest, times)] = Counter(written).most_common(1)
        name = HTTPStatus(int(status)).phrase.title().replace(" ", "")
        for responses in everywhere:
            if times > 1 and repr(responses.get(status)) == commonest:
                shared[name] = responses[status]
                responses[status] = {"$ref": f"#/components/responses/{name}"}
    return shared


def _handlers(described: Litestar) -> list[HTTPRouteHandler]:
    handlers: Any = [handler for route in described.routes for handler in getattr(route, "route_handlers", ())]
    return [h for h in handlers if isinstance(h, HTTPRouteHandler) and h.http_methods != {"OPTIONS"}]
