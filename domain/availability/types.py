"""Kinds of session: what a practice calls them, how long they last, and what they count as."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from domain.availability.model import SessionTypeRow
from domain.kit.errors import Invalid
from domain.kit.work import Work
from domain.messaging import Language, announce, read_worded, spoken_text

FILE = Path(__file__).parent / "session_types.toml"


class UnknownSessionType(Invalid):
    """The practice has no kind of session under that key; `GET /v1/session-types` has them all."""


class LengthNotOffered(Invalid):
    """Sessions of that kind do not come in that length."""


class CountsAlready(Invalid):
    """What the kinds count as that every practice begins with is not the practice's to change."""


@dataclass(frozen=True, slots=True)
class SessionType:
    key: str
    labels: dict[Language, str]
    minutes: tuple[int, ...]
    counts_as: str


@cache
def first_types() -> dict[str, SessionType]:
    rows: dict[str, dict[str, Any]] = read_worded(FILE)
    return {
        key: SessionType(key, {one: row["labels"][one] for one in Language}, tuple(row["minutes"]), row["counts_as"])
        for key, row in rows.items()
    }


async def list_types(work: Work) -> list[SessionType]:
    """Those that every practice begins with, as this one words them, and then its own."""
    query = select(SessionTypeRow).where(SessionTypeRow.practice_id == work.practice_id).order_by(SessionTypeRow.key)
    own = {row.key: _type_of(row) for row in await work.session.scalars(query)}
    return list({**first_types(), **own}.values())


def _type_of(row: SessionTypeRow) -> SessionType:
    return SessionType(
        row.key, {one: spoken_text(row.labels, one) for one in Language}, tuple(row.minutes), row.counts_as
    )


async def set_type(work: Work, new: SessionType) -> SessionType:
    """Add a kind of session, or word and measure one anew."""
    first = first_types().get(new.key)
    if first is not None and first.counts_as != new.counts_as:
        raise CountsAlready(field="counts_as")
    values = {"labels": dict(new.labels), "minutes": list(new.minutes), "counts_as": new.counts_as}
    statement = insert(SessionTypeRow).values(practice_id=work.practice_id, key=new.key, version=1, **values)
    keys = ["practice_id", "key"]
    changed = values | {"version": SessionTypeRow.version + 1}
    await work.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))
    announce(work, "session_type_set", work.practice_id, key=new.key)
    return new


def length_of(wanted: SessionType, minutes: int | None) -> int:
    """The length that was asked for if it is offered; the first where none was."""
    if minutes is not None and minutes not in wanted.minutes:
        raise LengthNotOffered(field="minutes", offered=list(wanted.minutes))
    return wanted.minutes[0] if minutes is None else minutes
