"""Who lends what: with consent to research at this moment, grown up, and with text that was not destroyed."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from domain.kit.work import Work
from domain.people import Coachee, Consent, Purpose, SealingKey
from domain.research.model import ResearchParticipant

FEWEST = 5  # below this many people, no cell and no export (method.md §5.7)


@dataclass(frozen=True, slots=True)
class Participant:
    coachee: Coachee
    shares: bool  # whether her coach, and so the research, may read what she shares
    with_texts: bool


def agrees(practice_id: object, coachee_id: object, purpose: Purpose) -> ColumnElement[bool]:
    """That the coachee of a row consents to this now."""
    given = aliased(Consent)
    return exists().where(
        given.practice_id == practice_id,
        given.coachee_id == coachee_id,
        given.purpose == purpose,
        given.withdrawn_at.is_(None),
    )


def destroyed(practice_id: object, coachee_id: object) -> ColumnElement[bool]:
    key = aliased(SealingKey)
    return exists().where(key.practice_id == practice_id, key.id == coachee_id, key.destroyed_at.is_not(None))


async def participants(work: Work) -> list[Participant]:
    """Nobody decides for a minor here: for her there is no consent to research."""
    of = (Coachee.practice_id, Coachee.id)
    shares = agrees(*of, Purpose.SHARE_CHECK_INS_WITH_COACH)
    query = (
        select(Coachee, shares, agrees(*of, Purpose.RESEARCH_TEXTS))
        .where(
            Coachee.practice_id == work.practice_id,
            ~Coachee.minor,
            agrees(*of, Purpose.RESEARCH_EXPORT),
            ~destroyed(*of),
        )
        .order_by(Coachee.id)
    )
    return [Participant(*row) for row in await work.session.execute(query)]


def no_longer_agreed() -> ColumnElement[bool]:
    """That a participant took back what she agreed to, or that her text was destroyed since."""
    of = (ResearchParticipant.practice_id, ResearchParticipant.coachee_id)
    return or_(
        ~agrees(*of, Purpose.RESEARCH_EXPORT),
        and_(ResearchParticipant.shares, ~agrees(*of, Purpose.SHARE_CHECK_INS_WITH_COACH)),
        and_(ResearchParticipant.with_texts, ~agrees(*of, Purpose.RESEARCH_TEXTS)),
        destroyed(*of),
    )
