"""Where the data and the socket live: in the home directory, or elsewhere when the server's user cannot go there."""

import hashlib
import os
import re
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from commands.embedded.account import Account, newcomer, owner_of
from commands.embedded.errors import DataGone, NoSocketPlace

SYSTEM_DATA = Path("/var/lib")
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 103  # Linux allows 107, macOS 103


def make_home(home: Path) -> Path:
    """The home directory, made if it is missing; what is there keeps its mode."""
    home = home.expanduser().resolve()
    mode = 0o711 if os.geteuid() == 0 else 0o700  # root's server runs as somebody else, who has to pass
    try:
        home.mkdir(mode=mode, parents=True)
    except FileExistsError:
        return home
    home.chmod(mode)
    return home


def settle(home: Path, *, durable: bool) -> tuple[Path, Account]:
    """Where the data are, or will be, and who runs the server on them."""
    place = _recorded(home)
    if (place / "postgres").exists():
        return place / "postgres", owner_of(place / "postgres")
    account = newcomer()
    if place == home and not account.reaches(home):
        place = _move_out(home, account, durable=durable)
    return place / "postgres", account


def socket_directory(data: Path, account: Account) -> Path:
    """A private directory whose path suits a socket: the data's own, or one named after it."""
    if _fits(data):
        return data
    for base, room in _rooms(data):
        if _fits(room) and account.reaches(base) and _claimed(room, account):
            return room
    raise NoSocketPlace(data=data, tried=", ".join(map(str, temporary())), user=account.name)


def leave_socket_directory(data: Path, account: Account) -> None:
    """Remove the directory that was made for the socket, now that the server has left it."""
    for _, room in _rooms(data):
        with suppress(OSError):
            if _private(room, account):
                room.rmdir()


def temporary() -> list[Path]:
    """Directories for what may be lost, the preferred one first."""
    return list(dict.fromkeys([Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]))  # noqa: S108 - claimed with care


def _recorded(home: Path) -> Path:
    record = home / "postgres.place"
    if not record.exists():
        return home
    place = Path(record.read_text())
    if not place.is_dir():
        raise DataGone(home=home, place=place, record=record)
    return place


def _move_out(home: Path, account: Account, *, durable: bool) -> Path:
    """Make a place outside a home that the server's user cannot enter, and write down where it is.

    The name is new each time: a home that was deleted and made again must not find its old data.
    """
    bases = [SYSTEM_DATA] if durable else temporary()
    base = next((each for each in bases if account.reaches(each)), SYSTEM_DATA)
    place = Path(tempfile.mkdtemp(prefix=f"krachtlijn-{_digest(home)[:8]}-", dir=base))
    place.chmod(0o711)
    (place / "home").write_text(str(home))
    draft = home / "postgres.place.new"
    draft.write_text(str(place))
    draft.replace(home / "postgres.place")
    return place


def _claimed(room: Path, account: Account) -> bool:
    """Is this directory ours? In a place where everybody writes, somebody else may have made it before us."""
    try:
        room.mkdir(mode=0o700)
        account.own(room)
    except FileExistsError:
        pass
    return _private(room, account)


def _private(room: Path, account: Account) -> bool:
    facts = room.lstat()
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == account.uid and not facts.st_mode & 0o077


def _rooms(data: Path) -> list[tuple[Path, Path]]:
    return [(base, base / f"krachtlijn-{_digest(data)}") for base in temporary()]


def _fits(directory: Path) -> bool:
    """Short enough, and without the commas and colons that addresses give a meaning."""
    path = str(directory / SOCKET_NAME)
    return len(path) <= SOCKET_PATH_BYTES and re.fullmatch(r"[A-Za-z0-9/._+-]+", path) is not None


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
