"""The pages to sign in: she asks, a mail comes, and a link or a code lets her in. Looking at them never does."""

import asyncio
import secrets
from http import HTTPStatus

from litestar import Response, Router, get, post
from litestar.params import FromPath

from api.limits import Limiter
from api.phone.endings import HANDLERS
from api.phone.forms import LARGEST, read_form
from api.phone.pages import go_to, message, page
from api.phone.sessions import keep, nonce_cookie, nonce_name
from api.phone.visits import AnyRequest, house_of, language_of
from api.phone.wording import words
from domain import people
from domain.checkins import Fault, Sent, Wrong
from domain.kit.ids import CoacheeId, PracticeId, SignInId
from domain.kit.secrets import digest
from domain.kit.work import Actor, ActorKind, begin, transaction
from domain.people import SignInOver

Found = tuple[PracticeId, SignInId, CoacheeId]
LONGEST_EMAIL, LONGEST_CODE = 254, 12
NONCE_BYTES, NONCE_LIVES = 20, 15 * 60
AT_LEAST = 0.15  # seconds that asking takes, whether the address is known or not
asks: Limiter[bytes] = Limiter(10)
tries: Limiter[bytes] = Limiter(20)


@get("/me/sign-in")
async def show_sign_in(request: AnyRequest) -> Response[str]:
    """Ask for her address."""
    return _page(request, "sign_in.html", Sent())


@post("/me/sign-in", status_code=200, request_max_body_size=LARGEST)
async def ask_to_sign_in(request: AnyRequest) -> Response[str]:
    """Send her a mail, if we know her; the page says the same in any case."""
    sent = await read_form(request)
    email = sent.text("email", LONGEST_EMAIL, lines=False)
    if email is None or "@" not in email:
        sent.faults.setdefault("email", Fault(Wrong.MISSING))
    if sent.faults or email is None:
        return _page(request, "sign_in.html", sent)
    asks.count_once(request.scope, digest(email.lower()))
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    await asyncio.gather(people.ask_to_sign_in(house_of(request), email, nonce), asyncio.sleep(AT_LEAST))
    answer = _page(request, "sign_in_code.html", Sent())
    answer.set_cookie(nonce_cookie(request, nonce, NONCE_LIVES))
    return answer


@get("/me/code")
async def show_code(request: AnyRequest) -> Response[str]:
    """Ask for the code."""
    return _page(request, "sign_in_code.html", Sent())


@post("/me/code", status_code=200, request_max_body_size=LARGEST)
async def take_code(request: AnyRequest) -> Response[str]:
    """Let her in by the code, in the browser that asked for it."""
    sent = await read_form(request)
    nonce = request.cookies.get(nonce_name(request), "")
    tries.count_once(request.scope, digest(nonce))
    async with transaction(house_of(request).sessions) as session:
        found = await people.sign_ins_of(session, nonce)
    for one in found:
        if (secret := await _try(request, one, nonce=None, code=_code(sent))) is not None:
            return _in(request, secret)
    sent.faults["code"] = Fault(Wrong.NOT_OFFERED)
    return _page(request, "sign_in_code.html", sent)


@get("/me/in/{token:str}")
async def show_link(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """What the link in the mail opens: a button, or the question for the code where another browser asked."""
    async with transaction(house_of(request).sessions) as session:
        practice_id, sign_in_id, coachee_id = await people.open_sign_in(session, token)
    async with begin(house_of(request), practice_id, Actor(ActorKind.COACHEE, coachee_id)) as work:
        asked = await people.get_sign_in(work, sign_in_id)
        known = asked.asked_by(request.cookies.get(nonce_name(request), ""))
    return _page(request, "sign_in_link.html" if known else "sign_in_code.html", Sent(), f"/me/in/{token}")


@post("/me/in/{token:str}", status_code=200, request_max_body_size=LARGEST)
async def take_link(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Let her in by the link: in the browser that asked, or with the code."""
    sent = await read_form(request)
    tries.count_once(request.scope, digest(token))
    async with transaction(house_of(request).sessions) as session:
        found = await people.open_sign_in(session, token)
    try:
        secret = await _try(request, found, nonce=request.cookies.get(nonce_name(request), ""), code=_code(sent))
    except SignInOver:
        return message("sign_in_over", language_of(request), status=HTTPStatus.GONE)
    if secret is not None:
        return _in(request, secret)
    sent.faults["code"] = Fault(Wrong.NOT_OFFERED)
    return _page(request, "sign_in_code.html", sent, f"/me/in/{token}")


async def _try(request: AnyRequest, found: Found, *, nonce: str | None, code: str | None) -> str | None:
    """The secret of a new session. A try that fails is kept as well: that is what bounds the guessing."""
    practice_id, sign_in_id, coachee_id = found
    try:
        async with begin(house_of(request), practice_id, Actor(ActorKind.COACHEE, coachee_id)) as work:
            if await people.try_sign_in(work, sign_in_id, nonce=nonce, code=code):
                return await people.begin_session(work, coachee_id)
    except SignInOver:
        if nonce is not None:
            raise
    return None


def _code(sent: Sent) -> str | None:
    """As people type it over: with spaces or a dash in it, perhaps."""
    typed = sent.text("code", LONGEST_CODE, lines=False)
    return None if typed is None else "".join(filter(str.isalnum, typed))


def _in(request: AnyRequest, secret: str) -> Response[str]:
    answer = keep(request, go_to("/me"), secret)
    answer.set_cookie(nonce_cookie(request, "", 0))
    return answer


def _page(request: AnyRequest, template: str, sent: Sent, action: str = "/me/code") -> Response[str]:
    language = language_of(request)
    said = words(language)
    return page(
        template,
        language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        sent=sent,
        action=action,
        faults={name: said["me"][f"fault_{name}"] for name in sent.faults},
    )


router = Router(
    "/",
    route_handlers=[show_sign_in, ask_to_sign_in, show_code, take_code, show_link, take_link],
    exception_handlers=HANDLERS,
    include_in_schema=False,
    opt={"public": True, "any_query": True},
)
