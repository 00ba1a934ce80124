"""Notifications in real Chromium: switched on by her tap, shown by the service worker, and a tap opens the question."""

import json

import pytest
from playwright.async_api import expect

from commands.outbound import HttpCourier
from commands.push_service import push_service
from domain import checkins, people, practice
from domain.kit.egress import Egress
from domain.kit.work import OPERATOR, Actor, ActorKind, begin
from domain.messaging import Language, SenderSettings, carry_due
from domain.people import Purpose, PushWay
from tests.browser.axe import complaints
from tests.browser.conftest import serving
from tests.messaging.make import names
from tests.patience import eventually
from tests.people.make import texted_code
from tests.phone import make
from tests.phone.test_sign_in import address_of, asked

pytestmark = pytest.mark.anyio
PAGES = ("/me/channels", "/me/install", "/me/start")
PUSHED = "html[data-push]"


# Chromium subscribes with its maker's push service, which no test may need: this one subscribes with ours.
SUBSCRIBES_WITH_OURS = """
const ours = %s;
let held = null;
PushManager.prototype.getSubscription = async () => held;
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  held = {
    endpoint: ours.endpoint,
    options: { applicationServerKey: applicationServerKey.buffer ?? applicationServerKey },
    toJSON: () => ours,
    unsubscribe: async () => { held = null; return true; },
  };
  return held;
};
"""


@pytest.fixture
async def service():
    async with push_service() as running:
        yield running


@pytest.fixture
async def address(house, service):
    async with serving(house, egress=Egress(frozenset({service.origin}))) as where:
        yield where.address


async def sign_in(page, house, cast, **person):
    planted = await make.plant(house, cast, **person)
    await page.goto("/me/sign-in")
    await page.locator("#email").fill(await address_of(house, cast, planted))
    await page.locator("button.save").tap()
    await page.locator("#code").wait_for()
    await page.locator("#code").fill((await asked(house, cast))[1])
    await page.locator("button.save").tap()
    await page.locator("nav").wait_for()
    return planted


async def deliver(phone, page, address, message):
    """Hand a push to the service worker, as the browser does once it has decrypted it."""
    tools = await phone.new_cdp_session(page)
    registrations = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    await tools.send("ServiceWorker.enable")
    await eventually(lambda: registrations)
    await tools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": address, "registrationId": registrations[0]["registrationId"], "data": message},
    )


