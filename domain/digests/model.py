"""A digest: asked for before a session, shared or kept back by the coachee; what she shares of it is sealed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import NotFound
from domain.kit.ids import AssignmentId, CoacheeId, DigestId, SessionId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice


class DigestState(StrEnum):
    OFFERED = "offered"
    SHARED = "shared"
    KEPT_BACK = "kept_back"


# As long as the session is to come she may change her mind, and what she shares.
MOVES = {
    DigestState.OFFERED: frozenset({DigestState.SHARED, DigestState.KEPT_BACK}),
    DigestState.SHARED: frozenset({DigestState.SHARED, DigestState.KEPT_BACK}),
    DigestState.KEPT_BACK: frozenset({DigestState.SHARED, DigestState.KEPT_BACK}),
}


class DigestNotFound(NotFound):
    """Nothing is asked of you for a next session now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Something in her own words; of an obstacle, how she would have liked it to be as well."""

    day: date
    text: str
    wished: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What she chose to share: nothing else of a digest is kept."""

    since: datetime
    successes: tuple[Words, ...] = ()
    obstacle: Words | None = None
    qualities: tuple[str, ...] = ()  # keys of the catalogue, or her own words
    step: Words | None = None
    assignment_ids: tuple[AssignmentId, ...] = ()
    topic: str | None = None

    @property
    def is_empty(self) -> bool:
        lists = (self.successes, self.qualities, self.assignment_ids)
        return not any(lists) and self.obstacle is None and self.step is None and self.topic is None


class Digest(Tenant, Versioned, Table):
    __tablename__ = "digests"
    __table_args__ = (
        within_practice("session_id", "sessions"),
        within_practice("coachee_id", "coachees"),
        CheckConstraint("(state = 'shared') = (sealed_content IS NOT NULL)", name="content_shared"),
        Index("digests_session_idx", "practice_id", "session_id", unique=True),
        Index("digests_coachee_idx", "practice_id", "coachee_id", "id"),
    )

    id: Mapped[DigestId] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[SessionId]
    coachee_id: Mapped[CoacheeId]
    state: Mapped[DigestState] = mapped_column(Word(DigestState, 16), default=DigestState.OFFERED)
    offered_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    sealed_content: Mapped[bytes | None] = mapped_column(LargeBinary)

    def decide(self, to: DigestState, now: datetime, sealed_content: bytes | None) -> None:
        self.state = step(MOVES, self.state, to)
        self.decided_at, self.sealed_content = now, sealed_content


def context(digest_id: DigestId) -> str:
    """What the sealed content of a digest is bound to."""
    return f"digests:{digest_id}:content"
