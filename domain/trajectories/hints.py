"""Hints: what a coach may care to know of her own last conversations. Never a score, and never about the coachee."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

from domain import audit
from domain.kit.ids import SessionId, TrajectoryId
from domain.kit.work import Work
from domain.messaging import Language, read_worded
from domain.trajectories.access import must_be_own_coach
from domain.trajectories.model import Session, SessionState
from domain.trajectories.noted import Dimension, Focus, Note, Visibility
from domain.trajectories.queries import get_trajectory

FILE = Path(__file__).parent / "hints.toml"
SESSIONS = 3  # the last ones that have tagged notes
TUNNEL = frozenset({Focus.OBSTACLE, Focus.PROBLEM})
TUNNEL_ABOVE = Fraction(60, 100)

Tags = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hint:
    key: str
    text: dict[Language, str]


@dataclass(frozen=True, slots=True)
class Hints:
    """What the segments of the last sessions were about, and what may be noticed in that."""

    sessions: int
    focus: dict[str, int]
    dimensions: dict[str, int]
    hints: list[Hint]


async def read_hints(work: Work, trajectory_id: TrajectoryId) -> Hints:
    """From the tags of one's own notes on the last three sessions; the texts stay sealed."""
    trajectory = await get_trajectory(work, trajectory_id, deputies=True)
    must_be_own_coach(work, trajectory.coach_id)
    query = (
        select(Session.id, Note.segments)
        .join(Note, (Note.practice_id == Session.practice_id) & (Note.session_id == Session.id))
        .where(
            Session.practice_id == work.practice_id,
            Session.trajectory_id == trajectory_id,
            Session.state == SessionState.HELD,
            or_(Note.visibility == Visibility.SHARED, Note.author_id == trajectory.coach_id),
        )
        .order_by(Session.starts_at.desc(), Session.id)
    )
    by_session: dict[SessionId, list[Tags]] = {}
    for session_id, tags in await work.session.execute(query):
        by_session.setdefault(session_id, []).extend(tags)
    audit.record(work, "hints_read", trajectory_id, coachee_id=trajectory.coachee_id)
    return hints_of(list(by_session.values()))


def hints_of(by_session: Sequence[Sequence[Tags]]) -> Hints:
    """`by_session` has the latest first. A session whose notes have no tags counts for nothing."""
    tagged = [tags for tags in by_session if any({"focus", "dimension"} & tag.keys() for tag in tags)][:SESSIONS]
    segments = [tag for tags in tagged for tag in tags]
    focus = Counter(tag["focus"] for tag in segments if "focus" in tag)
    dimensions = Counter(tag["dimension"] for tag in segments if "dimension" in tag)
    keys = list[str]()
    if len(tagged) == SESSIONS:
        deep = sum(focus[word] for word in TUNNEL)
        if focus and Fraction(deep, focus.total()) > TUNNEL_ABOVE:
            keys.append("tunnel_vision")
        if dimensions.total() >= SESSIONS:
            keys += [f"{word}_left_out" for word in Dimension if not dimensions[word]]
    return Hints(
        len(tagged),
        {word: focus[word] for word in Focus},
        {word: dimensions[word] for word in Dimension},
        [Hint(key, hints_texts()[key]) for key in keys],
    )


@cache
def hints_texts() -> dict[str, dict[Language, str]]:
    data: dict[str, Any] = read_worded(FILE)
    return {key: {Language(code): text for code, text in words.items()} for key, words in data["hints"].items()}