async def shown(page):
    """What stands on the lock screen."""
    return await page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          for (let turn = 0; turn < 2000; turn += 1) {
            const found = await registration.getNotifications();
            if (found.length) return found.map((one) => [one.title, one.body, one.lang, one.tag, one.data.navigate]);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          return [];
        }"""
    )


async def test_a_declarative_push_is_shown_and_a_tap_opens_the_question(phone, page, house, cast, address):
    await phone.grant_permissions(["notifications"], origin=address)
    planted = await make.plant(house, cast)
    await page.goto("/me/help")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.reload()  # so that the worker is in charge of the page
    message = {
        "web_push": 8030,
        "notification": {
            "title": "Jouw plek",
            "body": "Je hebt een moment voor jezelf.",
            "lang": "nl",
            "navigate": address + planted.page,
            "tag": "a-prompt",
        },
    }
    await deliver(phone, page, address, json.dumps(message))
    expected = ["Jouw plek", "Je hebt een moment voor jezelf.", "nl", "a-prompt", address + planted.page]
    assert await shown(page) == [expected]
    await deliver(phone, page, address, json.dumps(message))  # its reminder
    assert await shown(page) == [expected]
    [worker] = phone.service_workers
    await worker.evaluate(
        """async () => {
          const [notification] = await self.registration.getNotifications();
          self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
        }"""
    )
    await page.wait_for_url(f"**{planted.page}")
    await expect(page.locator("#text")).to_be_visible()


@pytest.mark.usefixtures("quiet")
async def test_one_tap_switches_notifications_on_and_the_test_comes_to_her_screen(
    phone, page, house, sweep_house, cast, address, service
):
    await phone.grant_permissions(["notifications"], origin=address)
    planted = await sign_in(page, house, cast, consents=(Purpose.CHANNEL_EMAIL,))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        browser = service.subscribe((await people.push_key(work)).key)
    await phone.add_init_script(SUBSCRIBES_WITH_OURS % json.dumps(browser.subscription))
    await page.goto("/me/start")
    await page.wait_for_selector(PUSHED)
    await page.locator("#push-on").tap()
    await expect(page.locator("#push-told")).to_contain_text("De test is onderweg")
    egress = Egress(frozenset({service.origin}))
    async with HttpCourier(egress) as courier:
        way = PushWay(sweep_house, courier, SenderSettings(address, "post@coach.example"), "mailto:post@coach.example")
        assert await carry_due(sweep_house, way, names) == (1, 0)
    [pushed] = browser.shown
    await deliver(phone, page, address, pushed.text)
    [[title, body, *_, navigate]] = await shown(page)
    assert (title, body, navigate) == ("Jouw plek", "Dit is een test. Het werkt.", f"{address}/me/channels")
    await page.goto("/me/channels")
    await expect(page.locator("section.way").first).to_contain_text("Laatst aangekomen")
    async with begin(house, cast.practice_id, Actor(ActorKind.COACHEE, planted.coachee_id)) as work:
        assert await people.has_consent(work, planted.coachee_id, Purpose.CHANNEL_PUSH)


async def test_a_push_that_cannot_be_read_is_shown_all_the_same_and_leads_nowhere_else(phone, page, address):
    await phone.grant_permissions(["notifications"], origin=address)
    await page.goto("/me/help")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await deliver(phone, page, address, "not json")
    assert [one[4] for one in await shown(page)] == [address + "/me"]
    elsewhere = {"web_push": 8030, "notification": {"title": "x", "navigate": "https://elsewhere.example/"}}
    await deliver(phone, page, address, json.dumps(elsewhere))
    assert {one[4] for one in await shown(page)} <= {"/me", address + "/me"}


async def test_the_guide_has_a_picture_for_each_step(page, house, cast):
    await page.goto("/me/install")
    assert await page.locator("svg[role=img]").count() == 6
    assert await page.locator("ol.guide li").count() == 6


async def test_without_a_script_the_page_of_channels_works(chromium, address, house, cast):
    context = await chromium.new_context(base_url=address, java_script_enabled=False, has_touch=True)
    page = await context.new_page()
    await sign_in(page, house, cast, consents=(Purpose.CHANNEL_EMAIL,))
    await page.goto("/me/channels")
    await page.get_by_role("button", name="Stuur een test").tap()
    await expect(page.get_by_role("status").first).to_contain_text("De test is onderweg")
    await context.close()


LOOKS = [(language, theme) for theme in ("light", "dark") for language in Language]
IN_TURN = [
    look if (n + n // 4) % 2 == 0 else pytest.param(*look, marks=pytest.mark.soak) for n, look in enumerate(LOOKS)
]


@pytest.mark.parametrize(("language", "theme"), IN_TURN)
async def test_axe_finds_nothing_and_targets_are_large_enough(page, house, cast, language, theme):
    await page.emulate_media(color_scheme=theme)
    await page.set_extra_http_headers({"Accept-Language": language})
    await sign_in(page, house, cast, language=language, consents=(Purpose.CHANNEL_EMAIL,))
    for where in PAGES:
        await page.goto(where)
        assert await complaints(page) == []
        for target in await page.locator("main button:visible, main a:visible, main input:visible").all():
            box = await target.bounding_box()
            assert box["height"] >= 44, (where, await target.text_content())
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_first_minute_leads_to_a_first_moment(page, house, cast):
    planted = await sign_in(page, house, cast, consents=(Purpose.CHANNEL_EMAIL, Purpose.CHECK_INS))
    async with begin(house, cast.practice_id, Actor(ActorKind.COACHEE, planted.coachee_id)) as work:
        now = await people.channels_of(work, planted.coachee_id)
    assert [one.channel for one in now.channels if one.in_use] == ["email"]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        (await checkins.get_plan(work, planted.plan_id, lock=True)).decided_at = work.now
    await page.goto("/me")
    await page.get_by_role("link", name="Zo begin je").tap()
    await page.get_by_role("button", name="Begin nu").tap()
    await page.locator("#text").fill("Ik vroeg hulp.")
    await page.locator("button.save").last.tap()
    await expect(page.locator("main h1")).to_contain_text("Bewaard")


async def test_her_number_is_confirmed_by_its_code_and_axe_finds_nothing_on_the_way(page, house, cast):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.update_practice(work, {"sms_cap_cents": 100})
    planted = await sign_in(page, house, cast, consents=(Purpose.CHANNEL_EMAIL,))
    await page.goto("/me/channels")
    await page.locator("#number").fill("0470 12 34 56")
    await page.get_by_role("button", name="Sms aanzetten").tap()
    await expect(page.locator("#number-fault")).to_be_visible()
    assert await complaints(page) == []
    await page.locator("#number").fill("+32 470 12 34 56")
    await page.get_by_role("button", name="Sms aanzetten").tap()
    await expect(page.locator("#code")).to_be_visible()
    async with begin(house, cast.practice_id, OPERATOR) as work:
        code = await texted_code(work, planted.coachee_id)
    await page.locator("#code").fill(code)
    assert await complaints(page) == []
    await page.get_by_role("button", name="Bevestigen").tap()
    await expect(page.locator("#way-sms")).to_contain_text("Aan")
