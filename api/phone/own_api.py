"""What a coachee's phone may ask in JSON: under the link of one question, and under /v1/me where she is signed in.

No key opens these and no key is opened by them. Nobody but she is shown her own words, and only to GET.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar
from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, JSONBody

from api.phone import acts, agreeing_api, digest, notes, plan
from api.phone.acts import AnswerIn, AnswerKept, BeginIn, ChoiceIn, DraftIn, Waiting
from api.phone.forms import LARGEST
from api.phone.sessions import Own, acting_in, forget, keep, looking_in, must_be_json
from api.phone.visits import AnyRequest, Visit, acting
from domain import checkins, people
from domain.checkins import CheckIn, LinkPurpose, PlanNotFound
from domain.kit.ids import CheckInId

T = TypeVar("T")


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, what waits for her, and her plan."""

    given_name: str
    language: str
    zone: str
    waiting: Waiting | None
    plan: plan.PlanNow | None


class Success(msgspec.Struct, frozen=True, kw_only=True):
    check_in_id: CheckInId
    day: date
    text: str
    qualities: list[str]


@put("/c/{token:str}/answer", status_code=200, request_max_body_size=LARGEST)
async def put_answer_by_link(request: AnyRequest, token: FromPath[str], data: JSONBody[AnswerIn]) -> AnswerKept:
    """Keep the answer that her phone had."""
    async with acting(request, token, LinkPurpose.CHECK_IN) as visit:
        return await acts.answer(visit, data)


@put("/c/{token:str}/draft", status_code=204, request_max_body_size=LARGEST)
async def put_draft_by_link(request: AnyRequest, token: FromPath[str], data: JSONBody[DraftIn]) -> None:
    """Keep what she has typed so far."""
    async with acting(request, token, LinkPurpose.CHECK_IN) as visit:
        await acts.keep_draft(visit, data)


@post("/c/{token:str}/opened", status_code=204)
async def opened_by_link(request: AnyRequest, token: FromPath[str]) -> None:
    """That she has the question before her."""
    must_be_json(request)
    async with acting(request, token, LinkPurpose.CHECK_IN) as visit:
        await acts.opened(visit)


@post("/c/{token:str}/help", status_code=204)
async def help_opened_by_link(request: AnyRequest, token: FromPath[str]) -> None:
    """That she looked whom to call."""
    must_be_json(request)
    async with acting(request, token, LinkPurpose.CHECK_IN) as visit:
        await acts.note_help_opened(visit)


@post("/c/{token:str}/swap", status_code=200)
async def swap_by_link(request: AnyRequest, token: FromPath[str]) -> Waiting:
    """Something else instead."""
    must_be_json(request)
    async with acting(request, token, LinkPurpose.CHECK_IN) as visit:
        return await acts.swap(visit)


@post("/c/{token:str}/decline", status_code=200)
async def decline_by_link(request: AnyRequest, token: FromPath[str]) -> AnswerKept:
    """Not this time."""
    must_be_json(request)
    async with acting(request, token, LinkPurpose.CHECK_IN) as visit:
        return await acts.decline(visit)


@post("/c/{token:str}/reopen", status_code=200)
async def reopen_by_link(request: AnyRequest, token: FromPath[str]) -> Waiting:
    """Once more, within a day after its time."""
    must_be_json(request)
    async with acting(request, token, LinkPurpose.CHECK_IN) as visit:
        return await acts.reopen(visit)


@post("/c/{token:str}/begin", status_code=200, request_max_body_size=LARGEST)
async def begin_by_link(request: AnyRequest, token: FromPath[str], data: JSONBody[BeginIn]) -> Waiting:
    """One of her own."""
    async with acting(request, token, LinkPurpose.CHECK_IN) as visit:
        return await acts.begin(visit, data.kind)


@post("/c/{token:str}/plan", status_code=200, request_max_body_size=LARGEST)
async def choose_by_link(request: AnyRequest, token: FromPath[str], data: JSONBody[ChoiceIn]) -> plan.PlanNow:
    """Fewer, another moment, a pause, stop, or on again."""
    async with acting(request, token, LinkPurpose.CHECK_IN) as visit:
        check_in = await checkins.get_check_in(visit.work, CheckInId(visit.subject_id))
        return await acts.choose(visit, check_in.plan_id, data.choice)


@get("/v1/me")
async def read_me(request: AnyRequest) -> Me:
    """Who is signed in, and what waits for her."""
    async with looking_in(request) as own:
        mine = await checkins.plan_of(own.work, own.coachee.id)
        open_now = await checkins.open_check_in_of(own.work, own.coachee.id)
        return Me(
            given_name=own.coachee.given_name,
            language=own.language,
            zone=own.coachee.zone,
            waiting=None if open_now is None else acts.waiting(_visit(own, open_now.id), open_now),
            plan=None if mine is None else plan.PlanNow.of(mine),
        )


@get("/v1/me/successes")
async def read_successes(request: AnyRequest) -> list[Success]:
    """What went well, in her own words."""
    async with looking_in(request) as own:
        return [
            Success(check_in_id=one.check_in_id, day=one.day, text=one.text, qualities=list(one.qualities))
            for one in await checkins.list_successes(own.work, own.coachee.id)
        ]


