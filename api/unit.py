"""One request, one unit of work: the caller is known, the handler acts, the answer is written, the transaction commits.

Only then is anything sent: a failing commit is an error to the client, and what a client was told has happened. The
order is fixed: query → body taken in → key → scope → rate limit → Idempotency-Key → handler → commit → send.

Whoever lost a deadlock or a race of serializable transactions is served again from the key on: all that the handler did
was rolled back with its transaction, what it leaves for the world outside (the outbox) too. So is whoever decides on a
page that a link opens: the page's own transaction is rolled back, and the page asked again.
"""

import asyncio
import logging
import random
from http import HTTPStatus
from typing import Any

from litestar import Request
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import ASGIApp, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout

from api.auth import bearer, needed_scope
from api.conditional import check_consumed, expected, unchanged
from api.idempotency import answer_of, replayed, wanted_claim
from api.limits import Limiter
from api.methods import options_answer
from api.problems import COLLIDED, RequestError, collided
from api.requests import StrictRequest, check_no_body, check_query
from domain import practice
from domain.kit import idempotency
from domain.kit.ids import KeyId
from domain.kit.work import Expected, House, Reading, Work, begin, reading, transaction
from domain.practice import Caller

WORK, READING = "krachtlijn.work", "krachtlijn.reading"
RETRIES, MOST_WAIT = 3, 0.1  # seconds, longer with each retry: by chance, so that two do not meet again
log = logging.getLogger("krachtlijn.api")


class _RolledBack(Exception):  # noqa: N818
    """The handler refused: leave the transaction without its effects, and send the refusal."""


class _Collided(_RolledBack):
    """The database chose this transaction to give way to another; done again, it may well succeed."""


