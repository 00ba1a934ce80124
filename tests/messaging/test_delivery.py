import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.kit.work import OPERATOR, begin
from domain.messaging import (
    Event,
    Language,
    MailDeferred,
    MailerUnreachable,
    MailRefused,
    MemoryMailer,
    MessageState,
    SmtpMailer,
    cancel_messages,
    deliver_due,
    next_delivery_at,
    retry_message,
)
from domain.messaging.delivery import BACKOFF, LEASE, MOST_ATTEMPTS, OUTAGE_PAUSE
from tests.conftest import NOON
from tests.messaging import make
from tests.messaging.make import SENDER, Post, mail_server
from tests.patience import PATIENCE

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]


@pytest.fixture
async def deliver(quiet, sweep_house):
    """Deliver what is due with a mailer."""

    async def run(mailer, limit=50):
        return await deliver_due(sweep_house, mailer, SENDER, make.names, limit)

    return run


async def test_a_mail_leaves_and_its_address_is_forgotten(house, cast, deliver):
    message_id = await make.message(house, cast, address="amir@example.org")
    mailer = MemoryMailer()
    assert await deliver(mailer) == (1, 0)
    assert await deliver(mailer) == (0, 0)
    [mail] = mailer.mails
    assert (mail.to, mail.sender_name) == ("amir@example.org", "Praktijk Lena")
    assert mail.message_id == f"<{message_id}@coach.example>"
    [message] = await make.messages(house, cast)
    assert (message.state, message.address, message.sent_at) == (MessageState.SENT, None, NOON)
    assert (message.leased_until, message.attempts) == (None, 1)


async def test_what_left_is_an_event(house, cast, deliver):
    message_id = await make.message(house, cast)
    await deliver(MemoryMailer())
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = select(Event).where(Event.practice_id == cast.practice_id, Event.subject_id == message_id)
        [event] = (await work.session.scalars(query)).all()
    assert (event.kind, event.facts) == ("message_sent", {"mail": "invitation", "attempts": 1})


@pytest.mark.parametrize(("kind", "fact", "page"), [("check_in", "check_in", "c"), ("plan_proposed", "plan", "p")])
async def test_a_link_is_made_when_the_mail_is_written(house, cast, deliver, vault, kind, fact, page):
    thing = "0199aaaa-0000-7000-8000-000000000001"
    await make.message(house, cast, kind, link=f"{fact}:{thing}")
    mailer = MemoryMailer()
    await deliver(mailer)
    link = f"https://coach.example/{page}/{vault.token(fact, thing)}"
    assert f"\n{link}\n" in mailer.mails[0].text
    assert vault.token(fact, thing) not in str((await make.messages(house, cast))[0].facts)


async def test_mails_of_every_practice_leave_in_their_own_name(house, cast, other_cast, sweep_house):
    from domain.practice import sender_names  # noqa: PLC0415 - what the scheduler passes in

    await make.message(house, cast)
    await make.message(house, other_cast, language=Language.FR)
    mailer = MemoryMailer()
    await deliver_due(sweep_house, mailer, SENDER, sender_names)
    assert {(mail.sender_name, mail.language) for mail in mailer.mails} == {("Praktijk Lena", "nl"), ("Bo & Co", "fr")}


async def test_nothing_leaves_before_it_is_due(house, cast, deliver, clock, sweep_house):
    await make.message(house, cast, due_at=NOON + timedelta(hours=1))
    assert await deliver(MemoryMailer()) == (0, 0)
    async with sweep_house.sessions() as session:
        assert await next_delivery_at(session) == NOON + timedelta(hours=1)
    clock.move(hours=1)
    assert await deliver(MemoryMailer()) == (1, 0)
    async with sweep_house.sessions() as session:
        assert await next_delivery_at(session) is None


