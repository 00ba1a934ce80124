"""Web push from a subscription on her phone to what her phone shows, by a push service that looks closely."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from commands.outbound import HttpCourier
from commands.push_service import push_service
from domain import checkins, people
from domain.checkins import CheckIn
from domain.kit.egress import AddressNotPublic, AddressUnusable, Egress
from domain.kit.work import OPERATOR, Actor, ActorKind, begin, transaction
from domain.messaging import (
    Attempt,
    Channel,
    MemoryMailer,
    Message,
    MessageState,
    Outcome,
    carry_due,
    deliver_due,
    next_delivery_at,
)
from domain.messaging.push_service import Answer
from domain.people import Purpose, PushSubscription, PushWay
from scheduler.main import SWEEPS
from scheduler.sweep import Tools, run
from tests.checkins import make
from tests.messaging.make import SENDER, names

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]
CONTACT = "mailto:post@coach.example"
SILENT = next(sweep for sweep in SWEEPS if sweep.name == "drop silent browsers")


@pytest.fixture
async def service():
    async with push_service() as running:
        yield running


@pytest.fixture
def egress(service):
    return Egress(frozenset({service.origin}))


@pytest.fixture
async def deliver(sweep_house, egress):
    """Deliver what is due by both ways, as the scheduler does; the mails that left."""
    mailer = MemoryMailer()

    async def run():
        async with HttpCourier(egress) as courier:
            await carry_due(sweep_house, PushWay(sweep_house, courier, SENDER, CONTACT), names)
        await deliver_due(sweep_house, mailer, SENDER, names)
        return mailer.mails

    return run


def hers(house, cast, coachee_id):
    return begin(house, cast.practice_id, Actor(ActorKind.COACHEE, coachee_id))


async def subscribe(house, cast, coachee_id, service, egress):
    async with hers(house, cast, coachee_id) as work:
        key = (await people.push_key(work)).key
        browser = service.subscribe(key)
        await people.switch_push_on(
            work, coachee_id, address=browser.endpoint, receiver=browser.receiver, key=key, egress=egress
        )
    return browser


async def rows(house, cast, table, *where):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = select(table).where(table.practice_id == cast.practice_id, *where).order_by(table.id)
        found = list((await work.session.scalars(query)).all())
    return sorted(found, key=lambda one: (one.kind, one.facts.get("step", 1))) if table is Message else found


async def states(house, cast):
    return [(one.kind, one.channel, one.state) for one in await rows(house, cast, Message)]


async def prompted(house, sweep_house, cast, service, egress, *, reminder=False):
    """Amir, with a browser that is notified and a question that is due and was sent."""
    [amir] = await make.plant(house, cast)
    if reminder:
        async with begin(house, cast.practice_id, OPERATOR) as work:
            plan = await checkins.get_plan(work, amir.plan_id, lock=True)
            plan.terms = make.terms(reminder=True)
    browser = await subscribe(house, cast, amir.coachee_id, service, egress)
    assert await checkins.send_due(sweep_house) == (1, 0)
    return amir, browser


async def test_a_prompt_comes_to_her_phone_alone_until_the_next_channel_has_its_turn(
    house, sweep_house, cast, service, egress, deliver
):
    amir, browser = await prompted(house, sweep_house, cast, service, egress)
    assert await deliver() == []
    [pushed] = browser.shown
    token = house.vault.token("check_in", str(amir.check_in_ids[0]))
    assert pushed.notification == {
        "title": "Jouw plek",
        "body": "Je hebt een moment voor jezelf.",
        "lang": "nl",
        "dir": "ltr",
        "navigate": f"https://coach.example/c/{token}",
        "tag": pushed.topic,
        "silent": False,
    }
    assert (pushed.ttl, pushed.urgency, len(pushed.topic)) == (4 * 3600, "normal", 22)
    assert pushed.text.startswith('{"web_push": 8030')
    assert await states(house, cast) == [("check_in", "push", "sent"), ("check_in", "email", "queued")]
    async with sweep_house.sessions() as session:
        assert await next_delivery_at(session, Channel.PUSH) is None
        assert await next_delivery_at(session) == house.clock() + timedelta(minutes=30)


async def paused_in_silence(house, cast, amir):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = await checkins.get_plan(work, amir.plan_id, lock=True)
        plan.silent_since = plan.tend_at = work.now - timedelta(days=14)
        await work.session.flush()
        await checkins.tend_plan(work, amir.plan_id)


async def test_a_notice_comes_by_the_first_channel_that_brings_it_and_by_no_other(
    house, cast, service, egress, deliver, clock
):
    [amir] = await make.plant(house, cast)
    browser = await subscribe(house, cast, amir.coachee_id, service, egress)
    await paused_in_silence(house, cast, amir)
    assert await deliver() == []
    [pushed] = browser.shown
    assert pushed.notification["body"] == "Je momenten staan stil, tot jij weer wilt."
    assert pushed.notification["navigate"] == f"https://coach.example/p/{house.vault.token('plan', str(amir.plan_id))}"
    clock.move(days=2)
    assert await deliver() == []
    assert await states(house, cast) == [("check_in_paused", "push", "sent"), ("check_in_paused", "email", "cancelled")]


async def test_a_notice_that_her_browser_no_longer_takes_comes_by_mail_at_once(house, cast, service, egress, deliver):
    [amir] = await make.plant(house, cast)
    browser = await subscribe(house, cast, amir.coachee_id, service, egress)
    browser.trouble = Answer(410, {})
    await paused_in_silence(house, cast, amir)
    mails = await deliver()
    assert [(mail.to, mail.subject) for mail in mails] == [(f"{amir.coachee_id}@example.org", "Je momenten staan stil")]


async def test_unopened_for_half_an_hour_it_comes_by_mail_too_and_opened_it_does_not(
    house, sweep_house, cast, service, egress, deliver, clock
):
    amir, _ = await prompted(house, sweep_house, cast, service, egress)
    eva, _ = await prompted(house, sweep_house, cast, service, egress)
    await deliver()
    async with hers(house, cast, eva.coachee_id) as work:
        await checkins.note_opened(work, eva.check_in_ids[0])
    clock.move(minutes=29)
    assert await deliver() == []
    clock.move(minutes=1)
    assert [mail.to for mail in await deliver()] == [f"{amir.coachee_id}@example.org"]
    attempts = await rows(house, cast, Attempt, Attempt.subject_id == amir.check_in_ids[0])
    assert [(one.channel, one.outcome) for one in attempts] == [("push", "sent"), ("email", "sent")]


async def test_a_prompt_never_escalates_into_the_quiet_hours(house, sweep_house, cast, service, egress, deliver, clock):
    clock.now = clock.now.replace(hour=19, minute=45)  # a quarter to nine in the evening; it is quiet from nine on
    await prompted(house, sweep_house, cast, service, egress)
    await deliver()
    clock.move(minutes=31)
    assert await deliver() == []
    assert [state for *_, state in await states(house, cast)] == ["sent"]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten_and_a_mail_follows_at_once_and_says_so(
    house, sweep_house, cast, service, egress, deliver, status
):
    amir, browser = await prompted(house, sweep_house, cast, service, egress)
    browser.trouble = Answer(status, {})
    [mail] = await deliver()
    assert "De meldingen op je telefoon kwamen niet meer aan." in mail.text
    assert await rows(house, cast, PushSubscription) == []
    async with hers(house, cast, amir.coachee_id) as work:
        now = await people.channels_of(work, amir.coachee_id)
    assert [(one.channel, one.in_use, one.health.ails) for one in now.channels] == [
        ("push", False, True),
        ("email", True, False),
        ("sms", False, False),
    ]


async def test_too_many_is_tried_again_when_the_push_service_says_and_never_beside_the_mail(
    house, sweep_house, cast, service, egress, deliver, clock
):
    _, browser = await prompted(house, sweep_house, cast, service, egress)
    browser.trouble = Answer(429, {"retry-after": "600"})
    assert await deliver() == []
    [push, _] = await rows(house, cast, Message)
    assert (push.state, push.due_at) == (MessageState.QUEUED, house.clock() + timedelta(minutes=10))
    browser.trouble = Answer(503, {"retry-after": "86400"})
    clock.move(minutes=10)
    await deliver()
    clock.move(minutes=20)
    browser.trouble = None
    assert len(await deliver()) == 1  # the mail's turn: what the phone has not had is taken back
    clock.move(days=1)
    await deliver()
    assert browser.shown == []
    assert [(channel, state) for _, channel, state in await states(house, cast)] == [
        ("push", "cancelled"),
        ("email", "sent"),
    ]
    attempts = await rows(house, cast, Attempt)
    assert [one.outcome for one in attempts] == [Outcome.PUT_OFF, Outcome.PUT_OFF, Outcome.SENT]


async def test_a_browser_that_refuses_three_times_in_a_row_is_dropped(
    house, sweep_house, cast, service, egress, deliver, clock
):
    [amir] = await make.plant(house, cast)
    browser = await subscribe(house, cast, amir.coachee_id, service, egress)
    for trouble, left in ((400, 1), (400, 1), (None, 1), (400, 1), (403, 1), (400, 0)):
        browser.trouble = trouble and Answer(trouble, {})
        async with hers(house, cast, amir.coachee_id) as work:
            await people.try_channel(work, amir.coachee_id, Channel.PUSH)
        await deliver()
        assert len(await rows(house, cast, PushSubscription)) == left


async def test_a_reminder_comes_by_the_channel_that_brought_the_prompt_and_replaces_it(
    house, sweep_house, cast, service, egress, deliver, clock
):
    _, browser = await prompted(house, sweep_house, cast, service, egress, reminder=True)
    browser.away = True
    await deliver()
    clock.move(minutes=30)
    assert len(await deliver()) == 1
    clock.move(minutes=90)
    assert len(await deliver()) == 2  # it was the mail that came last
    browser.come_back(service.clock())
    assert len(browser.shown) == 1


async def test_a_reminder_by_push_takes_the_place_of_the_prompt_on_her_phone(
    house, sweep_house, cast, service, egress, deliver, clock
):
    _, browser = await prompted(house, sweep_house, cast, service, egress, reminder=True)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for mail in (await work.session.scalars(select(Message).where(Message.channel == Channel.EMAIL))).all():
            mail.cancel()
    browser.away = True
    await deliver()
    clock.move(hours=2)
    await deliver()
    browser.come_back(service.clock())
    assert [one.notification["body"] for one in browser.shown] == ["Je moment staat nog klaar."]


async def test_nothing_more_is_sent_once_she_said_no_or_its_time_is_over(
    house, sweep_house, cast, service, egress, deliver, clock
):
    amir, hers_first = await prompted(house, sweep_house, cast, service, egress, reminder=True)
    _, hers_second = await prompted(house, sweep_house, cast, service, egress, reminder=True)
    await deliver()
    async with hers(house, cast, amir.coachee_id) as work:
        await checkins.decline_check_in(work, amir.check_in_ids[0])
    clock.move(hours=5)
    assert await deliver() == []
    assert (len(hers_first.shown), len(hers_second.shown)) == (1, 1)
    assert {state for _, _, state in await states(house, cast)} == {"sent", "cancelled"}


async def test_by_mail_alone_once_she_took_back_her_consent_to_notifications(
    house, sweep_house, cast, service, egress, deliver, clock
):
    amir, browser = await prompted(house, sweep_house, cast, service, egress)
    async with hers(house, cast, amir.coachee_id) as work:
        await people.withdraw_purpose(work, amir.coachee_id, Purpose.CHANNEL_PUSH)
    clock.move(hours=1)
    assert len(await deliver()) == 1  # by mail she still wants it
    assert browser.shown == []
    assert await rows(house, cast, PushSubscription) == []


async def test_without_any_channel_left_a_check_in_is_cancelled(house, sweep_house, cast):
    [amir] = await make.plant(house, cast)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.withdraw_purpose(work, amir.coachee_id, Purpose.CHANNEL_EMAIL)
    await checkins.send_due(sweep_house)
    [check_in] = await rows(house, cast, CheckIn)
    assert (check_in.state, check_in.reason) == ("cancelled", "consent_withdrawn")


async def test_by_push_alone_where_she_wants_no_mail(house, sweep_house, cast, service, egress, deliver):
    [amir] = await make.plant(house, cast)
    browser = await subscribe(house, cast, amir.coachee_id, service, egress)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.withdraw_purpose(work, amir.coachee_id, Purpose.CHANNEL_EMAIL)
    await checkins.send_due(sweep_house)
    assert await deliver() == []
    assert len(browser.shown) == 1


async def test_her_lock_screen_speaks_plainly_only_where_she_chose_it(
    house, sweep_house, cast, service, egress, deliver
):
    amir, browser = await prompted(house, sweep_house, cast, service, egress)
    async with hers(house, cast, amir.coachee_id) as work:
        await people.speak_plainly(work, amir.coachee_id, explicit=True)
    await deliver()
    assert browser.shown[0].notification["body"] == "Er staat een korte vraag van je coaching klaar."


async def test_a_new_key_of_the_installation_silences_nobody(house, sweep_house, cast, service, egress, deliver):
    amir, old = await prompted(house, sweep_house, cast, service, egress)
    async with transaction(house.sessions) as session:
        assert await people.rotate_push_key(session) == 2
    new = await subscribe(house, cast, amir.coachee_id, service, egress)
    assert new.application_key != old.application_key
    await deliver()
    assert service.refused == []
    assert (len(old.shown), len(new.shown)) == (1, 1)


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("https://127.0.0.1/push", AddressNotPublic),
        ("https://[::ffff:10.0.0.1]/push", AddressNotPublic),
        ("https://169.254.169.254/latest", AddressNotPublic),
        ("http://push.example/1", AddressUnusable),
    ],
)
async def test_an_internal_address_is_refused_when_she_subscribes(house, cast, service, egress, address, refusal):
    [amir] = await make.plant(house, cast)
    receiver = service.subscribe("key").receiver
    with pytest.raises(refusal) as refused:
        async with hers(house, cast, amir.coachee_id) as work:
            await people.switch_push_on(
                work, amir.coachee_id, address=address, receiver=receiver, key=None, egress=egress
            )
    assert refused.value.field == "endpoint"
    assert await rows(house, cast, PushSubscription) == []


async def prompted_at_a_public_place(house, sweep_house, cast, service, egress):
    [amir] = await make.plant(house, cast)
    async with hers(house, cast, amir.coachee_id) as work:
        browser = service.subscribe((await people.push_key(work)).key)
        await people.switch_push_on(
            work,
            amir.coachee_id,
            address="https://push.example/1",
            receiver=browser.receiver,
            key=None,
            egress=egress,
        )
    await checkins.send_due(sweep_house)


async def test_an_address_that_points_inside_by_the_time_of_sending_gets_nothing(
    house, sweep_house, cast, service, egress
):
    """DNS rebinding: public when she subscribed, a private place when we send."""
    answers = [["8.8.8.8"], ["10.0.0.7"]]

    async def resolve(host, port):
        return answers.pop(0) if len(answers) > 1 else answers[0]

    rebinding = Egress(resolve=resolve)
    await prompted_at_a_public_place(house, sweep_house, cast, service, rebinding)
    async with HttpCourier(rebinding) as courier:
        assert await carry_due(sweep_house, PushWay(sweep_house, courier, SENDER, CONTACT), names) == (0, 1)
    [attempt] = await rows(house, cast, Attempt)
    assert (attempt.outcome, attempt.reason) == (Outcome.GIVEN_UP, "address-not-public")
    assert await rows(house, cast, PushSubscription) == []


async def test_while_names_cannot_be_looked_up_her_browser_is_kept_and_tried_again(house, sweep_house, cast, service):
    answers = [["8.8.8.8"]]

    async def resolve(host, port):
        if not answers:
            raise OSError("no name server answers")
        return answers.pop()

    egress = Egress(resolve=resolve)
    await prompted_at_a_public_place(house, sweep_house, cast, service, egress)
    async with HttpCourier(egress) as courier:
        assert await carry_due(sweep_house, PushWay(sweep_house, courier, SENDER, CONTACT), names) == (0, 1)
    [attempt] = await rows(house, cast, Attempt)
    assert (attempt.outcome, attempt.reason) == (Outcome.PUT_OFF, "address-unknown")
    assert len(await rows(house, cast, PushSubscription)) == 1


async def test_a_redirect_is_not_followed(house, sweep_house, cast, service, egress, deliver):
    _, browser = await prompted(house, sweep_house, cast, service, egress)
    other = service.subscribe(browser.application_key)
    browser.trouble = Answer(307, {"location": other.endpoint})
    await deliver()
    assert other.shown == []
    [attempt, _] = await rows(house, cast, Attempt)
    assert (attempt.outcome, attempt.reason) == (Outcome.GIVEN_UP, "push service: 307")


async def test_a_push_service_that_does_not_answer_is_tried_again(house, sweep_house, cast):
    async with push_service() as running:
        egress = Egress(frozenset({running.origin}))
        await prompted(house, sweep_house, cast, running, egress)
    async with HttpCourier(egress) as courier:
        assert await carry_due(sweep_house, PushWay(sweep_house, courier, SENDER, CONTACT), names) == (0, 1)
    [attempt] = await rows(house, cast, Attempt)
    assert (attempt.outcome, attempt.reason) == (Outcome.PUT_OFF, "ConnectError")


async def test_her_browsers_are_forgotten_with_her_file_and_with_her_key(house, cast, service, egress):
    for end in (people.archive_coachee, people.destroy_text):
        [amir] = await make.plant(house, cast)
        await subscribe(house, cast, amir.coachee_id, service, egress)
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await end(work, amir.coachee_id)
        assert await rows(house, cast, PushSubscription) == []


async def test_a_browser_of_which_nothing_was_heard_for_long_is_dropped_and_she_is_told(
    house, sweep_house, cast, service, egress, deliver, clock
):
    amir, browser = await prompted(house, sweep_house, cast, service, egress)
    await deliver()
    assert len(browser.shown) == 1
    tools = Tools(sweep_house, MemoryMailer(), SENDER)
    for days, left in ((59, 1), (1, 0)):
        clock.move(days=days)
        assert (await run(SILENT, tools)).failed == 0
        assert len(await rows(house, cast, PushSubscription)) == left
    assert (await run(SILENT, tools)).done == 0
    [told] = await rows(house, cast, Message, Message.kind == "notifications_lost")
    assert (told.channel, told.state, told.facts) == (Channel.EMAIL, MessageState.QUEUED, {"link": "me/channels"})
    assert 10 <= told.due_at.astimezone(ZoneInfo("Europe/Brussels")).hour < 20
    await subscribe(house, cast, amir.coachee_id, service, egress)
    [told] = await rows(house, cast, Message, Message.kind == "notifications_lost")
    assert told.state == MessageState.CANCELLED


async def test_whoever_still_has_a_browser_that_works_is_told_nothing(house, sweep_house, cast, service, egress, clock):
    amir, _ = await prompted(house, sweep_house, cast, service, egress)
    clock.move(days=30)
    await subscribe(house, cast, amir.coachee_id, service, egress)
    clock.move(days=31)
    await run(SILENT, Tools(sweep_house, MemoryMailer(), SENDER))
    assert len(await rows(house, cast, PushSubscription)) == 1
    assert await rows(house, cast, Message, Message.kind == "notifications_lost") == []


async def test_four_schedulers_at_once_drop_it_once(house, sweep_house, cast, service, egress, clock):
    await prompted(house, sweep_house, cast, service, egress)
    clock.move(days=61)
    tools = Tools(sweep_house, MemoryMailer(), SENDER)
    outcomes = await asyncio.gather(*(SILENT.act(tools) for _ in range(4)))
    assert {outcome.failed for outcome in outcomes} == {0}
    assert len(await rows(house, cast, Message, Message.kind == "notifications_lost")) == 1


async def test_her_coach_sees_by_what_it_came_and_another_practice_sees_nothing(
    house, sweep_house, cast, service, egress, deliver, cas, bo
):
    amir, browser = await prompted(house, sweep_house, cast, service, egress)
    browser.trouble = Answer(410, {})
    await deliver()
    answer = await cas.get(f"/v1/check-ins/{amir.check_in_ids[0]}/deliveries")
    told = [(one["kind"], one["channel"], one["outcome"], one["reason"]) for one in answer.json()["items"]]
    assert told == [
        ("check_in", "push", "given_up", "push service: 410"),
        ("check_in", "email", "sent", None),
    ]
    assert "moment" not in answer.text
    foreign = await bo.get(f"/v1/check-ins/{amir.check_in_ids[0]}/deliveries")
    assert (foreign.status_code, foreign.json()["type"]) == (404, "/problems/check-in-not-found")
