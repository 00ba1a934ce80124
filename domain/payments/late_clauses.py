"""The clause on late payment that a coachee agreed to: without it, lateness costs a consumer nothing."""

from datetime import date

from domain import people
from domain.kit.calendar import sane_day
from domain.kit.ids import CoacheeId
from domain.kit.work import Work
from domain.messaging import announce
from domain.payments.late_model import ClauseInFuture, LateClause, LateClauseNotFound
from domain.payments.ledger import today


async def agree_late_clause(work: Work, coachee_id: CoacheeId, agreed_on: date, reference: str) -> LateClause:
    """Note that a coachee agreed to the clause on late payment, and where that stands."""
    await people.get_coachee(work, coachee_id)
    if sane_day(agreed_on, field="agreed_on") > (now := await today(work)):
        raise ClauseInFuture(field="agreed_on", today=now)
    clause = await clause_of(work, coachee_id)
    if clause is None:
        clause = LateClause(practice_id=work.practice_id, coachee_id=coachee_id)
    clause.agreed_on, clause.reference, clause.made_at = agreed_on, reference, work.now
    await work.store(clause)
    announce(work, "late_clause_agreed", coachee_id, agreed_on=agreed_on)
    return clause


async def get_late_clause(work: Work, coachee_id: CoacheeId) -> LateClause:
    await people.get_coachee(work, coachee_id)
    clause = await clause_of(work, coachee_id)
    if clause is None:
        raise LateClauseNotFound
    return clause


async def withdraw_late_clause(work: Work, coachee_id: CoacheeId) -> None:
    """Say that there is no such clause: from then on lateness costs her nothing."""
    await work.session.delete(await get_late_clause(work, coachee_id))
    await work.session.flush()
    announce(work, "late_clause_withdrawn", coachee_id)


async def clause_of(work: Work, coachee_id: CoacheeId | None) -> LateClause | None:
    if coachee_id is None:
        return None
    return await work.session.get(LateClause, (work.practice_id, coachee_id), populate_existing=True)