@get("/v1/me/check-ins/{check_in_id:uuid}/draft")
async def read_draft(request: AnyRequest, check_in_id: FromPath[CheckInId]) -> DraftIn:
    """What she had typed."""
    async with looking_in(request) as own:
        await checkins.get_check_in(own.work, check_in_id)
        return DraftIn(fields=await checkins.read_draft(own.work, check_in_id))


@put("/v1/me/check-ins/{check_in_id:uuid}/answer", status_code=200, request_max_body_size=LARGEST)
async def put_answer(
    request: AnyRequest, check_in_id: FromPath[CheckInId], data: JSONBody[AnswerIn]
) -> Response[AnswerKept]:
    """Keep the answer that her phone had."""
    return await _on(request, check_in_id, lambda visit: acts.answer(visit, data))


@put("/v1/me/check-ins/{check_in_id:uuid}/draft", status_code=200, request_max_body_size=LARGEST)
async def put_draft(request: AnyRequest, check_in_id: FromPath[CheckInId], data: JSONBody[DraftIn]) -> Response[None]:
    """Keep what she has typed so far."""
    return await _on(request, check_in_id, lambda visit: acts.keep_draft(visit, data))


@post("/v1/me/check-ins/{check_in_id:uuid}/opened", status_code=200)
async def opened(request: AnyRequest, check_in_id: FromPath[CheckInId]) -> Response[None]:
    """That she has the question before her."""
    return await _on(request, check_in_id, acts.opened)


@post("/v1/me/help", status_code=200)
async def help_opened(request: AnyRequest) -> Response[None]:
    """That she looked whom to call."""
    must_be_json(request)
    async with acting_in(request) as own:
        await acts.note_help_opened(_visit(own, own.coachee.id))
    return keep(request, Response(None), own.fresh)


@post("/v1/me/check-ins/{check_in_id:uuid}/swap", status_code=200)
async def swap(request: AnyRequest, check_in_id: FromPath[CheckInId]) -> Response[Waiting]:
    """Something else instead."""
    return await _on(request, check_in_id, acts.swap)


@post("/v1/me/check-ins/{check_in_id:uuid}/decline", status_code=200)
async def decline(request: AnyRequest, check_in_id: FromPath[CheckInId]) -> Response[AnswerKept]:
    """Not this time."""
    return await _on(request, check_in_id, acts.decline)


@post("/v1/me/check-ins/{check_in_id:uuid}/reopen", status_code=200)
async def reopen(request: AnyRequest, check_in_id: FromPath[CheckInId]) -> Response[Waiting]:
    """Once more, within a day after its time."""
    return await _on(request, check_in_id, acts.reopen)


@post("/v1/me/check-ins", status_code=200, request_max_body_size=LARGEST)
async def begin(request: AnyRequest, data: JSONBody[BeginIn]) -> Response[Waiting]:
    """One of her own, of the kind she likes."""
    must_be_json(request)
    async with acting_in(request) as own:
        begun = await acts.begin(_visit(own, own.coachee.id), data.kind)
    return keep(request, Response(begun), own.fresh)


@post("/v1/me/plan", status_code=200, request_max_body_size=LARGEST)
async def choose(request: AnyRequest, data: JSONBody[ChoiceIn]) -> Response[plan.PlanNow]:
    """Fewer, another moment, a pause, stop, or on again."""
    must_be_json(request)
    async with acting_in(request) as own:
        mine = await checkins.plan_of(own.work, own.coachee.id)
        if mine is None:
            raise PlanNotFound
        now = await acts.choose(_visit(own, mine.id), mine.id, data.choice)
    return keep(request, Response(now), own.fresh)


@delete("/v1/me/session", status_code=200)
async def sign_out(request: AnyRequest) -> Response[None]:
    """Sign out here."""
    must_be_json(request)
    async with acting_in(request) as own:
        await people.end_session(own.work, own.signed_in.session.id)
    return forget(request, Response(None))


@delete("/v1/me/sessions", status_code=200)
async def sign_out_everywhere(request: AnyRequest) -> Response[None]:
    """Sign out on every device."""
    must_be_json(request)
    async with acting_in(request) as own:
        await people.end_sessions(own.work, own.coachee.id)
    return forget(request, Response(None))


async def _on(request: AnyRequest, check_in_id: CheckInId, act: Callable[[Visit], Awaitable[T]]) -> Response[T]:
    """One act on one check-in of hers; another's is not found."""
    must_be_json(request)
    async with acting_in(request) as own:
        found: CheckIn = await checkins.get_check_in(own.work, check_in_id)
        done = await act(_visit(own, found.id))
    return keep(request, Response(done), own.fresh)


def _visit(own: Own, subject_id: UUID) -> Visit:
    return Visit(own.work, "", subject_id, own.coachee, own.language)


router = Router(
    "/",
    route_handlers=[
        put_answer_by_link,
        put_draft_by_link,
        opened_by_link,
        help_opened_by_link,
        swap_by_link,
        decline_by_link,
        reopen_by_link,
        begin_by_link,
        choose_by_link,
        read_me,
        read_successes,
        read_draft,
        put_answer,
        put_draft,
        opened,
        help_opened,
        swap,
        decline,
        reopen,
        begin,
        choose,
        sign_out,
        sign_out_everywhere,
        *digest.IN_JSON,
        *notes.IN_JSON,
        *agreeing_api.IN_JSON,
    ],
    include_in_schema=False,
    opt={"public": True},
)
