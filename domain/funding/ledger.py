"""The hour ledger: minutes of held guidance on a cheque, line by line, never beyond its cap."""

from sqlalchemy import select

from domain import availability
from domain.availability import LocationKind
from domain.funding.model import Booking, Channel, Cheque, FundingKind
from domain.funding.one_payer import fund, must_be_unfunded
from domain.funding.queries import get_cheque
from domain.funding.refusals import (
    ChannelNeeded,
    ChannelNotAllowed,
    MinutesBeyondSession,
    OnlyGuidanceCounts,
    OtherTrajectory,
    SessionAfterCheque,
    SessionBeforeCheque,
    SessionNotHeld,
)
from domain.funding.registration import to_register
from domain.kit.errors import named_in
from domain.kit.ids import BookingId, ChequeId, SessionId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.messaging import announce
from domain.trajectories import Session, SessionKind, SessionState, get_session


async def book_minutes(
    work: Work,
    cheque_id: ChequeId,
    session_id: SessionId,
    *,
    minutes: int | None = None,
    channel: Channel | None = None,
) -> Booking:
    """Book a held session of guidance on its trajectory's cheque, all its minutes where none are named."""
    cheque = await get_cheque(work, cheque_id, lock=True)
    with named_in("session_id"):
        session = await get_session(work, session_id)
    _check_session(cheque, session, minutes)
    await _check_way(work, cheque, session, channel)
    await must_be_unfunded(work, session_id, field="session_id")
    before, minutes = cheque.state, minutes or session.minutes
    cheque.book(minutes)
    booking = Booking(
        practice_id=work.practice_id,
        id=BookingId(new_id()),
        cheque_id=cheque_id,
        session_id=session_id,
        minutes=minutes,
        booked_at=work.now,
    )
    await fund(work, session_id, FundingKind.CHEQUE, minutes)
    await work.store(booking)
    await work.store(to_register(work, booking, cheque_id, session))
    announce(work, "minutes_booked", cheque_id, session_id=session_id, minutes=minutes, left=cheque.minutes_left)
    if before != cheque.state:
        announce(work, f"cheque_{cheque.state}", cheque_id, trajectory_id=cheque.trajectory_id)
    return booking


def _check_session(cheque: Cheque, session: Session, minutes: int | None) -> None:
    if session.trajectory_id != cheque.trajectory_id:
        raise OtherTrajectory(field="session_id", trajectory_id=session.trajectory_id)
    if session.kind != SessionKind.GUIDANCE:
        raise OnlyGuidanceCounts(field="session_id", kind=session.kind)
    if session.state != SessionState.HELD:
        raise SessionNotHeld(field="session_id", state=session.state)
    if cheque.started_on is not None and session.day < cheque.started_on:
        raise SessionBeforeCheque(field="session_id", started_on=cheque.started_on)
    if cheque.complete_by is not None and session.day > cheque.complete_by:
        raise SessionAfterCheque(field="session_id", complete_by=cheque.complete_by)
    if minutes is not None and minutes > session.minutes:
        raise MinutesBeyondSession(field="minutes", session_minutes=session.minutes)


async def _check_way(work: Work, cheque: Cheque, session: Session, channel: Channel | None) -> None:
    """What the scheme does not say is not checked."""
    allowed = cheque.scheme.session_channels_allowed
    if allowed is None:
        return
    held = channel or await _channel_of(work, session)
    if held is None:
        raise ChannelNeeded(field="channel", allowed=allowed)
    if held not in allowed:
        raise ChannelNotAllowed(field="channel", channel=held, allowed=allowed)


async def _channel_of(work: Work, session: Session) -> Channel | None:
    """As its location tells: online is by video, a room and a walk in person."""
    if session.location_id is None:
        return None
    location = await availability.get_location(work, session.location_id)
    return Channel.VIDEO if location.kind is LocationKind.ONLINE else Channel.IN_PERSON


async def list_bookings(work: Work, cheque_id: ChequeId, page: PageRequest) -> Page[Booking]:
    """The lines of one cheque, in the order in which they were booked."""
    await get_cheque(work, cheque_id)
    query = select(Booking).where(Booking.practice_id == work.practice_id, Booking.cheque_id == cheque_id)
    return await fetch_page(work, query, page, list_name=f"bookings:{cheque_id}", keys=[Booking.id])
