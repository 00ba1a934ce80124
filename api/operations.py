"""One operation of the document: what Litestar reads from its handler, finished with what holds for all of them."""

from typing import Any, get_args

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler

from api.auth import needed_scope
from api.conditional import PreconditionUnknown
from api.examples import example
from api.limits import RateLimitReached
from api.problems import FRAME, MEDIA_TYPE, Problem, status_of
from api.requests import TAKES_FILE
from domain.kit.errors import DomainError
from domain.kit.idempotency import IdempotencyKeyReused, RequestInProgress
from domain.kit.work import VersionChanged
from domain.practice import KeyExpired, KeyRevoked, KeyUnknown, ScopeMissing

Schema = dict[str, Any]

WITH_KEY = (KeyUnknown, KeyRevoked, KeyExpired, ScopeMissing, RateLimitReached)
WITH_RETRY = (IdempotencyKeyReused, RequestInProgress)
WITH_VERSION = (VersionChanged, PreconditionUnknown)
ACCEPTED = "202"
ALSO_AS = "also_as"  # of a handler: in which other media type it answers, where Accept asks for that
DONE = {"200": "Done as asked; what it is now.", "201": "Made; what it is.", "204": "Done; there is nothing to say."}


def _header(text: str, kind: str = "string") -> Schema:
    return {"description": text, "schema": {"type": kind}}


def _parameter(name: str, text: str, *, required: bool = False) -> Schema:
    shape = {"type": "string", "maxLength": 257}
    return {"name": name, "in": "header", "required": required, "description": text, "schema": shape}


HEADERS = {
    "Request-Id": _header("The number of this request in our log."),
    "ETag": _header("The version of the thing answered; send it back as If-Match."),
    "RateLimit": _header("What is left of this minute, as the IETF draft writes it."),
    "RateLimit-Policy": _header("How much a key may ask in a minute."),
    "Location": _header("Where to follow what is being made."),
    "Retry-After": _header("How many seconds to wait before asking again.", "integer"),
    "WWW-Authenticate": _header("How to call: `Bearer`."),
}
PARAMETERS = {
    "IdempotencyKey": _parameter(
        "Idempotency-Key",
        "A key of your choice for this one request; sent again within seven days, it gives the same answer.",
    ),
    "IdempotencyKeyRequired": _parameter(
        "Idempotency-Key",
        "A key of your choice for this one movement of money; sent again within seven days, it gives the same answer.",
        required=True,
    ),
    "IfMatch": _parameter(
        "If-Match", 'The ETag of what you read, such as "v3"; the change is refused if that has changed since.'
    ),
    "IfMatchRequired": _parameter("If-Match", 'The ETag of what you read, such as "v3".', required=True),
    "IfNoneMatch": _parameter("If-None-Match", "The ETag that you have; if it is still so, the answer is 304."),
}


