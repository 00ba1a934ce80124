"""The documentation: the OpenAPI document as served, the list of problems, and a page to read and try it."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from api import openapi

FILES = Path(__file__).parent / "docs"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
# Swagger UI writes style attributes and data: pictures; scripts come from our own files alone.
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"


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


def _file(name: str) -> Response[bytes]:
    path = FILES / name
    if path.parent != FILES or path.suffix not in TYPES or not path.is_file():
        raise NotFoundException
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "max-age=3600"}
    return Response(path.read_bytes(), media_type=f"{TYPES[path.suffix]}; charset=utf-8", headers=headers)


router = Router("/", route_handlers=[read_openapi, read_documentation, read_documentation_file])
