"""The process that stops the server when its owner was killed and nobody uses it any more. Nobody starts it by hand."""

import sys
import time
from contextlib import suppress
from pathlib import Path

from commands.embedded import postmaster
from commands.embedded.account import owner_of
from commands.embedded.cluster import Cluster
from commands.embedded.locks import alone, tried, wait_until_free
from commands.embedded.programs import find_programs


def watch(home: Path, linger: float, data: Path, binaries: Path) -> None:
    """Wait until the last process has let go, give the next one a moment to come, then stop the server."""
    gone = False
    while not gone:
        wait_until_free(home / "postgres.users")
        time.sleep(linger)
        with alone(home), tried(home / "postgres.users") as gone:
            if gone and data.exists():
                account = owner_of(data)
                postmaster.halt(Cluster(data, home / "postgres.log", find_programs(binaries, account), account))


def main() -> None:
    home = Path(sys.argv[1])
    with suppress(FileNotFoundError), tried(home / "postgres.guard") as first:  # a home that is gone needs no guard
        if first:
            watch(home, float(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))


if __name__ == "__main__":
    main()
