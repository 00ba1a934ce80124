"""Serving: the API, the scheduler, or both in one process, until a signal says stop."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from dataclasses import replace
from datetime import timedelta

import uvicorn
from rich.console import Console

from api.app import create_app
from api.options import Options
from commands.opening import Opened, bring_up_to_date, database, opened
from commands.outbound import HttpCourier
from commands.outside import gateway_egress, open_access_point, open_mailer, open_texter
from commands.push_service import push_service
from commands.settings import SettingError, Settings, contact_of, egress_of
from domain.kit.watching import CLOCK, listen
from domain.messaging import Pushed, SenderSettings
from domain.people import PushWay, SmsWay
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from scheduler.watch import Watch

log = logging.getLogger("krachtlijn")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE_SECONDS = 10
BACKLOG = 1024
Told = Callable[[Opened], Awaitable[None]]


class _Server(uvicorn.Server):
    """Uvicorn that leaves the signals to us, for the database stops last; and that says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.answers.set()


def options_of(settings: Settings, house: Opened) -> Options:
    return Options(
        base_url=settings.base_url,
        test_mode=settings.test_mode,
        mailbox=settings.mailbox if settings.test_mode else None,
        requests_per_minute=settings.requests_per_minute,
        move_clock=house.clock.move,
        peppol_secret=settings.peppol_secret,
        egress=egress_of(settings),
        sms_secret=settings.sms_secret,
    )


def serve(settings: Settings, *, api: bool, scheduler: bool, migrate: bool, told: Told | None = None) -> None:
    """Run until SIGINT or SIGTERM; `told` is called once everything answers."""
    with bound(settings) if api else contextlib.nullcontext() as listener, database(settings) as url:
        runner = asyncio.Runner(loop_factory=_loop)
        with runner:
            runner.run(_serve(settings, url, listener, scheduler=scheduler, migrate=migrate, told=told))


def _loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop  # noqa: PLC0415 - not to be had on every platform
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


@contextlib.contextmanager
def bound(settings: Settings) -> Generator[socket.socket]:
    """The listening socket, taken before anything is started: a taken port is told at once."""
    if settings.listen_fd is not None:
        with socket.socket(fileno=settings.listen_fd) as inherited:
            yield inherited
        return
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingError(
                f"Port {settings.port} on {settings.host} cannot be used: {error.strerror}. Set PORT to a free one."
            ) from error
        listener.listen(BACKLOG)
        yield listener


async def _serve(
    settings: Settings,
    url: str,
    listener: socket.socket | None,
    *,
    scheduler: bool,
    migrate: bool,
    told: Told | None,
) -> None:
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if migrate:
        await bring_up_to_date(url)
    async with contextlib.AsyncExitStack() as stack:
        house = await stack.enter_async_context(opened(settings, url))
        if settings.test_mode:
            pushes = await stack.enter_async_context(push_service(_shown))
            settings = replace(settings, trusted_origins=(*settings.trusted_origins, pushes.origin))
            house = replace(house, pushes=pushes)
        watch = await stack.enter_async_context(watching(settings, house)) if scheduler else None
        await stack.enter_async_context(hearing(house, watch, test_mode=settings.test_mode))
        if listener is not None:
            await stack.enter_async_context(answering(settings, house, listener, stop))
        if told is not None:
            await told(house)
        await stop.wait()
        log.info("stopping")


def _shown(pushed: Pushed) -> None:
    """What a phone of the demonstration shows."""
    told = pushed.notification
    log.info("notification on a phone: %s: %s %s", told["title"], told["body"], told["navigate"])


@contextlib.asynccontextmanager
async def watching(settings: Settings, house: Opened) -> AsyncGenerator[Watch]:
    sender = SenderSettings(base_url=settings.base_url, from_address=settings.mail_from)
    async with HttpCourier(egress_of(settings)) as courier, HttpCourier(gateway_egress(settings)) as to_gateway:
        push = PushWay(house.sweep, courier, sender, contact_of(settings))
        sms = SmsWay(house.sweep, open_texter(settings, to_gateway), sender, settings.sms_price_cents)
        watch = Watch(SWEEPS, Tools(house.sweep, open_mailer(settings), sender, open_access_point(settings), push, sms))
        watch.start()
        try:
            yield watch
        finally:
            await watch.close()


@contextlib.asynccontextmanager
async def hearing(house: Opened, watch: Watch | None, *, test_mode: bool) -> AsyncGenerator[None]:
    """Follow the database's notifications: something is due, or (in test mode alone) the clock was moved."""

    def hear(channel: str, payload: str) -> None:
        if channel == CLOCK and test_mode:
            house.clock.move(timedelta(seconds=float(payload)))
        if watch is not None:
            watch.wake()

    task = asyncio.create_task(listen(house.database_url, hear))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def calm_the_collector() -> None:
    """Leave what was made at the start out of Python's garbage collection, and run it less often.

    The application is some hundred thousand objects that never go away: looking through them again and again took a
    third of the time of a list, and made the slowest answers ten times as slow as the usual one.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@contextlib.asynccontextmanager
async def answering(
    settings: Settings, house: Opened, listener: socket.socket, stop: asyncio.Event
) -> AsyncGenerator[None]:
    """The API on the socket. Its access log is off: addresses of check-ins are secrets."""
    config = uvicorn.Config(
        create_app(house.app, options_of(settings, house)),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="off",
    )
    server = _Server(config)
    calm_the_collector()
    task = asyncio.create_task(server.serve(sockets=[listener]))
    task.add_done_callback(lambda _: stop.set())
    await asyncio.wait((task, asyncio.ensure_future(server.answers.wait())), return_when=asyncio.FIRST_COMPLETED)
    try:
        yield
    finally:
        server.should_exit = True
        await task


def announcer(settings: Settings, console: Console) -> Told:
    """Say where it answers."""

    async def told(_: Opened) -> None:
        console.print(f"Krachtlijn answers at [bold]{settings.base_url}[/], documentation at {settings.base_url}/docs")

    return told
