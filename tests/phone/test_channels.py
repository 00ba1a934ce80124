"""A signed-in coachee switches notifications on, tries them, and off again; what is no browser is refused."""

import asyncio

import pytest
from sqlalchemy import select, text

from api.options import Options
from api.phone.wording import words
from domain import people, practice
from domain.kit.egress import Egress
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language, Message
from domain.messaging.push_service import PushService
from domain.people import GivenVia, Purpose, PushSubscription
from tests.people.make import texted_code
from tests.phone.make import plant
from tests.phone.test_sign_in import address_of, another_browser, asked, proof_of, sign_in

pytestmark = pytest.mark.anyio
service = PushService("http://127.0.0.1:8099")


async def public(host, port):
    return ["10.0.0.1" if "inside" in host else "8.8.8.8"]


EGRESS = Egress(frozenset({service.origin}), public)


@pytest.fixture
def options():
    return Options(base_url="http://test", requests_per_minute=1_000_000, egress=EGRESS)


async def put(client, **changed):
    key = (await client.get("/v1/me/push-key")).json()["key"]
    browser = service.subscribe(key)
    body = browser.subscription | {"key": key} | changed
    return browser, await client.put("/v1/me/push-subscriptions", json=body)


async def subscriptions(house, cast):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return list((await work.session.scalars(select(PushSubscription))).all())


async def agrees(house, cast, planted):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return await people.has_consent(work, planted.coachee_id, Purpose.CHANNEL_PUSH)


