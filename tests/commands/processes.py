"""The program as a process of its own, as people start it."""

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from domain.kit.ids import new_id
from tests import database as databases
from tests.patience import PATIENCE, until

ROOT = Path(__file__).parents[2]
LENT = range(20_000, 30_000)  # below those that the kernel gives to whoever asks for any
kept: list[socket.socket] = []


def free_port() -> int:
    """A port that no other test of this machine is given, and the kernel nobody, until this process ends."""
    for port in random.sample(LENT, len(LENT)):
        with contextlib.suppress(OSError), contextlib.ExitStack() as unless_free:
            name = unless_free.enter_context(socket.socket(socket.AF_UNIX))
            name.bind(f"\0krachtlijn-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
            kept.append(name)
            unless_free.pop_all()
            return port
    raise AssertionError("every port is taken")


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
        return self.process.wait(PATIENCE)


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
    def answering() -> bool:
        assert running.process.poll() is None, running.log.read_text()
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{running.url}/health/live").status_code == 200
        return False

    until(answering, running.log.read_text)
