"""What happens to a coachee's file: opened, changed, invited, archived."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from domain import practice
from domain.kit.calendar import known_zone, local_day, sane_day
from domain.kit.errors import Conflict, Forbidden, Invalid
from domain.kit.ids import CoacheeId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import Channel, Language, Recipient, announce, cancel_messages, post
from domain.people.access import only_coach, only_own
from domain.people.ages import must_agree
from domain.people.model import Audience, Coachee, CoacheeNotFound
from domain.people.reach import forget_number
from domain.people.sealing import make_sealing_key
from domain.people.subscriptions import forget_subscriptions


class CoacheeArchived(Conflict):
    """This coachee's file is archived: nothing new begins in it."""


class BornToCome(Invalid):
    """That day is still to come: nobody who comes to be coached was born on it."""


class NoSuchCoach(Invalid):
    """No member of staff with that id can be responsible for a coachee: she coaches in this practice, today."""


class NotYourCoacheeToGive(Forbidden):
    """Only the owner and the administrator make another coach responsible for a coachee; a coach hands over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCoachee:
    """Language and zone are the practice's where none are named; a coach is responsible for whom she adds."""

    given_name: str
    family_name: str
    email: str
    phone: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str = "BE"
    language: Language | None = None
    zone: str | None = None
    coach_id: StaffId | None = None
    audience: Audience | None = None
    minor: bool = False
    born_on: date | None = None


async def create_coachee(work: Work, new: NewCoachee) -> Coachee:
    """Open a file for a coachee, with a sealing key of her own."""
    home = await practice.get_practice(work)
    coach_id = new.coach_id or only_coach(work.actor)
    if coach_id is not None:
        await _may_entrust(work, coach_id, by_coach=coach_id == work.actor.id)
    born_on = new.born_on and birthday(work, new.born_on)
    must_agree(born_on, local_day(work.now, home.zone), minor=new.minor)
    coachee = Coachee(
        practice_id=work.practice_id,
        id=CoacheeId(new_id()),
        given_name=new.given_name,
        family_name=new.family_name,
        email=email_address(new.email),
        phone=new.phone,
        street=new.street,
        postal_code=new.postal_code,
        city=new.city,
        country=new.country,
        language=new.language or home.language,
        zone=known_zone(new.zone or home.zone),
        coach_id=coach_id,
        audience=new.audience,
        minor=new.minor,
        born_on=born_on,
        created_at=work.now,
    )
    await work.store(coachee)
    await work.store(make_sealing_key(work, coachee.id))
    announce(work, "coachee_created", coachee.id)
    return coachee


async def get_coachee(work: Work, coachee_id: CoacheeId, *, lock: bool = False) -> Coachee:
    """To a coach, a colleague's coachee is not found."""
    return await find(work, Coachee, coachee_id, CoacheeNotFound, lock=lock, only=only_own(work.actor))


async def list_coachees(work: Work, page: PageRequest, *, archived: bool | None = None) -> Page[Coachee]:
    """In the order in which their files were opened; `archived` picks the archived ones, or the others."""
    query = select(Coachee).where(Coachee.practice_id == work.practice_id)
    if (own := only_own(work.actor)) is not None:
        query = query.where(own)
    if archived is not None:
        query = query.where(Coachee.archived_at.is_not(None) if archived else Coachee.archived_at.is_(None))
    return await fetch_page(work, query, page, list_name=f"coachees:{archived}", keys=[Coachee.id])


async def update_coachee(work: Work, coachee_id: CoacheeId, changes: dict[str, Any]) -> Coachee:
    """Change names, contact, language or zone. Sessions that were planned stay at their instant."""
    coachee = await get_coachee(work, coachee_id, lock=True)
    if changes.get("coach_id", coachee.coach_id) != coachee.coach_id:
        await _may_entrust(work, changes["coach_id"], by_coach=False)
    before = recipient(coachee)
    if changes.get("born_on") is not None:
        birthday(work, changes["born_on"])
    for name, value in changes.items():
        check = CHECKS.get(name)
        setattr(coachee, name, check(value) if check else value)
    if coachee.email != before.address:
        # Who has the new address could come in as her: she hears of it where she was, and has a day to object.
        coachee.email_changed_at = work.now
        post(work, "address_changed", before)
    await work.session.flush()
    announce(work, "coachee_changed", coachee.id, fields=",".join(sorted(changes)))
    return coachee


async def move_coachee(work: Work, coachee_id: CoacheeId, zone: str) -> bool:
    """Keep where she is now, as her own device tells; whether that is somewhere else than before."""
    coachee = await get_coachee(work, coachee_id, lock=True)
    if coachee.zone == known_zone(zone):
        return False
    coachee.zone = zone
    await work.session.flush()
    announce(work, "coachee_changed", coachee.id, fields="zone")
    return True


async def invite_coachee(work: Work, coachee_id: CoacheeId) -> Coachee:
    """Send the coachee a mail that welcomes her; inviting again sends it again."""
    coachee = await get_coachee(work, coachee_id, lock=True)
    must_be_open(coachee)
    if coachee.coach_id is None and work.actor.id is not None and await practice.coaches(work, work.actor.id):
        coachee.coach_id = StaffId(work.actor.id)
    coachee.invited_at = work.now
    post(work, "invitation", recipient(coachee))
    await work.session.flush()
    announce(work, "coachee_invited", coachee.id)
    return coachee


async def entrust(work: Work, coachee: Coachee, coach_id: StaffId) -> None:
    """Make a coach responsible for a coachee."""
    if coachee.coach_id != coach_id:
        coachee.coach_id = coach_id
        await work.session.flush()
        announce(work, "coachee_entrusted", coachee.id, coach_id=coach_id)


async def _may_entrust(work: Work, coach_id: StaffId | None, *, by_coach: bool) -> None:
    if not by_coach and only_coach(work.actor) is not None:
        raise NotYourCoacheeToGive(field="coach_id")
    if coach_id is not None and not await practice.coaches(work, coach_id):
        raise NoSuchCoach(field="coach_id")


async def archive_coachee(work: Work, coachee_id: CoacheeId) -> Coachee:
    """Put the file away: nothing of it is deleted, nothing new begins, and no phone of hers is notified or
    texted any more.

    Archiving again changes nothing.
    """
    coachee = await get_coachee(work, coachee_id, lock=True)
    if coachee.archived_at is None:
        coachee.archived_at = work.now
        await work.session.flush()
        await forget_subscriptions(work, coachee.id)
        await cancel_messages(work, coachee.id, channel=Channel.SMS)
        await forget_number(work, coachee.id)
        announce(work, "coachee_archived", coachee.id)
    return coachee


def must_be_open(coachee: Coachee) -> None:
    if coachee.archived_at is not None:
        raise CoacheeArchived(archived_at=coachee.archived_at)


def recipient(coachee: Coachee) -> Recipient:
    return Recipient(coachee.id, coachee.email, coachee.language, coachee.country)


def birthday(work: Work, day: date) -> date:
    if sane_day(day, field="born_on") > work.now.date():
        raise BornToCome(field="born_on")
    return day


def email_address(email: str) -> str:
    return email.strip().lower()


CHECKS: dict[str, Any] = {"email": email_address, "zone": known_zone}
