"""Photographs of every flow at 360 by 740: `python -m tests.browser.screenshots DIR`, through a test of its own.

The pictures need the whole product behind them, so this runs the test below with DIR in the environment.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from commands.story.browser import PHONE
from domain.checkins import Kind
from domain.messaging import Language
from tests.phone import make
from tests.phone.test_sign_in import address_of, asked

pytestmark = pytest.mark.anyio
FOLDER = "KRACHTLIJN_SCREENSHOTS"
LANGUAGES = (Language.NL, Language.FR)
OWN = {
    "home": "/me",
    "successes": "/me/successes",
    "plan": "/me/plan",
    "access": "/me/access",
    "help": "/me/help",
    "channels": "/me/channels",
    "start": "/me/start",
    "install": "/me/install",
}


async def photograph(page, folder, name):
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        await page.screenshot(path=folder / f"{name}-{theme}.png", full_page=True)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_photograph_every_flow(chromium, address, house, cast, language):
    folder = Path(os.environ[FOLDER])
    context = await chromium.new_context(base_url=address, **PHONE | {"locale": f"{language}-BE"})
    page = await context.new_page()
    for kind in Kind:
        planted = await make.plant(house, cast, kind=kind, language=language)
        await page.goto(planted.page)
        if kind is Kind.OBSTACLE:
            await page.locator("#happened").check(force=True)
        await photograph(page, folder, f"{language}-{kind}")
    planted = await make.plant(house, cast, language=language)
    await page.goto(planted.page)
    await page.locator("#text").fill("Ik vroeg een collega om hulp, en dat luchtte op.")
    await page.locator("button.save").last.tap()
    await page.locator(".message").wait_for()
    await photograph(page, folder, f"{language}-saved")
    await page.goto("/me")
    await photograph(page, folder, f"{language}-sign-in")
    await page.locator("#email").fill(await address_of(house, cast, planted))
    await page.locator("button.save").tap()
    await page.locator("#code").wait_for()
    await photograph(page, folder, f"{language}-code")
    await page.locator("#code").fill((await asked(house, cast))[1])
    await page.locator("button.save").tap()
    await page.locator("nav").wait_for()
    for name, where in OWN.items():
        await page.goto(where)
        await photograph(page, folder, f"{language}-{name}")


if __name__ == "__main__":
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    where = os.environ | {FOLDER: str(Path(sys.argv[1]).resolve())}
    words = [sys.executable, "-m", "pytest", str(Path(__file__)), "-q", "-n0"]
    sys.exit(subprocess.run(words, env=where, check=False).returncode)
