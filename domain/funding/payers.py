"""Funders, who pay for a scheme, and issuers, who hand out its cheques: reference data that an administrator keeps."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy import select

from domain.funding.model import Funder, Issuer
from domain.funding.refusals import FunderNotFound, IssuerNotFound
from domain.kit.ids import FunderId, IssuerId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce

Party = TypeVar("Party", Funder, Issuer)


async def add_funder(work: Work, values: Mapping[str, Any]) -> Funder:
    funder = Funder(practice_id=work.practice_id, id=FunderId(new_id()), **values)
    return await _tell(work, funder, "funder_added")


async def add_issuer(work: Work, values: Mapping[str, Any]) -> Issuer:
    issuer = Issuer(practice_id=work.practice_id, id=IssuerId(new_id()), **values)
    return await _tell(work, issuer, "issuer_added")


async def update_funder(work: Work, funder_id: FunderId, changes: Mapping[str, Any]) -> Funder:
    return await _change(work, await get_funder(work, funder_id, lock=True), "funder_changed", changes)


async def update_issuer(work: Work, issuer_id: IssuerId, changes: Mapping[str, Any]) -> Issuer:
    return await _change(work, await get_issuer(work, issuer_id, lock=True), "issuer_changed", changes)


async def get_funder(work: Work, funder_id: FunderId, *, lock: bool = False) -> Funder:
    return await find(work, Funder, funder_id, FunderNotFound, lock=lock)


async def get_issuer(work: Work, issuer_id: IssuerId, *, lock: bool = False) -> Issuer:
    return await find(work, Issuer, issuer_id, IssuerNotFound, lock=lock)


async def list_funders(work: Work, page: PageRequest) -> Page[Funder]:
    query = select(Funder).where(Funder.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="funders", keys=[Funder.id])


async def list_issuers(work: Work, page: PageRequest) -> Page[Issuer]:
    query = select(Issuer).where(Issuer.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="issuers", keys=[Issuer.id])


async def _change(work: Work, party: Party, kind: str, changes: Mapping[str, Any]) -> Party:
    for name, value in changes.items():
        setattr(party, name, value)
    return await _tell(work, party, kind, fields=",".join(sorted(changes)))


async def _tell(work: Work, party: Party, kind: str, **facts: object) -> Party:
    await work.store(party)
    announce(work, kind, party.id, **facts)
    return party
