"""What a coachee reads of her own: the question that is open, what she answered before, and her plan."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import msgspec
from sqlalchemy import select

from domain import people
from domain.checkins.answers import answer_context
from domain.checkins.flows import Dimension
from domain.checkins.model import CheckIn, CheckInAnswer, Plan
from domain.checkins.policy import Kind
from domain.checkins.replies import SHAPES, Obstacle, QualityInAction, Reply, Success
from domain.checkins.states import CheckInState, PlanState, Sharing
from domain.kit.ids import CheckInId, CoacheeId
from domain.kit.work import Work

SHOWN = 30
LIFTED_OVER = 12  # successes that are counted before the next one asks for what was told least


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Something that went well, as she wrote it."""

    check_in_id: CheckInId
    day: date
    text: str
    qualities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of hers, and whether her coach may read it."""

    check_in_id: CheckInId
    day: date
    reply: Reply
    shared: bool


async def open_check_in_of(work: Work, coachee_id: CoacheeId) -> CheckIn | None:
    """The question that waits for her; what was sent comes before what she began herself."""
    query = select(CheckIn).where(
        CheckIn.practice_id == work.practice_id,
        CheckIn.coachee_id == coachee_id,
        CheckIn.state.in_([CheckInState.SENT, CheckInState.STARTED]),
        CheckIn.expires_at > work.now,
    )
    return await work.session.scalar(query.order_by(CheckIn.sent_at.desc().nulls_last(), CheckIn.id.desc()).limit(1))


async def plan_of(work: Work, coachee_id: CoacheeId) -> Plan | None:
    """Her latest plan that runs or is paused; else her latest, whatever became of it."""
    return next(iter(await plans_of(work, coachee_id)), None)


async def plans_of(work: Work, coachee_id: CoacheeId) -> Sequence[Plan]:
    """What runs or is paused in any of her trajectories, the latest first; else her latest plan alone."""
    query = select(Plan).where(Plan.practice_id == work.practice_id, Plan.coachee_id == coachee_id)
    query = query.order_by(Plan.id.desc())
    going = (await work.session.scalars(query.where(Plan.state.in_([PlanState.ACCEPTED, PlanState.PAUSED])))).all()
    return going or (await work.session.scalars(query.limit(1))).all()


async def list_successes(work: Work, coachee_id: CoacheeId, limit: int = SHOWN) -> list[OwnWords]:
    """What went well in her own words, the latest first."""
    found = await _answers(work, coachee_id, (Kind.SUCCESS, Kind.QUALITY_IN_ACTION), limit)
    told: list[OwnWords] = []
    for check_in, answer in found:
        reply = await _opened(work, check_in, answer)
        if isinstance(reply, Success | QualityInAction) and reply.text:
            others = (reply.other_quality,) if reply.other_quality else ()
            told.append(OwnWords(check_in.id, check_in.local_day, reply.text, (*reply.qualities, *others)))
    return told


async def earlier_success(work: Work, check_in: CheckIn) -> str | None:
    """Something that went well before this one, another each time; no more of it is opened than is shown."""
    found = await _answers(work, check_in.coachee_id, (Kind.SUCCESS, Kind.QUALITY_IN_ACTION), SHOWN)
    others = [(before, answer) for before, answer in found if before.id != check_in.id]
    start = check_in.id.int % len(others) if others else 0
    for before, answer in (*others[start:], *others[:start]):
        reply = await _opened(work, before, answer)
        if isinstance(reply, Success | QualityInAction) and reply.text:
            return reply.text
    return None


async def last_wish(work: Work, check_in: CheckIn) -> str | None:
    """How she would have liked it to be, where her answer before this question was about an obstacle."""
    if check_in.kind not in {Kind.SUCCESS, Kind.QUALITY_IN_ACTION}:
        return None
    found = await _answers(work, check_in.coachee_id, tuple(Kind), 1)
    for before, answer in found:
        reply = await _opened(work, before, answer)
        if isinstance(reply, Obstacle):
            return reply.wished
    return None


async def told_since(work: Work, coachee_id: CoacheeId, since: datetime, limit: int = SHOWN) -> list[Told]:
    """All that she answered since then, what she keeps to herself too, the latest first: for herself alone."""
    found = await _answers(work, coachee_id, tuple(Kind), limit, since)
    return [
        Told(
            check_in.id, check_in.local_day, await _opened(work, check_in, answer), answer.sharing is Sharing.WITH_COACH
        )
        for check_in, answer in found
    ]


async def own_texts(work: Work, check_in: CheckIn) -> list[str]:
    """Whatever she wrote in her answer to it, word for word: read for her own sake, and kept nowhere."""
    query = select(CheckInAnswer).where(
        CheckInAnswer.practice_id == work.practice_id, CheckInAnswer.check_in_id == check_in.id
    )
    answer = await work.session.scalar(query)
    if answer is None:
        return []
    content = await people.unseal(work, answer.coachee_id, answer.sealed_content, answer_context(answer.id))
    return list(_texts(msgspec.json.decode(content)))


def _texts(part: Any) -> Iterator[str]:
    """Every text in it, however deep."""
    if isinstance(part, str):
        yield part
    if isinstance(part, dict):
        part = list(cast("dict[str, Any]", part).values())
    if isinstance(part, list):
        for one in cast("list[Any]", part):
            yield from _texts(one)


async def asked_dimension(work: Work, check_in: CheckIn) -> Dimension:
    """Of thinking, feeling and wanting, the one that her last successes told of least; where they tie, by chance."""
    told = Counter[Dimension]()
    for of, answer in await _answers(work, check_in.coachee_id, (Kind.SUCCESS,), LIFTED_OVER):
        reply = await _opened(work, of, answer)
        if isinstance(reply, Success) and reply.dimension is not None:
            told[reply.dimension] += 1
    fewest = min(told[dimension] for dimension in Dimension)
    least = [dimension for dimension in Dimension if told[dimension] == fewest]
    return least[(check_in.id.int >> 8) % len(least)]


async def _answers(
    work: Work, coachee_id: CoacheeId, kinds: tuple[Kind, ...], limit: int, since: datetime | None = None
) -> list[tuple[CheckIn, CheckInAnswer]]:
    query = (
        select(CheckIn, CheckInAnswer)
        .join(
            CheckInAnswer,
            (CheckInAnswer.practice_id == CheckIn.practice_id) & (CheckInAnswer.check_in_id == CheckIn.id),
        )
        .where(CheckIn.practice_id == work.practice_id, CheckIn.coachee_id == coachee_id)
        .where(CheckIn.state == CheckInState.ANSWERED, CheckIn.kind.in_(kinds))
        .order_by(CheckIn.due_at.desc(), CheckIn.id.desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(CheckIn.answered_at >= since)
    return [(check_in, answer) for check_in, answer in await work.session.execute(query)]


async def _opened(work: Work, check_in: CheckIn, answer: CheckInAnswer) -> Reply:
    content = await people.unseal(work, answer.coachee_id, answer.sealed_content, answer_context(answer.id))
    return msgspec.json.decode(content, type=SHAPES[check_in.kind])
