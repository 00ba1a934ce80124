"""A draft made of a package that was bought beforehand: one line, and once for each package."""

from dataclasses import dataclass
from decimal import Decimal

from domain import funding, people
from domain.funding import Package, PackageUnit
from domain.invoicing import parties
from domain.invoicing.billing import check_package
from domain.invoicing.drafting import NewInvoice, NewLine, draft_invoice
from domain.invoicing.model import Invoice
from domain.invoicing.phrases import phrase
from domain.invoicing.refusals import PackagePriceUnknown
from domain.kit.ids import PackageId, SponsorId
from domain.kit.work import Work
from domain.messaging import Language
from domain.people import Sponsor


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageToBill:
    """The sponsor is the buyer, or the coachee whose it is where none is named."""

    sponsor_id: SponsorId | None
    vat_rate: Decimal | None
    language: Language | None


async def bill_package(work: Work, package_id: PackageId, wanted: PackageToBill) -> Invoice:
    """Draft an invoice of what the package was sold for; that two are not drafted at once, the index sees to."""
    package = await funding.get_package(work, package_id)
    coachee_id = None if wanted.sponsor_id else package.coachee_id
    buyer = await parties.buyer(work, coachee_id, wanted.sponsor_id)
    if package.price is None:
        raise PackagePriceUnknown
    await check_package(work, package_id)
    language = wanted.language or buyer.language
    line = NewLine(
        description=await _told(work, package, buyer if isinstance(buyer, Sponsor) else None, language),
        quantity=Decimal(1),
        unit=phrase(language, "package_unit"),
        unit_price=package.price,
        vat_rate=wanted.vat_rate,
        package_id=package_id,
    )
    new = NewInvoice(coachee_id=coachee_id, sponsor_id=wanted.sponsor_id, language=language, lines=[line])
    return await draft_invoice(work, new)


async def _told(work: Work, package: Package, sponsor: Sponsor | None, language: Language) -> str:
    """To the coachee the name under which it was sold; to a sponsor how much it is, and whose only where agreed."""
    if sponsor is None:
        return package.name
    if package.unit is PackageUnit.SESSIONS:
        told = phrase(language, "package_sessions", count=str(package.granted))
    else:
        told = phrase(language, "package_minutes", count=str(package.granted))
    if not sponsor.names_coachees:
        return told
    return f"{told}, {(await people.get_coachee(work, package.coachee_id)).name}"
