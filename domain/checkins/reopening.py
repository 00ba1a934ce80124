"""A check-in whose time has passed, opened once more: by her or by her coach, within a day."""

from datetime import timedelta

from domain.checkins.answers import AlreadyAnswered, CheckInCancelled
from domain.checkins.model import CheckIn
from domain.checkins.queries import get_check_in
from domain.checkins.states import CheckInState
from domain.kit.errors import Conflict
from domain.kit.ids import CheckInId
from domain.kit.work import Work
from domain.messaging import announce

WITHIN = timedelta(hours=24)
PASSED = (CheckInState.EXPIRED, CheckInState.PARTIAL)
STILL_OPEN = (CheckInState.SENT, CheckInState.STARTED)


class ReopenTooLate(Conflict):
    """A check-in can be opened once more within 24 hours after its time; what she begins herself she can always."""


def may_reopen(work: Work, check_in: CheckIn) -> bool:
    passed = check_in.state in PASSED or (check_in.state in STILL_OPEN and work.now >= check_in.expires_at)
    return passed and work.now < check_in.expires_at + WITHIN


async def reopen_check_in(work: Work, check_in_id: CheckInId) -> CheckIn:
    """Open it for one more day; her answer is marked as late. Opening it again changes nothing."""
    check_in = await get_check_in(work, check_in_id, lock=True)
    if check_in.state is CheckInState.ANSWERED:
        raise AlreadyAnswered
    if check_in.reopened_until is not None or (check_in.state in STILL_OPEN and work.now < check_in.expires_at):
        return check_in
    if check_in.state not in (*PASSED, *STILL_OPEN):
        raise CheckInCancelled
    if not may_reopen(work, check_in):
        raise ReopenTooLate
    check_in.reopened_until = work.now + WITHIN
    await work.session.flush()
    announce(work, "check_in_reopened", check_in.id, plan_id=check_in.plan_id, coachee_id=check_in.coachee_id)
    return check_in
