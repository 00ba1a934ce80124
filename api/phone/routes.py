"""The addresses in mails to coachees. They need no key: the token in them opens one thing, and only while it may."""

from litestar import Response, Router, get, post
from litestar.params import FromPath

from api.phone import agreement, assignment, check_in, development, group, guardian, own_questions, plan, pulse, review
from api.phone.endings import HANDLERS
from api.phone.forms import LARGEST, read_form
from api.phone.pause import pause, show_pause
from api.phone.visits import AnyRequest, acting, looking
from domain.checkins import LinkPurpose


@get("/c/{token:str}")
async def show_check_in(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show the question."""
    async with looking(request, token, LinkPurpose.CHECK_IN) as visit:
        return await check_in.show(visit)


@post("/c/{token:str}", status_code=200, request_max_body_size=LARGEST)
async def answer_check_in(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Take the answer."""
    sent = await read_form(request)
    async with acting(request, token, LinkPurpose.CHECK_IN) as visit:
        return await check_in.take(visit, sent)


@get("/p/{token:str}")
async def show_plan(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show what is proposed."""
    async with looking(request, token, LinkPurpose.PLAN) as visit:
        return await plan.show(visit)


@post("/p/{token:str}", status_code=200, request_max_body_size=LARGEST)
async def decide_on_plan(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Take the yes or the no."""
    sent = await read_form(request)
    async with acting(request, token, LinkPurpose.PLAN) as visit:
        return await plan.decide(visit, sent)


@get("/p/{token:str}/questions")
async def show_questions(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show the questions that were proposed, or that she agreed to."""
    async with looking(request, token, LinkPurpose.PLAN) as visit:
        return await own_questions.show(visit)


@post("/p/{token:str}/questions", status_code=200, request_max_body_size=LARGEST)
async def decide_on_questions(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Take her yes, her words or her no."""
    sent = await read_form(request)
    async with acting(request, token, LinkPurpose.PLAN) as visit:
        return await own_questions.decide(visit, sent)


@get("/r/{token:str}")
async def show_review(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show what is asked to look back on."""
    async with looking(request, token, LinkPurpose.REVIEW) as visit:
        return await review.show(visit)


@post("/r/{token:str}", status_code=200, request_max_body_size=LARGEST)
async def answer_review(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Take the answers."""
    sent = await read_form(request)
    async with acting(request, token, LinkPurpose.REVIEW) as visit:
        return await review.answer(visit, sent)


@get("/o/{token:str}")
async def show_assignment(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show what is asked, and her draft."""
    async with looking(request, token, LinkPurpose.ASSIGNMENT) as visit:
        return await assignment.show(visit)


@post("/o/{token:str}", status_code=200, request_max_body_size=assignment.LARGEST_FORM)
async def take_assignment(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Take what she wrote, or her no."""
    sent = await read_form(request)
    async with acting(request, token, LinkPurpose.ASSIGNMENT) as visit:
        return await assignment.take(visit, sent)


@get("/a/{token:str}")
async def show_agreement(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show what waits to be signed."""
    async with looking(request, token, LinkPurpose.AGREEMENT) as visit:
        return await agreement.show(visit)


@post("/a/{token:str}", status_code=200, request_max_body_size=LARGEST)
async def decide_on_agreement(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Take the signature or the no."""
    sent = await read_form(request)
    async with acting(request, token, LinkPurpose.AGREEMENT) as visit:
        return await agreement.decide(visit, sent)


@get("/a/{token:str}/pdf")
async def read_agreement(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Give her own copy."""
    async with looking(request, token, LinkPurpose.AGREEMENT) as visit:
        return await agreement.read_file(visit)


@get("/d/{token:str}")
async def show_development_plan(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show her plan."""
    async with looking(request, token, LinkPurpose.DEVELOPMENT_PLAN) as visit:
        return await development.show(visit)


@post("/d/{token:str}", status_code=200, request_max_body_size=development.LARGEST_FORM)
async def write_on_development_plan(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Take what she wrote."""
    sent = await read_form(request)
    async with acting(request, token, LinkPurpose.DEVELOPMENT_PLAN) as visit:
        return await development.save(visit, sent)


@get("/d/{token:str}/pdf")
async def read_development_plan(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Give her own copy."""
    async with looking(request, token, LinkPurpose.DEVELOPMENT_PLAN) as visit:
        return await development.read_file(visit)


@get("/t/{token:str}")
async def show_pulse(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show what the team is asked."""
    async with looking(request, token, LinkPurpose.PULSE) as visit:
        return await pulse.show(visit)


@post("/t/{token:str}", status_code=200, request_max_body_size=LARGEST)
async def answer_pulse(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Count the scores."""
    sent = await read_form(request)
    async with acting(request, token, LinkPurpose.PULSE) as visit:
        return await pulse.answer(visit, sent)


@get("/g/{token:str}")
async def show_seat(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show the seat in a group that is on offer."""
    async with looking(request, token, LinkPurpose.GROUP_SEAT) as visit:
        return await group.show(visit)


@post("/g/{token:str}", status_code=200, request_max_body_size=LARGEST)
async def decide_on_seat(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Take the yes or the no."""
    sent = await read_form(request)
    async with acting(request, token, LinkPurpose.GROUP_SEAT) as visit:
        return await group.decide(visit, sent)


@get("/w/{token:str}")
async def show_consents_asked(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Show what a minor's guardian is asked to agree to."""
    async with looking(request, token, LinkPurpose.GUARDIAN) as visit:
        return await guardian.show(visit)


@post("/w/{token:str}", status_code=200, request_max_body_size=LARGEST)
async def decide_on_consents(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Take what she agrees to, or takes back."""
    sent = await read_form(request)
    async with acting(request, token, LinkPurpose.GUARDIAN) as visit:
        return await guardian.decide(visit, sent)


router = Router(
    "/",
    route_handlers=[
        show_check_in,
        answer_check_in,
        show_plan,
        decide_on_plan,
        show_questions,
        decide_on_questions,
        show_review,
        answer_review,
        show_assignment,
        take_assignment,
        show_agreement,
        decide_on_agreement,
        read_agreement,
        show_development_plan,
        write_on_development_plan,
        read_development_plan,
        show_pulse,
        answer_pulse,
        show_seat,
        decide_on_seat,
        show_consents_asked,
        decide_on_consents,
        show_pause,
        pause,
    ],
    exception_handlers=HANDLERS,
    include_in_schema=False,
    opt={"public": True, "any_query": True},
)
