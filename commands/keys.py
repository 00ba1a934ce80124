"""Practices and keys from the console of the machine, for whoever runs the server."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from commands.opening import bring_up_to_date, opened
from commands.settings import SettingError, Settings
from domain import funding, people, practice
from domain.kit.ids import PracticeId, new_id
from domain.kit.paging import PageRequest
from domain.kit.work import OPERATOR, Work, begin, transaction
from domain.messaging import Language
from domain.practice import Key, NewStaff, Practice, Role

EVERY = PageRequest(limit=100)


@asynccontextmanager
async def within(settings: Settings, url: str, name: str | None) -> AsyncGenerator[Work]:
    """Work in the practice of that name or id; where none is named, in the only one there is."""
    async with opened(settings, url, pool_size=2) as house:
        async with house.sweep.sessions() as session:
            rows = (await session.execute(select(Practice.id, Practice.name))).all()
        found = [found_id for found_id, found_name in rows if name in {None, found_name, str(found_id)}]
        if name is None and len(found) != 1:
            raise SettingError(f"There are {len(found)} practices here; say with --practice which one.")
        if len(found) != 1:
            raise SettingError(f"{len(found)} practices are called {name!r}; name one, or give its id.")
        async with begin(house.app, found[0], OPERATOR) as work:
            yield work


async def found(
    settings: Settings,
    url: str,
    console: Console,
    name: str,
    owner_name: str,
    owner_email: str,
    zone: str,
    language: str,
) -> None:
    await bring_up_to_date(url)
    practice_id = PracticeId(new_id())
    spoken = Language(language)
    async with opened(settings, url, pool_size=2) as house, begin(house.app, practice_id, OPERATOR) as work:
        owner = NewStaff(name=owner_name, email=owner_email, role=Role.OWNER, language=spoken)
        await practice.found_practice(work, name=name, zone=zone, language=spoken, owner=owner)
        await funding.load_schemes(work)
        member = await practice.find_staff_by_email(work, owner_email)
        assert member is not None  # noqa: S101 - founded in this transaction
        _, secret = await practice.create_key(work, member.id, name="the owner's first key")
    console.print(f"Founded {name} ({practice_id}). The owner's key, shown this once:")
    print(secret)


async def create(
    settings: Settings,
    url: str,
    console: Console,
    practice_name: str | None,
    staff: str,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None,
) -> None:
    async with within(settings, url, practice_name) as work:
        member = await practice.find_staff_by_email(work, staff)
        if member is None:
            raise SettingError(f"Nobody in that practice has the address {staff}.")
        _, secret = await practice.create_key(
            work, member.id, name=name, scopes=list(scopes) or None, expires_at=expires_at
        )
    console.print(f"A key for {staff}, shown this once:")
    print(secret)


async def show(settings: Settings, url: str, practice_name: str | None) -> None:
    table = Table("prefix", "name", "staff", "created", "last used", "state")
    async with within(settings, url, practice_name) as work:
        staff = {member.id: member.email for member in (await practice.list_staff(work, EVERY)).items}
        for key in (await practice.list_keys(work, EVERY)).items:
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            owner = staff.get(key.staff_id, "")
            table.add_row(key.prefix, key.name, owner, f"{key.created_at:%Y-%m-%d}", used, _state(key, work.now))
    Console().print(table)


def _state(key: Key, now: datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is not None and key.expires_at <= now:
        return f"expired {key.expires_at:%Y-%m-%d}"
    return "opens"


async def revoke(settings: Settings, url: str, console: Console, practice_name: str | None, prefix: str) -> None:
    async with within(settings, url, practice_name) as work:
        keys = [key for key in (await practice.list_keys(work, EVERY)).items if key.prefix == prefix]
        if len(keys) != 1:
            raise SettingError(f"{len(keys)} keys of that practice begin with {prefix}; see `key list`.")
        await practice.revoke_key(work, keys[0].id)
    console.print(f"{prefix} opens nothing any more.")


async def rotate_push(settings: Settings, url: str, console: Console) -> None:
    """A new key for web push; those before are computed from the master key as well, so nobody falls silent."""
    async with opened(settings, url, pool_size=1) as house, transaction(house.app.sessions) as session:
        number = await people.rotate_push_key(session)
    console.print(f"Browsers subscribe with key number {number} from now on.")