async def test_a_refused_recipient_is_parked_at_once(house, cast, deliver):
    await make.message(house, cast, address="gone@example.org")
    await make.message(house, cast, address="here@example.org")

    def gone(address):
        return "550 5.1.1 <gone@example.org> unknown" if address == "gone@example.org" else make.ACCEPTED

    async with mail_server(Post(to_recipient=gone)) as post:
        assert await deliver(SmtpMailer(host="127.0.0.1", port=post.port)) == (1, 1)
    first, second = await make.messages(house, cast)
    assert (first.state, first.last_error) == (MessageState.PARKED, "MailRefused: 550 5.1.1")
    assert second.state == MessageState.SENT
    assert [mail["To"] for mail in post.mails] == ["here@example.org"]


async def test_a_mail_waits_for_a_server_that_is_down_and_is_parked_after_eight_attempts(
    house, cast, deliver, clock, sweep_house
):
    message_id = await make.message(house, cast)
    async with mail_server(Post()) as post:
        pass
    mailer = SmtpMailer(host="127.0.0.1", port=post.port)
    for attempt, wait in enumerate(BACKOFF, start=1):
        assert await deliver(mailer) == (0, 1)
        [message] = await make.messages(house, cast)
        assert (message.state, message.attempts, message.leased_until) == (MessageState.QUEUED, attempt, None)
        assert wait * 0.9 <= message.due_at - clock.now <= wait * 1.1
        assert message.last_error.startswith("MailerUnreachable: ")
        assert await deliver(mailer) == (0, 0)
        async with sweep_house.sessions() as session:
            assert await next_delivery_at(session) == message.due_at
        clock.now = message.due_at
    assert await deliver(mailer) == (0, 1)
    [message] = await make.messages(house, cast)
    assert (message.state, message.attempts) == (MessageState.PARKED, MOST_ATTEMPTS)
    assert message.address is not None
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await retry_message(work, message_id)
    async with mail_server(post):
        assert await deliver(mailer) == (1, 0)
    assert [mail["Message-ID"] for mail in post.mails] == [f"<{message_id}@coach.example>"]


async def test_an_unreachable_server_costs_one_mail_an_attempt_and_the_others_nothing(house, cast, deliver, clock):
    for _ in range(5):
        await make.message(house, cast)
    mailer = MemoryMailer(trouble=lambda _: MailerUnreachable("away"))
    assert await deliver(mailer) == (0, 1)
    messages = await make.messages(house, cast)
    assert Counter(message.attempts for message in messages) == {1: 1, 0: 4}
    assert all(message.leased_until is None for message in messages)
    assert all(message.due_at == NOON + OUTAGE_PAUSE for message in messages if message.attempts == 0)
    clock.move(minutes=1)
    mailer.trouble = None
    assert await deliver(mailer) == (5, 0)


async def test_a_mail_that_must_wait_does_not_hold_up_the_others(house, cast, deliver):
    await make.message(house, cast, address="grey@example.org")
    await make.message(house, cast)
    mailer = MemoryMailer(trouble=lambda mail: MailDeferred("450") if "grey" in mail.to else None)
    assert await deliver(mailer) == (1, 1)


async def test_a_broken_mailer_neither_stops_the_round_nor_tells_an_address(house, cast, deliver, caplog):
    await make.message(house, cast, address="amir@example.org")
    await make.message(house, cast)

    def broken(mail):
        if mail.to == "amir@example.org":
            raise RuntimeError(mail.to)

    assert await deliver(MemoryMailer(trouble=broken)) == (1, 1)
    message = (await make.messages(house, cast))[0]
    assert (message.state, message.last_error) == (MessageState.QUEUED, "MailDeferred: unforeseen RuntimeError")
    assert "amir@example.org" not in caplog.text


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("newsletter", {}),
        ("check_in", {}),
        ("check_in", {"link": "check_in:no-id"}),
        ("check_in", {"link": "bank:0199aaaa-0000-7000-8000-000000000001"}),
        ("invoice_issued", {"due_on": "soon"}),
    ],
)
async def test_a_mail_that_cannot_be_written_is_parked(house, cast, deliver, kind, facts):
    await make.message(house, cast, kind, **facts)
    assert await deliver(MemoryMailer()) == (0, 1)
    [message] = await make.messages(house, cast)
    assert message.state == MessageState.PARKED
    assert message.last_error.startswith("MailRefused: cannot be written")


