"""Server processes of their own, each on the first core; whoever asks them stays on the others."""

import os
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv-bench"
REQUIREMENTS = Path(__file__).parent / "requirements.txt"
HTTP = "httptools" if find_spec("httptools") else "h11"
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


class ServerFailed(Exception):  # noqa: N818
    """A server of the bench did not start, or its venv could not be made."""


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def pin(pid: int, *, server: bool) -> None:
    """The server has a core for itself where there are two to share; elsewhere the system decides."""
    if len(CORES) > 1:
        os.sched_setaffinity(pid, CORES[:1] if server else CORES[1:])


def peers_python() -> Path:
    """The interpreter of the peers' own virtual environment, made at the first run."""
    python, stamp = PEERS / "bin" / "python", PEERS / "installed"
    wanted = REQUIREMENTS.read_text("utf-8")
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return python
    for words in (["-m", "venv", str(PEERS)], ["-m", "pip", "install", "-q", "-r", str(REQUIREMENTS)]):
        interpreter = sys.executable if words[1] == "venv" else str(python)
        made = subprocess.run([interpreter, *words], capture_output=True, text=True, check=False)
        if made.returncode:
            raise ServerFailed(f"{REQUIREMENTS.name} could not be installed: {made.stderr.strip()[-300:]}")
    stamp.write_text(wanted, "utf-8")
    return python


@contextmanager
def served(name: str, module: str, environment: dict[str, str], *, python: Path | None = None) -> Generator[Served]:
    """`module.app()` under uvicorn, for as long as the block lasts."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=256)) as listener:
        process = subprocess.Popen(
            [str(python or sys.executable), "-m", "bench.serve", module, HTTP, str(listener.fileno())],
            cwd=ROOT,
            env=os.environ | environment,
            pass_fds=[listener.fileno()],
        )
        port = listener.getsockname()[1]
    pin(process.pid, server=True)
    try:
        yield Served(name, port, process)
    finally:
        process.terminate()
        process.wait()
