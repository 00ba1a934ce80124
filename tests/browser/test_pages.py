"""A coachee opens her link on a phone and answers, in a real browser."""

import pytest
from playwright.async_api import expect

from domain.checkins import CheckInState, Kind
from domain.messaging import Language
from tests.browser.axe import complaints
from tests.phone import make

pytestmark = pytest.mark.anyio


async def test_a_coachee_answers_a_success_with_her_thumb(page, house, cast):
    planted = await make.plant(house, cast)
    await page.goto(planted.page)
    await page.get_by_role("textbox").first.fill("Ik heb mijn collega om hulp gevraagd.")
    await page.locator("button.save").tap()
    await expect(page.get_by_role("heading")).to_contain_text("Bewaard")
    [answer] = await make.answers(house, cast, planted.check_in_id)
    assert "Ik heb mijn collega om hulp gevraagd." in answer.content.values()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", list(Language))
async def test_axe_finds_nothing_on_a_check_in(page, house, cast, language, theme):
    await page.emulate_media(color_scheme=theme)
    for kind in (Kind.SUCCESS, Kind.OBSTACLE):
        planted = await make.plant(house, cast, kind=kind, language=language)
        await page.goto(planted.page)
        assert await complaints(page) == []


async def test_axe_finds_nothing_on_an_ended_check_in(page, house, cast):
    planted = await make.plant(house, cast, state=CheckInState.CANCELLED)
    await page.goto(planted.page)
    assert await complaints(page) == []
