"""What happens to an open check-in: it is answered once, sealed, and read by the coach only if she shares it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select

from domain import audit, people
from domain.checkins.devices import SYNC_WITHIN, Client
from domain.checkins.drafts import drop_draft
from domain.checkins.flows import current_version
from domain.checkins.model import AlreadyAnswered, CheckIn, CheckInAnswer, CheckInNotFound, Plan, PlanNotFound
from domain.checkins.own_questions import questions_of
from domain.checkins.queries import get_check_in, is_coach_of
from domain.checkins.questions import Questions
from domain.checkins.replies import SHAPES, Reply, valence_of
from domain.checkins.rhythm import heard
from domain.checkins.states import CheckInState, Lateness, Sharing
from domain.checkins.travel import note_zone
from domain.kit.errors import Conflict, Forbidden, Invalid, NotFound
from domain.kit.ids import AnswerId, CheckInId, new_id
from domain.kit.work import Work, find
from domain.messaging import Language, announce
from domain.people import Purpose


class CheckInNotSent(Conflict):
    """This check-in has not been sent yet."""


class CheckInExpired(Conflict):
    """The time to answer this check-in has passed."""


class CheckInCancelled(Conflict):
    """This check-in was cancelled."""


class SharingNotAgreed(Invalid):
    """An answer can be shared with the coach only while the coachee consents to sharing."""


class AnswerNotFound(NotFound):
    """This check-in has no answer."""


class AnswerIsPrivate(Forbidden):
    """The coachee keeps this answer to herself, or it is not yours to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """What the coachee sends, who may read it, and the language of the questions she saw."""

    reply: Reply
    sharing: Sharing
    language: Language
    spoken: str | None = None  # as which country has it, such as nl-NL
    client: Client | None = None  # what her device tells of it


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """An answer, opened."""

    answer: CheckInAnswer
    reply: Reply
    questions: Questions = ()  # as they were asked, where they were in own words


async def get_open_check_in(
    work: Work,
    check_in_id: CheckInId,
    *,
    lock: bool = False,
    in_grace: bool = False,
    begun_at: datetime | None = None,
) -> CheckIn:
    """The check-in if it can be answered at this moment; else the refusal that says why not.

    Within the grace of its plan it can, also where the scheduler has closed it already; so it can for a while where it
    was reopened, or where her device began the answer in time (`begun_at`) and finds a network only now.
    """
    check_in = await find(work, CheckIn, check_in_id, CheckInNotFound)
    if lock:  # the plan first, as whoever pauses or ends it does
        await find(work, Plan, check_in.plan_id, PlanNotFound, lock=True)
        check_in = await find(work, CheckIn, check_in_id, CheckInNotFound, lock=True)
    match check_in.state:
        case CheckInState.PLANNED | CheckInState.SKIPPED:
            raise CheckInNotSent
        case CheckInState.ANSWERED:
            raise AlreadyAnswered
        case CheckInState.CANCELLED | CheckInState.DECLINED | CheckInState.SWAPPED:
            raise CheckInCancelled
        case CheckInState.MISSED | CheckInState.FAILED:
            raise CheckInExpired
        case _:
            pass
    lateness(work, check_in, await _grace(work, check_in) if in_grace else timedelta(), begun_at)
    return check_in


def lateness(work: Work, check_in: CheckIn, grace: timedelta, begun_at: datetime | None) -> Lateness | None:
    """How an answer of this moment is still in time, though the time has passed; None where it has not."""
    if work.now < check_in.expires_at:
        return None
    if work.now < check_in.expires_at + grace:
        return Lateness.IN_GRACE
    if check_in.reopened_until is not None and work.now < check_in.reopened_until:
        return Lateness.REOPENED
    if begun_at is not None and begun_at < check_in.expires_at and work.now < check_in.expires_at + SYNC_WITHIN:
        return Lateness.LATE_SYNC
    raise CheckInExpired


async def _grace(work: Work, check_in: CheckIn) -> timedelta:
    plan = await find(work, Plan, check_in.plan_id, PlanNotFound)
    return timedelta(minutes=plan.terms.grace_minutes)


