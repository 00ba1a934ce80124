"""Whom the server runs as: ourselves, or somebody without privileges when we are root, whom PostgreSQL refuses."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from commands.embedded.errors import OtherAccount, RootOwned
from commands.embedded.locks import who

# Nothing of ours reaches PostgreSQL: PGPORT, PGOPTIONS and the like would change what it does.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Account:
    """A user and its group; commands run as it when we may choose, that is, when we are root."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        return who(self.uid)

    @property
    def user(self) -> int | None:
        return self.uid if os.geteuid() == 0 else None

    @property
    def group(self) -> int | None:
        return self.gid if os.geteuid() == 0 else None

    @property
    def groups(self) -> list[int] | None:
        return [] if os.geteuid() == 0 else None

    def run(
        self, *command: str | Path, stdin: str = "", keep: tuple[int, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, out of reach of a Ctrl-C that is meant for us."""
        return subprocess.run(  # noqa: S603 - never a shell
            command,
            user=self.user,
            group=self.group,
            extra_groups=self.groups,
            umask=0o077,
            cwd="/",
            env=ENVIRONMENT,
            input=stdin,
            pass_fds=keep,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )

    def spawn(self, *command: str | Path, log: BinaryIO, more: dict[str, str]) -> subprocess.Popen[bytes]:
        """Start a command that stays, in a session of its own: we end it in order, the terminal does not."""
        return subprocess.Popen(  # noqa: S603 - never a shell
            command,
            user=self.user,
            group=self.group,
            extra_groups=self.groups,
            umask=0o077,
            cwd="/",
            env=ENVIRONMENT | more,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def reaches(self, directory: Path) -> bool:
        """Can it enter this directory? Asked of the system, which also knows of access lists and namespaces."""
        return self.run("/bin/sh", "-c", 'cd "$1"', "sh", directory).returncode == 0

    def own(self, path: Path) -> None:
        """Give it something that we made."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def newcomer() -> Account:
    """Who runs a server that is new: ourselves, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def owner_of(data: Path) -> Account:
    """Who runs a server whose data are there: the one to whom they belong."""
    facts = data.stat()
    if os.geteuid() not in {0, facts.st_uid}:
        raise OtherAccount(path=data, owner=who(facts.st_uid), user=who(os.geteuid()))
    if facts.st_uid == 0:
        raise RootOwned(data=data)
    return Account(facts.st_uid, facts.st_gid)
