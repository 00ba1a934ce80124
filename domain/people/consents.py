"""What happens to a consent: given to an exact wording, withdrawn as easily as it was given."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select

from domain import practice
from domain.kit.calendar import local_day
from domain.kit.errors import Invalid
from domain.kit.ids import CoacheeId, ConsentId, GuardianId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import ActorKind, Work
from domain.messaging import Channel, Language, announce, cancel_messages, post
from domain.people import coachees
from domain.people.ages import agrees_herself, must_agree
from domain.people.coachees import get_coachee
from domain.people.guardians import check_who_agrees, end_guardians
from domain.people.model import Coachee, CoacheeNotFound, Consent, ConsentNotFound, GivenVia, Purpose
from domain.people.reach import drop_channel, forget_number
from domain.people.subscriptions import LOST_MAIL, forget_subscriptions
from domain.people.wordings import Wording, current_wording, said_in, wordings

SESSION_MAILS = ("session_planned", "session_moved", "session_cancelled", "session_reminder", "sessions_changed")
GROUP_MAILS = ("group_seat", "group_seat_offered", "group_left", "group_cancelled")
PROMPTS = ("check_in", "check_in_reminder", "check_in_pace", "check_in_taper", "check_in_paused")
# What is no longer sent without each of them, and through what.
MAILS = {Purpose.CHECK_INS: PROMPTS, Purpose.CHANNEL_EMAIL: (*PROMPTS, *SESSION_MAILS, *GROUP_MAILS, LOST_MAIL)}
WITH_A_DEVICE = (Purpose.CHANNEL_PUSH, Purpose.CHANNEL_SMS)  # switched on where her browser or her number is at hand
CHANNELS = {
    Purpose.CHANNEL_EMAIL: Channel.EMAIL,
    Purpose.CHANNEL_PUSH: Channel.PUSH,
    Purpose.CHANNEL_SMS: Channel.SMS,
}


class LinkNotFollowed(Invalid):
    """Through a link only the coachee or her guardian consents; say how she told you, in conversation or on paper."""


async def give_consent(
    work: Work,
    coachee_id: CoacheeId,
    purpose: Purpose,
    *,
    wording_version: int,
    given_via: GivenVia,
    language: Language | None = None,
    guardian_id: GuardianId | None = None,
) -> Consent:
    """Record that the coachee agrees to the current wording, in the language it was shown in (else her own).

    For a minor her guardian agrees, unless she is old enough for it herself.
    """
    if given_via is GivenVia.LINK and not _followed_a_link(work, guardian_id):
        raise LinkNotFollowed(field="given_via")
    coachee = await get_coachee(work, coachee_id)
    await check_who_agrees(work, coachee, purpose, guardian_id)
    there = coachee.country if given_via is GivenVia.LINK else ""  # on our own page, which speaks as her country does
    wording = current_wording(purpose, language or coachee.language, wording_version, there)
    consent = Consent(
        practice_id=work.practice_id,
        id=ConsentId(new_id()),
        coachee_id=coachee_id,
        purpose=purpose,
        wording_version=wording.version,
        wording_digest=wording.digest,
        language=wording.language,
        given_at=work.now,
        given_via=given_via,
        guardian_id=guardian_id,
    )
    await work.store(consent)
    announce(work, "consent_given", consent.id, coachee_id=coachee_id, purpose=purpose, guardian_id=guardian_id)
    return consent


def _followed_a_link(work: Work, guardian_id: GuardianId | None) -> bool:
    """Each through a link of her own: the guardian for the child, the child for herself."""
    if guardian_id is None:
        return work.actor.kind is ActorKind.COACHEE
    return work.actor.kind is ActorKind.GUARDIAN and work.actor.id == guardian_id


async def withdraw_consent(work: Work, coachee_id: CoacheeId, consent_id: ConsentId) -> Consent:
    """From now on it no longer holds; withdrawing it again changes nothing."""
    query = select(Consent).where(
        Consent.practice_id == work.practice_id, Consent.coachee_id == coachee_id, Consent.id == consent_id
    )
    try:
        await get_coachee(work, coachee_id)
    except CoacheeNotFound as error:
        raise ConsentNotFound(id=consent_id) from error
    consent = await work.session.scalar(query.with_for_update())
    if consent is None:
        raise ConsentNotFound(id=consent_id)
    if consent.withdrawn_at is None:
        await _end(work, consent)
    return consent


async def _end(work: Work, consent: Consent) -> None:
    consent.withdrawn_at = work.now
    await work.session.flush()
    announce(work, "consent_withdrawn", consent.id, coachee_id=consent.coachee_id, purpose=consent.purpose)
    for kind in MAILS.get(consent.purpose, ()):
        await cancel_messages(work, consent.coachee_id, kind=kind, channel=CHANNELS.get(consent.purpose))
    await _close_channel(work, consent.coachee_id, consent.purpose)


async def update_coachee(work: Work, coachee_id: CoacheeId, changes: dict[str, Any]) -> Coachee:
    """Change names, contact, language or zone. Who turns out to be a minor, or no longer is one, is asked anew."""
    was_minor = (await get_coachee(work, coachee_id, lock=True)).minor
    coachee = await coachees.update_coachee(work, coachee_id, changes)
    if not changes.keys() & {"minor", "born_on", "country"}:
        return coachee
    today = local_day(work.now, (await practice.get_practice(work)).zone)
    if changes.keys() & {"minor", "born_on"}:
        must_agree(coachee.born_on, today, minor=coachee.minor)
    if was_minor and not coachee.minor:
        await ask_anew(work, coachee)
    elif coachee.minor:
        for consent in await _given_by(work, coachee_id, Consent.guardian_id.is_(None)):
            if not agrees_herself(coachee, consent.purpose, today):
                await _end(work, consent)
    return coachee


async def ask_anew(work: Work, coachee: Coachee) -> None:
    """She agrees herself from now on: what others agreed to for her ends, and her coach hears what to ask her.

    Where that coach has left, an administrator hears it.
    """
    await end_guardians(work, coachee.id)
    ended = await _given_by(work, coachee.id, Consent.guardian_id.is_not(None))
    for consent in ended:
        await _end(work, consent)
    announce(work, "coachee_of_age", coachee.id, ask_anew=",".join(one.purpose for one in ended))
    for staff in await practice.whom_to_tell(work, coachee.coach_id):
        post(work, "coachee_of_age", practice.recipient(staff), initials=coachee.initials)


async def _given_by(work: Work, coachee_id: CoacheeId, by_whom: ColumnElement[bool]) -> Sequence[Consent]:
    """What is agreed to at this moment, by herself or by others, to be changed."""
    query = select(Consent).where(
        Consent.practice_id == work.practice_id,
        Consent.coachee_id == coachee_id,
        Consent.withdrawn_at.is_(None),
        by_whom,
    )
    return (await work.session.scalars(query.order_by(Consent.id).with_for_update())).all()


async def _close_channel(work: Work, coachee_id: CoacheeId, purpose: Purpose) -> None:
    """Her browsers and her number are kept for as long as she agrees, and not a moment longer."""
    match purpose:
        case Purpose.CHANNEL_PUSH:
            await forget_subscriptions(work, coachee_id)
            await drop_channel(work, coachee_id, Channel.PUSH)
        case Purpose.CHANNEL_SMS:
            await cancel_messages(work, coachee_id, channel=Channel.SMS)
            await forget_number(work, coachee_id)
            await drop_channel(work, coachee_id, Channel.SMS)
        case _:
            pass


async def withdraw_purpose(work: Work, coachee_id: CoacheeId, purpose: Purpose) -> None:
    """The same by what it was for; nothing where she does not agree to it anyway."""
    query = select(Consent.id).where(
        Consent.practice_id == work.practice_id,
        Consent.coachee_id == coachee_id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )
    if (consent_id := await work.session.scalar(query)) is not None:
        await withdraw_consent(work, coachee_id, consent_id)


async def list_consents(work: Work, coachee_id: CoacheeId, page: PageRequest) -> Page[Consent]:
    """Every consent the coachee gave, withdrawn ones included, oldest first."""
    await get_coachee(work, coachee_id)
    query = select(Consent).where(Consent.practice_id == work.practice_id, Consent.coachee_id == coachee_id)
    return await fetch_page(work, query, page, list_name=f"consents:{coachee_id}", keys=[Consent.id])


async def has_consent(work: Work, coachee_id: CoacheeId, purpose: Purpose) -> bool:
    """Whether the coachee agrees to this at this moment."""
    query = select(Consent.id).where(
        Consent.practice_id == work.practice_id,
        Consent.coachee_id == coachee_id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )
    return await work.session.scalar(query) is not None


async def agree_once(work: Work, coachee_id: CoacheeId, purpose: Purpose, version: int, language: Language) -> None:
    """She says yes herself to the wording before her; to what she agrees to anyway, it changes nothing."""
    await get_coachee(work, coachee_id, lock=True)
    if not await has_consent(work, coachee_id, purpose):
        await give_consent(
            work, coachee_id, purpose, wording_version=version, given_via=GivenVia.LINK, language=language
        )


async def open_to_agree(work: Work, coachee: Coachee, language: Language) -> list[Wording]:
    """What she does not agree to and may, word for word: not what is her guardian's to say."""
    given = await consents_now(work, coachee.id)
    today = local_day(work.now, (await practice.get_practice(work)).zone)
    return [
        said_in(one, coachee.country)
        for one in wordings()
        if one.current
        and one.language == language
        and one.purpose not in given
        and one.purpose not in WITH_A_DEVICE
        and agrees_herself(coachee, one.purpose, today)
    ]


async def consents_now(work: Work, coachee_id: CoacheeId) -> dict[Purpose, Consent]:
    """What is agreed to at this moment."""
    query = select(Consent).where(
        Consent.practice_id == work.practice_id, Consent.coachee_id == coachee_id, Consent.withdrawn_at.is_(None)
    )
    return {one.purpose: one for one in await work.session.scalars(query)}
