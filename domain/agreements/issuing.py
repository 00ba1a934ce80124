"""Putting an agreement before a coachee, and taking it back."""

import asyncio
import hashlib
from dataclasses import asdict, dataclass

from sqlalchemy import select

from domain import availability, people, practice, trajectories
from domain.agreements.model import WAITING, Agreement, AgreementFile, AgreementState, Print, digest_of
from domain.agreements.printing import LABELS, print_agreement
from domain.agreements.queries import get_agreement
from domain.agreements.templates import fill, words_in_use
from domain.documents import Party, Wording, enterprise_number, full_name
from domain.kit.calendar import local_day
from domain.kit.errors import Conflict
from domain.kit.ids import AgreementId, TrajectoryId, new_id
from domain.kit.work import Work
from domain.messaging import Language, announce, post
from domain.people import Coachee, Guardian
from domain.practice import Practice, Staff
from domain.trajectories import Trajectory, TrajectoryState

HOUR = 60  # minutes
OVER = (TrajectoryState.COMPLETED, TrajectoryState.STOPPED, TrajectoryState.DECLINED)


class PracticeNotIdentified(Conflict):
    """An agreement names the practice with its enterprise number, and the practice has not given it."""


class TrajectoryOver(Conflict):
    """This trajectory is over: there is nothing left to agree on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAgreement:
    """What an issue says beyond what the file knows; without a language it is in that of whoever signs it.

    Without hours it names those up to which the practice lets a session be cancelled freely.
    """

    language: Language | None = None
    sessions: int | None = None
    cancellation_hours: int | None = None


async def issue_agreement(work: Work, trajectory_id: TrajectoryId, new: NewAgreement) -> Agreement:
    """Write it out of the template in use, freeze it, and mail the coachee its link: for a minor, her guardian.

    It takes the place of one that still waits for her; one that she signed holds until she has signed this.
    """
    trajectory = await trajectories.get_trajectory(work, trajectory_id, lock=True)
    if trajectory.state in OVER:
        raise TrajectoryOver(state=trajectory.state)
    coachee = await people.get_coachee(work, trajectory.coachee_id)
    people.must_be_open(coachee)
    guardian = await people.guardian_of(work, coachee)
    await replace(work, trajectory_id, WAITING)
    agreement = await _written(work, trajectory, coachee, new, guardian)
    await work.store(agreement)
    await people.make_link(work, "agreement", agreement.id, coachee.id)
    await keep_print(work, agreement, Print.ISSUED)
    asked = people.guardian_recipient(guardian, coachee) if guardian else people.recipient(coachee)
    post(work, "agreement_issued", asked, link=f"agreement:{agreement.id}")
    announce(work, "agreement_issued", agreement.id, trajectory_id=trajectory_id, sha256=agreement.sha256)
    return agreement


async def withdraw_agreement(work: Work, agreement_id: AgreementId) -> Agreement:
    """Take it back before it is signed: its link opens nothing to sign any more."""
    agreement = await get_agreement(work, agreement_id, lock=True)
    return await moved(work, agreement, AgreementState.WITHDRAWN)


async def replace(work: Work, trajectory_id: TrajectoryId, states: tuple[AgreementState, ...]) -> None:
    """Put aside what stands in these states: something newer takes its place."""
    query = select(Agreement).where(
        Agreement.practice_id == work.practice_id,
        Agreement.trajectory_id == trajectory_id,
        Agreement.state.in_(states),
    )
    for older in (await work.session.scalars(query.with_for_update())).all():
        await moved(work, older, AgreementState.REPLACED)


async def moved(work: Work, agreement: Agreement, to: AgreementState, **said: str) -> Agreement:
    """Take the step and tell it."""
    agreement.move(to, work.now, **said)
    await work.session.flush()
    announce(work, f"agreement_{to}", agreement.id, trajectory_id=agreement.trajectory_id, sha256=agreement.sha256)
    return agreement


async def keep_print(work: Work, agreement: Agreement, kind: Print) -> None:
    """Print it beside the event loop, and keep the file with its digest."""
    zone = (await practice.get_practice(work)).zone
    home = Party(**agreement.parties["practice"])
    logo = await practice.logo_of(work, home.logo, home.name)
    content = await asyncio.to_thread(print_agreement, agreement, kind, zone, logo)
    kept = AgreementFile(
        practice_id=work.practice_id,
        id=agreement.id,
        kind=kind,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        printed_at=work.now,
    )
    await work.store(kept)


async def _written(
    work: Work, trajectory: Trajectory, coachee: Coachee, new: NewAgreement, guardian: Guardian | None
) -> Agreement:
    home = await practice.get_practice(work)
    if not home.enterprise_number:
        raise PracticeNotIdentified(missing=["enterprise_number"])
    language = new.language or (guardian or coachee).language
    words = await words_in_use(work, language)
    coach = await practice.get_staff(work, trajectory.coach_id)
    values = await _values(work, home, coach, coachee, trajectory, new, Wording(language.value, LABELS))
    title, body = fill(words.title, values), fill(words.text, values)
    return Agreement(
        practice_id=work.practice_id,
        id=AgreementId(new_id()),
        trajectory_id=trajectory.id,
        coachee_id=coachee.id,
        coach_id=coach.id,
        template_id=words.template_id,
        language=language,
        state=AgreementState.ISSUED,
        title=title,
        text=body,
        sha256=digest_of(title, body),
        parties={
            "practice": asdict(practice.as_party(home)),
            "coachee": asdict(_as_party(coachee)),
            "coach": coach.name,
            "guardian": guardian and _frozen(guardian),
        },
        issued_at=work.now,
    )


def _frozen(guardian: Guardian) -> dict[str, str]:
    return {
        "id": str(guardian.id),
        "name": guardian.name,
        "relation": guardian.relation,
        "language": guardian.language,
    }


async def _values(
    work: Work,
    home: Practice,
    coach: Staff,
    coachee: Coachee,
    trajectory: Trajectory,
    new: NewAgreement,
    wording: Wording,
) -> dict[str, str | None]:
    free_hours = await _free_hours(work, new)
    address = ", ".join(part for part in (home.street, f"{home.postal_code or ''} {home.city or ''}".strip()) if part)
    return {
        "coachee_name": coachee.name,
        "practice_name": full_name(practice.as_party(home)),
        "practice_address": address,
        "enterprise_number": enterprise_number(home.enterprise_number or ""),
        "coach_name": coach.name,
        "guidance": _guidance(wording, trajectory.planned_minutes, new.sessions),
        "planned_hours": wording.hours(trajectory.planned_minutes) if trajectory.planned_minutes else None,
        "sessions": str(new.sessions) if new.sessions else None,
        "cancellation_hours": str(free_hours),
        "cancellation_notice": _notice(wording, free_hours),
        "cancellation_deadline": _deadline(wording, free_hours),
        "date": wording.day(local_day(work.now, home.zone)),
    }


async def _free_hours(work: Work, new: NewAgreement) -> int:
    if new.cancellation_hours is not None:
        return new.cancellation_hours
    return (await availability.get_rules(work)).cancel_free_hours


def _guidance(wording: Wording, minutes: int, sessions: int | None) -> str | None:
    """Seven hours of guidance in five sessions, in figures; without the sessions where nobody said how many."""
    if not minutes:
        return None
    told = wording["hour" if _few(wording, minutes) else "hours"].format(number=wording.hours(minutes))
    if sessions:
        told += wording["in_one" if sessions == 1 else "in_more"].format(number=sessions)
    return told


def _notice(wording: Wording, hours: int) -> str:
    """How long before a conversation she says that she cannot come: 1 hour, or 24 hours."""
    return wording["notice_one" if _few(wording, hours * HOUR) else "notice_more"].format(number=hours)


def _deadline(wording: Wording, hours: int) -> str:
    """By when she says so: at least 24 hours before, or, with no notice asked, before the session begins."""
    return wording["deadline"].format(notice=_notice(wording, hours)) if hours else wording["deadline_none"]


def _few(wording: Wording, minutes: int) -> bool:
    """Whether its hours are an hour in grammar: in French that is anything below two."""
    return minutes < 2 * HOUR if wording.locale == Language.FR else minutes == HOUR


def _as_party(coachee: Coachee) -> Party:
    return Party(
        name=coachee.name,
        street=coachee.street or "",
        postal_code=coachee.postal_code or "",
        city=coachee.city or "",
        country=coachee.country or "BE",
    )
