"""Answers, opened for a report: a coachee's own for herself, and for her coach those alone that she shares."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import msgspec
from sqlalchemy import ColumnElement, and_, select

from domain import people
from domain.checkins.answers import answer_context
from domain.checkins.model import CheckIn, CheckInAnswer, Plan
from domain.checkins.policy import Kind
from domain.checkins.replies import SHAPES, Reply
from domain.checkins.states import Sharing
from domain.kit.ids import CoacheeId, TrajectoryId
from domain.kit.work import Work
from domain.messaging import Language
from domain.people import Purpose

OF_CHECK_IN = and_(CheckInAnswer.practice_id == CheckIn.practice_id, CheckInAnswer.check_in_id == CheckIn.id)
OF_PLAN = and_(Plan.practice_id == CheckIn.practice_id, Plan.id == CheckIn.plan_id)


@dataclass(frozen=True, slots=True)
class OpenedAnswer:
    day: date
    kind: Kind
    language: Language
    reply: Reply


@dataclass(frozen=True, slots=True)
class SharedAnswers:
    """What a coach may read of a trajectory, and how many more there are that she may not."""

    opened: list[OpenedAnswer]
    private: int


async def shared_answers(work: Work, trajectory_id: TrajectoryId, coachee_id: CoacheeId) -> SharedAnswers:
    """For the coach of that trajectory, which the caller makes sure of. Of what is private, only how many."""
    found = await _rows(work, Plan.trajectory_id == trajectory_id)
    agreed = await people.has_consent(work, coachee_id, Purpose.SHARE_CHECK_INS_WITH_COACH)
    shared = [row for row in found if agreed and row[1].sharing is Sharing.WITH_COACH]
    return SharedAnswers(await _opened(work, shared), len(found) - len(shared))


async def own_answers(work: Work, coachee_id: CoacheeId) -> list[OpenedAnswer]:
    """All that she ever answered, for herself."""
    return await _opened(work, await _rows(work, CheckIn.coachee_id == coachee_id))


async def _rows(work: Work, whose: ColumnElement[bool]) -> list[tuple[CheckIn, CheckInAnswer]]:
    query = (
        select(CheckIn, CheckInAnswer)
        .join(CheckInAnswer, OF_CHECK_IN)
        .join(Plan, OF_PLAN)
        .where(CheckIn.practice_id == work.practice_id, Plan.practice_id == work.practice_id, whose)
        .order_by(CheckIn.local_day, CheckIn.id)
    )
    return [(check_in, answer) for check_in, answer in await work.session.execute(query)]


async def _opened(work: Work, rows: Iterable[tuple[CheckIn, CheckInAnswer]]) -> list[OpenedAnswer]:
    opened = list[OpenedAnswer]()
    for check_in, answer in rows:
        content = await people.unseal(work, answer.coachee_id, answer.sealed_content, answer_context(answer.id))
        reply = msgspec.json.decode(content, type=SHAPES[check_in.kind])
        opened.append(OpenedAnswer(check_in.local_day, check_in.kind, answer.language, reply))
    return opened
