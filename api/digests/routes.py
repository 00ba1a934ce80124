"""What a coachee brings to a session, for her own coach."""

from datetime import date, datetime

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.fields import Out
from api.problems import refuses
from domain import digests
from domain.digests import Brought, Digest, DigestNotShared
from domain.kit.ids import AssignmentId, SessionId
from domain.kit.work import Work
from domain.people import TextDestroyed
from domain.trajectories import NotYourCoachee, SessionNotFound


class WordsOut(Out, frozen=True, kw_only=True):
    """Something in her own words, and the day of it."""

    day: date
    text: str
    wished: str | None
    """Of an obstacle: how she would have liked it to be."""


class DigestOut(Out, frozen=True, kw_only=True):
    """What she chose to share for this session. What she did not choose is not in it."""

    session_id: SessionId
    shared_at: datetime
    since: datetime
    """From when on it looks back: the session before, or the beginning."""
    successes: list[WordsOut]
    obstacle: WordsOut | None
    qualities: list[str]
    """Keys of the catalogue, or her own words."""
    step: WordsOut | None
    """A small step that she meant to take."""
    assignment_ids: list[AssignmentId]
    """What she still has to do, and wants to talk about."""
    topic: str | None
    """What she wants to talk about, in her own words."""

    @classmethod
    def opened(cls, digest: Digest, brought: Brought) -> "DigestOut":
        told = {name: getattr(brought, name) for name in Brought.__dataclass_fields__}
        opened = {"session_id": digest.session_id, "shared_at": digest.decided_at}
        return msgspec.convert(opened | told, cls, from_attributes=True)


@get(
    "/sessions/{session_id:uuid}/digest",
    scope="answers:read",
    responses=refuses(SessionNotFound, NotYourCoachee, DigestNotShared, TextDestroyed),
)
async def read_digest(work: NamedDependency[Work], session_id: FromPath[SessionId]) -> DigestOut:
    """Read what the coachee brings to a session, as her own coach: what she chose herself, and nothing else.

    She is asked `digest_hours` of the practice before a session. Every reading is kept in the audit trail.
    """
    return DigestOut.opened(*await digests.read_digest(work, session_id))


router = Router("/", tags=["digests"], route_handlers=[read_digest])
