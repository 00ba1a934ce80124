"""Reading a digest: the coachee what she shared, and her own coach that and nothing else."""

from dataclasses import replace

import msgspec
from sqlalchemy import select

from domain import audit, people, trajectories
from domain.digests.model import Brought, Digest, context
from domain.kit.errors import NotFound
from domain.kit.ids import SessionId
from domain.kit.work import Work
from domain.people import Purpose
from domain.trajectories import Trajectory


class DigestNotShared(NotFound):
    """The coachee shared nothing for this session: whether she was asked, and what she said, is hers."""


async def brought_by(work: Work, digest: Digest) -> Brought | None:
    """What she shares with her coach now, opened."""
    if digest.sealed_content is None:
        return None
    content = await people.unseal(work, digest.coachee_id, digest.sealed_content, context(digest.id))
    return msgspec.json.decode(content, type=Brought)


async def read_digest(work: Work, session_id: SessionId) -> tuple[Digest, Brought]:
    """What she brings to a session, for her own coach alone; that it was read is kept in the audit trail."""
    session = await trajectories.get_session(work, session_id)
    trajectory = await work.session.get_one(Trajectory, (work.practice_id, session.trajectory_id))
    trajectories.must_be_own_coach(work, trajectory.coach_id)
    query = select(Digest).where(Digest.practice_id == work.practice_id, Digest.session_id == session_id)
    digest = await work.session.scalar(query)
    brought = None if digest is None else await brought_by(work, digest)
    if digest is None or brought is None:
        raise DigestNotShared
    if not await people.has_consent(work, session.coachee_id, Purpose.SHARE_CHECK_INS_WITH_COACH):
        # Withdrawn since: what came out of her answers closes again, what she wrote for this session stays.
        brought = replace(brought, successes=(), obstacle=None, qualities=(), step=None)
    if brought.is_empty:
        raise DigestNotShared
    audit.record(work, "digest_read", session_id, coachee_id=session.coachee_id)
    return digest, brought
