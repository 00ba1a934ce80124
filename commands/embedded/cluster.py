"""A data directory with all it takes to run a server on it, and how it is made."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from commands.embedded.account import Account
from commands.embedded.errors import OtherVersion, StartFailed, last_lines
from commands.embedded.programs import Programs

BUILTIN_LOCALE_SINCE = 17

# Written once, into the data directory's own configuration, for whoever wants to change them there. `terse` because
# the details of a refused row are the clients' words, which belong in no log.
SETTINGS = """
# Krachtlijn's beginning
max_connections = 200
shared_buffers = 128MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_error_verbosity = terse
log_checkpoints = off
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data directory with all it takes to run a server on it."""

    data: Path
    log: Path
    programs: Programs
    account: Account
    durable: bool = True
    settings: tuple[str, ...] = ()  # for this start alone, before those of the data directory


def create(cluster: Cluster, lock: int) -> None:
    """Make the data directory: aside, then moved into place, so that a half-made one is never taken for one.

    initdb holds the lock as well: should we be killed, the next one waits for its end before it tidies up and begins.
    """
    place = cluster.data.parent
    for left in place.glob("postgres.new-*"):
        shutil.rmtree(left)
    draft = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=place))
    cluster.account.own(draft)
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if cluster.programs.major < BUILTIN_LOCALE_SINCE:
        locale = ["--locale=C.UTF-8"]
    options = [*locale, *([] if cluster.durable else ["--no-sync"])]
    fixed = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
    made = cluster.account.run(cluster.programs.folder / "initdb", "-D", draft, *fixed, *options, keep=(lock,))
    if made.returncode == 0:
        # Written as the server's user: root must not be led elsewhere by a link in a directory that is not its own.
        made = cluster.account.run("/bin/sh", "-c", 'cat >>"$1"', "sh", draft / "postgresql.conf", stdin=SETTINGS)
    if made.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise StartFailed(reason="initdb failed", log=cluster.log, lines=last_lines(made.stdout + made.stderr))
    draft.rename(cluster.data)
    if cluster.durable:
        _sync(place)


def ensure_database(cluster: Cluster, socket_dir: Path, name: str) -> None:
    """Create the database if it is missing."""
    missing = f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}')"
    options = ["-XqAtw", "-vON_ERROR_STOP=1", f"--host={socket_dir}", "--port=5432", "--username=postgres", "postgres"]
    wish = f"SELECT 'CREATE DATABASE {name}' {missing} \\gexec\n"
    answer = cluster.account.run(cluster.programs.folder / "psql", *options, stdin=wish)
    if answer.returncode:
        raise StartFailed(reason=f"no database {name}", log=cluster.log, lines=last_lines(answer.stderr))


def check_version(cluster: Cluster) -> None:
    version = cluster.data / "PG_VERSION"
    found = version.read_text().strip() if version.exists() else str(cluster.programs.major)
    if found != str(cluster.programs.major):
        raise OtherVersion(data=cluster.data, found=found, wanted=cluster.programs.major)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
