"""Schedulers by the dozen: `python -m tests.scheduler.forking BATCH` has the whole program loaded, and forks one more
scheduler for every line that it reads; it answers with the number of its process.

Forked, one is there in milliseconds, so that a kill falls while it works and not while it loads.
"""

import os
import signal
import sys

from commands import serving
from krachtlijn import settings
from scheduler import main as table


def main() -> None:
    table.BATCH = int(sys.argv[1])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: the kernel buries the dead
    say("ready")
    for _ in sys.stdin:
        if (pid := os.fork()) == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 0)
            os.dup2(nowhere, 1)  # it tells of every mail that it writes
            serving.serve(settings(), api=False, scheduler=True, migrate=False)
            os._exit(0)
        say(str(pid))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
