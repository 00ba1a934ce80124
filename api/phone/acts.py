"""What her phone does with a check-in without a page: answer it, keep a draft, and choose with one tap. It knows the
check-in by its link, or by its id where she is signed in; what is sent means the same either way.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from api.fields import In, Out
from api.phone import check_in, plan
from api.phone.forms import MOST_FIELDS
from api.phone.visits import Visit
from api.phone.wording import words
from api.problems import FieldError, RequestError
from domain import checkins, support
from domain.checkins import AlreadyAnswered, CheckInState, Client, Kind, Lateness, NewAnswer, Sent
from domain.kit.ids import CheckInId, PlanId
from domain.messaging import Language

Typed = Annotated[str, Meta(max_length=2_000)]
Name = Annotated[str, Meta(pattern=r"^[a-z_]{1,40}$", max_length=40)]
Zone = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")]
Fields = Annotated[dict[Name, list[Typed]], Meta(max_length=MOST_FIELDS)]
Moment = Annotated[datetime, Meta(tz=True)]


class AnswerIn(In, frozen=True):
    """An answer as her phone kept it: `id` is of its own making, and the same however often it is sent."""

    id: UUID
    fields: Fields
    started_at: Moment | None = None
    written_at: Moment | None = None
    now: Moment | None = None
    """What its clock says as it sends this: by it we know how far that clock is off."""
    zone: Zone | None = None


class DraftIn(In, frozen=True):
    fields: Fields


class BeginIn(In, frozen=True):
    kind: Kind


class ChoiceIn(In, frozen=True):
    choice: plan.Choice


class AnswerKept(Out, frozen=True, kw_only=True):
    """That it is kept, and how; never what it says."""

    id: CheckInId
    state: CheckInState
    answered_at: datetime | None
    late: Lateness | None
    support: bool = False
    """Whether to show her whom to call, after what she wrote."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A question that is open, and the page that asks it."""

    id: CheckInId
    kind: Kind
    expires_at: datetime
    page: str


async def answer(visit: Visit, data: AnswerIn) -> AnswerKept:
    """Keep it once. Faults are told by field; what is kept already is told again."""
    work, check_in_id = visit.work, CheckInId(visit.subject_id)
    client = Client(id=data.id, started_at=data.started_at, written_at=data.written_at, now=data.now, zone=data.zone)
    found = await checkins.get_check_in(work, check_in_id)
    sent = Sent(data.fields)
    reply, sharing = await check_in.read(visit, found, sent)
    if sent.faults and found.state is not CheckInState.ANSWERED:
        raise RequestError(HTTPStatus.UNPROCESSABLE_ENTITY, _told(visit.language, sent))
    if found.state is CheckInState.ANSWERED and await checkins.kept_answer(work, check_in_id, client) is None:
        raise AlreadyAnswered
    if found.state is not CheckInState.ANSWERED:
        spoken = words(visit.language).tag
        new = NewAnswer(reply=reply, sharing=sharing, language=visit.language, spoken=spoken, client=client)
        await checkins.answer_check_in(work, check_in_id, new)
        if await support.look_after(work, check_in_id) is not None:
            return _kept(found, support=True)
    return _kept(found)


def _kept(check_in: checkins.CheckIn, *, support: bool = False) -> AnswerKept:
    return AnswerKept(
        id=check_in.id,
        state=check_in.state,
        answered_at=check_in.answered_at,
        late=check_in.late,
        support=support,
    )


async def note_help_opened(visit: Visit) -> None:
    await support.note_help_opened(visit.work, visit.coachee.id)


def _told(language: Language, sent: Sent) -> list[FieldError]:
    said = words(language)
    return [FieldError(f"/fields/{name}", said.fault(name, fault)) for name, fault in sent.faults.items()]


async def keep_draft(visit: Visit, data: DraftIn) -> None:
    await checkins.keep_draft(visit.work, CheckInId(visit.subject_id), data.fields)


async def opened(visit: Visit) -> None:
    await checkins.note_opened(visit.work, CheckInId(visit.subject_id))


async def swap(visit: Visit) -> Waiting:
    return waiting(visit, await checkins.swap_check_in(visit.work, CheckInId(visit.subject_id)))


async def decline(visit: Visit) -> AnswerKept:
    return _kept(await checkins.decline_check_in(visit.work, CheckInId(visit.subject_id)))


async def begin(visit: Visit, kind: Kind) -> Waiting:
    return waiting(visit, await checkins.begin_self_initiated(visit.work, visit.coachee.id, kind))


async def reopen(visit: Visit) -> Waiting:
    return waiting(visit, await checkins.reopen_check_in(visit.work, CheckInId(visit.subject_id)))


async def choose(visit: Visit, plan_id: PlanId, choice: plan.Choice) -> plan.PlanNow:
    await plan.choose(visit, plan_id, choice)
    return plan.PlanNow.of(await checkins.get_plan(visit.work, plan_id))


def waiting(visit: Visit, one: checkins.CheckIn) -> Waiting:
    page = f"/c/{visit.work.vault.token('check_in', str(one.id))}"
    return Waiting(id=one.id, kind=one.kind, expires_at=one.reopened_until or one.expires_at, page=page)
