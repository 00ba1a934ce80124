"""What a cheque goes through: announced, ordered, issued, started, closed; or refused, or annulled."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from domain import agreements, practice
from domain.funding.model import Cheque, Scheme
from domain.funding.plans import must_have_plan
from domain.funding.queries import get_cheque
from domain.funding.refusals import AgreementNeeded, CoacheeHadCheque, StartNeedsRunningTrajectory
from domain.funding.rules import Issue, NewCheque, code, next_look, past_day, right_is_used
from domain.funding.schemes import scheme_on
from domain.funding.states import TAKEN_UP_AGAIN, UNUSED, ChequeState
from domain.kit.calendar import local_day
from domain.kit.errors import named_in
from domain.kit.ids import ChequeId, TrajectoryId, new_id
from domain.kit.money import ZERO
from domain.kit.work import Work
from domain.messaging import announce
from domain.people import Coachee, get_coachee, must_be_open
from domain.trajectories import TrajectoryState, get_trajectory


async def register_cheque(work: Work, trajectory_id: TrajectoryId, new: NewCheque) -> Cheque:
    """Register a coachee's cheque under the scheme of its order day, in the state that its codes and days imply."""
    with named_in("trajectory_id"):
        trajectory = await get_trajectory(work, trajectory_id)
    must_be_open(await get_coachee(work, trajectory.coachee_id))
    issue, zone = new.issue(), await _zone(work)
    today = local_day(work.now, zone)
    cheque = Cheque(
        practice_id=work.practice_id,
        id=ChequeId(new_id()),
        state=ChequeState.ANNOUNCED,
        coachee_id=trajectory.coachee_id,
        trajectory_id=trajectory_id,
        nth=new.nth,
        minutes_booked=0,
        received=ZERO,
        created_at=work.now,
    )
    if new.ordered_on is None:
        cheque.come_under(await _scheme_for(work, cheque, today))
    else:
        await _order(work, cheque, past_day(new.ordered_on, today, field="ordered_on"))
    if issue is not None:
        _issue(cheque, issue, today)
    work.session.add(cheque)
    return await _tell(work, cheque, zone)


async def order_cheque(work: Work, cheque_id: ChequeId, ordered_on: date) -> Cheque:
    """The coachee has ordered it. The day of the order decides on the scheme, whatever was announced."""
    cheque, zone = await get_cheque(work, cheque_id, lock=True), await _zone(work)
    await _order(work, cheque, past_day(ordered_on, local_day(work.now, zone), field="ordered_on"))
    return await _tell(work, cheque, zone)


async def issue_cheque(work: Work, cheque_id: ChequeId, issue: Issue) -> Cheque:
    """The own share is paid and the issuer has mailed both codes; from here the months to start run."""
    cheque, zone = await get_cheque(work, cheque_id, lock=True), await _zone(work)
    await _must_have_right_still(work, cheque)
    _issue(cheque, issue, local_day(work.now, zone))
    return await _tell(work, cheque, zone)


async def start_cheque(work: Work, cheque_id: ChequeId, started_on: date) -> Cheque:
    """The guidance began on that day; by the last day to start, in a running trajectory, under an agreement."""
    cheque, zone = await get_cheque(work, cheque_id, lock=True), await _zone(work)
    trajectory = await get_trajectory(work, cheque.trajectory_id)
    agreement = await agreements.signed_for(work, trajectory.id)
    await _must_have_right_still(work, cheque)
    cheque.start(past_day(started_on, local_day(work.now, zone), field="started_on"))
    if trajectory.state != TrajectoryState.RUNNING:
        raise StartNeedsRunningTrajectory(state=trajectory.state)
    if agreement is None:
        raise AgreementNeeded(trajectory_id=trajectory.id)
    return await _tell(work, cheque, zone)


async def close_cheque(work: Work, cheque_id: ChequeId, *, forfeit_minutes: int) -> Cheque:
    """Close it for good, with its plan. The minutes left are lost, so whoever closes says how many those are."""
    cheque, zone = await get_cheque(work, cheque_id, lock=True), await _zone(work)
    with work.session.no_autoflush:
        cheque.close(local_day(work.now, zone), forfeit_minutes)
        await must_have_plan(work, cheque)
    return await _tell(work, cheque, zone, minutes_booked=cheque.minutes_booked, minutes_forfeited=forfeit_minutes)


async def refuse_cheque(work: Work, cheque_id: ChequeId) -> Cheque:
    """The funder refused the order; the coachee keeps her right."""
    return await _end(work, cheque_id, ChequeState.REFUSED)


async def annul_cheque(work: Work, cheque_id: ChequeId) -> Cheque:
    """It will not be used: withdrawn before the guidance began."""
    return await _end(work, cheque_id, ChequeState.ANNULLED)


async def _end(work: Work, cheque_id: ChequeId, state: ChequeState) -> Cheque:
    cheque, zone = await get_cheque(work, cheque_id, lock=True), await _zone(work)
    cheque.move(state)
    return await _tell(work, cheque, zone)


async def _order(work: Work, cheque: Cheque, ordered_on: date) -> None:
    cheque.order(ordered_on)
    cheque.come_under(await _scheme_for(work, cheque, ordered_on))


def _issue(cheque: Cheque, issue: Issue, today: date) -> None:
    cheque.issue(
        past_day(issue.issued_on, today, field="issued_on"),
        code(issue.cheque_number, field="cheque_number"),
        code(issue.client_number, field="client_number"),
    )


async def _scheme_for(work: Work, cheque: Cheque, day: date) -> Scheme:
    """The scheme of that day, unless the coachee has had what it allows."""
    with work.session.no_autoflush:  # one change of the cheque, one step of its version
        scheme = await scheme_on(work, day)
        others = await _other_cheques(work, cheque)
    if right_is_used(others, scheme, nth=cheque.nth, day=day):
        raise CoacheeHadCheque(scheme=scheme.code, cheques=len(scheme.unit_minutes))
    return scheme


async def _must_have_right_still(work: Work, cheque: Cheque) -> None:
    """One that lapsed before somebody told of it freed her right: another cheque may have taken it since."""
    if cheque.state not in TAKEN_UP_AGAIN or cheque.ordered_on is None:
        return
    if right_is_used(await _other_cheques(work, cheque), cheque.scheme, nth=cheque.nth, day=cheque.ordered_on):
        raise CoacheeHadCheque(scheme=cheque.scheme.code, cheques=len(cheque.scheme.unit_minutes))


async def _other_cheques(work: Work, cheque: Cheque) -> Sequence[Cheque]:
    """The coachee's row is held first, so that two cheques for her cannot pass one another."""
    coachee = select(Coachee.id).where(Coachee.practice_id == work.practice_id, Coachee.id == cheque.coachee_id)
    await work.session.execute(coachee.with_for_update(key_share=True))
    others = select(Cheque).where(
        Cheque.practice_id == work.practice_id,
        Cheque.coachee_id == cheque.coachee_id,
        Cheque.id != cheque.id,
        Cheque.state.not_in(UNUSED),
    )
    return (await work.session.scalars(others)).all()


async def _tell(work: Work, cheque: Cheque, zone: str, **facts: object) -> Cheque:
    """Note when to look at it next, and tell what it has become."""
    cheque.due_at = next_look(cheque, work.now, zone)
    await work.session.flush()
    announce(work, f"cheque_{cheque.state}", cheque.id, trajectory_id=cheque.trajectory_id, **facts)
    return cheque


async def _zone(work: Work) -> str:
    return (await practice.get_practice(work)).zone
