"""What a page's script adds to a form: the answer's id, and what the phone's clock said."""

from datetime import UTC, datetime
from uuid import UUID

from domain.checkins import Client, Sent
from domain.kit.calendar import known_zone
from domain.kit.errors import DomainError


def read_client(sent: Sent) -> Client | None:
    """Nothing where the page had no script; what makes no sense is left out, for it is not hers to mend."""
    try:
        answer_id = UUID(sent.shown("answer_id"))
    except ValueError:
        return None
    return Client(
        id=answer_id,
        started_at=_moment(sent.shown("started_at")),
        written_at=_moment(sent.shown("written_at")),
        now=_moment(sent.shown("client_now")),
        zone=_zone(sent.shown("zone")),
    )


def _moment(typed: str) -> datetime | None:
    """ISO 8601 with its offset from UTC, as scripts write it."""
    try:
        moment = datetime.fromisoformat(typed[:40])
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _zone(typed: str) -> str | None:
    try:
        return known_zone(typed[:64])
    except DomainError:
        return None
