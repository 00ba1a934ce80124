"""Private text, sealed with its coachee's own key: destroy the key, and nobody reads it any more."""

from sqlalchemy import delete

from domain.kit.errors import Conflict
from domain.kit.ids import CoacheeId
from domain.kit.secrets import Vault
from domain.kit.work import Work
from domain.messaging import announce
from domain.people.model import CoacheeNotFound, PushSubscription, SealingKey
from domain.people.reach import forget_number


class TextDestroyed(Conflict):
    """The private text of this coachee was destroyed for good."""


def make_sealing_key(work: Work, coachee_id: CoacheeId) -> SealingKey:
    wrapped = work.vault.new_wrapped_key(coachee_id.bytes)
    return SealingKey(practice_id=work.practice_id, id=coachee_id, wrapped_key=wrapped)


async def seal(work: Work, coachee_id: CoacheeId, text: str, context: str) -> bytes:
    """Seal text for a coachee; `context` names the row and field, as in "note:<id>"."""
    return work.vault.seal(await _wrapped_key(work, coachee_id), coachee_id.bytes, text, context)


async def unseal(work: Work, coachee_id: CoacheeId, sealed: bytes, context: str) -> str:
    return work.vault.unseal(await _wrapped_key(work, coachee_id), coachee_id.bytes, sealed, context)


async def seal_content(work: Work, coachee_id: CoacheeId, content: bytes, context: str) -> bytes:
    """The same for a file."""
    return work.vault.seal_content(await _wrapped_key(work, coachee_id), coachee_id.bytes, content, context)


async def unseal_content(work: Work, coachee_id: CoacheeId, sealed: bytes, context: str) -> bytes:
    return work.vault.unseal_content(await _wrapped_key(work, coachee_id), coachee_id.bytes, sealed, context)


def open_sealed(vault: Vault, wrapped_key: bytes, coachee_id: CoacheeId, sealed: bytes, context: str) -> str:
    """The same for a read that fetched the coachee's wrapped key together with the text."""
    return vault.unseal(wrapped_key, coachee_id.bytes, sealed, context)


async def destroy_text(work: Work, coachee_id: CoacheeId) -> SealingKey:
    """Destroy the coachee's key: it cannot be undone. Destroying it again changes nothing."""
    key = await _sealing_key(work, coachee_id, lock=True)
    if key.wrapped_key is not None:
        key.wrapped_key, key.destroyed_at = None, work.now
        await work.session.flush()
        hers = (PushSubscription.practice_id == work.practice_id, PushSubscription.coachee_id == coachee_id)
        await work.session.execute(delete(PushSubscription).where(*hers))  # sealed with that key as well
        await forget_number(work, coachee_id)
        announce(work, "private_text_destroyed", coachee_id)
    return key


async def must_keep_text(work: Work, coachee_id: CoacheeId) -> None:
    """Nothing new begins for one whose text was destroyed, also where it seals nothing."""
    await _wrapped_key(work, coachee_id)


async def _wrapped_key(work: Work, coachee_id: CoacheeId) -> bytes:
    key = await _sealing_key(work, coachee_id)
    if key.wrapped_key is None:
        raise TextDestroyed(destroyed_at=key.destroyed_at)
    return key.wrapped_key


async def _sealing_key(work: Work, coachee_id: CoacheeId, *, lock: bool = False) -> SealingKey:
    place = (work.practice_id, coachee_id)
    key = await work.session.get(SealingKey, place, with_for_update=lock or None, populate_existing=lock)
    if key is None:
        raise CoacheeNotFound(id=coachee_id)
    return key
