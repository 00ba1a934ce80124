"""A file that never seems to end, sent to a real server."""

import asyncio
import socket
from contextlib import closing, suppress

import pytest
import uvicorn

from api.app import create_app
from api.options import Options
from domain.practice import Role

pytestmark = pytest.mark.anyio

PIECE = b"10000\r\n" + b"#" * 65_536 + b"\r\n"  # as HTTP sends what has no length
PIECES = 100_000_000 // 65_536


async def test_a_file_of_100_mb_is_refused_while_it_streams_in(house, cast):
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        config = uvicorn.Config(create_app(house, Options()), log_level="warning", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve([listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        key = cast.keys[Role.OWNER]
        head = f"POST /v1/method/talent-catalogues HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        writer.write(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        answer = asyncio.create_task(reader.readuntil(b"\r\n"))
        sent = 0
        with suppress(ConnectionError):  # it may hang up while we still send
            while sent < PIECES and not answer.done():
                writer.write(PIECE)
                await writer.drain()
                await asyncio.sleep(0.01)
                sent += 1
        assert (await answer).startswith(b"HTTP/1.1 413 ")
        assert sent < PIECES / 2
        writer.close()
        server.should_exit = True
        await running
