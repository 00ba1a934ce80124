"""The coachee's minute in a real browser: the flows, with and without a network, and what thumbs and clocks do."""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import expect

from domain.checkins import CheckInState, Kind, Lateness
from domain.people import Purpose
from tests.browser.axe import complaints
from tests.patience import PATIENCE
from tests.phone import make
from tests.phone.test_sign_in import address_of, asked

pytestmark = pytest.mark.anyio
READY = "html[data-ready]"
KEPT_HERE = """new Promise((tell) => {
  indexedDB.open("krachtlijn", 1).onsuccess = ({ target: { result: store } }) => {
    store.transaction("drafts").objectStore("drafts").getAll().onsuccess = ({ target: { result: drafts } }) => {
      store.close();
      tell(drafts.some((draft) => draft.fields.text?.[0] === "Half af"));
    };
  };
})"""


async def open_question(page, planted):
    await page.goto(planted.page)
    await page.wait_for_selector(READY)


async def come_true(page, expression):
    async with asyncio.timeout(PATIENCE):
        while not await page.evaluate(expression):
            await page.wait_for_timeout(20)


async def kept(house, cast, planted):
    [answer] = await make.answers(house, cast, planted.check_in_id)
    return answer.content


async def expect_saved(page):
    await expect(page.locator("main h1")).to_contain_text("Bewaard.")


async def test_every_flow_ends_with_what_she_wrote(page, house, cast):
    for kind in (Kind.SUCCESS, Kind.IDEAL, Kind.QUALITY_IN_ACTION, Kind.FREE):
        planted = await make.plant(house, cast, kind=kind)
        await open_question(page, planted)
        await page.locator("#text").fill(f"Dit is {kind}.")
        await page.locator("button.save").last.tap()
        await expect_saved(page)
        assert (await kept(house, cast, planted))["text"] == f"Dit is {kind}."


async def test_the_obstacle_cannot_be_saved_without_the_switch(page, house, cast):
    planted = await make.plant(house, cast, kind=Kind.OBSTACLE, consents=(Purpose.OBSTACLE_PROMPTS,))
    await open_question(page, planted)
    await page.get_by_label("Ja", exact=True).check(force=True)
    await page.locator("#sentence").fill("Ik durfde niets zeggen.")
    await page.locator("button.save").last.tap()
    await expect(page.locator(".summary")).to_be_visible()
    await page.locator("#wished").fill("Rustig zeggen wat ik dacht.")
    await page.locator("button.save").last.tap()
    await expect_saved(page)
    assert (await kept(house, cast, planted))["wished"] == "Rustig zeggen wat ik dacht."


async def test_an_answer_given_in_a_tunnel_arrives_once(phone, page, house, cast, clock):
    planted = await make.plant(house, cast)
    await page.clock.set_fixed_time(clock())
    await open_question(page, planted)
    await phone.set_offline(True)
    await page.locator("#text").fill("In de tunnel geschreven.")
    await page.locator("button.save").last.tap()
    await expect(page.locator("main h1")).to_contain_text("Bewaard op je telefoon")
    assert await complaints(page) == []
    assert await make.answers(house, cast, planted.check_in_id) == []
    clock.move(hours=20)
    await page.clock.set_fixed_time(clock())
    await phone.set_offline(False)
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await expect(page.locator("main h1")).to_contain_text("aangekomen")
    assert (await kept(house, cast, planted))["text"] == "In de tunnel geschreven."
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    row = await make.row_of(house, cast, "check_ins", planted.check_in_id)
    assert (row["state"], row["late"]) == (CheckInState.ANSWERED, Lateness.LATE_SYNC)
    await kept(house, cast, planted)


async def test_a_double_tap_answers_once_and_back_does_no_harm(page, house, cast):
    planted = await make.plant(house, cast)
    await page.goto("/me/help")
    await open_question(page, planted)
    await page.locator("#text").fill("Twee keer getikt.")
    await page.locator("button.save").last.dblclick()
    await expect_saved(page)
    await page.go_back()
    await page.go_forward()
    await expect(page.locator("main h1")).to_contain_text("Je antwoord is bewaard")
    await kept(house, cast, planted)


async def test_what_she_typed_is_there_again_after_closing_the_page(phone, page, house, cast):
    planted = await make.plant(house, cast)
    await open_question(page, planted)
    await page.locator("#text").fill("Half af")
    await come_true(page, KEPT_HERE)
    await page.close()
    again = await phone.new_page()
    await open_question(again, planted)
    await expect(again.locator("#text")).to_have_value("Half af")


async def test_a_wrong_clock_on_the_phone_changes_nothing(page, house, cast):
    planted = await make.plant(house, cast)
    await page.clock.set_fixed_time("2031-01-01T00:00:00Z")
    await open_question(page, planted)
    await page.locator("#text").fill("Mijn klok loopt voor.")
    await page.locator("button.save").last.tap()
    await expect_saved(page)
    row = await make.row_of(house, cast, "check_ins", planted.check_in_id)
    assert row["started_at"] <= row["answered_at"]
    assert row["clock_ahead"] > 0
    assert row["written_at"].startswith("2031")


