"""The links that coachees get: each is a capability for one thing of one purpose, and opens nothing else."""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.kit.errors import NotFound
from domain.kit.ids import CoacheeId, PracticeId
from domain.kit.secrets import digest
from domain.kit.work import enter

TOKEN_FORM = re.compile(r"[A-Za-z0-9_-]{27}")
OPEN = "SELECT practice_id, subject_id, coachee_id FROM {door}(:wanted) WHERE purpose = :purpose"


class LinkUnknown(NotFound):
    """This link opens nothing."""


class LinkPurpose(StrEnum):
    CHECK_IN = "check_in"
    PLAN = "plan"
    REVIEW = "review"
    ASSIGNMENT = "assignment"
    AGREEMENT = "agreement"
    PULSE = "pulse"
    DEVELOPMENT_PLAN = "development_plan"
    GROUP_SEAT = "group_seat"
    GUARDIAN = "guardian"


DOORS = {purpose: "open_review" if purpose is LinkPurpose.REVIEW else "open_link" for purpose in LinkPurpose}


@dataclass(frozen=True, slots=True)
class Link:
    """What a token opens: one thing of one coachee of one practice."""

    practice_id: PracticeId
    subject_id: UUID
    coachee_id: CoacheeId


async def open_link(session: AsyncSession, token: str, purpose: LinkPurpose) -> Link:
    """Find what the token opens and enter that practice; nothing changes by it."""
    if not TOKEN_FORM.fullmatch(token):
        raise LinkUnknown
    query = text(OPEN.format(door=DOORS[purpose])).bindparams(bindparam("wanted"), bindparam("purpose"))
    found = await session.execute(query, {"wanted": digest(token), "purpose": purpose.value})
    row = found.one_or_none()
    if row is None:
        raise LinkUnknown
    link = Link(PracticeId(row.practice_id), row.subject_id, CoacheeId(row.coachee_id))
    await enter(session, link.practice_id)
    return link
