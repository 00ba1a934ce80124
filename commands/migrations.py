"""Bringing the database's schema up to date, and knowing whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

ROOT = Path(__file__).parent.parent


class SchemaBehind(Exception):  # noqa: N818
    """The database is not at the schema of this release; run `krachtlijn migrate` first."""


def config(url: str) -> Config:
    made = Config(toml_file=str(ROOT / "pyproject.toml"))
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.attributes["url"] = url
    return made


def migrate(url: str) -> None:
    """Upgrade to this release's schema. Several at once are safe: one works, the others wait and find nothing to do."""
    command.upgrade(config(url), "head")


def draft_revision(url: str, message: str) -> None:
    command.revision(config(url), message, autogenerate=True)


def wanted_revision() -> str | None:
    return ScriptDirectory.from_config(config("")).get_current_head()


async def current_revision(engine: AsyncEngine) -> str | None:
    """The database's revision, or None where it was never migrated."""
    async with engine.connect() as connection:
        if await connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
            return None
        return await connection.scalar(text("SELECT version_num FROM alembic_version"))
