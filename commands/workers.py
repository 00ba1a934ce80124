"""Several processes that answer on one port: they share the listening socket, and one that dies is replaced."""

import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence

from rich.console import Console

from commands.serving import GRACE_SECONDS, bound
from commands.settings import Settings

CHECK_SECONDS = 0.5


class Workers:
    """`count` processes of one command; each takes the socket's number from its environment."""

    def __init__(
        self, count: int, command: Sequence[str], environment: Mapping[str, str], listener: socket.socket
    ) -> None:
        self._command, self._descriptor = command, listener.fileno()
        self._environment = {**environment, "KRACHTLIJN_LISTEN_FD": str(self._descriptor)}
        self._running = [self._launch() for _ in range(count)]

    def _launch(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - our own program, never a shell
            self._command, env=self._environment, pass_fds=(self._descriptor,), start_new_session=True
        )

    def replace_the_dead(self) -> list[int]:
        """The exit codes of those that ended, and were replaced."""
        codes: list[int] = []
        for place, worker in enumerate(self._running):
            if (code := worker.poll()) is not None:
                codes.append(code)
                self._running[place] = self._launch()
        return codes

    def stop(self) -> None:
        for worker in self._running:
            worker.terminate()
        for worker in self._running:
            worker.wait(GRACE_SECONDS * 2)


def serve_with_workers(
    settings: Settings, count: int, command: Sequence[str], environment: Mapping[str, str], console: Console
) -> None:
    """Answer with `count` processes until SIGINT or SIGTERM."""
    stop = threading.Event()

    def stopping(*_: object) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stopping)
    with bound(settings) as listener:
        workers = Workers(count, command, environment, listener)
        while not stop.wait(CHECK_SECONDS):
            for code in workers.replace_the_dead():
                console.print(f"A worker ended with {code}; another takes its place.")
        workers.stop()
