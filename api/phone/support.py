"""The button for when it is not going well: help lines at once, and her coach only if she asks for that."""

from litestar import Response

from api.phone.pages import page
from api.phone.visits import Visit
from domain import support
from domain.checkins import Sent
from domain.kit.ids import CheckInId
from domain.support import SupportEvent, Trigger


def is_asked(sent: Sent) -> bool:
    return sent.has("support", "now") or sent.has("support", "tell")


async def take(visit: Visit, sent: Sent) -> Response[str]:
    """The numbers first; then whether her coach may know, and nobody knows unless she says yes."""
    tell_coach = sent.has("support", "tell")
    event = await support.ask_for_help(visit.work, CheckInId(visit.subject_id), tell_coach=tell_coach)
    return page("support.html", visit.language, asked=_asked(event, tell_coach=tell_coach), declared=True, soft="soft")


def _asked(event: SupportEvent, *, tell_coach: bool) -> str | None:
    """The words on who was asked to get in touch; None while she did not want anybody to be."""
    if event.backup_alerted_at is not None:
        return "backup_told"
    if event.alerted_at is not None:
        return "told"
    return "not_told" if tell_coach else None


async def offer(visit: Visit) -> Response[str] | None:
    """The same numbers, softly, after answers that felt heavy; None where they did not."""
    found = await support.look_after(visit.work, CheckInId(visit.subject_id))
    if found is None:
        return None
    soft = "words" if found is Trigger.WORDS else "soft"
    return page("support.html", visit.language, asked=None, declared=False, soft=soft)
