"""Which open item a bank line pays: by its structured communication, else by amount and name; else suggestions."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from domain.funding import Funder, Issuer, Scheme
from domain.invoicing import Invoice
from domain.kit.bulk import among
from domain.kit.ids import FunderId, OpenItemId
from domain.kit.money import ZERO, Money
from domain.kit.work import Work
from domain.payments.bank_statements import StatementLine
from domain.payments.instalments_due import left_query
from domain.payments.ledger import today
from domain.payments.model import OpenItem
from domain.payments.queries import charges_of, hold_items
from domain.people import Coachee, Sponsor

LEGAL_FORMS = {"nv", "bv", "bvba", "vzw", "sa", "srl", "sprl", "asbl", "cv", "comm", "de", "het"}
OF_AMOUNT, OF_NAME = 60, 40
WORTH_TELLING = 40
MOST_SUGGESTIONS = 5
LONGEST_LIST = 500


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An open item that a line may pay; the score is at most 100."""

    item: OpenItem
    score: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a line is: the payment of an item and, beyond it, of charges for its lateness; the receipt of a funder; or,
    with neither, a question."""

    debt: OpenItem | None = None
    charges: Sequence[OpenItem] = ()
    funder_id: FunderId | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A debt that a line may pay by its amount: the words of its customer's name, and the instalment that is next."""

    name: set[str]
    part: Money | None = None


async def decide(work: Work, lines: Sequence[StatementLine]) -> list[Decision]:
    """What each line is, in order; the items are locked. A debt that an earlier line paid is no match by amount, and a
    line that is booked on a day to come waits: money moves on no such day."""
    now = await today(work)
    by_ogm = await _by_ogm(work, {line.ogm for line in lines if line.ogm and line.cents > 0})
    unsaid = [line for line in lines if line.cents > 0 and line.ogm not in by_ogm]
    named = await _named(work, {line.cents for line in unsaid})
    charges = await charges_of(work, by_ogm.values())
    held = await hold_items(work, [*by_ogm.values(), *named, *chain.from_iterable(charges.values())])
    payers = await _payers(work) if unsaid else []
    left = {item.id: item.left for item in held.values()}
    decisions = [
        _decide(line, by_ogm, named, held, payers, left) if line.booked_on <= now else Decision() for line in lines
    ]
    return [replace(one, charges=_held_charges(one, charges, held)) for one in decisions]


def _held_charges(
    decision: Decision, charges: Mapping[OpenItemId, Sequence[OpenItemId]], held: Mapping[OpenItemId, OpenItem]
) -> Sequence[OpenItem]:
    return [held[one] for one in charges.get(decision.debt.id, ())] if decision.debt is not None else ()


def _decide(
    line: StatementLine,
    by_ogm: Mapping[str, OpenItemId],
    named: Mapping[OpenItemId, Candidate],
    held: Mapping[OpenItemId, OpenItem],
    payers: Sequence[tuple[set[str], FunderId]],
    left: dict[OpenItemId, Money],
) -> Decision:
    if line.cents <= 0:
        return Decision()
    found = by_ogm.get(line.ogm or "")
    said = words(line.name)
    if found is None:
        asked = Money(line.cents)
        fits = [
            one
            for one, it in named.items()
            if it.name and it.name <= said and (left.get(one) == asked or (it.part == asked and left[one] > asked))
        ]
        found = fits[0] if len(fits) == 1 else None
    if found is not None:
        left[found] = max(left[found] - Money(line.cents), ZERO)
        return Decision(debt=held[found])
    funders = {funder_id for name, funder_id in payers if name and name <= said}
    return Decision(funder_id=funders.pop()) if len(funders) == 1 else Decision()


async def suggest(work: Work, cents: int, name: str) -> list[Suggestion]:
    """What a waiting line may pay, the likeliest first: by all that is open or an instalment of it, and by the name."""
    said = words(name)
    parts = await _with_part(work, cents)
    likely = or_(
        OpenItem.open == Money(cents),
        among(OpenItem.id, parts),
        func.lower(Coachee.family_name).in_(said),
        *(func.lower(Sponsor.name).contains(one, autoescape=True) for one in said - LEGAL_FORMS if len(one) > 3),  # noqa: PLR2004
    )

    def fits(item: OpenItem) -> bool:
        return item.open == Money(cents) or item.id in parts

    found = [
        Suggestion(item, OF_AMOUNT * fits(item) + round(OF_NAME * likeness(owner, said)))
        for item, owner in await _owned(work, likely)
    ]
    told = sorted((one for one in found if one.score >= WORTH_TELLING), key=lambda one: (-one.score, one.item.id))
    return told[:MOST_SUGGESTIONS]