async def answer_check_in(work: Work, check_in_id: CheckInId, answer: NewAnswer) -> CheckInAnswer:
    """Keep the first answer to a check-in, sealed; of two at the same time, the second finds it answered.

    The same answer once more, by the id that her device gave it, changes nothing and is no mistake.
    """
    found = await get_check_in(work, check_in_id)
    client = answer.client
    begun_at = None if client is None else client.began(found.sent_at or found.due_at, work.now)
    try:
        check_in = await get_open_check_in(work, check_in_id, lock=True, in_grace=True, begun_at=begun_at)
    except AlreadyAnswered:
        if client is not None and (kept := await kept_answer(work, check_in_id, client)) is not None:
            return kept
        raise
    if answer.reply.kind != check_in.kind:
        raise ValueError(f"a reply of {answer.reply.kind} to a check-in of {check_in.kind}")
    if answer.sharing is Sharing.WITH_COACH and not await may_share(work, check_in):
        raise SharingNotAgreed(field="sharing")
    stored = await _sealed(work, check_in, answer)
    check_in.late = lateness(work, check_in, await _grace(work, check_in), begun_at)
    _stamp(check_in, work.now, begun_at, client)
    await work.store(stored)
    await drop_draft(work, check_in.id)
    await heard(work, check_in, valence=valence_of(answer.reply))
    if client is not None:
        await note_zone(work, check_in.coachee_id, client)
    announce(work, "check_in_answered", check_in.id, plan_id=check_in.plan_id, coachee_id=check_in.coachee_id)
    return stored


def _stamp(check_in: CheckIn, now: datetime, begun_at: datetime | None, client: Client | None) -> None:
    """When she opened, began and wrote it by her device, and when it came in by our clock."""
    check_in.move(CheckInState.ANSWERED, now)
    check_in.opened_at = check_in.opened_at or begun_at or now
    check_in.started_at = check_in.started_at or begun_at or now
    if client is not None:
        check_in.written_at = client.written_at
        check_in.client_zone, check_in.clock_ahead = client.zone, client.ahead_of(now)


async def _sealed(work: Work, check_in: CheckIn, answer: NewAnswer) -> CheckInAnswer:
    answer_id = AnswerId(new_id())
    content = msgspec.json.encode(answer.reply).decode()
    return CheckInAnswer(
        practice_id=work.practice_id,
        id=answer_id,
        check_in_id=check_in.id,
        coachee_id=check_in.coachee_id,
        sharing=answer.sharing,
        language=answer.language,
        spoken=answer.spoken,
        flow_version=current_version(),
        sealed_content=await people.seal(work, check_in.coachee_id, content, answer_context(answer_id)),
        received_at=work.now,
        client_id=None if answer.client is None else answer.client.id,
    )


async def kept_answer(work: Work, check_in_id: CheckInId, client: Client) -> CheckInAnswer | None:
    """The answer that this device sent before, if that is the one we have."""
    query = select(CheckInAnswer).where(
        CheckInAnswer.practice_id == work.practice_id,
        CheckInAnswer.check_in_id == check_in_id,
        CheckInAnswer.client_id == client.id,
    )
    return await work.session.scalar(query)


async def may_share(work: Work, check_in: CheckIn) -> bool:
    """Whether the coachee agreed that she may share answers with her coach, and still does."""
    return await people.has_consent(work, check_in.coachee_id, Purpose.SHARE_CHECK_INS_WITH_COACH)


async def read_answer(work: Work, check_in_id: CheckInId) -> ReadAnswer:
    """What the coachee shares, for the coach of that trajectory alone; every reading is audited."""
    check_in = await get_check_in(work, check_in_id)
    query = select(CheckInAnswer).where(
        CheckInAnswer.practice_id == work.practice_id, CheckInAnswer.check_in_id == check_in.id
    )
    answer = await work.session.scalar(query)
    if answer is None:
        raise AnswerNotFound(check_in_id=check_in_id)
    if answer.sharing != Sharing.WITH_COACH or not await _is_coach_of(work, check_in):
        raise AnswerIsPrivate
    if not await may_share(work, check_in):  # withdrawn since: what was shared closes again
        raise AnswerIsPrivate
    content = await people.unseal(work, answer.coachee_id, answer.sealed_content, answer_context(answer.id))
    audit.record(work, "answer_read", check_in.id, answer_id=answer.id, coachee_id=answer.coachee_id)
    reply = msgspec.json.decode(content, type=SHAPES[check_in.kind])
    return ReadAnswer(answer, reply, await questions_of(work, check_in))


async def read_decision(work: Work, check_in_id: CheckInId) -> CheckIn:
    """Why a check-in is of its kind, for the coach of that trajectory alone."""
    check_in = await get_check_in(work, check_in_id)
    if not await _is_coach_of(work, check_in):
        raise AnswerIsPrivate
    return check_in


async def _is_coach_of(work: Work, check_in: CheckIn) -> bool:
    return await is_coach_of(work, await find(work, Plan, check_in.plan_id, PlanNotFound))


def answer_context(answer_id: AnswerId) -> str:
    return f"answer:{answer_id}"
