"""Several senders at once, each a process: started once, told to begin together, and waited for."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bench.processes import CORES, ROOT

Process = subprocess.Popen[str]


@dataclass(frozen=True)
class Sent:
    """What they sent together, in how many seconds, and the most memory that one of them has held."""

    count: int
    seconds: float
    memory_mb: float

    @property
    def per_second(self) -> float:
        return self.count / self.seconds


@dataclass(frozen=True)
class Senders:
    processes: tuple[Process, ...]

    async def send(self, count: int) -> Sent:
        """Let the first `count` send until nothing is due."""
        chosen = self.processes[:count]
        started = time.perf_counter()
        for process in chosen:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        answers = [line.split() for line in await asyncio.gather(*[asyncio.to_thread(_line, each) for each in chosen])]
        spent = time.perf_counter() - started
        return Sent(sum(int(sent) for sent, _ in answers), spent, max(float(memory) for _, memory in answers))


@contextmanager
def senders(what: str, url: str, count: int) -> Generator[Senders]:
    with ExitStack() as running:
        processes = tuple(running.enter_context(_started(what, url)) for _ in range(count))
        for process in processes:
            assert _line(process) == "ready\n", what
        yield Senders(processes)


@contextmanager
def _started(what: str, url: str) -> Generator[Process]:
    words = [sys.executable, "-m", "bench.sender", what, url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(words, cwd=ROOT, text=True, **pipes)  # type: ignore[call-overload]
    if CORES:
        os.sched_setaffinity(process.pid, CORES)
    with process:  # which closes its pipes: that ends it
        yield process


def _line(process: Process) -> str:
    assert process.stdout is not None
    return process.stdout.readline()
