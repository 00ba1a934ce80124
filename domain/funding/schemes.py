"""The cheque schemes of a practice: planted from our data, chosen by the day of the order."""

import tomllib
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from domain.funding.model import Scheme, SchemeStatus
from domain.funding.refusals import NoSchemeInForce, SchemeNotFound, SchemeNotSelectable
from domain.kit.ids import SchemeId, new_id
from domain.kit.money import Money
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find

FILE = Path(__file__).parent / "schemes.toml"


@cache
def known_schemes() -> tuple[dict[str, Any], ...]:
    """The rows of our data file as columns; what it does not name is unknown."""
    content = tomllib.loads(FILE.read_text("utf-8"))
    return tuple(_columns(row, content["verified_on"]) for row in content["schemes"])


def _columns(row: dict[str, Any], verified_on: date) -> dict[str, Any]:
    cents: int | None = row.get("own_share_cents")
    fee: str | None = row.get("fee_per_hour")
    generated = {"practice_id", "id", "version"}
    return {
        **{column.key: row.get(column.key) for column in Scheme.__table__.columns if column.key not in generated},
        "own_share": None if cents is None else Money(cents),
        "fee_per_hour": None if fee is None else Decimal(fee),
        "source": row["source"].strip(),
        "verified_on": verified_on,
    }


async def load_schemes(work: Work) -> None:
    """Plant the schemes that we know in a practice; what it has already stays as it is."""
    rows = [{**row, "practice_id": work.practice_id, "id": new_id(), "version": 1} for row in known_schemes()]
    statement = insert(Scheme).values(rows).on_conflict_do_nothing(index_elements=["practice_id", "code"])
    await work.session.execute(statement)


async def list_schemes(work: Work, page: PageRequest) -> Page[Scheme]:
    query = select(Scheme).where(Scheme.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="schemes", keys=[Scheme.valid_from, Scheme.id])


async def get_scheme(work: Work, scheme_id: SchemeId) -> Scheme:
    return await find(work, Scheme, scheme_id, SchemeNotFound)


async def scheme_on(work: Work, ordered_on: date) -> Scheme:
    """The scheme for a cheque ordered on that day: the youngest whose days contain it."""
    query = (
        select(Scheme)
        .where(Scheme.practice_id == work.practice_id, Scheme.valid_from <= ordered_on)
        .where(or_(Scheme.valid_to.is_(None), Scheme.valid_to >= ordered_on))
        .order_by(Scheme.valid_from.desc(), Scheme.id.desc())
        .limit(1)
    )
    scheme = await work.session.scalar(query)
    if scheme is None:
        raise NoSchemeInForce(field="ordered_on", day=ordered_on)
    if scheme.status == SchemeStatus.PLANNED:
        raise SchemeNotSelectable(field="ordered_on", scheme=scheme.code)
    return scheme