async def test_killed_between_sending_and_noting_it_is_sent_again_with_the_same_message_id(
    house, cast, deliver, clock, sweep_house
):
    await make.message(house, cast)
    mailer = MemoryMailer()

    class Killed(BaseException):
        pass

    class Crashing(MemoryMailer):
        async def send(self, mail):
            await mailer.send(mail)
            raise Killed

    with pytest.raises(Killed):
        await deliver(Crashing())
    assert await deliver(mailer) == (0, 0)
    async with sweep_house.sessions() as session:
        assert await next_delivery_at(session) == NOON + LEASE
    clock.now = NOON + LEASE
    assert await deliver(mailer) == (1, 0)
    first, second = mailer.mails
    assert first.message_id == second.message_id


async def test_told_to_stop_it_gives_back_what_it_did_not_try(house, cast, sweep_house, deliver):
    for _ in range(3):
        await make.message(house, cast)
    sending = asyncio.Event()

    class Hanging(MemoryMailer):
        async def send(self, mail):
            sending.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(deliver(Hanging()))
    await sending.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert Counter(message.attempts for message in await make.messages(house, cast)) == {1: 1, 0: 2}
    assert await deliver(MemoryMailer()) == (2, 0)


async def test_two_deliverers_at_once_send_nothing_twice(house, cast, deliver):
    for _ in range(60):
        await make.message(house, cast)

    all_send = asyncio.Barrier(3)

    class AtOnce(MemoryMailer):
        """Waits with its first mail for the first of the others."""

        async def send(self, mail):
            if not self.mails:
                await all_send.wait()
            await super().send(mail)

    mailers = [AtOnce(), AtOnce(), AtOnce()]

    async def until_done(mailer):
        while (await deliver(mailer, 10)).done:
            pass

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(until_done(mailer) for mailer in mailers))
    sent = Counter(mail.message_id for mailer in mailers for mail in mailer.mails)
    assert len(sent) == 60
    assert set(sent.values()) == {1}
    assert all(mailer.mails for mailer in mailers)
    assert {message.state for message in await make.messages(house, cast)} == {MessageState.SENT}


async def test_a_mail_cancelled_while_the_round_runs_does_not_leave(house, cast, deliver):
    await make.message(house, cast, address="first@example.org")
    await make.message(house, cast, address="second@example.org")
    second = (await make.messages(house, cast))[1]

    class Meanwhile(MemoryMailer):
        async def send(self, mail):
            await super().send(mail)
            async with begin(house, cast.practice_id, OPERATOR) as work:
                await cancel_messages(work, second.recipient_id, kind="invitation")

    mailer = Meanwhile()
    assert await deliver(mailer) == (1, 0)
    assert [mail.to for mail in mailer.mails] == ["first@example.org"]
    cancelled = (await make.messages(house, cast))[1]
    assert (cancelled.state, cancelled.address) == (MessageState.CANCELLED, None)


async def test_a_mail_that_would_come_too_late_is_cancelled(house, cast, deliver, clock):
    thing = UUID(int=7)
    await make.message(house, cast, "check_in", link=f"check_in:{thing}", good_until=NOON + timedelta(hours=2))
    assert await deliver(MemoryMailer(trouble=lambda _: MailDeferred("450"))) == (0, 1)
    clock.move(hours=2)
    mailer = MemoryMailer()
    assert await deliver(mailer) == (0, 0)
    assert mailer.mails == []
    assert (await make.messages(house, cast))[0].state == MessageState.CANCELLED


async def test_a_message_without_an_address_is_parked(house, cast, deliver):
    await make.message(house, cast)
    mailer = MemoryMailer(trouble=lambda _: MailRefused("550"))
    await deliver(mailer)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [message] = await make.messages(house, cast)
        message = await retry_message(work, message.id)
        message.address = None
    assert await deliver(MemoryMailer()) == (0, 1)
    assert (await make.messages(house, cast))[0].last_error == "MailRefused: no address"
