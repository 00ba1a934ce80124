"""What a coachee is shown of her own file, on her phone."""

from sqlalchemy import select

from domain.kit.ids import CoacheeId
from domain.kit.work import Work
from domain.method import file
from domain.method.findings import Anchor


async def latest_anchor(work: Work, coachee_id: CoacheeId) -> str | None:
    """What brings her strength back, in her own words: the last that was found."""
    query = select(Anchor).where(
        Anchor.practice_id == work.practice_id, Anchor.coachee_id == coachee_id, Anchor.archived_at.is_(None)
    )
    anchor = await work.session.scalar(query.order_by(Anchor.id.desc()).limit(1))
    return None if anchor is None else await file.read(work, anchor, "text")
