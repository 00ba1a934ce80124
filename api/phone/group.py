"""The page of a seat in a group: when and where, and yes or no while it is on offer."""

from enum import StrEnum
from http import HTTPStatus

from litestar import Response

from api.phone.pages import message, page
from api.phone.visits import Visit
from api.phone.wording import words
from domain import groups
from domain.checkins import Sent
from domain.groups import GroupSeat, GroupSession, SeatState
from domain.kit.calendar import local_time
from domain.kit.ids import GroupSeatId


class Decision(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"


CLOSED = {
    SeatState.TAKEN: ("group_taken", HTTPStatus.OK),
    SeatState.WAITING: ("group_waiting", HTTPStatus.OK),
    SeatState.DECLINED: ("group_declined", HTTPStatus.OK),
    SeatState.LEFT: ("group_declined", HTTPStatus.OK),
    SeatState.LAPSED: ("group_lapsed", HTTPStatus.GONE),
    SeatState.CANCELLED: ("group_cancelled", HTTPStatus.GONE),
}


async def show(visit: Visit) -> Response[str]:
    """What is on offer; looking changes nothing."""
    seat = await groups.get_seat(visit.work, GroupSeatId(visit.subject_id))
    return await _state_of(visit, seat)


async def decide(visit: Visit, sent: Sent) -> Response[str]:
    """Take her yes or her no. A second click changes nothing."""
    seat = await groups.get_seat(visit.work, GroupSeatId(visit.subject_id))
    decision = sent.choice("decision", Decision)
    if seat.state is not SeatState.OFFERED or decision is None:
        return await _state_of(visit, seat)
    decide = groups.accept_seat if decision is Decision.ACCEPT else groups.decline_seat
    return await _state_of(visit, await decide(visit.work, seat.id))


async def _state_of(visit: Visit, seat: GroupSeat) -> Response[str]:
    group = await groups.get_group(visit.work, seat.group_id)
    expired = seat.offer_expires_at is not None and seat.offer_expires_at <= visit.work.now
    if seat.state is SeatState.OFFERED and not expired:
        return page("group.html", visit.language, facts=_facts(visit, group, seat))
    found = CLOSED[SeatState.LAPSED if expired else seat.state]
    return message(found[0], visit.language, status=found[1])


def _facts(visit: Visit, group: GroupSession, seat: GroupSeat) -> list[tuple[str, str]]:
    """When, where and how long the offer stands, by her own clock."""
    said = words(visit.language)
    texts, zone = said["group"], visit.coachee.zone
    starts = local_time(group.starts_at, zone)
    until = local_time(seat.offer_expires_at or group.starts_at, zone)
    facts = [
        (texts["day"], said.day(starts.date())),
        (texts["time"], said.time(starts.time())),
        (texts["length"], said.length(group.minutes)),
    ]
    if group.place is not None:
        facts.append((texts["place"], group.place))
    return [*facts, (texts["until"], f"{said.day(until.date())}, {said.time(until.time())}")]