class Operation:
    """What is known of one handler."""

    def __init__(self, handler: HTTPRouteHandler) -> None:
        self.handler = handler
        self.scope = needed_scope(handler)
        self.method = next(iter(handler.http_methods)).lower()
        signature = handler.parsed_fn_signature
        body = signature.parameters.get("data")
        answer: Any = signature.return_type.annotation
        inner: Any = (
            get_args(answer)[0] if get_args(answer) and issubclass(signature.return_type.origin, Response) else answer
        )
        self.body: type | None = body.annotation if body and is_struct(body.annotation) else None
        self.answer: type | None = inner if is_struct(inner) else None

    @property
    def shapes(self) -> list[type]:
        return [kind for kind in (self.body, self.answer, Problem) if kind is not None]

    @property
    def versioned(self) -> bool:
        return "version" in getattr(self.answer, "__struct_fields__", ())

    def finish(self, described: Schema, parts: dict[str, Schema]) -> None:
        """Add its scope, its problems, its headers and its examples."""
        described.pop("deprecated", None)
        described["summary"] = described["operationId"].replace("_", " ").title()
        if self.scope is not None:
            described["security"] = [{"key": [self.scope]}]
            described["description"] = f"{described.get('description', '')}\n\nScope: `{self.scope}`.".strip()
        if self.handler.opt.get(TAKES_FILE):
            described["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
        if also := self.handler.opt.get(ALSO_AS):
            described["responses"]["200"]["content"].setdefault(also, {"schema": {"type": "string"}})
        self.add_problems(described)
        self.add_parameters(described)
        self.add_headers(described)
        self.add_examples(described, parts)
        described["responses"] = dict(sorted(described["responses"].items()))

    def add_problems(self, described: Schema) -> None:
        responses = described["responses"]
        if "400" in responses and MEDIA_TYPE not in responses["400"].get("content", {}):
            del responses["400"]  # Litestar's own description of what it would have answered
        for status, texts in self.problems(described).items():
            before = responses.get(status, {}).get("description")
            said = [text for text in texts if text not in (before or "")]
            responses[status] = _problem("\n\n".join([*([before] if before else []), *said]))

    def problems(self, described: Schema) -> dict[str, list[str]]:
        """What the frame around the handler can answer, by status."""
        told: dict[str, list[str]] = {}
        refusals: list[type[DomainError]] = []
        statuses = [400, 500, 503]
        if self.scope is not None:
            refusals += [*WITH_KEY, *(WITH_RETRY if self.method == "post" else ())]
            refusals += WITH_VERSION if self.takes_version(described) else ()
            statuses += [401, *([428] if self.handler.opt.get("needs_version") else ())]
        statuses += [413, 415] if self.body else []
        statuses += [413] if self.handler.opt.get(TAKES_FILE) else []
        statuses += [406] if self.handler.opt.get(ALSO_AS) else []
        statuses += [404] if any(p["in"] == "path" for p in described.get("parameters", [])) else []
        for status in statuses:
            code, text = FRAME[status]
            told.setdefault(str(status), []).append(f"`{code}`: {text}")
        for refusal in refusals:
            told.setdefault(str(int(status_of(refusal))), []).append(f"`{refusal.code()}`: {refusal.__doc__}")
        return told

    def takes_version(self, described: Schema) -> bool:
        """Whether it compares If-Match: where its refusals name the changed version."""
        refused = described["responses"].get("412", {}).get("description", "")
        return VersionChanged.code() in refused or bool(self.handler.opt.get("needs_version"))

    def add_parameters(self, described: Schema) -> None:
        wanted: list[str] = []
        if self.scope is not None and self.method == "post":
            once = self.handler.opt.get("needs_idempotency_key")
            wanted.append("IdempotencyKeyRequired" if once else "IdempotencyKey")
        if self.scope is not None and self.takes_version(described):
            wanted.append("IfMatchRequired" if self.handler.opt.get("needs_version") else "IfMatch")
        if self.method == "get" and self.versioned:
            wanted.append("IfNoneMatch")
        taken = [{"$ref": f"#/components/parameters/{name}"} for name in wanted]
        parameters = [_tidy(parameter) for parameter in described.get("parameters", [])]
        if parameters or taken:
            described["parameters"] = parameters + taken

    def add_headers(self, described: Schema) -> None:
        responses = described["responses"]
        if self.method == "get" and self.versioned:
            responses["304"] = {"description": "It is still as your ETag says."}
        for status, response in responses.items():
            names = ["Request-Id", *_headers_of(status, with_key=self.scope is not None)]
            names += ["ETag"] if self.versioned and status in {"200", "201", "304"} else []
            names += ["Location"] if status == ACCEPTED else []
            response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
            if status in DONE:
                response["description"] = DONE[status] if self.method != "get" else "What was asked for."

    def add_examples(self, described: Schema, parts: dict[str, Schema]) -> None:
        contents = [
            described["responses"][status]["content"] for status in ("200", "201") if status in described["responses"]
        ]
        contents += [described["requestBody"]["content"]] if "requestBody" in described else []
        for content in contents:
            for media in content.values():
                if "$ref" in media.get("schema", {}) or "items" in media.get("schema", {}):
                    media["example"] = example(media["schema"], parts)


def is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _headers_of(status: str, *, with_key: bool) -> list[str]:
    if status in {"429", "503"}:
        return ["Retry-After", *(["RateLimit", "RateLimit-Policy"] if status == "429" else [])]
    if status == "401":
        return ["WWW-Authenticate"]
    return ["RateLimit", "RateLimit-Policy"] if with_key and status.startswith("2") else []


def _problem(description: str) -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


def _tidy(parameter: Schema) -> Schema:
    """A parameter without what says nothing; in an address there is no null, only absence."""
    kept = {key: value for key, value in parameter.items() if value is not False or key == "required"}
    schema = {key: value for key, value in parameter.get("schema", {}).items() if key != "description"}
    if isinstance(schema.get("type"), list):
        schema["type"] = next(kind for kind in schema["type"] if kind != "null")
    members = [part for part in schema.get("anyOf", []) if part != {"type": "null"}]
    return {**kept, "schema": members[0] if len(members) == 1 else schema}
