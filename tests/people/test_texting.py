"""Text messages: a link and nothing else, within the practice's limit, by any gateway; and STOP stops them."""

import asyncio
import json
import re
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from api.options import Options
from commands.outbound import HttpCourier
from commands.push_service import serving_on
from domain import checkins, people, practice
from domain.checkins import PlanState
from domain.kit.egress import Egress
from domain.kit.work import OPERATOR, Actor, ActorKind, begin
from domain.messaging import (
    Attempt,
    Channel,
    FileTexter,
    GatewayTexter,
    Language,
    MailDeferred,
    MailerUnreachable,
    MailRefused,
    MemoryMailer,
    MemoryTexter,
    Message,
    MessageState,
    Text,
    cancel_messages,
    carry_due,
    deliver_due,
    fits,
    render_text,
    retry_message,
)
from domain.messaging.gsm import places
from domain.people import CoacheeReach, NumberNotInternational, Purpose, SmsMonth, SmsNotOffered, SmsWay, mobile_number
from tests.checkins import make
from tests.messaging.make import SENDER, names
from tests.people.make import texted_code

pytestmark = pytest.mark.anyio
NUMBER = "+32 470 12 34 56"
LINK = "https://coaching.example.org/c/" + "x" * 27
SECRET = "what only the gateway knows"


@pytest.fixture
def options():
    return Options(base_url="http://test", requests_per_minute=1_000_000, sms_secret=SECRET)


def hers(house, cast, coachee_id):
    return begin(house, cast.practice_id, Actor(ActorKind.COACHEE, coachee_id))


async def cap(house, cast, cents):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await practice.update_practice(work, {"sms_cap_cents": cents})


async def texted(house, cast, *, cents=100, number=NUMBER):
    """Amir, who wants text messages after the mail."""
    await cap(house, cast, cents)
    [amir] = await make.plant(house, cast)
    async with hers(house, cast, amir.coachee_id) as work:
        await people.switch_sms_on(work, amir.coachee_id, number)
        assert await people.confirm_sms(work, amir.coachee_id, await texted_code(work, amir.coachee_id))
        await cancel_messages(work, amir.coachee_id, kind="sms_code")
    return amir


async def try_sms(house, cast, coachee_id):
    async with hers(house, cast, coachee_id) as work:
        await people.try_channel(work, coachee_id, Channel.SMS)


async def rows(house, cast, table):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return list((await work.session.scalars(select(table).where(table.practice_id == cast.practice_id))).all())


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    "kind",
    [
        "check_in",
        "check_in_reminder",
        "check_in_pace",
        "check_in_taper",
        "check_in_paused",
        "channel_test",
        "sms_code",
    ],
)
def test_every_text_fits_into_one_message_and_says_nothing(language, kind):
    text = render_text(kind, language, link=LINK, code="012345")
    assert fits(text), (places(text), text)
    assert ("STOP" in text) == (kind != "sms_code")
    assert not {"coach", "vraag", "question", "frage"} & set(text.replace(LINK, "").lower().split())


def test_letters_of_another_alphabet_and_those_of_two_places_are_counted():
    assert places("a" * 160) == 160
    assert (places("€"), places("ê"), places("é")) == (2, None, 1)
    assert not fits("€" * 81)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("+32 470 12 34 56", "+32470123456"), ("0032470123456", "+32470123456"), ("+31 (6) 1234-5678", "+31612345678")],
)
def test_numbers_are_kept_as_gateways_want_them(typed, number):
    assert mobile_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "0470 12 34 56", "+0470123456", "+32", "+32 470 abc", "+" + "1" * 16, "١٢٣", "+3247012345٦"]
)
def test_what_is_no_international_number_is_refused(typed):
    with pytest.raises(NumberNotInternational):
        mobile_number(typed)


