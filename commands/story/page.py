"""The phone page, used as a phone uses it: read the form, fill it in, send it."""

from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from commands.story.server import Server, expect


class Form(HTMLParser):
    """The fields of the page's form: hidden values as they stand, and what may be chosen."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self.language: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = named.get("lang")
        name = named.get("name")
        if not name or tag not in {"input", "textarea", "button", "select"}:
            return
        if named.get("type") == "hidden":
            self.hidden[name] = named.get("value", "")
        else:
            self.choices.setdefault(name, []).append(named.get("value", ""))


def fill_in(server: Server, link: str, answers: dict[str, Any], *, ticks: Sequence[str] = ()) -> str:
    """Open a link, answer its form, tick its boxes, send it; the page that comes back."""
    phone, path = server.as_(None), urlsplit(link).path
    page = phone.call("GET", path).text
    form = Form(page)
    unknown = {*answers, *ticks} - set(form.choices)
    expect(not unknown, f"the page has no field {sorted(unknown)}; it has {sorted(form.choices)}")
    ticked = {name: form.choices[name][0] for name in ticks}
    return phone.call("POST", path, data={**form.hidden, **ticked, **answers}).text
