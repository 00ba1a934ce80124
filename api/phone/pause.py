"""The page behind a mail program's own button to unsubscribe (RFC 8058): it pauses, and asks for no login."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import text

from api.phone import here
from api.phone.pages import message, page
from api.phone.visits import LANGUAGE, PLACE, AnyRequest, house_of
from domain import checkins, people
from domain.checkins import LinkUnknown
from domain.kit.ids import CoacheeId
from domain.kit.work import Actor, ActorKind, Work, enter, transaction
from domain.messaging import open_pause
from domain.people import Coachee


@get("/u/{token:str}")
async def show_pause(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Ask whether to pause; looking pauses nothing, for scanners look too."""
    async with _excused(request, token, read_only=True) as (_, coachee):
        return page("pause.html", coachee.language)


@post("/u/{token:str}", status_code=200)
async def pause(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Pause, whatever the body says: a mail program posts a form of its own, in either encoding."""
    async with _excused(request, token) as (work, coachee):
        await checkins.pause_all(work, coachee.id)
        return message("chose_pause", coachee.language)


@asynccontextmanager
async def _excused(request: AnyRequest, token: str, *, read_only: bool = False) -> AsyncGenerator[tuple[Work, Coachee]]:
    """By the address in the head of a mail, which tells itself whose it is."""
    house = house_of(request)
    whose = open_pause(house.vault, token)
    if whose is None:
        raise LinkUnknown
    practice_id, coachee_id = whose
    async with transaction(house.sessions) as session:
        if read_only:
            await session.execute(text("SET TRANSACTION READ ONLY"))
        await enter(session, practice_id)
        work = Work(session, house.clock(), practice_id, Actor(ActorKind.COACHEE, coachee_id), house.vault)
        coachee = await people.get_coachee(work, CoacheeId(coachee_id))
        scope: Any = request.scope
        scope[LANGUAGE], scope[PLACE] = coachee.language, await here.of(work, coachee)
        with here.standing(scope[PLACE]):
            yield work, coachee