class UnitOfWork:
    """ASGI middleware around every handler; public routes pass through it."""

    def __init__(self, app: ASGIApp, limiter: Limiter[KeyId]) -> None:
        self.app, self.limiter = app, limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await send_all(send, options_answer(scope))
            return
        request: Request[Any, Any, Any] = StrictRequest(scope, receive, send)
        check_query(request)
        wanted = needed_scope(scope["route_handler"])
        if wanted is None:
            await self.serve_public(scope, receive, send)
            return
        one = _One(self, request, receive, wanted)
        messages = await (one.read() if one.only_reads else one.work())
        await send_all(send, unchanged(request, messages))

    async def serve_public(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A page that is only looked at takes no locks. One that acts does so in one transaction of its own."""
        if scope["type"] == "http" and scope["method"] == "GET":
            await self.app(scope, receive, send)
            return
        for retry in range(1, RETRIES + 1):
            messages = await self.buffered(scope, receive)
            if COLLIDED not in scope:
                await send_all(send, messages)
                return
            await give_way(retry)
        await send_all(send, await self.buffered(scope, receive))

    async def buffered(self, scope: Scope, receive: Receive) -> list[Any]:
        messages = list[Any]()

        async def keep(message: Any) -> None:
            messages.append(message)

        told: Any = scope
        told.pop(COLLIDED, None)
        await self.app(scope, receive, keep)
        ScopeState.from_scope(scope).response_started = False
        return messages


async def give_way(retry: int) -> None:
    await asyncio.sleep(random.uniform(0, MOST_WAIT * retry))  # noqa: S311


async def send_all(send: Send, messages: list[Any]) -> None:
    for message in messages:
        await send(message)


class _One:
    """The handling of one request."""

    def __init__(self, unit: UnitOfWork, request: Request[Any, Any, Any], receive: Receive, scope_wanted: str) -> None:
        self.app, self.limiter = unit.app, unit.limiter
        self.house: House = request.app.state["house"]
        self.request, self.receive, self.scope_wanted = request, receive, scope_wanted
        self.secret = bearer(request.headers)
        self.now = self.house.clock()
        self.messages: list[Any] = []
        handler: Any = request.scope["route_handler"]
        self.only_reads = "reading" in handler.parsed_fn_signature.parameters
        self.needs_version = handler.opt.get("needs_version", False)
        self.headers: dict[str, str] = {}

    async def read(self) -> list[Any]:
        async with reading(self.house) as connection:
            caller = await practice.open_key_for_reading(connection, self.secret, self.now)
            self.admit(caller)
            scope: Any = self.request.scope
            scope[READING] = Reading(connection, self.now, caller.practice_id, caller.actor, self.house.vault)
            await self.app(scope, self.receive, self.buffer)
        await self.touch(caller)
        return self.messages

    async def work(self) -> list[Any]:
        await self.take_body()
        for retry in range(1, RETRIES + 1):
            try:
                return await self.work_once()
            except _Collided:
                pass
            except DBAPIError as error:  # at a flush of ours, or at the commit
                if not collided(error):
                    raise
            self.messages = []
            await give_way(retry)
        return await self.work_once(last=True)

    async def work_once(self, *, last: bool = False) -> list[Any]:
        claim: idempotency.Claim | None = None
        caller: Caller | None = None
        try:
            async with transaction(self.house.sessions) as session:
                caller = await practice.open_key(session, self.secret, self.now)
                self.admit(caller)
                work = Work(
                    session, self.now, caller.practice_id, caller.actor, self.house.vault, self.version_expected()
                )
                claim = await wanted_claim(self.request, self.house.vault, caller.key_id)
                if claim is not None and (kept := await idempotency.claim(work, claim)) is not None:
                    return replayed(kept)
                await self.handle(work, last=last)
                if claim is not None:
                    await idempotency.keep(work, claim, answer_of(self.messages))
        except _Collided:
            raise
        except _RolledBack:
            pass
        if caller is not None:
            if claim is not None and self.refused:
                await self.keep_refusal(caller, claim)
            await self.touch(caller)
        return self.messages

    async def take_body(self) -> None:
        """Take the body in before a connection is lent: who sends slowly then holds up nobody else."""
        try:
            await self.request.body()
        except RequestEntityTooLarge:
            # Where its size was announced nothing was read, and who may not call at all hears that first.
            if self.request.content_length is None:
                raise

    def admit(self, caller: Caller) -> None:
        caller.must_have(self.scope_wanted)
        self.headers = self.headers or self.limiter.count(caller.key_id)  # one request, however often it is tried

    def version_expected(self) -> Expected | None:
        wanted = expected(self.request)
        if wanted is None and self.needs_version and "if-match" not in self.request.headers:
            raise RequestError(HTTPStatus.PRECONDITION_REQUIRED)
        return wanted

    async def handle(self, work: Work, *, last: bool) -> None:
        scope: Any = self.request.scope
        scope[WORK] = work
        scope.pop(COLLIDED, None)
        await check_no_body(self.request)
        await self.app(scope, self.receive, self.buffer)
        # Litestar thinks that the answer has left; until it has, an error at the commit may take its place.
        ScopeState.from_scope(scope).response_started = False
        if self.refused:
            raise _Collided if COLLIDED in scope and not last else _RolledBack
        check_consumed(work.expected)
        await work.session.flush()

    @property
    def refused(self) -> bool:
        return bool(self.messages) and self.messages[0]["status"] >= HTTPStatus.BAD_REQUEST

    async def buffer(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            extra = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
            message["headers"] = [*message["headers"], *extra]
        self.messages.append(message)

    async def keep_refusal(self, caller: Caller, claim: idempotency.Claim) -> None:
        """A refusal is kept as well, after the roll-back, in a transaction of its own; a 5xx may be tried again."""
        answer = answer_of(self.messages)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        async with begin(self.house, caller.practice_id, caller.actor) as work:
            if await idempotency.claim(work, claim) is None:
                await idempotency.keep(work, claim, answer)

    async def touch(self, caller: Caller) -> None:
        """Note that the key was used. What the caller asked is done by now: failing here must not deny it."""
        if not caller.needs_touch(self.now):
            return
        try:
            async with begin(self.house, caller.practice_id, caller.actor) as work:
                await practice.touch_key(work, caller.key_id)
        except (DBAPIError, PoolTimeout, OSError) as error:
            log.warning("the use of key %s was not noted: %s", caller.key_id, type(error).__name__)


def provide_work(request: Request[Any, Any, Any]) -> Work:
    scope: Any = request.scope
    return scope[WORK]


def provide_reading(request: Request[Any, Any, Any]) -> Reading:
    scope: Any = request.scope
    return scope[READING]
