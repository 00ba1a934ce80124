"""A visit of a coachee who is signed in: the cookie is the key, and a form proves that it came from our own page."""

import hmac
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from litestar import Response
from litestar.datastructures import Cookie
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from api.phone import here
from api.phone.pages import page
from api.phone.visits import LANGUAGE, PLACE, AnyRequest, cookie_name, house_of, is_secure, language_of, place_of
from api.problems import RequestError
from domain import people
from domain.checkins import Sent
from domain.kit.database import DRIVER_ERRORS
from domain.kit.errors import Forbidden
from domain.kit.work import Work, transaction
from domain.messaging import Language
from domain.people import Coachee, NotSignedIn, SignedIn

T = TypeVar("T")
LIVES = 60 * 24 * 3600  # seconds; the session itself says when it ends
SAME = {"same-origin", "none"}
AWAY = (DBAPIError, PoolTimeout, *DRIVER_ERRORS, OSError)  # what it looks like where the database is


class FormNotOurs(Forbidden):
    """This was not sent by one of our own pages; open the page again and repeat it there."""


@dataclass(frozen=True, slots=True)
class Own:
    """Who is signed in, in her own language. `fresh` is the cookie's new secret, where it changed."""

    work: Work
    coachee: Coachee
    language: Language
    signed_in: SignedIn
    fresh: str | None = None

    @property
    def proof(self) -> str:
        """What our forms carry: nobody else can compute it, and it holds for this session alone."""
        return self.work.vault.signature("form", self.signed_in.session.id.bytes).hex()[:40]

    def check(self, sent: Sent) -> None:
        if not hmac.compare_digest(sent.shown("proof").encode(), self.proof.encode()):
            raise FormNotOurs


@asynccontextmanager
async def looking_in(request: AnyRequest) -> AsyncGenerator[Own]:
    """To look: the database itself refuses every change."""
    async with transaction(house_of(request).sessions) as session:
        await session.execute(text("SET TRANSACTION READ ONLY"))
        own = await _open(request, session)
        with here.standing(place_of(request)):
            yield own


@asynccontextmanager
async def acting_in(request: AnyRequest) -> AsyncGenerator[Own]:
    """To act: committed when the block ends; the secret changes here, once a day."""
    if request.headers.get("sec-fetch-site", "none") not in SAME:
        raise FormNotOurs
    async with transaction(house_of(request).sessions) as session:
        own = await _open(request, session)
        fresh = await people.rotate_session(own.signed_in)
        with here.standing(place_of(request)):
            yield Own(own.work, own.coachee, own.language, own.signed_in, fresh)


async def for_whoever(request: AnyRequest, template: str) -> Response[str]:
    """A page that anybody may read, and she in her own language with the help lines of her practice.

    It is there without a database too: whoever looks for help must find some.
    """
    if request.cookies.get(cookie_name(request)):
        with suppress(NotSignedIn, *AWAY):
            async with looking_in(request) as own:
                return page(template, own.language)
    with here.standing(place_of(request)):
        return page(template, language_of(request))


async def _open(request: AnyRequest, session: AsyncSession) -> Own:
    secret = request.cookies.get(cookie_name(request))
    if not secret:
        raise NotSignedIn
    signed_in = await people.open_session(house_of(request), session, secret)
    coachee = await people.get_coachee(signed_in.work, signed_in.session.coachee_id)
    if coachee.archived_at is not None:
        raise NotSignedIn
    scope: Any = request.scope
    scope[LANGUAGE], scope[PLACE] = coachee.language, await here.of(signed_in.work, coachee)
    return Own(signed_in.work, coachee, coachee.language, signed_in)


def keep(request: AnyRequest, response: Response[T], secret: str | None) -> Response[T]:
    """Set the session's cookie, where its secret is new."""
    if secret is not None:
        response.set_cookie(_cookie(request, cookie_name(request), secret, LIVES))
    return response


def forget(request: AnyRequest, response: Response[T]) -> Response[T]:
    response.set_cookie(_cookie(request, cookie_name(request), "", 0))
    return response


def nonce_cookie(request: AnyRequest, nonce: str, seconds: int) -> Cookie:
    """What binds a mail to the browser that asked for it. A link from a mail must find it, so it is not Strict."""
    return _cookie(request, nonce_name(request), nonce, seconds)


def nonce_name(request: AnyRequest) -> str:
    return "__Host-asked" if is_secure(request) else "asked"


def _cookie(request: AnyRequest, name: str, value: str, seconds: int) -> Cookie:
    return Cookie(
        name, value=value, path="/", max_age=seconds, httponly=True, secure=is_secure(request), samesite="lax"
    )


def must_be_json(request: AnyRequest) -> None:
    """A page of another site cannot send JSON here without being asked for leave, which we never give."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RequestError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
