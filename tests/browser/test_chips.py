"""The qualities to tap, in a real browser: a pinned one is first where she is signed in, and one tap keeps it."""

import pytest
from playwright.async_api import expect
from sqlalchemy import update

from domain.checkins import CheckIn, Kind
from domain.kit.work import OPERATOR, begin
from tests.browser.axe import complaints
from tests.browser.test_push import sign_in
from tests.method import make as method
from tests.phone import make

pytestmark = pytest.mark.anyio


async def test_a_pinned_quality_is_the_first_chip_and_a_tap_keeps_it(phone, page, house, cast, cas):
    planted = await sign_in(page, house, cast, kind=Kind.SUCCESS)
    pinned = await method.added(cas, planted.coachee_id, "qualities", method.OWN_QUALITY)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        decided = update(CheckIn).where(CheckIn.id == planted.check_in_id).values(decision={"quality_id": pinned})
        await work.session.execute(decided)
    await page.goto(planted.page)
    chips = page.locator(".pick:has([name=qualities], [name=own_quality])")
    await expect(chips.first).to_have_text(method.OWN_WORD)
    assert await chips.count() == 8
    await chips.first.tap()
    await chips.nth(1).tap()
    key = await chips.nth(1).locator("input").get_attribute("value")
    assert await complaints(page) == []
    await page.locator("#text").fill("Ik bleef staan.")
    await page.locator("button.save").last.tap()
    await expect(page.locator("main h1")).to_contain_text("Bewaard")
    [answer] = await make.answers(house, cast, planted.check_in_id)
    assert (answer.content["other_quality"], answer.content["qualities"]) == (method.OWN_WORD, [key])
    await phone.clear_cookies()
    other = await make.plant(house, cast, kind=Kind.SUCCESS)
    await page.goto(other.page)
    await expect(page.get_by_text(method.OWN_WORD)).to_have_count(0)