@pytest.mark.usefixtures("quiet")
async def test_a_text_comes_last_and_only_unopened(house, sweep_house, cast, clock):
    amir = await texted(house, cast)
    texter, mailer = MemoryTexter(), MemoryMailer()
    await checkins.send_due(sweep_house)
    way = SmsWay(sweep_house, texter, SENDER, 10)
    for minutes, mails, texts in ((0, 1, 0), (29, 1, 0), (1, 1, 1)):
        clock.move(minutes=minutes)
        await deliver_due(sweep_house, mailer, SENDER, names)
        await carry_due(sweep_house, way, names)
        assert (len(mailer.mails), len(texter.texts)) == (mails, texts)
    [text] = texter.texts
    token = house.vault.token("check_in", str(amir.check_in_ids[0]))
    assert (text.number, f"https://coach.example/c/{token}" in text.text) == ("+32470123456", True)


@pytest.mark.usefixtures("quiet")
async def test_a_number_is_used_only_once_she_typed_the_code_that_came_to_it(house, sweep_house, cast, clock):
    await cap(house, cast, 100)
    [amir] = await make.plant(house, cast)
    async with hers(house, cast, amir.coachee_id) as work:
        await people.switch_sms_on(work, amir.coachee_id, NUMBER)
    texter = MemoryTexter()
    way = SmsWay(sweep_house, texter, SENDER, 10)
    await carry_due(sweep_house, way, names)
    [code] = re.findall(r"[0-9]{6}", texter.texts[0].text)
    await checkins.send_due(sweep_house)
    assert [one.channel for one in await rows(house, cast, Message) if one.kind == "check_in"] == ["email"]
    for typed, taken in (("000000", False), ("", False), (code, True)):
        async with hers(house, cast, amir.coachee_id) as work:
            assert await people.confirm_sms(work, amir.coachee_id, typed) is taken
    async with hers(house, cast, amir.coachee_id) as work:
        await people.switch_sms_on(work, amir.coachee_id, "+32 470 00 00 00")
        now = await people.channels_of(work, amir.coachee_id)
    assert not now.confirmed


@pytest.mark.usefixtures("quiet")
async def test_a_code_for_a_number_is_over_after_ten_minutes_or_five_tries_and_a_new_one_takes_its_place(
    house, sweep_house, cast, clock
):
    await cap(house, cast, 100)
    [amir] = await make.plant(house, cast)
    texter = MemoryTexter()

    async def ask():
        async with hers(house, cast, amir.coachee_id) as work:
            await people.switch_sms_on(work, amir.coachee_id, NUMBER)
        await carry_due(sweep_house, SmsWay(sweep_house, texter, SENDER, 10), names)
        return re.findall(r"[0-9]{6}", texter.texts[-1].text)[0]

    async def takes(code):
        async with hers(house, cast, amir.coachee_id) as work:
            return await people.confirm_sms(work, amir.coachee_id, code)

    late = await ask()
    clock.move(minutes=10)
    assert not await takes(late)
    guessed = await ask()
    assert guessed != late
    assert [await takes("000000" if guessed != "000000" else "111111") for _ in range(5)] == [False] * 5
    assert not await takes(guessed)
    clock.move(minutes=1)
    assert not await takes(late)
    assert await takes(await ask())


@pytest.mark.usefixtures("quiet")
async def test_a_code_that_could_not_leave_in_time_does_not_leave(house, sweep_house, cast, clock):
    await cap(house, cast, 100)
    [amir] = await make.plant(house, cast)
    async with hers(house, cast, amir.coachee_id) as work:
        await people.switch_sms_on(work, amir.coachee_id, NUMBER)
    clock.move(minutes=10)
    texter = MemoryTexter()
    await carry_due(sweep_house, SmsWay(sweep_house, texter, SENDER, 10), names)
    assert texter.texts == []
    [code] = [one for one in await rows(house, cast, Message) if one.kind == "sms_code"]
    assert code.state == MessageState.CANCELLED


