"""What happens to a pulse: opened, with a link by mail to every member; closed by its coach or by the clock."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import people
from domain.kit.due import Due
from domain.kit.ids import PulseId, PulseTicketId, TeamId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce, post
from domain.people import Coachee, SealingKey
from domain.teams.groups import get_team, of_seen_teams, own_team
from domain.teams.model import TeamMember
from domain.teams.pulse import (
    FEWEST,
    SCORES,
    Pulse,
    PulseNotFound,
    PulseState,
    PulseTally,
    PulseTicket,
    TeamTooSmall,
)
from domain.teams.questions import current_questions, questions

BATCH = 100


async def open_pulse(work: Work, team_id: TeamId, *, days: int) -> Pulse:
    """Ask every member whose file is open, each by a link of her own."""
    team = await own_team(work, team_id, lock=True)
    asked = await _members(work, team_id)
    if len(asked) < FEWEST:
        raise TeamTooSmall(members=len(asked), fewest=FEWEST)
    version = current_questions()
    pulse = Pulse(
        practice_id=work.practice_id,
        id=PulseId(new_id()),
        team_id=team.id,
        questions_version=version,
        invited=len(asked),
        opened_at=work.now,
        closes_at=work.now + timedelta(days=days),
    )
    await work.store(pulse)
    none_yet = {key: [0] * len(SCORES) for key in questions(version)}
    await work.store(PulseTally(practice_id=work.practice_id, pulse_id=pulse.id, answers=0, counts=none_yet))
    for coachee in asked:
        await _invite(work, pulse, coachee)
    announce(work, "pulse_opened", pulse.id, team_id=team.id, invited=len(asked))
    return pulse


async def get_pulse(work: Work, pulse_id: PulseId, *, lock: bool = False) -> Pulse:
    return await find(work, Pulse, pulse_id, PulseNotFound, lock=lock, only=of_seen_teams(work, Pulse.team_id))


async def list_pulses(work: Work, team_id: TeamId, page: PageRequest) -> Page[Pulse]:
    await get_team(work, team_id)
    query = select(Pulse).where(Pulse.practice_id == work.practice_id, Pulse.team_id == team_id)
    return await fetch_page(work, query, page, list_name=f"pulses:{team_id}", keys=[Pulse.id])


async def close_pulse(work: Work, pulse_id: PulseId) -> Pulse:
    """Take no more answers. Closing again changes nothing."""
    pulse = await get_pulse(work, pulse_id, lock=True)
    await own_team(work, pulse.team_id)
    if pulse.state is PulseState.OPEN:
        await _close(work, pulse)
    return pulse


async def due_pulses(session: AsyncSession, now: datetime) -> list[Due[PulseId]]:
    due = (Pulse.state == PulseState.OPEN, Pulse.closes_at <= now)
    query = select(Pulse.practice_id, Pulse.id).where(*due).order_by(Pulse.closes_at).limit(BATCH)
    return [Due(practice_id, pulse_id) for practice_id, pulse_id in await session.execute(query)]


async def next_pulse_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(Pulse.closes_at)).where(Pulse.state == PulseState.OPEN))


async def end_pulse(work: Work, pulse_id: PulseId) -> None:
    """Close what is due. Seen to already: nothing to do."""
    due = (Pulse.id == pulse_id, Pulse.state == PulseState.OPEN, Pulse.closes_at <= work.now)
    query = select(Pulse).where(Pulse.practice_id == work.practice_id, *due).with_for_update(skip_locked=True)
    if (pulse := await work.session.scalar(query)) is not None:
        await _close(work, pulse)


async def _close(work: Work, pulse: Pulse) -> None:
    """From now on nobody knows who took part; of too few, not even what they said."""
    pulse.move(PulseState.CLOSED, work.now)
    tally = await work.session.get_one(PulseTally, (work.practice_id, pulse.id), with_for_update=True)
    if tally.answers < FEWEST:
        tally.counts = {}
    await work.session.flush()
    of_pulse = (PulseTicket.practice_id == work.practice_id, PulseTicket.pulse_id == pulse.id)
    await work.session.execute(delete(PulseTicket).where(*of_pulse))
    announce(work, "pulse_closed", pulse.id, team_id=pulse.team_id)


async def _members(work: Work, team_id: TeamId) -> list[Coachee]:
    """Those in the team today whose file is open and whose text is not destroyed."""
    now_in = (TeamMember.team_id == team_id, TeamMember.left_at.is_(None))
    members = select(TeamMember.coachee_id).where(TeamMember.practice_id == work.practice_id, *now_in)
    keyed = select(SealingKey.id).where(SealingKey.practice_id == work.practice_id, SealingKey.wrapped_key.is_not(None))
    query = select(Coachee).where(
        Coachee.practice_id == work.practice_id,
        Coachee.id.in_(members),
        Coachee.id.in_(keyed),
        Coachee.archived_at.is_(None),
    )
    return list(await work.session.scalars(query.order_by(Coachee.id)))


async def _invite(work: Work, pulse: Pulse, coachee: Coachee) -> None:
    ticket_id = PulseTicketId(new_id())
    await work.store(
        PulseTicket(practice_id=work.practice_id, id=ticket_id, pulse_id=pulse.id, coachee_id=coachee.id, used=False)
    )
    await people.make_link(work, "pulse", ticket_id, coachee.id)
    post(work, "pulse", people.recipient(coachee), link=f"pulse:{ticket_id}", good_until=pulse.closes_at)
