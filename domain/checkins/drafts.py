"""An answer that she has begun and not sent: kept sealed, so that she can go on later; and that a question was seen."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from domain import people
from domain.checkins.model import CheckIn, CheckInDraft, CheckInNotFound
from domain.checkins.states import CheckInState
from domain.kit.ids import CheckInId
from domain.kit.work import Work, find
from domain.messaging import cancel_messages

OPEN = (CheckInState.SENT, CheckInState.STARTED)
Fields = Mapping[str, Sequence[str]]


async def note_opened(work: Work, check_in_id: CheckInId) -> None:
    """That she has the question before her: told by the page once she touches it, never by fetching it alone."""
    check_in = await find(work, CheckIn, check_in_id, CheckInNotFound, lock=True)
    if check_in.state in OPEN:
        check_in.opened_at = check_in.opened_at or work.now
        await cancel_messages(work, check_in.coachee_id, kind="check_in")  # it need not come by another channel


async def keep_draft(work: Work, check_in_id: CheckInId, fields: Fields) -> None:
    """Keep what she has typed so far, in place of what she had; of a question that is closed nothing is kept."""
    check_in = await find(work, CheckIn, check_in_id, CheckInNotFound, lock=True)
    if check_in.state not in OPEN or work.now >= check_in.expires_at:
        return
    check_in.opened_at = check_in.opened_at or work.now
    check_in.started_at = check_in.started_at or work.now
    content = json.dumps({name: list(values) for name, values in fields.items()})
    sealed = await people.seal(work, check_in.coachee_id, content, _context(check_in_id))
    row = {
        "practice_id": work.practice_id,
        "id": check_in_id,
        "coachee_id": check_in.coachee_id,
        "sealed_fields": sealed,
        "saved_at": work.now,
    }
    kept = insert(CheckInDraft).values(row)
    fresh = {"sealed_fields": sealed, "saved_at": work.now}
    await work.session.execute(kept.on_conflict_do_update(index_elements=["practice_id", "id"], set_=fresh))


async def read_draft(work: Work, check_in_id: CheckInId) -> dict[str, list[str]]:
    """What she had typed; nothing where she had not begun."""
    draft = await work.session.get(CheckInDraft, (work.practice_id, check_in_id))
    if draft is None:
        return {}
    return json.loads(await people.unseal(work, draft.coachee_id, draft.sealed_fields, _context(check_in_id)))


async def drop_draft(work: Work, check_in_id: CheckInId) -> None:
    await work.session.execute(
        delete(CheckInDraft).where(CheckInDraft.practice_id == work.practice_id, CheckInDraft.id == check_in_id)
    )


def _context(check_in_id: CheckInId) -> str:
    return f"draft:{check_in_id}"
