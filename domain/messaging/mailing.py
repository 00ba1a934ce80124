"""The way by mail: a message becomes a mail with its words, its link and its way out, and is handed to the mailer."""

from dataclasses import dataclass
from uuid import UUID

from domain.kit.secrets import Vault
from domain.kit.work import House
from domain.messaging.channels import Channel, Mail, Mailer, MailRefused
from domain.messaging.outbox import Message
from domain.messaging.pausing import pause_page
from domain.messaging.templates import WordingMissing, render

HEADERS = {"Auto-Submitted": "auto-generated"}  # RFC 3834: no out-of-office replies, please
# Where the link of each kind of thing opens.
PAGES = {
    "check_in": "c",
    "plan": "p",
    "review": "r",
    "assignment": "o",
    "agreement": "a",
    "development_plan": "d",
    "pulse": "t",
    "group_seat": "g",
    "guardian": "w",
    "sign_in": "me/in",
}
# What a coachee may pause without a word to anyone.
PAUSABLE = frozenset({"check_in", "check_in_reminder", "check_in_pace", "check_in_taper", "check_in_paused"})


@dataclass(frozen=True, slots=True)
class SenderSettings:
    """Where people reach us, and the address that mails come from."""

    base_url: str
    from_address: str


@dataclass(frozen=True, slots=True)
class MailWay:
    house: House
    mailer: Mailer
    sender: SenderSettings
    channel: Channel = Channel.EMAIL
    at_once: int = 1

    async def carry(self, message: Message, name: str) -> None:
        await self.mailer.send(self.write(message, name))

    def write(self, message: Message, name: str) -> Mail:
        if message.address is None:
            raise MailRefused("no address")
        try:
            link = page_of(message, self.house.vault, self.sender.base_url)
            facts = message.facts | self.code_of(message)
            words = render(message.kind, message.language, facts, practice_name=name, link=link)
        except (WordingMissing, ValueError, KeyError, TypeError) as error:
            raise MailRefused(f"cannot be written: {type(error).__name__}") from None
        return Mail(
            message_id=f"<{message.id}@{self.sender.from_address.rpartition('@')[2]}>",
            to=message.address,
            sender_name=words.sender,
            sender_address=self.sender.from_address,
            subject=words.subject,
            text=words.text,
            html=words.html,
            language=message.language,
            written_at=self.house.clock(),
            headers=HEADERS | self.way_out(message),
            attachments=message.attachments,
        )

    def way_out(self, message: Message) -> dict[str, str]:
        """What a mail program needs to show its own button (RFC 8058) on a mail that she asked for and may pause."""
        if message.kind not in PAUSABLE:
            return {}
        path = pause_page(self.house.vault, message.practice_id, message.recipient_id)
        address = f"<{self.sender.base_url.rstrip('/')}{path}>"
        return {"List-Unsubscribe": address, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}

    def code_of(self, message: Message) -> dict[str, str]:
        """What a fact `code` ("sign_in:<id>") stands for: six digits, made now and kept nowhere."""
        if (code := message.facts.get("code")) is None:
            return {}
        purpose, _, subject = str(code).partition(":")
        return {"code": self.house.vault.code(purpose, str(UUID(subject)))}


def page_of(message: Message, vault: Vault, base_url: str) -> str | None:
    """The address of the page that a fact `link` ("check_in:<id>") names; its token is made now, kept nowhere.

    A page of her own area ("me/digest") has no token: she signs in there.
    """
    if (link := message.facts.get("link")) is None:
        return None
    purpose, _, subject = str(link).partition(":")
    if not subject:
        return f"{base_url.rstrip('/')}/{purpose}"
    token = vault.token(purpose, str(UUID(subject)))
    return f"{base_url.rstrip('/')}/{PAGES[purpose]}/{token}"
