"""Every page is for everyone: what axe-core finds, thumbs, large letters, scripts that run the other way, keys.

Each is looked at in one language and theme, which take turns; `make soak` looks at each in all of them.
"""

from itertools import count
from urllib.parse import urlsplit

import pytest

from api.phone import pages
from api.phone.wording import FOLDER
from commands.story.browser import PHONE as SCREEN
from domain.messaging import Language
from tests.browser.axe import complaints
from tests.browser.places import DOOR, PLACES, Stage, ask_what_she_brings, enter, knock
from tests.phone.test_sign_in import asked

pytestmark = pytest.mark.anyio
THEMES = ("light", "dark")
PARTS = {"base.html", "fields.html", "notify.html", "install_pictures.html"}  # of templates; no pages
ALL = [(language, theme) for language in Language for theme in THEMES]
TURNS = count()

OPEN = "() => document.querySelectorAll('details').forEach(one => { one.open = true })"
SMALL = """() => [...document.querySelectorAll('a, button:not(.first), textarea, summary, .pick, .field input')]
  .filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.5 || box.width < 43.5).map(([name]) => `smaller than a thumb: ${name}`)"""
WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? []
  : [`wider than the screen of ${innerWidth}: ` + [...document.querySelectorAll('main *')]
      .filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 60)).slice(-1)]"""
MIRRORED = """() => [...document.querySelectorAll('h1, .eyebrow .line, legend, .hint')].filter(e => e.checkVisibility())
  .filter(e => getComputedStyle(e).textAlign !== 'center' && getComputedStyle(e).direction !== 'rtl')
  .map(e => `not mirrored: ${e.outerHTML.slice(0, 80)}`)"""


WAYS = (
    """() => [...document.querySelectorAll('main a')].map(one => one.pathname).filter(one => one.startsWith('/me'))"""
)


class Walk:
    """From page to page, with an eye on what a page must never do."""

    def __init__(self, page, address):
        self.page, self.home = page, urlsplit(address).netloc
        self.found, self.everything = [], False
        page.on("request", lambda request: self.is_ours(request.url))
        page.on("console", lambda said: self.hear(said.type, said.text))
        page.on("pageerror", lambda error: self.found.append(str(error)))

    def is_ours(self, url):
        if urlsplit(url).scheme.startswith("http") and urlsplit(url).netloc != self.home:
            self.found.append(f"asks elsewhere: {url}")

    def hear(self, kind, said):
        if kind == "error" and not said.startswith("Failed to load resource"):  # our own answers of 4xx
            self.found.append(said)

    async def look(self, where, stage, bring=None):
        ways = ALL if self.everything else [ALL[next(TURNS) * 3 % len(ALL)]]
        for language in dict.fromkeys(language for language, _ in ways):
            await stage.speak(language)
            await self.page.goto(where)
            if bring is not None:
                await bring(self.page)
            await self.judge([theme for spoken, theme in ways if spoken is language])

    async def judge(self, themes):
        page = self.page
        await page.evaluate(OPEN)
        for theme in themes:
            await page.emulate_media(color_scheme=theme)
            self.found += await complaints(page)
        self.found += await page.evaluate(SMALL) + await page.evaluate(WIDE)
        await page.evaluate("document.documentElement.dir = 'rtl'")
        self.found += await page.evaluate(WIDE) + await page.evaluate(MIRRORED)
        await page.set_viewport_size({"width": 180, "height": 370})  # 360 by 740 at 200 %
        self.found += await page.evaluate(WIDE)
        await page.set_viewport_size({"width": 360, "height": 740})


@pytest.fixture
def stage(house, cast, cas):
    return Stage(house, cast, cas)


@pytest.fixture
async def walk(page, address):
    return Walk(page, address)


@pytest.fixture
def shown(monkeypatch):
    """The templates that were shown."""
    seen = set()
    environment = pages._environment()
    found = environment.get_template
    monkeypatch.setattr(environment, "get_template", lambda name, *more: seen.add(name) or found(name, *more))
    return seen


@pytest.mark.parametrize(
    "everything",
    [pytest.param(False, id="in turns"), pytest.param(True, id="in every language and theme", marks=pytest.mark.soak)],
)
async def test_every_page_is_for_everyone(quiet, phone, page, house, sweep_house, cast, stage, walk, shown, everything):
    walk.everything, troubles = everything, {}

    async def look(where, bring=None):
        await walk.look(where, stage, bring)
        if walk.found:
            troubles[where], walk.found = walk.found, []

    for place in PLACES.values():
        await look(await place.find(stage), place.bring)
    assert await phone.cookies() == []
    planted = await knock(page, house, cast)
    await ask_what_she_brings(house, sweep_house, cast, planted)
    await look(page.url)
    await look(f"/me/in/{(await asked(house, cast))[0]}")
    await page.goto("/me/code")
    await enter(page, house, cast)
    for where in dict.fromkeys(["/me", *await page.evaluate(WAYS)]):
        await look(where)
    assert troubles == {}
    unseen = {path.name for path in (FOLDER / "templates").glob("*.html")} - PARTS - shown
    assert not unseen, "a page that nobody looked at: plant it in tests/browser/places.py"


@pytest.mark.parametrize(
    "tag", ["fr-BE", *(pytest.param(tag, marks=pytest.mark.soak) for tag in ("nl-BE", "nl-NL", "en-GB", "de-DE"))]
)
async def test_the_door_is_for_everyone_in_the_language_of_her_phone(chromium, address, stage, tag):
    """Before anybody knows who she is."""
    context = await chromium.new_context(base_url=address, service_workers="block", **{**SCREEN, "locale": tag})
    walk = Walk(await context.new_page(), address)
    for where in DOOR:
        await walk.page.goto(where)
        assert (await walk.page.locator("html").get_attribute("lang"))[:2] == tag[:2]
        await walk.judge(THEMES)
        assert walk.found == [], where
    assert await context.cookies() == []
    await context.close()