@pytest.mark.usefixtures("quiet")
async def test_the_months_limit_is_kept_and_begins_anew(house, sweep_house, cast, clock):
    amir = await texted(house, cast, cents=25)
    texter = MemoryTexter()
    way = SmsWay(sweep_house, texter, SENDER, 10)
    for left in (1, 2, 2):
        await try_sms(house, cast, amir.coachee_id)
        await carry_due(sweep_house, way, names)
        assert len(texter.texts) == left
    last = (await rows(house, cast, Attempt))[-1]
    assert (last.outcome, last.reason) == ("given_up", "the month's limit is reached")
    clock.move(days=31)
    await try_sms(house, cast, amir.coachee_id)
    await carry_due(sweep_house, way, names)
    assert len(texter.texts) == 3
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert await people.sms_spent(work) == 10


@pytest.mark.usefixtures("quiet")
async def test_what_the_gateway_would_not_take_costs_nothing(house, sweep_house, cast):
    amir = await texted(house, cast)
    way = SmsWay(sweep_house, MemoryTexter(trouble=lambda text: MailRefused("gateway: 400")), SENDER, 10)
    await try_sms(house, cast, amir.coachee_id)
    assert await carry_due(sweep_house, way, names) == (0, 1)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert await people.sms_spent(work) == 0


@pytest.mark.usefixtures("quiet")
async def test_a_message_counts_once_however_often_it_was_handed_over(house, sweep_house, cast, clock):
    """As where the gateway took it, and nobody heard of that: it knows it by its reference."""
    amir = await texted(house, cast)
    answers = [MailerUnreachable("timeout"), MailerUnreachable("timeout"), MailRefused("gateway: 400"), None]
    way = SmsWay(sweep_house, MemoryTexter(trouble=lambda text: answers.pop(0)), SENDER, 10)
    await try_sms(house, cast, amir.coachee_id)
    for _ in range(3):
        await carry_due(sweep_house, way, names)
        clock.move(hours=1)
    [message] = [one for one in await rows(house, cast, Message) if one.kind == "channel_test"]
    assert (message.state, message.attempts) == ("parked", 3)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await retry_message(work, message.id)
    await carry_due(sweep_house, way, names)
    [month] = await rows(house, cast, SmsMonth)
    assert (month.messages, month.cents, answers) == (1, 10, [])


@pytest.mark.usefixtures("quiet")
async def test_two_attempts_at_once_count_once(house, sweep_house, cast):
    amir = await texted(house, cast)
    texter = MemoryTexter()
    way = SmsWay(sweep_house, texter, SENDER, 10)
    await try_sms(house, cast, amir.coachee_id)
    [message] = [one for one in await rows(house, cast, Message) if one.kind == "channel_test"]
    await asyncio.gather(*(way.carry(message, "Praktijk") for _ in range(4)))
    assert {text.reference for text in texter.texts} == {str(message.id)}
    [month] = await rows(house, cast, SmsMonth)
    assert (month.messages, month.cents) == (1, 10)


