"""The documentation: the OpenAPI document as served, the list of problems, and a page to read and try it."""

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from api import openapi
from api.catalogue import catalogue

FILES = Path(__file__).parent / "docs"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
# Swagger UI writes style attributes and data: pictures; scripts come from our own files alone.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
PROBLEM_PAGE = """\
<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><h1>{title}</h1><p>HTTP status {status}</p><p>{detail}</p>
<p><a href="/docs">Documentation</a></p></html>
"""


@cache
def rendered(routers: tuple[Router, ...]) -> bytes:
    return msgspec.json.encode(openapi.document(routers))


@get("/openapi.json", public=True, include_in_schema=False)
async def read_openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The OpenAPI 3.1 document of this installation."""
    return Response(rendered(request.app.state["routers"]), media_type=MediaType.JSON)


@get("/docs", public=True, include_in_schema=False, sync_to_thread=False)
def read_documentation() -> Response[bytes]:
    """A page to read the documentation and try it."""
    return _file("index.html")


@get("/docs/{name:str}", public=True, include_in_schema=False, sync_to_thread=False)
def read_documentation_file(name: FromPath[str]) -> Response[bytes]:
    return _file(name)


@get("/problems/{code:str}", public=True, include_in_schema=False, sync_to_thread=False)
def read_problem(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[Any]:
    """What the `type` of a problem leads to: what it means, for programs and for people."""
    known = catalogue().get(code)
    if known is None:
        raise NotFoundException
    if "text/html" not in request.headers.get("accept", ""):
        return Response(known)
    page = PROBLEM_PAGE.format(title=escape(known.title), status=known.status, detail=escape(known.detail))
    return Response(page, media_type=MediaType.HTML, headers={"Content-Security-Policy": POLICY})


def _file(name: str) -> Response[bytes]:
    path = FILES / name
    if path.parent != FILES or path.suffix not in TYPES or not path.is_file():
        raise NotFoundException
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "max-age=3600"}
    return Response(path.read_bytes(), media_type=TYPES[path.suffix], headers=headers)


router = Router("/", route_handlers=[read_openapi, read_documentation, read_documentation_file, read_problem])
