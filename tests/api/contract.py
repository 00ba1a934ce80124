"""Whether an answer is one that the document promises."""

from typing import Any

from httpx import Response
from openapi_schema_validator import OAS31Validator

from api import publishing

DOCUMENT = publishing.published()
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: operation for address in DOCUMENT["paths"].values() for operation in address.values()
}


def violations(value: object, schema: dict[str, Any]) -> list[str]:
    """Why a value is not of a schema of the document."""
    whole = {**schema, "components": DOCUMENT["components"]}
    validator = OAS31Validator(whole, format_checker=OAS31Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """What a reference into the shared responses or headers stands for."""
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    return DOCUMENT["components"][kind][name]


def check_promised(operation_id: str, answer: Response) -> None:
    """Status, media type, headers and body of an answer are documented for its operation."""
    promised = OPERATIONS[operation_id]["responses"]
    assert str(answer.status_code) in promised, (answer.status_code, answer.text)
    told = resolved(promised[str(answer.status_code)])
    missing = [name for name in told.get("headers", {}) if name not in answer.headers]
    assert missing == [], answer.headers
    content = told.get("content", {})
    if not content:
        assert answer.content == b""
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type in content, (media_type, list(content))
    if "json" in media_type:
        assert violations(answer.json(), content[media_type]["schema"]) == []
