"""What happens to a sponsor: the employer or public body that pays for coaching."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from domain.kit.errors import Invalid
from domain.kit.ids import SponsorId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import Language, announce
from domain.people.coachees import email_address
from domain.people.endpoints import peppol_endpoint
from domain.people.model import Sponsor, SponsorKind, SponsorNotFound
from domain.practice import enterprise_number


class InvalidVatNumber(Invalid):
    """That is no VAT number of the European Union: the letters of a country, then digits that check (BE0403019261)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSponsor:
    kind: SponsorKind
    name: str
    street: str
    postal_code: str
    city: str
    country: str = "BE"
    enterprise_number: str | None = None
    vat_number: str | None = None
    peppol_endpoint: str | None = None
    email: str | None = None
    language: Language = Language.NL
    names_coachees: bool = False


def vat_number(text: str, *, field: str = "vat_number") -> str:
    """The number without spaces and dots, or the refusal of one that cannot exist. No register is asked."""
    try:
        return vat.validate(text)
    except ValidationError as error:
        raise InvalidVatNumber(field=field) from error


CHECKS: dict[str, Any] = {
    "enterprise_number": enterprise_number,
    "vat_number": vat_number,
    "peppol_endpoint": peppol_endpoint,
    "email": email_address,
}


async def create_sponsor(work: Work, new: NewSponsor) -> Sponsor:
    sponsor = Sponsor(
        practice_id=work.practice_id,
        id=SponsorId(new_id()),
        kind=new.kind,
        name=new.name,
        street=new.street,
        postal_code=new.postal_code,
        city=new.city,
        country=new.country,
        language=new.language,
        names_coachees=new.names_coachees,
        created_at=work.now,
    )
    _set(sponsor, **{name: getattr(new, name) for name in CHECKS})
    await work.store(sponsor)
    announce(work, "sponsor_created", sponsor.id)
    return sponsor


async def get_sponsor(work: Work, sponsor_id: SponsorId, *, lock: bool = False) -> Sponsor:
    return await find(work, Sponsor, sponsor_id, SponsorNotFound, lock=lock)


async def list_sponsors(work: Work, page: PageRequest) -> Page[Sponsor]:
    query = select(Sponsor).where(Sponsor.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="sponsors", keys=[Sponsor.id])


async def update_sponsor(work: Work, sponsor_id: SponsorId, changes: dict[str, Any]) -> Sponsor:
    """Change what is named in `changes`. Issued invoices keep what they showed."""
    sponsor = await get_sponsor(work, sponsor_id, lock=True)
    _set(sponsor, **changes)
    await work.session.flush()
    announce(work, "sponsor_changed", sponsor.id, fields=",".join(sorted(changes)))
    return sponsor


def _set(sponsor: Sponsor, **values: Any) -> None:
    for name, value in values.items():
        check = CHECKS.get(name)
        setattr(sponsor, name, check(value) if check and value is not None else value)
