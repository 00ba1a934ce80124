"""What leaves by HTTP: one POST at a time, to the very address that was judged, and never on to another."""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self

import httpcore

from domain.kit.egress import HTTPS, AddressUnknown, Egress
from domain.messaging import Reply, Unreachable

TIMEOUTS = {"connect": 5.0, "read": 10.0, "write": 10.0, "pool": 10.0}
MOST_CONNECTIONS = 20
ENOUGH = 2000  # bytes of an answer that anybody looks at


class _Judged(httpcore.AsyncNetworkBackend):
    """Resolves a host, judges where it leads, and connects there: nobody resolves it a second time.

    TLS is still spoken with the host by its name, so its certificate is checked as ever.
    """

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._network: Any = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        number = await self._egress.pin(host, port)
        return await self._network.connect_tcp(number, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class HttpCourier:
    """Connections are kept open between requests; each was judged when it was made."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=MOST_CONNECTIONS,
            keepalive_expiry=30,
            network_backend=_Judged(egress),
        )

    async def post(self, address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        parts = self._egress.read(address)
        sent = [(b"Host", parts.netloc.encode()), *((name.encode(), value.encode()) for name, value in headers.items())]
        sent.append((b"Content-Length", str(len(body)).encode()))
        try:
            if parts.port in {None, HTTPS}:
                await self._egress.check(address)  # also where a connection is open: its name may point elsewhere
            async with self._pool.stream(
                "POST", address, headers=sent, content=body, extensions={"timeout": TIMEOUTS}
            ) as answer:
                told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
                return Reply(answer.status, told, await _beginning(answer))
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise Unreachable(type(error).__name__) from None
        except AddressUnknown as error:  # names cannot be looked up at this moment: that says nothing of the address
            raise Unreachable(error.code()) from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.aclose()


async def _beginning(answer: httpcore.Response) -> bytes:
    """As much of an answer as anybody looks at, however long it goes on."""
    read = b""
    async for part in answer.aiter_stream():
        read += part
        if len(read) >= ENOUGH:
            break
    return read[:ENOUGH]
