"""The outermost layer: a number for every request, HEAD like GET, and the headers that every answer carries."""

from typing import Any

from litestar import Litestar

from api.problems import REQUEST_ID
from domain.kit.ids import new_id

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]
# An answer of the API is no page: whatever it holds, a browser must run and frame none of it.
NO_PAGE = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


class Door:
    """The ASGI application that servers run; `litestar` is what stands behind it."""

    def __init__(self, litestar: Litestar) -> None:
        self.litestar = litestar

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.litestar(scope, receive, send)
            return
        request_id = new_id().hex
        head = scope["method"] == "HEAD"
        scope = {**scope, REQUEST_ID: request_id, "method": "GET" if head else scope["method"]}

        async def outward(message: Any) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower(): value for name, value in message["headers"]}
                every = [*HEADERS, NO_PAGE] if b"json" in said.get(b"content-type", b"json") else HEADERS
                extra = [header for header in every if header[0] not in said]
                message["headers"] = [*message["headers"], *extra, (b"request-id", request_id.encode())]
            elif head:
                message = {**message, "body": b""}
            await send(message)

        await self.litestar(scope, receive, outward)
