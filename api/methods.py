"""Which methods an address takes, told to OPTIONS.

Litestar makes a handler for OPTIONS where an address first appears and keeps it when more methods join, so that handler
knows only the first of them.
"""

from functools import cache
from http import HTTPStatus
from typing import Any

from litestar import Litestar


@cache
def allowed(litestar: Litestar) -> dict[str, str]:
    """The value of Allow by address; where GET is taken, so is HEAD."""
    return {route.path_format: with_head(", ".join(getattr(route, "methods", ()))) for route in litestar.routes}


def with_head(allow: str) -> str:
    methods = {method.strip() for method in allow.split(",")}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def options_answer(scope: Any) -> list[Any]:
    """The answer to OPTIONS, as ASGI messages: nothing but Allow, whoever asks."""
    allow = allowed(scope["litestar_app"])[scope["path_template"]]
    return [
        {"type": "http.response.start", "status": HTTPStatus.NO_CONTENT, "headers": [(b"allow", allow.encode())]},
        {"type": "http.response.body", "body": b""},
    ]
