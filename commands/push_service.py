"""The push service of the demonstration, on an address of its own: what a phone would show is told instead."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from domain.messaging import Pushed, PushService

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
LARGEST = 10_000


def application(service: PushService) -> Application:
    """What takes pushes over HTTP: POST alone."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more and len(body) < LARGEST:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        status, told = service.take(scope["path"], headers, body) if scope["method"] == "POST" else (405, {})
        raw = [(name.encode(), value.encode()) for name, value in told.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b""})

    return answer


class _Server(uvicorn.Server):
    """Uvicorn that leaves the signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def serving_on(application: Application, listener: socket.socket | None = None) -> AsyncGenerator[str]:
    """An application on this machine, until the block ends; its origin."""
    with listener or socket.create_server(("127.0.0.1", 0)) as bound:
        config = uvicorn.Config(
            application, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
        )
        server = _Server(config)
        running = asyncio.create_task(server.serve([bound]))
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


@asynccontextmanager
async def push_service(tell: Callable[[Pushed], None] | None = None) -> AsyncGenerator[PushService]:
    """A push service on this machine, until the block ends; `tell` hears of each notification that a browser shows."""
    listener = socket.create_server(("127.0.0.1", 0))
    service = PushService(f"http://127.0.0.1:{listener.getsockname()[1]}", tell=tell)
    async with serving_on(application(service), listener):
        yield service
