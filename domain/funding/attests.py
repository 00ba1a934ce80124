"""The attest that a coachee hands to a sector fund: that she took part and paid, and nothing of what it was about."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from domain import documents, practice
from domain.documents import File, Locale, Party, Wording, letter, party, plain, read_labels
from domain.funding.model import Booking
from domain.funding.queries import get_cheque
from domain.funding.refusals import NothingToAttest
from domain.kit.calendar import local_day
from domain.kit.ids import ChequeId
from domain.kit.money import Money
from domain.kit.work import Work
from domain.messaging import Language
from domain.people import get_coachee
from domain.practice import as_party
from domain.trajectories import Session

HERE = Path(__file__).parent
LABELS = read_labels(HERE / "attest_labels.toml")


@dataclass(frozen=True, slots=True)
class Attended:
    day: date
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attest:
    """`own_share` is what the coachee paid the issuer, None where nobody knows; `paid_by` the last day on which she
    can have: an issuer hands out a cheque once it is paid."""

    cheque_id: ChequeId
    language: Language
    practice: Party
    coachee: Party
    cheque: str
    attended: Sequence[Attended]
    own_share: Money | None
    issuer: str | None
    paid_by: date | None
    made_on: date
    made_at: datetime

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.attended)


async def make_attest(work: Work, cheque_id: ChequeId, language: Language | None) -> Attest:
    """From what stands on the cheque: of guidance that was held alone."""
    cheque = await get_cheque(work, cheque_id)
    coachee, home = await get_coachee(work, cheque.coachee_id), await practice.get_practice(work)
    query = (
        select(Session.day, Booking.minutes)
        .join(Booking, (Booking.practice_id == Session.practice_id) & (Booking.session_id == Session.id))
        .where(Booking.practice_id == work.practice_id, Booking.cheque_id == cheque_id)
        .order_by(Session.starts_at, Session.id)
    )
    attended = [Attended(day, minutes) for day, minutes in await work.session.execute(query)]
    if not attended:
        raise NothingToAttest
    address = {name: getattr(coachee, name) or "" for name in ("street", "postal_code", "city", "country")}
    return Attest(
        cheque_id=cheque.id,
        language=language or coachee.language,
        practice=as_party(home),
        coachee=Party(name=coachee.name, **address),
        cheque=cheque.cheque_number or "",
        attended=attended,
        own_share=cheque.own_share,
        issuer=None if cheque.issuer is None else cheque.issuer.name,
        paid_by=cheque.issued_on,
        made_on=local_day(work.now, home.zone),
        made_at=work.now,
    )


async def print_attest(work: Work, cheque_id: ChequeId, language: Language | None) -> File:
    """The same on the letter paper of the practice."""
    attest = await make_attest(work, cheque_id, language)
    logo = await practice.logo_of(work, attest.practice.logo, attest.practice.name)
    page = page_of(attest)
    content = await asyncio.to_thread(documents.render, HERE / "attest.typ", page, made_at=attest.made_at, logo=logo)
    return File(f"attest-{attest.made_on}.pdf", "application/pdf", content)


def page_of(attest: Attest) -> dict[str, Any]:
    locale: Locale = attest.language.value
    wording = Wording(locale, LABELS)
    name = plain(attest.coachee.name)
    return {
        **letter(locale, wording, attest.practice, title=wording["title"], running=f"{wording['title']}  ·  {name}"),
        "sender": party(attest.practice, wording),
        "to": wording["to"],
        "addressee": party(attest.coachee, wording),
        "title": wording["title"],
        "date": wording.day(attest.made_on),
        "confirmed": wording["confirmed"].format(practice=plain(attest.practice.name), name=name),
        "heads": [wording["on"], wording["duration"]],
        "rows": [[wording.day(one.day), _duration(wording, one.minutes)] for one in attest.attended],
        "total": [wording["total"], _duration(wording, attest.minutes)],
        "facts": _facts(attest, wording),
        "nothing_else": wording["nothing_else"],
        "signature": [wording["signature"], plain(attest.practice.name)],
    }


def _facts(attest: Attest, wording: Wording) -> list[list[str]]:
    """What is not known is not printed."""
    known = {
        "cheque": plain(attest.cheque),
        "own_share": None if attest.own_share is None else wording.money(attest.own_share.cents),
        "paid_to": None if attest.issuer is None else plain(attest.issuer),
        "paid_by": None if attest.paid_by is None else wording.day(attest.paid_by),
    }
    return [[wording[name], value] for name, value in known.items() if value]


def _duration(wording: Wording, minutes: int) -> str:
    return wording["hours"].format(hours=minutes // 60, minutes=f"{minutes % 60:02}").replace(" ", "\u00a0")
