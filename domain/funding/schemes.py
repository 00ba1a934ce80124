"""The cheque schemes of a practice: planted from our data, chosen by the day of the order."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from domain.funding.model import Funder, Issuer, Scheme, SchemeStatus
from domain.funding.refusals import NoSchemeInForce, SchemeClosed, SchemeNotFound, SchemeNotSelectable
from domain.kit.ids import SchemeId, new_id
from domain.kit.money import Money
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import read_worded

FILE = Path(__file__).parent / "schemes.toml"
WITH_PARTIES = (joinedload(Scheme.funder), joinedload(Scheme.issuer))


@cache
def known() -> dict[str, Any]:
    """Our data file: funders, issuers and schemes."""
    return read_worded(FILE)


def known_schemes() -> tuple[dict[str, Any], ...]:
    return tuple(_columns(row, known()["verified_on"]) for row in known()["schemes"])


def _columns(row: dict[str, Any], verified_on: date) -> dict[str, Any]:
    """A row of it as columns; what it does not name is unknown."""
    cents: int | None = row.get("own_share_cents")
    fee: str | None = row.get("fee_per_hour")
    vat_rate: str | None = row.get("vat_rate")
    generated = {"practice_id", "id", "version", "funder_id", "issuer_id"}
    return {
        **{column.key: row.get(column.key) for column in Scheme.__table__.columns if column.key not in generated},
        "own_share": None if cents is None else Money(cents),
        "fee_per_hour": None if fee is None else Decimal(fee),
        "vat_rate": None if vat_rate is None else Decimal(vat_rate),
        "source": row["source"].strip(),
        "verified_on": verified_on,
    }


async def load_schemes(work: Work) -> None:
    """Plant the schemes that we know in a practice; what it has already stays as it is."""
    content = known()
    funders = await _plant(work, Funder, content["funders"])
    issuers = await _plant(work, Issuer, content["issuers"])
    rows = [
        {
            **columns,
            "practice_id": work.practice_id,
            "id": new_id(),
            "version": 1,
            "funder_id": funders[row["funder"]],
            "issuer_id": issuers.get(row.get("issuer", "")),
        }
        for row, columns in zip(content["schemes"], known_schemes(), strict=True)
    ]
    statement = insert(Scheme).values(rows).on_conflict_do_nothing(index_elements=["practice_id", "code"])
    await work.session.execute(statement)


async def _plant(work: Work, kind: type[Funder] | type[Issuer], parties: list[dict[str, Any]]) -> dict[str, UUID]:
    """Funders or issuers by name, those that we know among them."""
    columns = {column.key: None for column in kind.__table__.columns}
    rows = [{**columns, **one, "practice_id": work.practice_id, "id": new_id(), "version": 1} for one in parties]
    await work.session.execute(insert(kind).values(rows).on_conflict_do_nothing(index_elements=["practice_id", "name"]))
    found = await work.session.execute(select(kind.name, kind.id).where(kind.practice_id == work.practice_id))
    return {row.name: row.id for row in found}


async def list_schemes(work: Work, page: PageRequest) -> Page[Scheme]:
    query = select(Scheme).where(Scheme.practice_id == work.practice_id).options(*WITH_PARTIES)
    return await fetch_page(work, query, page, list_name="schemes", keys=[Scheme.valid_from, Scheme.id])


async def get_scheme(work: Work, scheme_id: SchemeId, *, lock: bool = False) -> Scheme:
    return await find(work, Scheme, scheme_id, SchemeNotFound, *WITH_PARTIES, lock=lock)


async def scheme_on(work: Work, ordered_on: date) -> Scheme:
    """The scheme for a cheque ordered on that day. A planned one gives way to one that holds, and is told of else."""
    query = (
        select(Scheme)
        .where(Scheme.practice_id == work.practice_id, Scheme.valid_from <= ordered_on)
        .where(or_(Scheme.valid_to.is_(None), Scheme.valid_to >= ordered_on))
        .order_by(Scheme.status == SchemeStatus.PLANNED, Scheme.valid_from.desc(), Scheme.id.desc())
        .limit(1)
        .options(*WITH_PARTIES)
    )
    scheme = await work.session.scalar(query)
    if scheme is None:
        await _refuse_closed(work, ordered_on)
        raise NoSchemeInForce(field="ordered_on", day=ordered_on)
    if scheme.status == SchemeStatus.PLANNED:
        raise SchemeNotSelectable(field="ordered_on", scheme=scheme.code)
    return scheme


async def _refuse_closed(work: Work, ordered_on: date) -> None:
    """Where a scheme held before that day, say which, and until when."""
    query = (
        select(Scheme.code, Scheme.valid_to)
        .where(Scheme.practice_id == work.practice_id, Scheme.valid_to < ordered_on)
        .where(Scheme.status != SchemeStatus.PLANNED)
        .order_by(Scheme.valid_to.desc())
        .limit(1)
    )
    if (last := (await work.session.execute(query)).one_or_none()) is not None:
        raise SchemeClosed(field="ordered_on", scheme=last.code, valid_to=last.valid_to)
