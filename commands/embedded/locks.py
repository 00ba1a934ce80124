"""Locks between processes: the kernel lets go of them when their holder dies, however it dies."""

import fcntl
import os
import pwd
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from commands.embedded.errors import Busy, OtherAccount

PATIENCE_SECONDS = 120.0
STEP_SECONDS = 0.005


def who(uid: int) -> str:
    """The name of a user, or the number of one who has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def opened(path: Path) -> int:
    """The descriptor of a lock file, which is made once and never removed: removing it would free a second lock."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        known = path if path.exists() else path.parent
        raise OtherAccount(path=known, owner=who(known.stat().st_uid), user=who(os.geteuid())) from error


@contextmanager
def shared(path: Path) -> Generator[None]:
    """Hold a lock together with everybody else who holds it so."""
    descriptor = opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def tried(path: Path) -> Generator[bool]:
    """Hold a lock alone if nobody else holds it, and say whether we do; the holder's number is left in the file."""
    descriptor = opened(path)
    try:
        taken = _take(descriptor)
        if taken:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        yield taken
    finally:
        os.close(descriptor)


def wait_until_free(path: Path) -> None:
    """Return when nobody holds the lock any more."""
    descriptor = opened(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    finally:
        os.close(descriptor)


@contextmanager
def alone(home: Path) -> Generator[int]:
    """Start or stop the server of this home one process at a time; the lock's descriptor is for sharing it."""
    lock = home / "postgres.lock"
    descriptor = opened(lock)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not _take(descriptor):
            if time.monotonic() > deadline:
                raise Busy(home=home, seconds=int(PATIENCE_SECONDS), lock=lock)
            time.sleep(STEP_SECONDS)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
