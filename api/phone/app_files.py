"""The files of the app on her phone: served as they are, compressed, under names that are known beforehand."""

import gzip
import json
from functools import cache
from http import HTTPStatus

from litestar import Response, Router, get
from litestar.params import FromPath

from api.phone.endings import HANDLERS
from api.phone.sessions import for_whoever
from api.phone.visits import AnyRequest, language_of
from api.phone.wording import APP, FOLDER, words
from api.problems import RequestError
from domain import plots

TYPES = {
    "app.js": "text/javascript",
    "store.js": "text/javascript",
    "push.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "icon-192.png": "image/png",
    "icon-512.png": "image/png",
}
KEPT = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Encoding"}
SHORTEST = 512  # bytes from which compressing is worth its while


@get("/phone/app/{name:str}", sync_to_thread=False)
def read_file(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """A script or an icon."""
    if name not in TYPES:
        raise RequestError(HTTPStatus.NOT_FOUND)
    return served(request, (APP / name).read_bytes(), TYPES[name])


@get("/phone/worker.js", sync_to_thread=False)
def read_worker(request: AnyRequest) -> Response[bytes]:
    """What keeps the pages at hand without a network, for the whole site."""
    answer = served(request, (APP / "worker.js").read_bytes(), TYPES["app.js"])
    answer.headers.update({"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"})
    return answer


@get("/phone/manifest.webmanifest", sync_to_thread=False)
def read_manifest(request: AnyRequest) -> Response[bytes]:
    """How it looks on a home screen, in the language of the phone: a neutral name, for others may see it."""
    said = words(language_of(request))
    icons = [
        {
            "src": f"/phone/app/icon-{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in (192, 512)
    ]
    told = {
        "name": said["me"]["title"],
        "short_name": said["me"]["title"],
        "lang": said.tag,
        "id": "/me",
        "start_url": "/me",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f4f1ea",
        "theme_color": "#17614f",
        "icons": icons,
    }
    return served(request, json.dumps(told, ensure_ascii=False).encode(), "application/manifest+json")


@get("/phone/offline")
async def show_offline(request: AnyRequest) -> Response[str]:
    """What her phone shows where there is no network."""
    return await for_whoever(request, "offline.html")


@get("/phone/style.css", sync_to_thread=False)
def read_style(request: AnyRequest) -> Response[bytes]:
    """The one style sheet of these pages."""
    return served(request, (FOLDER / "style.css").read_bytes(), "text/css")


@get("/phone/plots.css", sync_to_thread=False)
def read_plot_style(request: AnyRequest) -> Response[bytes]:
    """What pages with plots need besides."""
    return served(request, (FOLDER / "plots.css").read_bytes() + plots.STYLE.encode(), "text/css")


def served(request: AnyRequest, content: bytes, media_type: str) -> Response[bytes]:
    """As it is, or compressed for whoever takes that."""
    if len(content) >= SHORTEST and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(_compressed(content), media_type=media_type, headers=KEPT | {"Content-Encoding": "gzip"})
    return Response(content, media_type=media_type, headers=KEPT)


@cache
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


router = Router(
    "/",
    route_handlers=[read_file, read_worker, read_manifest, show_offline, read_style, read_plot_style],
    exception_handlers=HANDLERS,
    include_in_schema=False,
    opt={"public": True, "any_query": True},
)
