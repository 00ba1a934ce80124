"""Development plans on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.fields import In, Out, Patch
from domain.development import DevelopmentPlanState, OpenPlan
from domain.kit.ids import ChequeId, CoacheeId, DevelopmentPlanId, StaffId, TrajectoryId
from domain.kit.work import ActorKind
from domain.messaging import Language

Words = Annotated[str, Meta(max_length=4_000, pattern=r"^[^\x00]*$", examples=["- She plans her week on Monday."])]


class DevelopmentPlanIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    cheque_id: ChequeId | None = None


class DevelopmentPlanPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    question: Words | UnsetType = UNSET
    ideals: Words | UnsetType = UNSET
    qualities: Words | UnsetType = UNSET
    obstacles: Words | UnsetType = UNSET
    steps: Words | UnsetType = UNSET
    agreements: Words | UnsetType = UNSET


class DevelopmentPlanOut(Out, frozen=True, kw_only=True):
    id: DevelopmentPlanId
    version: int
    trajectory_id: TrajectoryId
    coachee_id: CoacheeId
    coach_id: StaffId
    cheque_id: ChequeId | None
    language: Language
    state: DevelopmentPlanState
    revision: int
    created_at: datetime
    finalised_at: datetime | None
    superseded_at: datetime | None


class SectionsOut(msgspec.Struct, frozen=True, kw_only=True):
    question: str
    ideals: str
    qualities: str
    obstacles: str
    steps: str
    agreements: str


class OpenDevelopmentPlanOut(DevelopmentPlanOut, frozen=True, kw_only=True):
    sections: SectionsOut

    @classmethod
    def opened(cls, opened: OpenPlan) -> "OpenDevelopmentPlanOut":
        told = {name: getattr(opened.plan, name) for name in DevelopmentPlanOut.__struct_fields__}
        return cls(**told, sections=SectionsOut(**opened.sections))


class DevelopmentPlanPage(msgspec.Struct, frozen=True):
    items: list[DevelopmentPlanOut]
    next_cursor: str | None


class RevisionOut(Out, frozen=True, kw_only=True):
    number: int
    author_kind: ActorKind
    saved_at: datetime


class RevisionPage(msgspec.Struct, frozen=True):
    items: list[RevisionOut]
    next_cursor: str | None
