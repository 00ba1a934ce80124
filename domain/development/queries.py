"""Reading development plans: their words for the coachee and her own coach alone, every reading on record."""

import asyncio
import json
from dataclasses import dataclass

from sqlalchemy import select

from domain import audit, people, practice, trajectories
from domain.development.model import DevelopmentPlan, DevelopmentPlanNotFound, DevelopmentPlanState, Revision
from domain.development.printing import print_plan
from domain.documents import File, Party
from domain.kit.errors import Conflict
from domain.kit.ids import ChequeId, DevelopmentPlanId, TrajectoryId
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.trajectories import only_seen


class PlanNotFinalised(Conflict):
    """This development plan is still in the making."""


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """A plan with its words, opened for a moment."""

    plan: DevelopmentPlan
    sections: dict[str, str]


def context(plan_id: DevelopmentPlanId, number: int) -> str:
    """What a sealed revision is bound to."""
    return f"development_plan:{plan_id}:{number}"


async def find_plan(work: Work, plan_id: DevelopmentPlanId, *, lock: bool = False) -> DevelopmentPlan:
    """To a coach, a colleague's coachee's plan is not found."""
    only = only_seen(work.actor, DevelopmentPlan.coach_id)
    return await find(work, DevelopmentPlan, plan_id, DevelopmentPlanNotFound, lock=lock, only=only)


async def get_own_plan(work: Work, plan_id: DevelopmentPlanId, *, lock: bool = False) -> DevelopmentPlan:
    """For the coachee's own coach."""
    plan = await find_plan(work, plan_id, lock=lock)
    trajectories.must_be_own_coach(work, plan.coach_id)
    return plan


async def read_plan(work: Work, plan_id: DevelopmentPlanId) -> OpenPlan:
    plan = await get_own_plan(work, plan_id)
    audit.record(work, "development_plan_read", plan_id, coachee_id=plan.coachee_id)
    return OpenPlan(plan, await sections_of(work, plan))


async def list_plans(work: Work, trajectory_id: TrajectoryId, page: PageRequest) -> Page[DevelopmentPlan]:
    """Every plan of a trajectory, oldest first, without their words."""
    await trajectories.get_trajectory(work, trajectory_id)
    query = select(DevelopmentPlan).where(
        DevelopmentPlan.practice_id == work.practice_id, DevelopmentPlan.trajectory_id == trajectory_id
    )
    return await fetch_page(work, query, page, list_name=f"development:{trajectory_id}", keys=[DevelopmentPlan.id])


async def list_revisions(work: Work, plan_id: DevelopmentPlanId, page: PageRequest) -> Page[Revision]:
    """Who saved the plan when, first to last."""
    plan = await find_plan(work, plan_id)
    query = select(Revision).where(Revision.practice_id == work.practice_id, Revision.plan_id == plan.id)
    return await fetch_page(work, query, page, list_name=f"revisions:{plan_id}", keys=[Revision.number])


async def sections_of(work: Work, plan: DevelopmentPlan, number: int | None = None) -> dict[str, str]:
    """The words of its last revision, or of an earlier one."""
    number = number or plan.revision
    query = select(Revision.sealed_text).where(
        Revision.practice_id == work.practice_id, Revision.plan_id == plan.id, Revision.number == number
    )
    sealed = (await work.session.scalars(query)).one()
    told: dict[str, str] = json.loads(await people.unseal(work, plan.coachee_id, sealed, context(plan.id, number)))
    return told


async def finalised_for(work: Work, cheque_id: ChequeId) -> DevelopmentPlan | None:
    """The plan that a cheque came to, if it was finalised."""
    query = select(DevelopmentPlan).where(
        DevelopmentPlan.practice_id == work.practice_id,
        DevelopmentPlan.cheque_id == cheque_id,
        DevelopmentPlan.state == DevelopmentPlanState.FINALISED,
    )
    with work.session.no_autoflush:
        return await work.session.scalar(query.limit(1))


async def read_print(work: Work, plan_id: DevelopmentPlanId) -> File:
    """The finalised plan as PDF, for its coach; always the same bytes."""
    plan = await get_own_plan(work, plan_id)
    audit.record(work, "development_plan_printed", plan_id, coachee_id=plan.coachee_id)
    return await print_for_her(work, plan)


async def print_for_her(work: Work, plan: DevelopmentPlan) -> File:
    """The same, for whoever may have it."""
    if plan.parties is None:
        raise PlanNotFinalised(state=plan.state)
    home = Party(**plan.parties["practice"])
    logo = await practice.logo_of(work, home.logo, home.name)
    content = await asyncio.to_thread(print_plan, plan, await sections_of(work, plan), logo)
    return File(f"development-plan-{plan.finalised_at:%Y-%m-%d}.pdf", "application/pdf", content)
