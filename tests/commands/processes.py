"""The program as a process of its own, as people start it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from domain.kit.ids import new_id
from tests import database as databases

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def empty_database() -> Iterator[str]:
    """A database of its own, not migrated, on the server of the tests."""
    name = f"krachtlijn_{new_id().hex}"
    server = os.environ[databases.SERVER]
    asyncio.run(databases.run(server, f'CREATE DATABASE "{name}"'))
    yield databases.database_url(server, name)
    databases.drop(name)


@contextlib.contextmanager
def migrated_database() -> Iterator[str]:
    """A database of its own, on which the schema stands already: migrating one takes seconds."""
    name = f"krachtlijn_{new_id().hex}"
    yield databases.copy_template(name)
    databases.drop(name)


# Bytecode is kept, as where people run it: compiling everything anew takes a second of each process.
NOT_PASSED_ON = ("KRACHTLIJN_", "DATABASE_URL", "PYTHONDONTWRITEBYTECODE")


def environment(home: Path, *, url: str | None, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_PASSED_ON)}
    named = {"DATABASE_URL": url} if url else {}
    return {**kept, "KRACHTLIJN_HOME": str(home), **named, **more}


def krachtlijn(*words: str, env: dict[str, str], check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "krachtlijn.py", *words],
        cwd=ROOT,
        env={**env, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=check,
    )


@dataclass
class Running:
    process: "subprocess.Popen[bytes]"
    url: str
    home: Path
    log: Path

    def demo(self) -> dict[str, Any]:
        return json.loads((self.home / "demo.json").read_text())

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@contextlib.contextmanager
def serving(*words: str, home: Path, url: str | None, **more: str) -> Iterator[Running]:
    """A server that answers, until the block ends."""
    port = free_port()
    home.mkdir(parents=True, exist_ok=True)
    log = home / f"test-{port}.log"
    env = environment(home, url=url, PORT=str(port), **more)
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "krachtlijn.py", *words], cwd=ROOT, env=env, stdout=sink, stderr=sink
        )
    running = Running(process, f"http://127.0.0.1:{port}", home, log)
    try:
        wait_until_answering(running)
        yield running
    finally:
        if process.poll() is None:
            running.stop()


def wait_until_answering(running: Running) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        assert running.process.poll() is None, running.log.read_text()
        assert time.monotonic() < deadline, running.log.read_text()
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{running.url}/health/live").status_code == 200:
                return
        time.sleep(0.05)
