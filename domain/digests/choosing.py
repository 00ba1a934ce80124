"""What the coachee does with a digest: choose what is in it and share that, or keep it all to herself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from domain import people
from domain.digests.gathering import Offer, OfferedWords, offer_of
from domain.digests.model import Brought, Digest, DigestNotFound, DigestState, Words, context
from domain.kit.errors import Invalid
from domain.kit.ids import AssignmentId, CheckInId, CoacheeId, SessionId
from domain.kit.work import Work
from domain.messaging import Language, announce
from domain.trajectories import Session, SessionState

MOST_SUCCESSES = 3


class NotOffered(Invalid):
    """What you choose is among what is offered to you for this session; open it again to see what that is now."""


class TooManySuccesses(Invalid):
    """Choose three successes at the most."""


class NothingChosen(Invalid):
    """Choose something, write down a topic, or keep it to yourself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What she ticked, and what she wants to talk about in words of her own."""

    successes: Sequence[CheckInId] = ()
    obstacle: bool = False
    qualities: Sequence[str] = ()
    step: bool = False
    assignment_ids: Sequence[AssignmentId] = ()
    topic: str | None = None


async def waiting_digest(work: Work, coachee_id: CoacheeId, *, lock: bool = False) -> tuple[Digest, Session] | None:
    """The one of her next session, until that is over; nothing where none was offered."""
    query = (
        select(Digest, Session)
        .join(Session, (Session.practice_id == Digest.practice_id) & (Session.id == Digest.session_id))
        .where(
            Digest.practice_id == work.practice_id,
            Digest.coachee_id == coachee_id,
            Session.state == SessionState.PLANNED,
            Session.ends_at > work.now,
        )
        .order_by(Session.starts_at, Digest.id)
        .limit(1)
    )
    row = (await work.session.execute(query.with_for_update(of=Digest) if lock else query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def share_digest(
    work: Work, coachee_id: CoacheeId, session_id: SessionId, choice: Choice, language: Language
) -> Brought:
    """Share what she chose, for her own coach; sharing again puts the new choice in the place of the old."""
    digest = await _waiting(work, coachee_id, session_id)
    brought = chosen(await offer_of(work, digest, language), choice)
    content = msgspec.json.encode(brought).decode()
    sealed = await people.seal(work, coachee_id, content, context(digest.id))
    digest.decide(DigestState.SHARED, work.now, sealed)
    await work.session.flush()
    announce(work, "digest_shared", digest.id, session_id=session_id)
    return brought


async def keep_digest_back(work: Work, coachee_id: CoacheeId, session_id: SessionId) -> Digest:
    """She keeps it to herself; what she shared before is gone. No event tells of it: that, too, is hers."""
    digest = await _waiting(work, coachee_id, session_id)
    digest.decide(DigestState.KEPT_BACK, work.now, None)
    await work.session.flush()
    return digest


def chosen(offer: Offer, choice: Choice) -> Brought:
    """Of what is offered, what she chose; nothing else comes in."""
    successes = {one.check_in_id: one.words for one in offer.successes}
    assignments = {one.id for one in offer.assignments}
    picked = tuple(dict.fromkeys(choice.successes))
    _must_be_among("successes", picked, successes)
    _must_be_among("qualities", choice.qualities, offer.qualities)
    _must_be_among("assignment_ids", choice.assignment_ids, assignments)
    if len(picked) > MOST_SUCCESSES:
        raise TooManySuccesses(field="successes")
    brought = Brought(
        since=offer.since,
        successes=tuple(successes[check_in_id] for check_in_id in picked),
        obstacle=_words("obstacle", offer.obstacle, wanted=choice.obstacle),
        qualities=tuple(dict.fromkeys(choice.qualities)),
        step=_words("step", offer.step, wanted=choice.step),
        assignment_ids=tuple(dict.fromkeys(choice.assignment_ids)),
        topic=choice.topic,
    )
    if brought.is_empty:
        raise NothingChosen(field="topic")
    return brought


async def _waiting(work: Work, coachee_id: CoacheeId, session_id: SessionId) -> Digest:
    """A page that lay open since the session before does not choose for the next."""
    found = await waiting_digest(work, coachee_id, lock=True)
    if found is None or found[1].id != session_id:
        raise DigestNotFound
    return found[0]


def _must_be_among(field: str, wanted: Sequence[object], known: Collection[object]) -> None:
    if any(one not in known for one in wanted):
        raise NotOffered(field=field)


def _words(field: str, offered: OfferedWords | None, *, wanted: bool) -> Words | None:
    if wanted and offered is None:
        raise NotOffered(field=field)
    return offered.words if wanted and offered else None
