"""One PostgreSQL server on one data directory: is it there, start it, stop it."""

import os
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from commands.embedded.cluster import Cluster, check_version
from commands.embedded.errors import StartFailed, last_lines
from commands.embedded.locks import STEP_SECONDS
from commands.embedded.places import SOCKET_NAME, leave_socket_directory

PATIENCE_SECONDS = 60.0
OLD_WORKERS_SECONDS = 10.0
LOG_BYTES = 10_000_000

THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a server writes about itself in `postmaster.pid`; after a hard end it is still there, and no longer true."""

    pid: int
    socket_dir: Path
    ready: bool

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(self.socket_dir / SOCKET_NAME))
            except OSError:
                return False
        return True

    def lives(self, data: Path) -> bool:
        """Is this process a server on these data? A number alone says little: it may be another's by now."""
        if not Path("/proc/self").exists():
            return _exists(self.pid)
        try:
            words = Path(f"/proc/{self.pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return words[1:3] == [b"-D", os.fsencode(data)]


def find(data: Path, log: Path) -> Postmaster | None:
    """The server that runs on these data; one that is on its way up or down is waited for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while told := _told(data):
        if told.ready and told.answers():
            return told
        if not told.lives(data):
            return None
        if time.monotonic() > deadline:
            raise _failed(f"process {told.pid} holds the data, and does not answer", log)
        time.sleep(STEP_SECONDS)
    return None


def launch(cluster: Cluster, socket_dir: Path) -> Postmaster:
    """Start the server and wait until it is ready."""
    check_version(cluster)
    _rotate(cluster.log)
    log_end = cluster.log.stat().st_size if cluster.log.exists() else 0
    stale = _told(cluster.data)
    began_at = time.monotonic()
    with cluster.log.open("ab") as log:
        cluster.log.chmod(0o600)
        while True:
            process = cluster.account.spawn(*_command(cluster, socket_dir), log=log, more=_not_a_rival(stale))
            # The data may have been taken just before, for a process that was killed while it started the server.
            if told := _ready(process, cluster, began_at + PATIENCE_SECONDS) or find(cluster.data, cluster.log):
                return told
            # After a hard end the old server's workers take a moment to notice, and hold the shared memory until then.
            if not stale or time.monotonic() > began_at + OLD_WORKERS_SECONDS:
                raise _failed("it gave up", cluster.log, log_end)
            time.sleep(0.1)


def halt(cluster: Cluster) -> None:
    """Stop the server if it runs: in order, and if it does not listen, without."""
    told = find(cluster.data, cluster.log)
    for mode, seconds in (("fast", PATIENCE_SECONDS), ("immediate", 10.0)):
        if not told or not told.lives(cluster.data):
            break
        # pg_ctl sends the signal as the server's user, who may have written any number into the file. It would then
        # look ten times a second; we look more often.
        cluster.account.run(cluster.programs.folder / "pg_ctl", "stop", "-D", cluster.data, "-m", mode, "-W")
        deadline = time.monotonic() + seconds
        while told.lives(cluster.data) and time.monotonic() < deadline:
            time.sleep(STEP_SECONDS)
    leave_socket_directory(cluster.data, cluster.account)


def _command(cluster: Cluster, socket_dir: Path) -> list[str | Path]:
    settings = ["listen_addresses=", f"unix_socket_directories={socket_dir}", "port=5432", "logging_collector=off"]
    given = [f"-c{each}" for each in (*settings, *(() if cluster.durable else THROW_AWAY), *cluster.settings)]
    return [cluster.programs.folder / "postgres", "-D", cluster.data, *given]


def _not_a_rival(stale: Postmaster | None) -> dict[str, str]:
    """Tell PostgreSQL that the process with the dead server's number, if there is one now, is no server.

    It would refuse to start otherwise (small numbers come back soon in a container). This is how pg_ctl exempts its own
    caller; the check of the shared memory, which is what protects the data, stays.
    """
    return {"PG_GRANDPARENT_PID": str(stale.pid)} if stale else {}


def _ready(process: subprocess.Popen[bytes], cluster: Cluster, deadline: float) -> Postmaster | None:
    """The server once it takes connections, or None if it ended instead."""
    try:
        while process.poll() is None:
            told = _told(cluster.data)
            if told and told.pid == process.pid and told.ready:
                # A server that dies must not stay a zombie, which would look alive to the next one.
                threading.Thread(target=process.wait, daemon=True, name="reaps the database server").start()
                return told
            if time.monotonic() > deadline:
                process.send_signal(signal.SIGQUIT)
            time.sleep(STEP_SECONDS)
    except BaseException:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise
    return None


def _told(data: Path) -> Postmaster | None:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    lines += [""] * (8 - len(lines))  # it is written line by line
    return Postmaster(int(lines[0]) if lines[0].isdigit() else 0, Path(lines[4]), lines[7].strip() == "ready")


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _failed(reason: str, log: Path, since: int = 0) -> StartFailed:
    said = ""
    if log.exists():
        with log.open("rb") as file:
            file.seek(since)
            said = file.read().decode(errors="replace")
    return StartFailed(reason=reason, log=log, lines=last_lines(said))
