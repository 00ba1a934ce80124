"""How a form comes in: read once, within its limits, whatever bytes someone sends."""

from http import HTTPStatus
from urllib.parse import parse_qsl

from api.phone.visits import AnyRequest
from api.problems import RequestError
from domain.checkins import Sent

LARGEST = 16_384  # bytes: four times the longest answer
MOST_FIELDS = 100


async def read_form(request: AnyRequest) -> Sent:
    """The fields by name. What is no UTF-8 becomes U+FFFD, which every field refuses by its name."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = (await request.body()).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(body, errors="replace", max_num_fields=MOST_FIELDS, keep_blank_values=True)
    except ValueError as error:
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from error
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return Sent(values)