def words(name: str) -> set[str]:
    """The words of a name, as two spellings of it have in common."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return set(re.findall(r"[a-z0-9]+", bare)) - LEGAL_FORMS


def likeness(name: str, said: set[str]) -> float:
    own = words(name)
    return len(own & said) / len(own) if own else 0.0


async def _by_ogm(work: Work, asked: set[str]) -> dict[str, OpenItemId]:
    query = select(Invoice.payment_reference, Invoice.id).where(
        Invoice.practice_id == work.practice_id, among(Invoice.payment_reference, asked)
    )
    if not asked:
        return {}
    rows = await work.session.execute(query)
    return {reference: OpenItemId(invoice_id) for reference, invoice_id in rows if reference}


async def _named(work: Work, amounts: set[int]) -> dict[OpenItemId, Candidate]:
    """The debts of exactly such an amount, or of which the next instalment is one."""
    if not amounts:
        return {}
    found = {item.id: Candidate(words(name)) for item, name in await _owned(work, _open_is(amounts))}
    parts = await _next_parts(work, amounts)
    for item, name in await _owned(work, among(OpenItem.id, parts)) if parts else ():
        found[item.id] = Candidate(words(name), parts[item.id])
    return found


def _open_is(amounts: set[int]) -> ColumnElement[bool]:
    return among(OpenItem.open, map(Money, amounts))


async def _next_parts(work: Work, amounts: set[int]) -> dict[OpenItemId, Money]:
    """What is left of the oldest instalment of each plan, where it is one of these amounts."""
    parts = left_query(work, OpenItem.id).subquery()
    oldest = (
        select(parts.c.id, parts.c.left)
        .where(parts.c.left > 0)
        .ext(distinct_on(parts.c.id))
        .order_by(parts.c.id, parts.c.position)
        .subquery()
    )
    query = select(oldest).where(among(oldest.c.left, amounts))
    return {row.id: Money(row.left) for row in await work.session.execute(query)}


async def _with_part(work: Work, cents: int) -> set[OpenItemId]:
    """Of which that much is left of an instalment, be it the next one or a later one."""
    parts = left_query(work, OpenItem.id).subquery()
    return set(await work.session.scalars(select(parts.c.id).where(parts.c.left == cents)))


async def _owned(work: Work, which: ColumnElement[bool]) -> list[tuple[OpenItem, str]]:
    query = (
        select(OpenItem, func.coalesce(Sponsor.name, func.concat(Coachee.given_name, " ", Coachee.family_name)))
        .outerjoin(Coachee, (Coachee.practice_id == OpenItem.practice_id) & (Coachee.id == OpenItem.coachee_id))
        .outerjoin(Sponsor, (Sponsor.practice_id == OpenItem.practice_id) & (Sponsor.id == OpenItem.sponsor_id))
        .where(OpenItem.practice_id == work.practice_id, OpenItem.open > ZERO, OpenItem.coach_id.is_(None), which)
        .order_by(OpenItem.id)
        .limit(LONGEST_LIST)
    )
    return [(item, name) for item, name in await work.session.execute(query)]


async def _payers(work: Work) -> list[tuple[set[str], FunderId]]:
    """Whoever pays for cheques, by name: funders, and the issuers whose schemes are one funder's."""
    funders = select(Funder.name, Funder.id).where(Funder.practice_id == work.practice_id)
    issuers = (
        select(Issuer.name, Scheme.funder_id)
        .join(Scheme, (Scheme.practice_id == Issuer.practice_id) & (Scheme.issuer_id == Issuer.id))
        .where(Issuer.practice_id == work.practice_id)
        .distinct()
    )
    return [
        (words(name), funder_id)
        for query in (funders, issuers)
        for name, funder_id in await work.session.execute(query)
    ]
