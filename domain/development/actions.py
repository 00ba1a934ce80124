"""What happens to a development plan: drafted, written on by coach and coachee, finalised, at last superseded."""

import json
from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import select

from domain import people, practice, trajectories
from domain.development.drafting import first_draft
from domain.development.model import (
    NEEDED,
    SECTIONS,
    DevelopmentPlan,
    DevelopmentPlanState,
    PlanIncomplete,
    Revision,
)
from domain.development.queries import context, find_plan, get_own_plan, sections_of
from domain.documents import Party
from domain.kit.ids import ChequeId, DevelopmentPlanId, RevisionId, TrajectoryId, new_id
from domain.kit.states import WrongState
from domain.kit.work import VersionChanged, Work
from domain.messaging import announce, post

DRAFT, FINALISED = DevelopmentPlanState.DRAFT, DevelopmentPlanState.FINALISED


async def draft_plan(work: Work, trajectory_id: TrajectoryId, cheque_id: ChequeId | None) -> DevelopmentPlan:
    """Begin a plan with what her file tells; after one that was finalised, with what that one told."""
    trajectory = await trajectories.get_trajectory(work, trajectory_id, lock=True)
    trajectories.must_be_own_coach(work, trajectory.coach_id)
    coachee = await people.get_coachee(work, trajectory.coachee_id)
    people.must_be_open(coachee)
    plan = DevelopmentPlan(
        practice_id=work.practice_id,
        id=DevelopmentPlanId(new_id()),
        trajectory_id=trajectory_id,
        coachee_id=coachee.id,
        coach_id=trajectory.coach_id,
        cheque_id=cheque_id,
        language=coachee.language,
        state=DRAFT,
        revision=0,
        created_at=work.now,
    )
    older = await _finalised(work, plan)
    told = await sections_of(work, older) if older else await first_draft(work, trajectory, coachee.language)
    await work.store(plan)
    await people.make_link(work, "development_plan", plan.id, coachee.id)
    await _save(work, plan, told)
    announce(work, "development_plan_drafted", plan.id, trajectory_id=trajectory_id)
    return plan


async def change_plan(work: Work, plan_id: DevelopmentPlanId, changes: Mapping[str, str]) -> DevelopmentPlan:
    """The coach words sections anew: a revision of hers."""
    plan = await get_own_plan(work, plan_id, lock=True)
    return await _write(work, plan, changes)


async def write_on_plan(
    work: Work, plan_id: DevelopmentPlanId, changes: Mapping[str, str], *, revision: int
) -> DevelopmentPlan:
    """The coachee words sections anew, on the page that showed that revision: a revision of hers."""
    plan = await find_plan(work, plan_id, lock=True)
    if plan.revision != revision:
        raise VersionChanged(revision=plan.revision)
    return await _write(work, plan, changes)


async def share_plan(work: Work, plan_id: DevelopmentPlanId) -> DevelopmentPlan:
    """Mail the coachee the link to her plan, to write on it or to keep it."""
    plan = await get_own_plan(work, plan_id, lock=True)
    coachee = await people.get_coachee(work, plan.coachee_id)
    people.must_be_open(coachee)
    post(work, "development_plan_shared", people.recipient(coachee), link=f"development_plan:{plan.id}")
    announce(work, "development_plan_shared", plan.id, trajectory_id=plan.trajectory_id)
    return plan


async def finalise_plan(work: Work, plan_id: DevelopmentPlanId) -> DevelopmentPlan:
    """It is what coach and coachee make of it; from now on nothing changes in it. An earlier one makes place."""
    plan = await get_own_plan(work, plan_id, lock=True)
    if plan.state is not DRAFT:
        raise WrongState(state=plan.state, wanted=FINALISED, possible=[])
    told = await sections_of(work, plan)
    if missing := [name for name in NEEDED if not told[name].strip()]:
        raise PlanIncomplete(missing=missing)
    older = await _finalised(work, plan)
    if older is not None:
        older.move(DevelopmentPlanState.SUPERSEDED, work.now)
        announce(work, "development_plan_superseded", older.id, trajectory_id=plan.trajectory_id)
    plan.move(FINALISED, work.now)
    plan.parties = await _parties(work, plan)
    await work.session.flush()
    announce(work, "development_plan_finalised", plan.id, trajectory_id=plan.trajectory_id)
    return plan


async def _write(work: Work, plan: DevelopmentPlan, changes: Mapping[str, str]) -> DevelopmentPlan:
    if plan.state is not DRAFT:
        raise WrongState(state=plan.state, wanted=DRAFT, possible=[])
    told = await sections_of(work, plan)
    await _save(work, plan, told | dict(changes))
    announce(work, "development_plan_changed", plan.id, trajectory_id=plan.trajectory_id, revision=plan.revision)
    return plan


async def _save(work: Work, plan: DevelopmentPlan, told: Mapping[str, str]) -> None:
    plan.revision += 1
    text = json.dumps({name: told[name].replace("\r\n", "\n").strip() for name in SECTIONS}, ensure_ascii=False)
    revision = Revision(
        practice_id=work.practice_id,
        id=RevisionId(new_id()),
        plan_id=plan.id,
        number=plan.revision,
        author_kind=work.actor.kind,
        sealed_text=await people.seal(work, plan.coachee_id, text, context(plan.id, plan.revision)),
        saved_at=work.now,
    )
    await work.store(revision)


async def _finalised(work: Work, plan: DevelopmentPlan) -> DevelopmentPlan | None:
    """The one that holds for the same cheque, or for the trajectory beside any cheque."""
    query = select(DevelopmentPlan).where(
        DevelopmentPlan.practice_id == work.practice_id,
        DevelopmentPlan.trajectory_id == plan.trajectory_id,
        DevelopmentPlan.cheque_id.is_not_distinct_from(plan.cheque_id),
        DevelopmentPlan.state == FINALISED,
    )
    with work.session.no_autoflush:
        return await work.session.scalar(query.with_for_update())


async def _parties(work: Work, plan: DevelopmentPlan) -> dict[str, object]:
    home = await practice.get_practice(work)
    coachee = await people.get_coachee(work, plan.coachee_id)
    coach = await practice.get_staff(work, plan.coach_id)
    who = Party(
        name=coachee.name,
        street=coachee.street or "",
        postal_code=coachee.postal_code or "",
        city=coachee.city or "",
        country=coachee.country or "BE",
    )
    return {"practice": asdict(practice.as_party(home)), "coachee": asdict(who), "coach": coach.name, "zone": home.zone}