@pytest.mark.parametrize("end", [people.archive_coachee, people.destroy_text])
async def test_her_number_is_forgotten_with_her_file_and_with_her_key(house, cast, end):
    amir = await texted(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await end(work, amir.coachee_id)
    [reach] = await rows(house, cast, CoacheeReach)
    assert (reach.sms_number, reach.sms_confirmed_at) == (None, None)


async def test_once_her_text_is_destroyed_no_number_is_kept_anew(house, cast):
    amir = await texted(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.destroy_text(work, amir.coachee_id)
    with pytest.raises(people.TextDestroyed):
        async with hers(house, cast, amir.coachee_id) as work:
            await people.switch_sms_on(work, amir.coachee_id, NUMBER)


async def test_a_practice_that_pays_for_none_offers_none(house, cast):
    [amir] = await make.plant(house, cast)
    with pytest.raises(SmsNotOffered):
        async with hers(house, cast, amir.coachee_id) as work:
            await people.switch_sms_on(work, amir.coachee_id, NUMBER)


@asynccontextmanager
async def gateway(answers):
    """A gateway that answers in turn, and keeps what it was sent."""
    taken = []

    async def application(scope, receive, send):
        taken.append((dict(scope["headers"]), json.loads((await receive())["body"])))
        await send({"type": "http.response.start", "status": answers.pop(0), "headers": [(b"retry-after", b"60")]})
        await send({"type": "http.response.body", "body": b""})

    async with serving_on(application) as origin, HttpCourier(Egress(frozenset({origin}))) as courier:
        yield courier, origin, taken


async def test_a_gateway_gets_what_its_template_says_and_its_answers_are_understood():
    text = Text(number="+32470123456", text='Een "moment"\n', reference="r-1")
    async with gateway([202, 429, 500, 400, 401]) as (courier, origin, taken):
        body = '{"messages": [{"msisdn": "{number}", "body": "{text}"}], "ref": "{reference}"}'
        texter = GatewayTexter(courier=courier, url=f"{origin}/send", body=body, secret="s3cret")
        await texter.send(text)
        for refusal in (MailDeferred, MailDeferred, MailRefused, MailerUnreachable):
            with pytest.raises(refusal):
                await texter.send(text)
    headers, sent = taken[0]
    assert sent == {"messages": [{"msisdn": "+32470123456", "body": 'Een "moment"\n'}], "ref": "r-1"}
    assert (headers[b"authorization"], headers[b"idempotency-key"]) == (b"Bearer s3cret", b"r-1")


async def test_a_dry_run_writes_files_that_only_we_may_read(tmp_path):
    told = []
    await FileTexter(tmp_path / "sms", told.append).send(Text(number="+32470123456", text="x", reference="r"))
    [file] = (tmp_path / "sms").iterdir()
    assert file.read_text() == "+32470123456\nx\n"
    assert oct(file.stat().st_mode)[-3:] == "600"
    assert "+32" not in told[0]


def answer(number, text, secret=SECRET):
    return {"json": {"from": number, "text": text, "id": 7}, "headers": {"Authorization": f"Bearer {secret}"}}


@pytest.mark.parametrize("said", ["STOP", " stop. ", "Stop aub", "ARRÊT"])
async def test_stop_ends_the_texts_and_her_number_is_erased(house, cast, anonymous, said):
    amir = await texted(house, cast, number=f"+3247{cast.practice_id.int % 10**7:07}")
    await try_sms(house, cast, amir.coachee_id)
    [reach] = await rows(house, cast, CoacheeReach)
    answered = await anonymous.post("/sms/inbound", **answer(reach.sms_number.removeprefix("+"), said))
    assert answered.status_code == 204
    [reach] = await rows(house, cast, CoacheeReach)
    assert (reach.sms_number, reach.channels) == (None, ["email"])
    [test] = [one for one in await rows(house, cast, Message) if one.kind == "channel_test"]
    assert (test.state, test.address) == ("cancelled", None)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert not await people.has_consent(work, amir.coachee_id, Purpose.CHANNEL_SMS)


@pytest.mark.parametrize(("said", "state"), [("PAUZE", PlanState.PAUSED), ("hallo?", PlanState.ACCEPTED)])
async def test_pause_pauses_her_check_ins_and_anything_else_does_nothing(house, cast, anonymous, said, state):
    amir = await texted(house, cast, number=f"+3248{cast.practice_id.int % 10**7:07}")
    [reach] = await rows(house, cast, CoacheeReach)
    assert (await anonymous.post("/sms/inbound", **answer(reach.sms_number, said))).status_code == 204
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert (await checkins.get_plan(work, amir.plan_id)).state == state


async def test_only_the_gateway_is_listened_to_and_an_unknown_number_changes_nothing(anonymous):
    wrong = await anonymous.post("/sms/inbound", **answer(NUMBER, "STOP", secret="guessed"))
    assert (wrong.status_code, wrong.json()["type"]) == (401, "/problems/sms-secret-wrong")
    for number in ("+32499999999", "Bank", ""):
        assert (await anonymous.post("/sms/inbound", **answer(number, "STOP"))).status_code == 204
