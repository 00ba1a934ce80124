"""What an administrator does to schemes: adds one, corrects its figures, lets it come into force, ends it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from domain import practice
from domain.funding.model import SCHEME_MOVES, Cheque, Scheme, SchemeStatus
from domain.funding.payers import get_funder, get_issuer
from domain.funding.refusals import OneOwnShare, SchemeCodeTaken, SchemeEndsBeforeStart, SchemeInUse, SchemesOverlap
from domain.funding.schemes import get_scheme
from domain.funding.states import UNUSED
from domain.kit.calendar import local_day, sane_day
from domain.kit.errors import named_in
from domain.kit.ids import SchemeId, StaffId, new_id
from domain.kit.states import step
from domain.kit.work import ActorKind, Work
from domain.messaging import announce

# What cheques under the scheme rest on. Becoming known is no change of these; another value than the known one is.
TERMS = frozenset(
    {
        "own_share",
        "own_share_percent",
        "fee_per_hour",
        "vat_rate",
        "unit_minutes",
        "window_years",
        "pay_within_days",
        "start_within_months",
        "complete_within_months",
    }
)


async def add_scheme(work: Work, values: Mapping[str, Any]) -> Scheme:
    """Add a scheme as planned: no cheque comes under it until it is activated."""
    scheme = Scheme(practice_id=work.practice_id, id=SchemeId(new_id()), status=SchemeStatus.PLANNED)
    if await _of_code(work, values["code"]) is not None:
        raise SchemeCodeTaken(field="code", code=values["code"])
    await _set(work, scheme, values)
    return await _tell(work, scheme, "scheme_added")


async def update_scheme(work: Work, scheme_id: SchemeId, changes: Mapping[str, Any], *, reason: str | None) -> Scheme:
    """Change what is named. Cheques keep their scheme: what becomes known of it is known for them as well.

    Another value for what was known already is a correction: where cheques rest on it, it needs a reason, and the
    event tells how many those are. Minutes and days that stand on a cheque stay as they are.
    """
    scheme = await get_scheme(work, scheme_id, lock=True)
    corrected = _corrected(scheme, changes)
    cheques = await _cheques_under(work, scheme.id)
    if corrected and cheques and reason is None:
        raise SchemeInUse(field="reason", cheques=cheques, fields=corrected)
    await _set(work, scheme, changes)
    facts = {"fields": ",".join(sorted(changes)), "corrected": ",".join(corrected), "cheques": cheques}
    return await _tell(work, scheme, "scheme_changed", **facts, reason=reason)


async def activate_scheme(work: Work, scheme_id: SchemeId) -> Scheme:
    """From its first day on, cheques come under it."""
    scheme = await get_scheme(work, scheme_id, lock=True)
    scheme.status = step(SCHEME_MOVES, scheme.status, SchemeStatus.IN_FORCE)
    await _check_days(work, scheme)
    return await _tell(work, scheme, "scheme_activated")


async def close_scheme(work: Work, scheme_id: SchemeId, valid_to: date) -> Scheme:
    """End a scheme: cheques ordered after that day do not come under it."""
    scheme = await get_scheme(work, scheme_id, lock=True)
    scheme.status = step(SCHEME_MOVES, scheme.status, SchemeStatus.CLOSED)
    scheme.valid_to = sane_day(valid_to, field="valid_to")
    await _check_days(work, scheme)
    return await _tell(work, scheme, "scheme_closed", valid_to=valid_to)


async def _set(work: Work, scheme: Scheme, values: Mapping[str, Any]) -> None:
    with work.session.no_autoflush:  # one change of the scheme, one step of its version
        if values.get("funder_id") is not None:
            with named_in("funder_id"):
                scheme.funder = await get_funder(work, values["funder_id"])
        if values.get("issuer_id") is not None:
            with named_in("issuer_id"):
                scheme.issuer = await get_issuer(work, values["issuer_id"])
        for name, value in values.items():
            setattr(scheme, name, sane_day(value, field=name) if isinstance(value, date) else value)
        if scheme.own_share is not None and scheme.own_share_percent is not None:
            raise OneOwnShare(field="own_share_percent")
        await _check_days(work, scheme)
    scheme.verified_on = local_day(work.now, (await practice.get_practice(work)).zone)
    scheme.verified_by = StaffId(work.actor.id) if work.actor.kind == ActorKind.STAFF and work.actor.id else None


async def _check_days(work: Work, scheme: Scheme) -> None:
    """One scheme holds on one day; planned ones may lie anywhere. Under a race the table's constraint says the same."""
    if scheme.valid_to is not None and scheme.valid_to < scheme.valid_from:
        raise SchemeEndsBeforeStart(field="valid_to", valid_from=scheme.valid_from)
    if scheme.status == SchemeStatus.PLANNED:
        return
    query = select(Scheme.code).where(
        Scheme.practice_id == work.practice_id,
        Scheme.id != scheme.id,
        Scheme.status != SchemeStatus.PLANNED,
        func.daterange(Scheme.valid_from, Scheme.valid_to, "[]").op("&&")(
            func.daterange(scheme.valid_from, scheme.valid_to, "[]")
        ),
    )
    with work.session.no_autoflush:
        other = await work.session.scalar(query.order_by(Scheme.valid_from).limit(1))
    if other is not None:
        raise SchemesOverlap(field="valid_from", scheme=other)


def _corrected(scheme: Scheme, changes: Mapping[str, Any]) -> list[str]:
    def known(name: str) -> Any:
        return getattr(scheme, name)

    return sorted(name for name in TERMS & changes.keys() if known(name) is not None and known(name) != changes[name])


async def _cheques_under(work: Work, scheme_id: SchemeId) -> int:
    query = select(func.count()).where(
        Cheque.practice_id == work.practice_id, Cheque.scheme_id == scheme_id, Cheque.state.not_in(UNUSED)
    )
    return await work.session.scalar(query) or 0


async def _of_code(work: Work, code: str) -> SchemeId | None:
    query = select(Scheme.id).where(Scheme.practice_id == work.practice_id, Scheme.code == code)
    return await work.session.scalar(query)


async def _tell(work: Work, scheme: Scheme, kind: str, **facts: object) -> Scheme:
    await work.store(scheme)
    announce(work, kind, scheme.id, code=scheme.code, **facts)
    return await get_scheme(work, scheme.id)
