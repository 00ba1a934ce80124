"""API keys: made, revoked, and opened by whoever shows one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit
from domain.kit.calendar import sane_day
from domain.kit.errors import Conflict, Forbidden, Invalid, Unauthenticated, named_in
from domain.kit.ids import KeyId, PracticeId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.secrets import digest
from domain.kit.work import Actor, ActorKind, Work, find
from domain.messaging import post
from domain.practice.actions import recipient
from domain.practice.model import Key, KeyNotFound, Role, Staff, StaffNotFound
from domain.practice.rules import ROLE_SCOPES, new_key_secret, scopes_for, well_formed

TOUCH_EVERY = timedelta(minutes=1)  # "last used" is true to the minute, and costs one write a minute

# One statement finds the key and enters its practice: row-level security holds from the next statement on.
OPEN_KEY = """
SELECT k.*, set_config('app.practice_id', k.practice_id::text, true) AS entered FROM open_key({wanted}) AS k
"""
OPEN_KEY_NAMED = text(OPEN_KEY.format(wanted=":wanted")).bindparams(bindparam("wanted"))
OPEN_KEY_NUMBERED = OPEN_KEY.format(wanted="$1")


class KeyUnknown(Unauthenticated):
    """This API key is not known. Send `Authorization: Bearer krl_…` with a key of this installation."""


class KeyRevoked(Unauthenticated):
    """This API key was revoked, or its owner no longer works in the practice."""


class KeyExpired(Unauthenticated):
    """This API key has expired."""


class ScopeMissing(Forbidden):
    """This API key does not have the scope that the operation needs."""


class StaffHasLeft(Conflict):
    """That member of staff no longer works in the practice."""


class KeyOfAnOwner(Forbidden):
    """Only an owner makes or revokes the key of an owner."""


class ExpiryInPast(Invalid):
    """A key must expire in the future."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who holds the key that opened, and what it may do: the key's scopes, within the role's as it is today."""

    practice_id: PracticeId
    key_id: KeyId
    staff_id: StaffId
    role: Role
    scopes: frozenset[str]
    last_used_at: datetime | None

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.STAFF, self.staff_id, self.role)

    def must_have(self, scope: str) -> None:
        if scope not in self.scopes:
            raise ScopeMissing(scope=scope)

    def needs_touch(self, now: datetime) -> bool:
        return self.last_used_at is None or now - self.last_used_at >= TOUCH_EVERY


async def open_key(session: AsyncSession, secret: str, now: datetime) -> Caller:
    """Find the key and enter its practice for the rest of the transaction."""
    wanted = _digest(secret)
    row = (await session.execute(OPEN_KEY_NAMED, {"wanted": wanted})).mappings().one_or_none()
    return _caller(row, now)


async def open_key_for_reading(connection: Any, secret: str, now: datetime) -> Caller:
    """The same on the driver's own connection."""
    return _caller(await connection.fetchrow(OPEN_KEY_NUMBERED, _digest(secret)), now)


def _digest(secret: str) -> bytes:
    if not well_formed(secret):
        raise KeyUnknown
    return digest(secret)


def _caller(row: Any, now: datetime) -> Caller:
    if row is None:
        raise KeyUnknown
    if row["revoked_at"] is not None or row["left_at"] is not None:
        raise KeyRevoked
    if row["expires_at"] is not None and row["expires_at"] <= now:
        raise KeyExpired(expired_at=row["expires_at"])
    role = Role(row["role"])
    return Caller(
        practice_id=row["practice_id"],
        key_id=row["key_id"],
        staff_id=row["staff_id"],
        role=role,
        scopes=ROLE_SCOPES[role].intersection(row["scopes"]),
        last_used_at=row["last_used_at"],
    )


async def touch_key(work: Work, key_id: KeyId) -> None:
    """Note that a key was used; of several processes at once, one does it."""
    moment = work.now - TOUCH_EVERY
    await work.session.execute(
        update(Key)
        .where(Key.practice_id == work.practice_id, Key.id == key_id)
        .where(Key.last_used_at.is_(None) | (Key.last_used_at <= moment))
        .values(last_used_at=work.now)
    )


async def create_key(
    work: Work,
    staff_id: StaffId,
    *,
    name: str,
    scopes: Sequence[str] | None = None,
    expires_at: datetime | None = None,
) -> tuple[Key, str]:
    """Make a key for a member of staff, who hears of one that she did not make.

    The second value is its text, which is never seen again.
    """
    with named_in("staff_id"):
        staff = await find(work, Staff, staff_id, StaffNotFound)
    _must_be_above(work, staff, field="staff_id")
    if staff.left_at is not None:
        raise StaffHasLeft(field="staff_id")
    if expires_at is not None and expires_at <= work.now:
        raise ExpiryInPast(field="expires_at")
    if expires_at is not None:
        sane_day(expires_at.date(), field="expires_at")
    secret = new_key_secret()
    key = Key(
        practice_id=work.practice_id,
        id=KeyId(new_id()),
        staff_id=staff_id,
        name=name,
        prefix=secret.prefix,
        digest=secret.digest,
        scopes=scopes_for(staff.role, scopes),
        created_at=work.now,
        expires_at=expires_at,
    )
    await work.store(key)
    audit.record(work, "key_created", key.id, staff_id=staff_id)
    if work.actor.kind is ActorKind.STAFF and work.actor.id != staff_id:
        # Whoever has the key can read as her what is sealed for her: she hears of it, whoever made it.
        post(work, "key_made", recipient(staff), prefix=secret.prefix)
    return key, secret.text


async def revoke_key(work: Work, key_id: KeyId) -> Key:
    """From the next request on this key opens nothing; revoking it again changes nothing."""
    key = await find(work, Key, key_id, KeyNotFound, lock=True)
    _must_be_above(work, await find(work, Staff, key.staff_id, StaffNotFound))
    if key.revoked_at is None:
        key.revoked_at = work.now
        audit.record(work, "key_revoked", key.id)
    return key


def _must_be_above(work: Work, staff: Staff, *, field: str | None = None) -> None:
    """A key is its holder: who made an owner's would be one, who revoked hers could lock her out."""
    if staff.role is Role.OWNER and work.actor.role not in {Role.OWNER, None}:
        raise KeyOfAnOwner(field=field)


async def list_keys(work: Work, page: PageRequest) -> Page[Key]:
    query = select(Key).where(Key.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="keys", keys=[Key.id])
