"""A PostgreSQL that comes with the program: started by whoever needs it first, shared, stopped by its owner."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from commands.embedded import postmaster
from commands.embedded.account import newcomer
from commands.embedded.cluster import Cluster, create, ensure_database
from commands.embedded.locks import alone, shared, tried
from commands.embedded.places import make_home, settle, socket_directory, temporary
from commands.embedded.programs import find_programs

DATABASE = "krachtlijn"
LINGER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server as this process sees it: as its owner, who stops it, or as a guest."""

    home: Path
    data: Path
    socket_dir: Path
    log: Path
    owner: bool
    _pid: int = field(repr=False)
    _held: ExitStack = field(repr=False, compare=False)

    def url(self, database: str = DATABASE, user: str = "postgres") -> str:
        """The address for SQLAlchemy over asyncpg."""
        return self.dsn(database, user).replace("postgresql:", "postgresql+asyncpg:", 1)

    def dsn(self, database: str = DATABASE, user: str = "postgres") -> str:
        """The address for asyncpg, psql and everything else that speaks libpq's."""
        return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(self.socket_dir), safe='')}&port=5432"

    def stop(self) -> None:
        """Leave: the owner stops the server, a guest does nothing to it. Once is enough, twice is harmless."""
        if self._pid != os.getpid():  # a forked child inherits this object, and has no part in it
            return
        atexit.unregister(self.stop)
        if self.home.is_dir():
            with alone(self.home):
                self._held.close()
        else:  # with its data directory gone the server ends by itself
            self._held.close()


def start(
    home: Path,
    *,
    binaries: Path | None = None,
    durable: bool = True,
    linger: float = LINGER_SECONDS,
    settings: tuple[str, ...] = (),
) -> Server:
    """Start the server of this home, or attach to the one that runs; whoever finds it without an owner becomes it.

    `binaries` is the directory of another PostgreSQL than the packaged one. A server that is not `durable` is faster
    and loses its data with the machine's power. `linger` is how many seconds the server outlives the last process that
    uses it, when its owner was killed and could not stop it. `settings` are PostgreSQL's, for this start.
    """
    home = make_home(home)
    with alone(home) as lock, ExitStack() as held:
        data, account = settle(home, durable=durable)
        programs = find_programs(binaries, account)
        cluster = Cluster(data, home / "postgres.log", programs, account, durable=durable, settings=settings)
        held.enter_context(shared(home / "postgres.users"))
        owner = held.enter_context(tried(home / "postgres.owner"))
        if owner:
            held.callback(postmaster.halt, cluster)
        socket_dir = _running(cluster, lock, owner=owner)
        if owner:
            held.enter_context(_guard(home, cluster, linger))
        server = Server(home, data, socket_dir, cluster.log, owner, os.getpid(), held.pop_all())
    atexit.register(server.stop)
    return server


@contextmanager
def running(
    home: Path,
    *,
    binaries: Path | None = None,
    durable: bool = True,
    linger: float = LINGER_SECONDS,
    settings: tuple[str, ...] = (),
) -> Generator[Server]:
    """The server of this home for as long as the block lasts."""
    server = start(home, binaries=binaries, durable=durable, linger=linger, settings=settings)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def throwaway(*, binaries: Path | None = None, settings: tuple[str, ...] = ()) -> Generator[Server]:
    """An empty server for tests, fast because it need not survive anything, gone without a trace afterwards."""
    base = next(each for each in temporary() if newcomer().reaches(each))
    home = Path(tempfile.mkdtemp(prefix="krachtlijn-", dir=base))
    home.chmod(0o711)
    try:
        with running(home, binaries=binaries, durable=False, linger=0.5, settings=settings) as server:
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _running(cluster: Cluster, lock: int, *, owner: bool) -> Path:
    """The socket's directory of the server on these data, which is started, after being made, where it is missing."""
    found = postmaster.find(cluster.data, cluster.log)
    launched = not found
    if not found:
        if not cluster.data.exists():
            create(cluster, lock)
        found = postmaster.launch(cluster, socket_directory(cluster.data, cluster.account))
    if owner or launched:
        ensure_database(cluster, found.socket_dir, DATABASE)
    return found.socket_dir


@contextmanager
def _guard(home: Path, cluster: Cluster, linger: float) -> Generator[None]:
    """A small process that outlives us if we are killed, and stops the server when nobody uses it any more."""
    words = [str(home), str(linger), str(cluster.data), str(cluster.programs.folder)]
    with cluster.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - never a shell
            [sys.executable, "-m", "commands.embedded.guard", *words],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
