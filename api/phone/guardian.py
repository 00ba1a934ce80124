"""The page of a minor's guardian: what she is asked to agree to for the child, and what she may take back."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeAlias

from litestar import Response

from api.phone.pages import message, page
from api.phone.visits import Visit
from api.phone.wording import words
from domain import people, practice
from domain.checkins import Fault, Sent, Wrong
from domain.kit.calendar import local_day
from domain.kit.ids import GuardianId
from domain.people import Consent, GivenVia, Guardian, Purpose, Wording

Given: TypeAlias = Mapping[Purpose, Consent]
ASKED = (
    Purpose.SESSION_NOTES,
    Purpose.CHECK_INS,
    Purpose.CHANNEL_EMAIL,
    Purpose.CHANNEL_PUSH,
    Purpose.CHANNEL_SMS,
    Purpose.OBSTACLE_PROMPTS,
    Purpose.SHARE_CHECK_INS_WITH_COACH,
    Purpose.SUPPORT_ALERT,
    Purpose.SUPPORT_BACKUP,
)


async def show(visit: Visit) -> Response[str]:
    """What is asked and what was given; looking changes nothing, and nothing is ticked beforehand."""
    return await _form(visit, Sent())


async def decide(visit: Visit, sent: Sent) -> Response[str]:
    """Keep what she ticked, or take back the one she named. A second click changes nothing."""
    guardian = await _guardian(visit)
    if guardian is None:
        return await _form(visit, sent)
    given = await people.consents_now(visit.work, visit.coachee.id)
    taken_back = sent.choice("withdraw", Purpose)
    if taken_back is not None:
        if taken_back in given and given[taken_back].guardian_id is not None:
            await people.withdraw_consent(visit.work, visit.coachee.id, given[taken_back].id)
        return await _form(visit, Sent())
    asked = await _asked(visit, guardian, given)
    wanted = [one for one in asked if one.purpose not in given and sent.values.get(one.purpose)]
    for wording in wanted:
        if not sent.has(wording.purpose, str(wording.version)):
            sent.faults[wording.purpose] = Fault(Wrong.NOT_OFFERED)
    if sent.faults:
        return await _form(visit, sent)
    for wording in wanted:
        await _give(visit, guardian, wording)
    return await _form(visit, Sent())


async def _give(visit: Visit, guardian: Guardian, wording: Wording) -> Consent:
    return await people.give_consent(
        visit.work,
        visit.coachee.id,
        wording.purpose,
        wording_version=wording.version,
        given_via=GivenVia.LINK,
        language=guardian.language,
        guardian_id=guardian.id,
    )


async def _guardian(visit: Visit) -> Guardian | None:
    """Who still agrees for a child that still is one."""
    guardian = await visit.work.session.get(Guardian, (visit.work.practice_id, GuardianId(visit.subject_id)))
    over = guardian is None or guardian.ended_at is not None
    return None if over or not visit.coachee.minor or visit.coachee.archived_at is not None else guardian


async def _asked(visit: Visit, guardian: Guardian, given: Given) -> list[Wording]:
    """In her language, what she has to agree to, and what she or another guardian agreed to: theirs to take back.

    What the child decides alone at her age is not for this page, nor texting where the practice pays for none.
    """
    today = local_day(visit.work.now, (await practice.get_practice(visit.work)).zone)
    there = visit.coachee.country
    current = {
        w.purpose: people.said_in(w, there) for w in people.wordings() if w.current and w.language == guardian.language
    }
    not_asked = {one for one in ASKED if people.agrees_herself(visit.coachee, one, today)}
    if not await people.offers_sms(visit.work):
        not_asked.add(Purpose.CHANNEL_SMS)
    by_child = {one for one, consent in given.items() if consent.guardian_id is None}
    return [current[one] for one in ASKED if one not in by_child and (one in given or one not in not_asked)]


async def _form(visit: Visit, sent: Sent) -> Response[str]:
    guardian = await _guardian(visit)
    if guardian is None:
        return message("guardian_closed", visit.language, status=HTTPStatus.GONE)
    said = words(guardian.language)
    given = await people.consents_now(visit.work, visit.coachee.id)
    home = await practice.get_practice(visit.work)
    return page(
        "guardian.html",
        guardian.language,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if sent.faults else HTTPStatus.OK,
        intro=said["guardian"]["intro"].format(practice=home.name, coachee=visit.coachee.name),
        consents=await _asked(visit, guardian, given),
        given=given,
        sent=sent,
        faults={name: said.fault(name, fault) for name, fault in sent.faults.items()},
    )
