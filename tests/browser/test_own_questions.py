"""Questions in own words in a real browser: a branch comes up with its answer, and an answer survives a tunnel."""

import msgspec
import pytest
from playwright.async_api import expect
from sqlalchemy import update

from domain import people
from domain.checkins import Kind, OwnQuestions, Question, ShownIf
from domain.checkins.questions import Form
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from tests.browser.axe import complaints
from tests.phone import make

pytestmark = pytest.mark.anyio
READY = "html[data-ready]"
ASKED = (
    Question(form=Form.YES_NO, text={Language.NL: "Hield je een grens?"}),
    Question(
        form=Form.TEXT,
        text={Language.NL: "Wat hielp je daarbij?"},
        shown_if=ShownIf(question=1, answers=("yes",)),
    ),
)


async def asked(house, cast):
    planted = await make.plant(house, cast, kind=Kind.OWN)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        check_in = await make.row_of(house, cast, "check_ins", planted.check_in_id)
        own = check_in["own_questions_id"]
        content = msgspec.json.encode(ASKED).decode()
        sealed = await people.seal(work, planted.coachee_id, content, f"questions:{own}")
        await work.session.execute(update(OwnQuestions).where(OwnQuestions.id == own).values(sealed_items=sealed))
    return planted


async def test_a_branch_comes_up_with_its_answer_and_is_kept_without_a_network(phone, page, house, cast):
    planted = await asked(house, cast)
    await page.goto(planted.page)
    await page.wait_for_selector(READY)
    branch = page.get_by_label("Wat hielp je daarbij?")
    await expect(branch).to_be_hidden()
    await page.get_by_label("Ja", exact=True).check(force=True)
    await expect(branch).to_be_visible()
    assert await complaints(page) == []
    await branch.fill("Even ademen.")
    await phone.set_offline(True)
    await page.locator("button.save").last.tap()
    await expect(page.locator("main h1")).to_contain_text("Bewaard op je telefoon")
    await phone.set_offline(False)
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await expect(page.locator("main h1")).to_contain_text("aangekomen")
    [answer] = await make.answers(house, cast, planted.check_in_id)
    assert [one["answer"] for one in answer.content["given"]] == ["yes", "Even ademen."]
