"""An example for every schema of the document: what its fields show themselves, else a sensible value of that shape."""

import re
from typing import Any

Schema = dict[str, Any]

# What a schema alone does not tell: values that make sense together, by the name of the field.
BY_NAME: dict[str, Any] = {
    "allocations": [],
    "keys": ["patient", "calm"],
    "name": "Korenbloem",
    "email": "amir@example.org",
    "language": "nl",
    "zone": "Europe/Brussels",
    "country": "BE",
    "given_name": "Amir",
    "family_name": "Haddad",
    "street": "Korenmarkt 1",
    "city": "Gent",
    "legal_form": "bv",
    "enterprise_number": "0403019261",
    "vat_number": "BE0403019261",
    "iban": "BE71096123456769",
    "bic": "GEBABEBB",
    "key_question": "How do I stay calm when it gets busy?",
    "catalogue_key": "patient",
    "label": "patient",
    "text": "She noticed how planning gives her rest.",
    "reason": "Ill",
    "rule": "FREQ=WEEKLY;BYDAY=TU;COUNT=5",
    "except_days": ["2026-12-29"],
    "scopes": ["trajectories:read", "sessions:read"],
    "to": "20:30",
    "quiet_weekdays": [7],
    "quiet_until": "08:00",
    "ends_on": "2026-06-30",
    "expires_at": "2027-03-02T09:00:00Z",
    "minutes": 60,
    "planned_minutes": 420,
    "cheque_number": "2026-000123",
    "client_number": "12345678",
    "wording_version": 1,
    "number": "2026-0001",
    "series": "A",
    "year": 2026,
    "status": "ready",
    "postal_code": "9000",
    "phone": "+32 9 123 45 67",
    "court": "RPR Gent",
    "description": "Coaching conversation on 2 March",
    "quantity": "1.50",
    "unit": "h",
    "rate": "21",
    "vat_rate": "21",
    "last_error": None,
    "next_cursor": None,
    "facts": {},
    "session_type": None,
    "location_id": None,
    "in_hindsight": False,
    "hold_expires_at": None,
    "from_time": "09:00",
    "to_time": "17:00",
    "weekday": 1,
    "first_day": "2026-07-20",
    "last_day": "2026-07-31",
    "seconds": 3600,
    "lasts_days": 28,
}
# Which fields an example shows besides those that are required.
SHOWN = {
    "EngagementTemplateIn": ["check_ins"],
    "AssignmentIn": ["instruction"],
    "NoteIn": ["text"],
    "NotePatch": ["text"],
    "InvoiceIn": ["sponsor_id", "lines"],
    "InvoicePatch": ["lines"],
    "CoacheeQualityIn": ["catalogue_key"],
    "EvidenceIn": ["source_id"],
    "ExceptionIn": ["from_time", "to_time"],
}
BY_FORMAT = {
    "uuid": "019ca91e-7a80-7c3e-9b1a-5f2d8c6e4a10",
    "date": "2026-03-02",
    "date-time": "2026-03-02T09:00:00Z",
    "time": "09:00:00",
    "binary": "",
}
WORDS = ("Example", "example", "9000", "BE", "GEBABEBB", "practice:read", "12.50", "09:30", "1", "a" * 64)
KINDS: dict[type, str] = {
    str: "string",
    int: "integer",
    bool: "boolean",
    list: "array",
    dict: "object",
    type(None): "null",
}


def example(schema: Schema, parts: dict[str, Schema], name: str = "") -> Any:
    """A value of that schema; `parts` are the named schemas it may refer to."""
    if "$ref" in schema:
        return example(parts[schema["$ref"].rpartition("/")[2]], parts, name)
    known = BY_NAME.get(name, schema.get("default"))
    if known is not None and (fits(known, schema) or known in schema.get("enum", [])):
        return known
    for given in ("examples", "enum"):
        if schema.get(given):
            return schema[given][0]
    return example(schema["anyOf"][0], parts, name) if "anyOf" in schema else _of_kind(schema, parts, name)


def _of_kind(schema: Schema, parts: dict[str, Schema], name: str) -> Any:
    match kind_of(schema):
        case "object":
            fields: dict[str, Schema] = schema.get("properties", {})
            shown = [*SHOWN.get(schema.get("title", ""), []), *schema.get("required", [])] or list(fields)[:2]
            return {field: example(fields[field], parts, field) for field in shown}
        case "array":
            return [example(schema["items"], parts, name)] if "items" in schema else []
        case "integer" | "number":
            return max(schema.get("minimum", 0), min(1, schema.get("maximum", 1)))
        case "boolean":
            return False
        case _:
            return _text(schema)


def _text(schema: Schema) -> str:
    if "format" in schema:
        return BY_FORMAT[schema["format"]]
    return next(word for word in WORDS if fits(word, schema))


def kind_of(schema: Schema) -> str:
    """The type of a schema; of one that may be null, the other type."""
    kinds = schema.get("type", "string")
    return kinds if isinstance(kinds, str) else next(kind for kind in kinds if kind != "null")


def fits(value: Any, schema: Schema) -> bool:
    """Whether a simple value is of that schema: enough to choose among examples."""
    kinds = schema.get("type", [])
    if KINDS[type(value)] not in ([kinds] if isinstance(kinds, str) else kinds):
        return False
    if isinstance(value, int):
        return schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if not isinstance(value, str):
        return True
    long_enough = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
    return long_enough and re.search(schema.get("pattern", ""), value) is not None and "enum" not in schema
