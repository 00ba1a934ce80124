"""The coachee's pages as HTML: nothing from elsewhere, nothing in the page that runs, and nothing kept on the way."""

from collections.abc import Sequence
from functools import cache
from http import HTTPStatus

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response

from api.phone.wording import FOLDER, help_lines, words
from domain.messaging import Language

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}

# What the script says by itself.
SAID_BY_SCRIPT = ("kept_title", "kept_text", "synced", "unsent", "draft", "left", "sending")
SAID_OF_PUSH = ("blocked", "failed", "elsewhere", "tested")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, language: Language, *, status: int = HTTPStatus.OK, **values: object) -> Response[str]:
    """One of our templates, filled."""
    said = words(language)
    script_words = {name: said["me"][name] for name in SAID_BY_SCRIPT}
    script_words |= {f"push_{name}": said["channels"][name] for name in SAID_OF_PUSH}
    told = {"language": language, "w": said, "help_lines": help_lines(language), "script_words": script_words}
    text = _environment().get_template(template).render(told | values)
    headers = HEADERS | {"Content-Language": language.value}
    return Response(text, status_code=status, media_type=MediaType.HTML, headers=headers)


def go_to(address: str) -> Response[str]:
    """On to another page, by GET."""
    headers = HEADERS | {"Location": address}
    return Response("", status_code=HTTPStatus.SEE_OTHER, media_type=MediaType.HTML, headers=headers)


def message(
    key: str,
    language: Language,
    *,
    status: int = HTTPStatus.OK,
    choices: Sequence[str] = (),
    earlier: str | None = None,
    anchor: str | None = None,
) -> Response[str]:
    """A page that says one thing, what she may choose after it, and perhaps words of hers, or her anchor."""
    return page("message.html", language, status=status, key=key, choices=choices, earlier=earlier, anchor=anchor)