async def test_a_used_and_an_expired_link_offer_another_way(page, house, cast, clock):
    used = await make.plant(house, cast)
    await open_question(page, used)
    await page.locator("#text").fill("Klaar.")
    await page.locator("button.save").last.tap()
    await expect_saved(page)
    await page.goto(used.page)
    await page.get_by_role("button", name="Zelf iets vertellen").tap()
    await expect(page.locator("#text")).to_be_visible()
    late = await make.plant(house, cast)
    clock.move(hours=9)
    await page.goto(late.page)
    await page.get_by_role("button", name="Toch nog antwoorden").tap()
    await page.locator("#text").fill("Toch nog.")
    await page.locator("button.save").last.tap()
    await expect_saved(page)
    row = await make.row_of(house, cast, "check_ins", late.check_in_id)
    assert row["late"] in {Lateness.REOPENED, Lateness.IN_GRACE}


async def test_a_program_that_runs_scripts_opens_nothing(page, house, cast):
    planted = await make.plant(house, cast)
    await open_question(page, planted)
    row = await make.row_of(house, cast, "check_ins", planted.check_in_id)
    assert row["opened_at"] is None
    async with page.expect_response("**/opened"):
        await page.locator("main h1").tap()
    row = await make.row_of(house, cast, "check_ins", planted.check_in_id)
    assert row["opened_at"] is not None


async def signed_in(page, house, cast):
    planted = await make.plant(house, cast)
    await page.goto("/me")
    await page.locator("#email").fill(await address_of(house, cast, planted))
    await page.locator("button.save").tap()
    await expect(page.locator("#code")).to_be_visible()
    _, code = await asked(house, cast)
    await page.locator("#code").fill(code)
    await page.locator("button.save").tap()
    await expect(page.locator("main h1")).to_contain_text("Dag Amir")
    return planted


FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  const shown = [e, e.nextElementSibling].some(one => one && getComputedStyle(one).outlineStyle !== 'none');
  return {top: box.top + scrollY, shown, seen: box.top > -2 && box.bottom < innerHeight + 2,
          last: e.matches('footer summary'), is: `${e.outerHTML.slice(0, 60)} ${box.top} ${box.bottom}`,
          order: [...document.querySelectorAll('*')].indexOf(e)};
}"""


@pytest.mark.parametrize("kind", [Kind.SUCCESS, Kind.OBSTACLE])
async def test_keys_alone_reach_everything_in_the_order_of_the_page(page, house, cast, kind):
    """Which is the order in which it is read aloud, too; where the keys are can be seen."""
    planted = await make.plant(house, cast, kind=kind)
    await open_question(page, planted)
    found = []
    while not found or not found[-1]["last"]:
        await page.keyboard.press("Tab")
        found.append(await page.evaluate(FOCUS))
        if "happened" in found[-1]["is"]:
            await page.keyboard.press("Space")
        assert len(found) < 60
    assert [one["top"] for one in found] == sorted(one["top"] for one in found)
    assert [one["order"] for one in found] == sorted(one["order"] for one in found)
    assert [one["is"] for one in found if not (one["shown"] and one["seen"])] == []
    assert len(found) > 5


async def test_the_first_load_is_light_and_comes_from_here_alone(page, house, cast, address, sent):
    """With all that it brings for later: the scripts, the icons and what the service worker keeps at hand."""
    planted = await make.plant(house, cast)
    hosts = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    await page.goto(planted.page)
    await page.wait_for_selector(READY)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.wait_for_load_state("networkidle")
    assert {"/phone/style.css", "/phone/app/app.js", "/phone/worker.js", "/me/help"} <= sent.keys()
    assert 10_000 < sum(sent.values()) <= 50_000, sent
    assert hosts == {address.split("/")[2]}
    assert await page.context.cookies() == []


async def test_help_is_there_without_a_network(phone, page, house, cast):
    planted = await make.plant(house, cast)
    await open_question(page, planted)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await come_true(page, "navigator.serviceWorker.controller !== null")
    await phone.set_offline(True)
    await page.goto("/me/help")
    await expect(page.locator("main")).to_contain_text("112")
    await page.goto(planted.page)
    await expect(page.locator("main h1")).to_contain_text("offline")


async def test_late_answers_are_taken_for_three_days_and_no_longer(page, house, cast, clock):
    planted = await make.plant(house, cast)
    clock.move(hours=make.HOURS)
    clock.move(hours=71)
    started = (clock() - timedelta(hours=75)).isoformat()
    data = {"id": "0198c7a0-0000-7000-8000-000000000001", "fields": {"text": ["laat"]}, "started_at": started}
    data |= {"now": clock().isoformat(), "zone": "Europe/Brussels"}
    clock.move(hours=1, minutes=1)
    refused = await page.request.put(f"{planted.page}/answer", data=data | {"now": clock().isoformat()})
    assert refused.status == 409
    clock.move(hours=-2)
    for _ in range(3):
        taken = await page.request.put(f"{planted.page}/answer", data=data | {"now": clock().isoformat()})
        assert (await taken.json())["late"] == Lateness.LATE_SYNC
    assert len(await make.answers(house, cast, planted.check_in_id)) == 1
