"""The page of one check-in: its question, and what becomes of the answer."""

from enum import StrEnum
from http import HTTPStatus

from litestar import Response

from api.phone import chips, devices, own_questions, plan, support
from api.phone.pages import go_to, message, page
from api.phone.visits import Visit
from api.phone.wording import words
from domain import checkins, method
from domain.checkins import (
    AlreadyAnswered,
    CheckIn,
    CheckInExpired,
    Dimension,
    Fault,
    Kind,
    NewAnswer,
    Obstacle,
    Reply,
    Sent,
    Sharing,
    Success,
    Wrong,
)
from domain.kit.errors import Conflict
from domain.kit.ids import CheckInId

LIMITS = {"text": checkins.TEXT, "sentence": checkins.SENTENCE, "label": checkins.LABEL}


async def show(visit: Visit) -> Response[str]:
    """The question, empty; looking changes nothing."""
    try:
        check_in = await checkins.get_open_check_in(visit.work, CheckInId(visit.subject_id))
    except (CheckInExpired, AlreadyAnswered) as refusal:
        return await _passed(visit, refusal)
    return await _form(visit, check_in, await _begun(visit, check_in))


async def _begun(visit: Visit, check_in: CheckIn) -> Sent:
    """What she had typed before, where she is signed in: a link alone shows nothing of hers."""
    return Sent(await checkins.read_draft(visit.work, check_in.id) if visit.signed_in else {})


async def _passed(visit: Visit, refusal: Conflict) -> Response[str]:
    """What is over, said kindly, and what she may do all the same."""
    check_in = await checkins.get_check_in(visit.work, CheckInId(visit.subject_id))
    if isinstance(refusal, AlreadyAnswered):
        return message("answered", visit.language, choices=(Choice.BEGIN,))
    choices = (Choice.REOPEN, Choice.BEGIN) if checkins.may_reopen(visit.work, check_in) else (Choice.BEGIN,)
    return message("expired", visit.language, status=HTTPStatus.GONE, choices=choices)


class Choice(StrEnum):
    """What she may choose with one tap instead of an answer."""

    SWAP = "swap"
    DECLINE = "decline"
    FEWER = "fewer"
    PAUSE = "pause"
    STOP = "stop"
    REOPEN = "reopen"
    BEGIN = "begin"


async def take(visit: Visit, sent: Sent) -> Response[str]:
    """Her answer, or what she chose or asked for instead."""
    return await (support.take if support.is_asked(sent) else _take)(visit, sent)


async def _take(visit: Visit, sent: Sent) -> Response[str]:
    """A choice about the plan stays open when the question has closed."""
    match sent.choice("choice", Choice):
        case None:
            return await answer(visit, sent)
        case Choice.SWAP:
            other = await checkins.swap_check_in(visit.work, CheckInId(visit.subject_id))
            return go_to(f"/c/{visit.work.vault.token('check_in', str(other.id))}")
        case Choice.DECLINE:
            await checkins.decline_check_in(visit.work, CheckInId(visit.subject_id))
            return message("chose_declined", visit.language)
        case Choice.REOPEN:
            await checkins.reopen_check_in(visit.work, CheckInId(visit.subject_id))
            return go_to(f"/c/{visit.token}")
        case Choice.BEGIN:
            begun = await checkins.begin_self_initiated(visit.work, visit.coachee.id, Kind.FREE)
            return go_to(f"/c/{visit.work.vault.token('check_in', str(begun.id))}")
        case choice:
            check_in = await checkins.get_check_in(visit.work, CheckInId(visit.subject_id))
            return await plan.choose(visit, check_in.plan_id, plan.Choice(choice))


