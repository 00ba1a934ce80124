"""The question's page in a real browser, where there is one: Chromium, driven by Playwright, which developers have."""

import shutil
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from commands.story.server import NotAsItShouldBe, Server, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "locale": "nl-BE",
    "timezone_id": "Europe/Brussels",  # where she is: what is planned follows her phone
}
PATIENCE_MS = 20_000


class NoBrowser(Exception):  # noqa: N818
    """There is none on this machine that we can drive."""


def found() -> str | None:
    """Where a browser is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def answer_success(server: Server, link: str, text: str, *, strength: int) -> tuple[str, int]:
    """Open a link on a phone and answer with a thumb; what the page says then, and how many taps it took."""
    where = found()
    if where is None:
        raise NoBrowser("no Chromium is installed")
    try:
        playwright: Any = import_module("playwright.sync_api")
    except ImportError:
        raise NoBrowser("Playwright is not installed; `make test` brings it") from None
    with playwright.sync_playwright() as driver:
        try:
            chromium = driver.chromium.launch(executable_path=where, args=FLAGS)
        except playwright.Error as error:
            raise NoBrowser(f"Chromium does not start: {str(error).splitlines()[0]}") from None
        page = chromium.new_context(base_url=server.url, **PHONE).new_page()
        page.set_default_timeout(PATIENCE_MS)
        try:
            told = _answer(page, urlsplit(link).path, text, strength)
        except playwright.Error as error:
            raise NotAsItShouldBe(f"in the browser: {str(error).splitlines()[0]}") from None
        chromium.close()
    return told


def _answer(page: Any, path: str, text: str, strength: int) -> tuple[str, int]:
    answered = page.goto(path)
    expect(answered is not None and answered.ok, f"{path[:3]}… does not open in the browser")
    page.wait_for_selector("html[data-ready]")
    places = (page.locator("#text"), page.locator(f"[name=strength][value='{strength}']"))
    places += (page.locator("#sharing-with_coach"), page.locator("button.save").last)
    for place in places:
        place.tap()
        if place is places[0]:
            page.keyboard.type(text)
    page.locator("main .message h1").wait_for()
    return page.locator("main h1").inner_text(), len(places)
