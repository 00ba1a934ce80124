"""A visit by link: the token is the key, and opens one thing for one coachee within one transaction."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from litestar import Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.options import Options
from api.phone import here
from api.phone.here import Here
from api.phone.wording import preferred_country, preferred_language
from domain import agreements, checkins, people
from domain.checkins import LinkPurpose
from domain.kit.ids import AgreementId, GuardianId
from domain.kit.work import Actor, ActorKind, House, Work, enter, transaction
from domain.messaging import Language
from domain.people import Coachee, Guardian, NotSignedIn

AnyRequest = Request[Any, Any, Any]
LANGUAGE, PLACE = "krachtlijn.language", "krachtlijn.place"


@dataclass(frozen=True, slots=True)
class Visit:
    work: Work
    token: str
    subject_id: UUID
    coachee: Coachee
    language: Language
    signed_in: bool = False  # on this phone, as this coachee


@asynccontextmanager
async def looking(request: AnyRequest, token: str, purpose: LinkPurpose) -> AsyncGenerator[Visit]:
    """To look: the database itself refuses every change, for scanners open links before people do."""
    async with transaction(house_of(request).sessions) as session:
        await session.execute(text("SET TRANSACTION READ ONLY"))
        visit = await _enter(request, session, token, purpose)
        with here.standing(place_of(request)):
            yield visit


@asynccontextmanager
async def acting(request: AnyRequest, token: str, purpose: LinkPurpose) -> AsyncGenerator[Visit]:
    """To answer or decide: committed when the block ends, and that is before anything is sent."""
    async with transaction(house_of(request).sessions) as session:
        visit = await _enter(request, session, token, purpose)
        with here.standing(place_of(request)):
            yield visit


def language_of(request: AnyRequest) -> Language:
    """That of whose link it is, once the link has told who she is; until then what her browser prefers."""
    scope: Any = request.scope
    return scope.get(LANGUAGE) or preferred_language(request.headers.get("accept-language", ""))


def place_of(request: AnyRequest) -> Here:
    """Where the coachee is, once we know who she is; until then what her browser says of its language."""
    scope: Any = request.scope
    return scope.get(PLACE) or Here(country=preferred_country(request.headers.get("accept-language", "")))


async def _enter(request: AnyRequest, session: AsyncSession, token: str, purpose: LinkPurpose) -> Visit:
    house = house_of(request)
    link = await checkins.open_link(session, token, purpose)
    work = Work(session, house.clock(), link.practice_id, Actor(ActorKind.COACHEE, link.coachee_id), house.vault)
    coachee = await people.get_coachee(work, link.coachee_id)
    guardian = await _guardian_of(work, link, purpose)
    if guardian is not None:
        work = replace(work, actor=Actor(ActorKind.GUARDIAN, guardian.id))
    language = (guardian or coachee).language
    scope: Any = request.scope
    scope[LANGUAGE], scope[PLACE] = language, await here.of(work, coachee)
    hers = await _is_hers(request, session, link)
    return Visit(work, token, link.subject_id, coachee, language, hers)


async def _guardian_of(work: Work, link: checkins.Link, purpose: LinkPurpose) -> Guardian | None:
    """Whose link it is, where it is not the coachee's own: what is asked about a minor, and what is signed for her."""
    match purpose:
        case LinkPurpose.GUARDIAN:
            return await people.get_guardian(work, GuardianId(link.subject_id))
        case LinkPurpose.AGREEMENT:
            agreement = await agreements.get_agreement(work, AgreementId(link.subject_id))
            return agreement.guardian_id and await people.get_guardian(work, agreement.guardian_id)
        case _:
            return None


async def _is_hers(request: AnyRequest, session: AsyncSession, link: checkins.Link) -> bool:
    """Whether she whose link this is, is signed in on this phone too."""
    secret = request.cookies.get(cookie_name(request))
    if not secret:
        return False
    try:
        signed_in = await people.open_session(house_of(request), session, secret)
    except NotSignedIn:
        return False
    finally:
        await enter(session, link.practice_id)
    return signed_in.session.coachee_id == link.coachee_id and signed_in.work.practice_id == link.practice_id


def cookie_name(request: AnyRequest) -> str:
    return "__Host-me" if is_secure(request) else "me"


def is_secure(request: AnyRequest) -> bool:
    options: Options = request.app.state["options"]
    return options.base_url.startswith("https:")


def house_of(request: AnyRequest) -> House:
    return request.app.state["house"]