async def answer(visit: Visit, sent: Sent) -> Response[str]:
    """Keep the answer and say thank you, or show again what was typed with what to mend."""
    work = visit.work
    client = devices.read_client(sent)
    found = await checkins.get_check_in(work, CheckInId(visit.subject_id))
    begun_at = client and client.began(found.sent_at or found.due_at, work.now)
    try:
        check_in = await checkins.get_open_check_in(work, found.id, lock=True, in_grace=True, begun_at=begun_at)
    except AlreadyAnswered:
        if client is None or await checkins.kept_answer(work, found.id, client) is None:
            raise
        return message("saved", visit.language)
    reply, sharing = await read(visit, check_in, sent)
    if sent.faults:
        return await _form(visit, check_in, sent)
    spoken = words(visit.language).tag
    new = NewAnswer(reply=reply, sharing=sharing, language=visit.language, spoken=spoken, client=client)
    await checkins.answer_check_in(work, check_in.id, new)
    offered = await support.offer(visit)
    earlier, anchor = await _earlier(visit, check_in), await _anchor(visit, reply)
    return offered or message(_thanks(reply), visit.language, earlier=earlier, anchor=anchor)


async def _earlier(visit: Visit, check_in: CheckIn) -> str | None:
    """Something that went well before, in her own words, where she is signed in."""
    if not visit.signed_in or check_in.kind not in {Kind.SUCCESS, Kind.QUALITY_IN_ACTION}:
        return None
    return await checkins.earlier_success(visit.work, check_in)


async def _anchor(visit: Visit, reply: Reply) -> str | None:
    """After something that held her back: what brings her strength back, where she is signed in."""
    if not visit.signed_in or not isinstance(reply, Obstacle) or not reply.happened:
        return None
    return await method.latest_anchor(visit.work, visit.coachee.id)


async def read(visit: Visit, check_in: CheckIn, sent: Sent) -> tuple[Reply, Sharing]:
    """What she answers and with whom she shares it; it stands only where `sent.faults` is empty afterwards."""
    questions = await checkins.questions_of(visit.work, check_in)
    reply = checkins.read_reply(check_in.kind, sent, await _dimension(visit, check_in, sent), questions)
    sharing = checkins.read_sharing(sent)
    if sharing is Sharing.WITH_COACH and not await checkins.may_share(visit.work, check_in):
        sent.faults["sharing"] = Fault(Wrong.NOT_AGREED)
    return reply, sharing


async def _form(visit: Visit, check_in: CheckIn, sent: Sent) -> Response[str]:
    said = words(visit.language)
    flow = checkins.wordings(visit.language, spoken=said.tag)
    return page(
        f"{check_in.kind}.html",
        visit.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        flow=flow,
        sent=sent,
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
        offered=await chips.offer(visit, check_in, sent, flow.qualities),
        ideal=await _pinned_ideal(visit, check_in),
        dimension=await _dimension(visit, check_in, sent),
        may_share=await checkins.may_share(visit.work, check_in),
        wish=await checkins.last_wish(visit.work, check_in) if visit.signed_in else None,
        limits=LIMITS,
        own=own_questions.as_asked(await checkins.questions_of(visit.work, check_in), said),
    )


async def _dimension(visit: Visit, check_in: CheckIn, sent: Sent) -> Dimension:
    """What the page asked that she answered: another answer may have come in while it lay open."""
    return sent.choice("dimension", Dimension) or await checkins.asked_dimension(visit.work, check_in)


async def _pinned_ideal(visit: Visit, check_in: CheckIn) -> str | None:
    """The ideal that her coach pinned, where a question for one is open and she is signed in."""
    pinned = checkins.pinned_ideal(check_in)
    if not visit.signed_in or pinned is None or check_in.kind not in {Kind.IDEAL, Kind.QUALITY_IN_ACTION}:
        return None
    return await method.her_ideal(visit.work, visit.coachee.id, pinned)


def _thanks(reply: Reply) -> str:
    match reply:
        case Success(nothing_today=True):
            return "saved_nothing"
        case Obstacle(happened=False):
            return "saved_no_obstacle"
        case _:
            return "saved"
