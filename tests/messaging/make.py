"""Messages and mail servers for tests."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from httpx import AsyncClient
from sqlalchemy import select, text

from domain.kit.ids import MessageId, new_id
from domain.kit.work import OPERATOR, House, begin
from domain.messaging import Language, Message, Recipient, SenderSettings, post
from tests.factories import Cast
from tests.patience import PATIENCE

SENDER = SenderSettings(base_url="https://coach.example", from_address="post@coach.example")
ACCEPTED = "250 taken"


async def message(
    house: House, cast: Cast, kind: str = "invitation", *, address: str = "", language: Language = Language.NL, **facts
) -> MessageId:
    """A queued mail to Amir, or to another address."""
    recipient = Recipient(new_id(), address or f"amir.{new_id()}@example.org", language)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        post(work, kind, recipient, **facts)
        await work.session.flush()
        query = select(Message.id).where(Message.recipient_id == recipient.id, Message.practice_id == cast.practice_id)
        return (await work.session.scalars(query)).one()


async def messages(house: House, cast: Cast) -> list[Message]:
    """Every mail of the practice, in the order in which they were queued."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        query = select(Message).where(Message.practice_id == cast.practice_id).order_by(Message.id)
        return list((await work.session.scalars(query)).all())


async def settle(house: House, cast: Cast) -> None:
    """Wait until all events so far can be read: every older transaction on the server, also another test's, is over."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        mine = await work.session.scalar(text("SELECT pg_current_xact_id()::text::bigint"))
    async with asyncio.timeout(PATIENCE):
        while True:
            async with house.sessions() as session:
                oldest = await session.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
            if oldest > mine:
                return
            await asyncio.sleep(0.01)


async def read_events(client: AsyncClient, house: House, cast: Cast, **asked: str) -> list[dict[str, Any]]:
    """The events so far that the client may read, the newest last; at most a hundred."""
    await settle(house, cast)
    answer = await client.get("/v1/events", params={"limit": 100} | asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def names(session: Any, practice_ids: set[Any]) -> dict[Any, str]:
    return dict.fromkeys(practice_ids, "Praktijk Lena")


@dataclass
class Post:
    """A real SMTP server's far side: keeps what it took, answers each recipient and each mail as it is told."""

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    to_recipient: Callable[[str], str] = lambda address: ACCEPTED
    to_content: Callable[[str], str] = lambda address: ACCEPTED

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = self.to_recipient(address)
        if answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self.to_content(envelope.rcpt_tos[0])
        if answer == ACCEPTED:
            self.taken.append(envelope)
        return answer

    def authenticate(self, server, session, envelope, mechanism, data: LoginPassword) -> AuthResult:
        self.logins.append(data.password)
        return AuthResult(success=data.password == b"open sesame", handled=False)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(envelope.content, policy=default) for envelope in self.taken]


@asynccontextmanager
async def mail_server(post_office: Post, *, tls: ssl.SSLContext | None = None, **settings) -> AsyncIterator[Post]:
    """An SMTP server on a free port of this machine, until the block ends."""
    conversations: list[SMTP] = []

    def answer_call() -> SMTP:
        conversations.append(SMTP(post_office, hostname="test", **settings))
        return conversations[-1]

    loop = asyncio.get_running_loop()
    server = await loop.create_server(answer_call, "127.0.0.1", post_office.port, ssl=tls)
    post_office.port = server.sockets[0].getsockname()[1]
    try:
        yield post_office
    finally:
        server.close()
        await server.wait_closed()
        for conversation in conversations:
            if conversation.transport is not None:
                with contextlib.suppress(AttributeError):  # Python before 3.11.5, of an encrypted one that has ended
                    conversation.transport.abort()
        await asyncio.sleep(0.01)  # the transports hear of it in the loop's next turns
