"""Who agrees for a minor: her parents or guardians."""

from dataclasses import dataclass

from sqlalchemy import select

from domain import practice
from domain.kit.calendar import local_day
from domain.kit.errors import Conflict, Invalid
from domain.kit.ids import CoacheeId, GuardianId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import Language, Recipient, announce, cancel_messages, post
from domain.people.ages import agrees_herself
from domain.people.coachees import email_address, get_coachee, must_be_open
from domain.people.links import CoacheeLink, make_link
from domain.people.model import Coachee, CoacheeNotFound, Guardian, GuardianNotFound, Purpose, Relation

ASKING_MAILS = ("guardian_asked", "agreement_issued")


class GuardianNeeded(Conflict):
    """She is a minor: a parent or guardian of hers agrees for her, so name who does."""


class NotAMinor(Invalid):
    """She is of age: nobody but herself agrees for her."""


class GuardianEnded(Conflict):
    """She no longer agrees for this coachee; add who does."""


class NoSuchGuardian(Invalid):
    """No parent or guardian with that id agrees for this coachee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGuardian:
    """The language is the coachee's where none is named."""

    name: str
    relation: Relation
    email: str
    language: Language | None = None


async def add_guardian(work: Work, coachee_id: CoacheeId, new: NewGuardian) -> Guardian:
    """Write down who agrees for a minor. Nothing is sent yet."""
    coachee = await get_coachee(work, coachee_id)
    must_be_open(coachee)
    if not coachee.minor:
        raise NotAMinor
    guardian = Guardian(
        practice_id=work.practice_id,
        id=GuardianId(new_id()),
        coachee_id=coachee_id,
        name=new.name,
        relation=new.relation,
        email=email_address(new.email),
        language=new.language or coachee.language,
        added_at=work.now,
    )
    await work.store(guardian)
    announce(work, "guardian_added", guardian.id, coachee_id=coachee_id, relation=guardian.relation)
    return guardian


async def get_guardian(work: Work, guardian_id: GuardianId) -> Guardian:
    """Whoever she agrees for, and whether she still does or not."""
    return await find(work, Guardian, guardian_id, GuardianNotFound)


async def list_guardians(work: Work, coachee_id: CoacheeId, page: PageRequest) -> Page[Guardian]:
    """In the order in which they were added, those who no longer agree for her included."""
    await get_coachee(work, coachee_id)
    query = select(Guardian).where(Guardian.practice_id == work.practice_id, Guardian.coachee_id == coachee_id)
    return await fetch_page(work, query, page, list_name=f"guardians:{coachee_id}", keys=[Guardian.id])


async def end_guardian(work: Work, coachee_id: CoacheeId, guardian_id: GuardianId) -> Guardian:
    """From now on somebody else agrees. What was agreed stays; ending it again changes nothing."""
    try:
        await get_coachee(work, coachee_id)
    except CoacheeNotFound as error:
        raise GuardianNotFound(id=guardian_id) from error
    query = select(Guardian).where(
        Guardian.practice_id == work.practice_id, Guardian.coachee_id == coachee_id, Guardian.id == guardian_id
    )
    guardian = await work.session.scalar(query.with_for_update())
    if guardian is None:
        raise GuardianNotFound(id=guardian_id)
    if guardian.ended_at is None:
        await _end(work, guardian)
    return guardian


async def end_guardians(work: Work, coachee_id: CoacheeId) -> None:
    """Nobody agrees for her any more."""
    query = select(Guardian).where(
        Guardian.practice_id == work.practice_id, Guardian.coachee_id == coachee_id, Guardian.ended_at.is_(None)
    )
    for guardian in (await work.session.scalars(query.order_by(Guardian.id).with_for_update())).all():
        await _end(work, guardian)


async def _end(work: Work, guardian: Guardian) -> None:
    guardian.ended_at = work.now
    await work.session.flush()
    for kind in ASKING_MAILS:
        await cancel_messages(work, guardian.id, kind=kind)
    announce(work, "guardian_ended", guardian.id, coachee_id=guardian.coachee_id)


async def ask_guardian(work: Work, coachee_id: CoacheeId, guardian_id: GuardianId) -> Guardian:
    """Mail her a link to what she is asked to agree to; asking again sends the same link again."""
    coachee = await get_coachee(work, coachee_id)
    must_be_open(coachee)
    guardian = await work.session.get(Guardian, (work.practice_id, guardian_id), with_for_update=True)
    if guardian is None or guardian.coachee_id != coachee_id:
        raise GuardianNotFound(id=guardian_id)
    if not coachee.minor:
        raise NotAMinor
    if guardian.ended_at is not None:
        raise GuardianEnded(ended_at=guardian.ended_at)
    if await work.session.get(CoacheeLink, (work.practice_id, guardian_id)) is None:
        await make_link(work, "guardian", guardian_id, coachee_id)
    post(work, "guardian_asked", guardian_recipient(guardian, coachee), link=f"guardian:{guardian_id}")
    announce(work, "guardian_asked", guardian_id, coachee_id=coachee_id)
    return guardian


async def guardian_of(work: Work, coachee: Coachee) -> Guardian | None:
    """Whom to ask for a minor, and that there is one; nobody for whoever is of age."""
    if not coachee.minor:
        return None
    query = select(Guardian).where(
        Guardian.practice_id == work.practice_id, Guardian.coachee_id == coachee.id, Guardian.ended_at.is_(None)
    )
    guardian = await work.session.scalar(query.order_by(Guardian.id).limit(1))
    if guardian is None:
        raise GuardianNeeded(coachee_id=coachee.id)
    return guardian


async def check_who_agrees(work: Work, coachee: Coachee, purpose: Purpose, guardian_id: GuardianId | None) -> None:
    """Refuse a minor's own yes where it is not hers to give, and anybody else's for one who is of age."""
    if guardian_id is None:
        today = local_day(work.now, (await practice.get_practice(work)).zone)
        if not agrees_herself(coachee, purpose, today):
            raise GuardianNeeded(field="guardian_id", coachee_id=coachee.id)
        return
    if not coachee.minor:
        raise NotAMinor(field="guardian_id")
    guardian = await work.session.get(Guardian, (work.practice_id, guardian_id))
    if guardian is None or guardian.coachee_id != coachee.id or guardian.ended_at is not None:
        raise NoSuchGuardian(field="guardian_id")


def guardian_recipient(guardian: Guardian, coachee: Coachee) -> Recipient:
    """In her language, as it is spoken where the child is; her page speaks so too."""
    return Recipient(guardian.id, guardian.email, guardian.language, coachee.country)
