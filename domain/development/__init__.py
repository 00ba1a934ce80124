"""Development: the plan (POP) that a cheque comes to, written by coach and coachee and kept sealed."""

from domain.development.actions import (
    change_plan as change_plan,
    draft_plan as draft_plan,
    finalise_plan as finalise_plan,
    share_plan as share_plan,
    write_on_plan as write_on_plan,
)
from domain.development.model import (
    SECTIONS as SECTIONS,
    DevelopmentPlan as DevelopmentPlan,
    DevelopmentPlanNotFound as DevelopmentPlanNotFound,
    DevelopmentPlanState as DevelopmentPlanState,
    DraftExists as DraftExists,
    PlanIncomplete as PlanIncomplete,
    Revision as Revision,
)
from domain.development.queries import (
    OpenPlan as OpenPlan,
    PlanNotFinalised as PlanNotFinalised,
    finalised_for as finalised_for,
    find_plan as find_plan,
    list_plans as list_plans,
    list_revisions as list_revisions,
    print_for_her as print_for_her,
    read_plan as read_plan,
    read_print as read_print,
    sections_of as sections_of,
)
