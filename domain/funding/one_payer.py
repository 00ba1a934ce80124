"""One funding for each session, whatever its kind: told by name here, and kept by the database under a race."""

from sqlalchemy import select, text

from domain.funding.model import Booking, FundingKind, SessionFunding
from domain.funding.refusals import SessionAlreadyBooked, SessionAlreadyFunded
from domain.kit.ids import SessionId, SponsorId
from domain.kit.work import Work

HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 5))")  # the lock of the trigger `one_payer`


async def funding_of(work: Work, session_id: SessionId) -> SessionFunding | None:
    """What pays for that session, if anything does yet."""
    query = select(SessionFunding).where(
        SessionFunding.practice_id == work.practice_id, SessionFunding.id == session_id
    )
    return await work.session.scalar(query)


async def must_be_unfunded(work: Work, session_id: SessionId, *, field: str | None = None) -> None:
    """The session is held first, so that nothing comes between."""
    await work.session.execute(HOLD, {"id": str(session_id)})
    await must_not_be_told_funded(work, session_id, field=field)


async def must_not_be_told_funded(work: Work, session_id: SessionId, *, field: str | None = None) -> None:
    """Names what pays for it already, and on which cheque."""
    funding = await funding_of(work, session_id)
    if funding is None:
        return
    if funding.kind is FundingKind.CHEQUE:
        query = select(Booking.cheque_id).where(
            Booking.practice_id == work.practice_id, Booking.session_id == session_id
        )
        raise SessionAlreadyBooked(field=field, cheque_id=await work.session.scalar(query))
    raise SessionAlreadyFunded(field=field, kind=funding.kind)


async def fund(
    work: Work, session_id: SessionId, kind: FundingKind, minutes: int, sponsor_id: SponsorId | None = None
) -> None:
    """The table's key takes one for each session; its trigger none for a session that is billed."""
    funding = SessionFunding(
        practice_id=work.practice_id,
        id=session_id,
        kind=kind,
        sponsor_id=sponsor_id,
        minutes=minutes,
        made_at=work.now,
    )
    await work.store(funding)
