"""A client that asks as fast as it is answered: HTTP/1.1 over connections that stay open."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

END = b"\r\n\r\n"
LENGTH = b"content-length:"
GRACE_SECONDS = 30.0


class Refused(Exception):  # noqa: N818
    """A figure is never one of errors: anything but 2xx ends the run."""


@dataclass
class Outcome:
    """How many answers came in how many seconds, and how long each took."""

    seconds: float
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile_ms(self, percent: int) -> float:
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * 1000


def get(path: str, key: str = "none") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n\r\n".encode()


def post(path: str, body: str, key: str = "none") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


class Caller(asyncio.Protocol):
    """One connection with one request at a time on its way."""

    def __init__(self, requests: Iterator[bytes], outcome: Outcome, until: float) -> None:
        self.requests, self.outcome, self.until = requests, outcome, until
        self.done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.received, self.wanted = b"", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.ask()

    def ask(self) -> None:
        self.received, self.wanted = b"", 0
        self.transport.write(next(self.requests))
        self.asked = time.perf_counter()

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.wanted and not self.read_head():
            return
        if len(self.received) < self.wanted:
            return
        now = time.perf_counter()
        if self.received[9:10] != b"2":
            self.finish(Refused(self.received.decode(errors="replace")))
        elif now < self.until:
            self.outcome.latencies.append(now - self.asked)
            self.ask()
        else:
            self.finish(None)

    def read_head(self) -> bool:
        end = self.received.find(END)
        if end < 0:
            return False
        head = self.received[: end + 2].lower()
        start = head.find(LENGTH) + len(LENGTH)
        self.wanted = end + len(END) + int(head[start : head.index(b"\r\n", start)])
        return True

    def connection_lost(self, _: Exception | None) -> None:
        self.finish(Refused("the server closed the connection"))

    def finish(self, error: Exception | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(self.received[self.received.find(END) + len(END) :])
        else:
            self.done.set_exception(error)
        self.transport.close()


async def run(port: int, requests: Iterator[bytes], *, connections: int, seconds: float) -> Outcome:
    """Ask over that many connections for that long."""
    outcome = Outcome(seconds)
    until = time.perf_counter() + seconds
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Caller(requests, outcome, until), "127.0.0.1", port)
        for _ in range(connections)
    ]
    async with asyncio.timeout(seconds + GRACE_SECONDS):
        await asyncio.gather(*(caller.done for _, caller in made))
    return outcome


async def ask_once(port: int, request: bytes) -> bytes:
    """The body of one answer."""
    make = lambda: Caller(iter([request]), Outcome(0), 0)  # noqa: E731
    _, caller = await asyncio.get_running_loop().create_connection(make, "127.0.0.1", port)
    return await caller.done