async def test_she_switches_notifications_on_and_off(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    browser, answer = await put(anonymous)
    assert answer.status_code == 200
    now = answer.json()
    assert (now["channels"][0]["channel"], now["channels"][0]["in_use"]) == ("push", True)
    assert now["browsers"] == 1
    assert await agrees(house, cast, planted)
    [kept] = await subscriptions(house, cast)
    assert browser.endpoint.encode() not in kept.sealed_endpoint
    again = await anonymous.put("/v1/me/push-subscriptions", json=browser.subscription)
    assert again.json()["browsers"] == 1
    off = await anonymous.request("DELETE", "/v1/me/push-subscriptions", json={"endpoint": browser.endpoint})
    assert off.json()["browsers"] == 0
    assert not await agrees(house, cast, planted)
    gone = await anonymous.request("DELETE", "/v1/me/push-subscriptions", json={"endpoint": browser.endpoint})
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems/push-subscription-not-found")


async def test_switched_on_twice_at_once_her_browser_is_kept_once_and_both_succeed(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    key = (await anonymous.get("/v1/me/push-key")).json()["key"]
    bodies = [service.subscribe(key).subscription | {"key": key} for _ in range(2)]
    for body in bodies:
        sent = [anonymous.put("/v1/me/push-subscriptions", json=body) for _ in range(6)]
        told = await asyncio.gather(*sent)
        assert [answer.status_code for answer in told] == [200] * 6
    assert len(await subscriptions(house, cast)) == 2
    assert await agrees(house, cast, planted)


async def test_a_page_that_only_finds_a_browser_subscribed_agrees_to_nothing(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    await put(anonymous, confirm=True)
    assert not await agrees(house, cast, planted)
    assert await subscriptions(house, cast) == []
    await put(anonymous)
    _, moved = await put(anonymous, confirm=True)
    assert moved.json()["browsers"] == 2


async def test_of_more_than_five_browsers_the_oldest_is_dropped(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    for _ in range(6):
        _, answer = await put(anonymous)
    assert answer.json()["browsers"] == 5


@pytest.mark.parametrize(
    ("changed", "status", "problem", "where"),
    [
        ({"endpoint": "https://10.0.0.1/x"}, 422, "address-not-public", "/endpoint"),
        ({"endpoint": "https://[::ffff:127.0.0.1]/x"}, 422, "address-not-public", "/endpoint"),
        ({"endpoint": "https://inside.example/x"}, 422, "address-not-public", "/endpoint"),
        ({"endpoint": "http://push.example/x"}, 422, "address-unusable", "/endpoint"),
        ({"endpoint": "javascript:alert(1)"}, 422, "address-unusable", "/endpoint"),
        ({"endpoint": "https://push.example/" + "x" * 3000}, 400, "invalid-request", "/endpoint"),
        ({"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, 422, "push-keys-unusable", "/keys"),
        ({"keys": "none"}, 400, "invalid-request", "/keys"),
    ],
)
async def test_what_is_no_browser_is_refused_by_name(house, cast, anonymous, changed, status, problem, where):
    await sign_in(house, cast, anonymous)
    _, answer = await put(anonymous, **changed)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    assert [error["pointer"] for error in answer.json()["errors"]] == [where]
    assert await subscriptions(house, cast) == []


async def test_a_test_leaves_by_the_channel_she_chose_and_by_none_that_is_off(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    off = await anonymous.post("/v1/me/channel-tests", json={"channel": "push"})
    assert (off.status_code, off.json()["type"]) == (409, "/problems/channel-not-in-use")
    await put(anonymous)
    for _ in range(2):
        assert (await anonymous.post("/v1/me/channel-tests", json={"channel": "push"})).status_code == 200
    async with begin(house, cast.practice_id, OPERATOR) as work:
        tests = (await work.session.scalars(select(Message).where(Message.kind == "channel_test"))).all()
    assert sorted((one.channel, one.state) for one in tests) == [("push", "cancelled"), ("push", "queued")]
    answers = [(await anonymous.post("/v1/me/channel-tests", json={"channel": "push"})).status_code for _ in range(4)]
    assert answers[-1] == 429


async def test_a_test_that_gives_way_in_the_database_is_one_test_however_often_it_is_served(
    house, cast, anonymous, monkeypatch
):
    await sign_in(house, cast, anonymous)
    tried = list[int]()

    async def gives_way(work, _coachee_id, _channel):
        tried.append(1)
        if len(tried) % 4:
            await work.session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40P01'; END $$"))

    monkeypatch.setattr(people, "try_channel", gives_way)
    answers = [await anonymous.post("/v1/me/channel-tests", json={"channel": "email"}) for _ in range(2)]
    assert ([answer.status_code for answer in answers], len(tried)) == ([200, 200], 8)


async def test_nobody_is_let_in_without_signing_in_or_from_another_site(house, cast, anonymous):
    for method, path, body in (
        ("GET", "/v1/me/push-key", None),
        ("GET", "/v1/me/channels", None),
        ("PUT", "/v1/me/push-subscriptions", service.subscribe("k").subscription),
        ("DELETE", "/v1/me/push-subscriptions", {"endpoint": "https://push.example/x"}),
        ("POST", "/v1/me/channel-tests", {"channel": "email"}),
    ):
        answer = await anonymous.request(method, path, json=body)
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")
    await sign_in(house, cast, anonymous)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    body = {"channel": "email"}
    assert (await anonymous.post("/v1/me/channel-tests", json=body, headers=elsewhere)).status_code == 403


async def test_the_browser_of_one_who_shares_her_phone_becomes_hers(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    browser, _ = await put(anonymous)
    other = another_browser(anonymous)
    await sign_in(house, cast, other)
    await other.put("/v1/me/push-subscriptions", json=browser.subscription)
    assert (await anonymous.get("/v1/me/channels")).json()["browsers"] == 0
    assert (await other.get("/v1/me/channels")).json()["browsers"] == 1
    foreign = await anonymous.request("DELETE", "/v1/me/push-subscriptions", json={"endpoint": browser.endpoint})
    assert foreign.status_code == 404


async def allow_texts(house, cast):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.update_practice(work, {"sms_cap_cents": 100})


async def form(client, path, **fields):
    """Sent as the page itself would send it."""
    proof = proof_of(await client.get("/me/channels"))
    return await client.post(path, data={"proof": proof, **fields})


async def test_her_number_is_asked_for_confirmed_and_forgotten_on_the_page(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    assert "Sms" not in (await anonymous.get("/me/channels")).text  # the practice pays for none
    await allow_texts(house, cast)
    wrong = await form(anonymous, "/me/channels/sms", number="0470 12 34 56")
    assert wrong.status_code == 422
    assert 'id="number-fault"' in wrong.text
    assert 'value="0470 12 34 56"' in wrong.text
    assert (await form(anonymous, "/me/channels/sms", number="+32 470 12 34 56")).status_code == 303
    assert "+32470123456" in (await anonymous.get("/me/channels")).text
    wrong = await form(anonymous, "/me/channels/code", code="12")
    assert (wrong.status_code, 'id="code-fault"' in wrong.text) == (422, True)
    assert 'name="number" value="+32470123456"' in wrong.text  # for a new code
    async with begin(house, cast.practice_id, OPERATOR) as work:
        code = await texted_code(work, planted.coachee_id)
    assert (await form(anonymous, "/me/channels/code", code=f"{code[:3]} {code[3:]}")).status_code == 303
    assert "code-hint" not in (await anonymous.get("/me/channels")).text
    told = {one["channel"]: one["in_use"] for one in (await anonymous.get("/v1/me/channels")).json()["channels"]}
    assert told["sms"]
    assert (await form(anonymous, "/me/channels/off", channel="sms")).status_code == 303
    assert "+32470123456" not in (await anonymous.get("/me/channels")).text


async def test_she_cannot_have_codes_sent_to_many_numbers_in_a_minute(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    await allow_texts(house, cast)
    answers = [await form(anonymous, "/me/channels/sms", number=f"+32 470 00 00 0{digit}") for digit in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]


async def test_where_she_agreed_before_her_browser_is_still_tried_first(house, cast, anonymous):
    """As where her guardian, or her coach on paper, wrote down that she agrees."""
    planted = await sign_in(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.give_consent(
            work, planted.coachee_id, Purpose.CHANNEL_PUSH, wording_version=1, given_via=GivenVia.PAPER
        )
    _, answer = await put(anonymous)
    first = answer.json()["channels"][0]
    assert (first["channel"], first["in_use"]) == ("push", True)


async def test_she_chooses_what_her_lock_screen_may_say(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    await put(anonymous)
    for explicit in ("1", ""):
        assert (await form(anonymous, "/me/channels/words", explicit=explicit)).status_code == 303
        assert (await anonymous.get("/v1/me/channels")).json()["explicit"] is bool(explicit)


async def test_a_form_of_another_page_changes_nothing(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    for path in ("test", "words", "sms", "code", "off"):
        answer = await anonymous.post(f"/me/channels/{path}", data={"proof": "0" * 40, "channel": "push"})
        assert answer.status_code == 403


@pytest.mark.parametrize("language", list(Language))
async def test_the_guide_and_the_first_minute_are_told_in_her_language(house, cast, anonymous, language):
    planted = await plant(house, cast, language=language)
    await anonymous.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    await anonymous.post("/me/code", data={"code": (await asked(house, cast))[1]})
    for page, key in (("/me/channels", "channels"), ("/me/start", "start"), ("/me/install", "install")):
        shown = await anonymous.get(page)
        assert words(language)[key]["title"] in shown.text
    assert shown.text.count("<svg") == 7  # a picture a step, and the line at the top
