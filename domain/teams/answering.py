"""How a member answers a pulse: her ticket is used up, and the tally counts once more. Nothing else is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from domain.kit.ids import PulseTicketId
from domain.kit.work import Work
from domain.teams.pulse import Pulse, PulseTally, PulseTicket


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ticket and the pulse that it is for."""

    ticket: PulseTicket
    pulse: Pulse


async def find_ballot(work: Work, ticket_id: PulseTicketId, *, lock: bool = False) -> Ballot | None:
    """To the coachee whom a link leads to it; None once the pulse is closed.

    `lock` takes the pulse before it looks at the ticket, as closing does: one answer or one closing at a time.
    """
    of_ticket = (PulseTicket.practice_id == work.practice_id, PulseTicket.id == ticket_id)
    pulse_id = await work.session.scalar(select(PulseTicket.pulse_id).where(*of_ticket))
    if pulse_id is None:
        return None
    query = select(Pulse).where(Pulse.practice_id == work.practice_id, Pulse.id == pulse_id)
    pulse = await work.session.scalar(query.with_for_update() if lock else query)
    ticket = await work.session.scalar(select(PulseTicket).where(*of_ticket))
    return None if ticket is None or pulse is None else Ballot(ticket, pulse)


async def answer_pulse(work: Work, ballot: Ballot, scores: Mapping[str, int]) -> None:
    """Count her scores. No event and no line in the audit trail: each would tell when she answered."""
    ballot.ticket.used = True
    tally = await work.session.get_one(PulseTally, (work.practice_id, ballot.pulse.id), with_for_update=True)
    tally.answers += 1
    tally.counts = {
        key: [count + (place == scores[key]) for place, count in enumerate(counts, start=1)]
        for key, counts in tally.counts.items()
    }
    await work.session.flush()
