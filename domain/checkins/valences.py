"""How the last answers of a coachee felt: read for her own sake, and kept nowhere."""

import msgspec
from sqlalchemy import and_, select

from domain import people
from domain.checkins.answers import answer_context
from domain.checkins.model import CheckIn, CheckInAnswer
from domain.checkins.policy import Kind
from domain.checkins.replies import SHAPES, valence_of
from domain.kit.ids import CoacheeId
from domain.kit.work import Work

OF_CHECK_IN = and_(CheckInAnswer.practice_id == CheckIn.practice_id, CheckInAnswer.check_in_id == CheckIn.id)
THAT_ASK = (Kind.IDEAL, Kind.FREE)


async def latest_valences(work: Work, coachee_id: CoacheeId, most: int) -> list[int]:
    """Of the last answers to flows that ask how it felt, newest first; one that left it open does not count."""
    query = (
        select(CheckInAnswer, CheckIn.kind)
        .join(CheckIn, OF_CHECK_IN)
        .where(CheckIn.practice_id == work.practice_id, CheckIn.coachee_id == coachee_id, CheckIn.kind.in_(THAT_ASK))
        .order_by(CheckIn.due_at.desc())
        .limit(most)
    )
    felt: list[int | None] = []
    for answer, kind in (await work.session.execute(query)).all():
        content = await people.unseal(work, coachee_id, answer.sealed_content, answer_context(answer.id))
        felt.append(valence_of(msgspec.json.decode(content, type=SHAPES[kind])))
    return [valence for valence in felt if valence is not None]
