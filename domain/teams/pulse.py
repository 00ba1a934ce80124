"""A pulse: the same few questions to every member of a team, answered without a name.

An answer is never a row. A member's ticket is marked as used, and one tally for the whole pulse counts once more: no
id, no moment and no order tie a score to a person, or two scores of one person to each other. Once it is closed, the
tickets go too; a tally of too few answers is emptied, for it may never be shown.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import CoacheeId, PulseId, PulseTicketId, TeamId, new_id
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice

FEWEST = 5  # answers, below which nothing is shown
SCORES = range(1, 6)


class PulseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


MOVES = {PulseState.OPEN: frozenset({PulseState.CLOSED})}


class PulseNotFound(NotFound):
    """No pulse with that id in this practice."""


class PulseAlreadyOpen(Conflict):
    """The team has a pulse that is still open: close it first."""

    constraint = "team_pulses_open_idx"


class TeamTooSmall(Conflict):
    """A pulse is for five members or more: of fewer, no result may ever be shown."""


class PulseStillOpen(Conflict):
    """Results are shown once the pulse is closed: a look before and after an answer would tell what it was."""


class TooFewAnswers(Conflict):
    """Fewer than five people answered: nothing is shown, and nothing was kept."""


class Pulse(Tenant, Versioned, Table):
    __tablename__ = "team_pulses"
    __table_args__ = (
        within_practice("team_id", "teams"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="stamped_once_closed"),
        Index("team_pulses_team_idx", "practice_id", "team_id", "id"),
        Index("team_pulses_open_idx", "practice_id", "team_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("team_pulses_due_idx", "closes_at", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[PulseId] = mapped_column(primary_key=True, default=new_id)
    team_id: Mapped[TeamId]
    questions_version: Mapped[int]
    invited: Mapped[int]
    state: Mapped[PulseState] = mapped_column(Word(PulseState, 16), default=PulseState.OPEN)
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    def move(self, to: PulseState, now: datetime) -> None:
        self.state = step(MOVES, self.state, to)
        self.closed_at = now

    def takes_answers(self, now: datetime) -> bool:
        return self.state is PulseState.OPEN and now < self.closes_at


class PulseTicket(Tenant, Table):
    """That a member may answer, once. It knows nothing of the answer, and goes when the pulse is closed."""

    __tablename__ = "pulse_tickets"
    __table_args__ = (
        within_practice("pulse_id", "team_pulses"),
        within_practice("coachee_id", "coachees"),
        Index("pulse_tickets_pulse_idx", "practice_id", "pulse_id"),
    )

    id: Mapped[PulseTicketId] = mapped_column(primary_key=True, default=new_id)
    pulse_id: Mapped[PulseId]
    coachee_id: Mapped[CoacheeId]
    used: Mapped[bool] = mapped_column(default=False)


class PulseTally(Tenant, Table):
    """How often each score was given to each question: one row a pulse, so that no order is left in it."""

    __tablename__ = "pulse_tallies"
    __table_args__ = (within_practice("pulse_id", "team_pulses"),)

    pulse_id: Mapped[PulseId] = mapped_column(primary_key=True)
    answers: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, list[Any]]] = mapped_column(JSONB)
