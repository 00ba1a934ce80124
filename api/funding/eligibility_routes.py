"""Advice on eligibility for a cheque: it is asked, answered and forgotten."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from api.fields import In, Out
from api.problems import refuses
from domain import funding
from domain.funding import (
    Advice,
    Answer,
    Confidence,
    NoSchemeInForce,
    Residence,
    SchemeClosed,
    SchemeNotSelectable,
    Situation,
)
from domain.kit.calendar import DayOutOfRange
from domain.kit.work import Work
from domain.messaging import Language


class SituationIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left out is not known, and is answered so."""

    language: Language = Language.NL
    on: Annotated[date, Meta(description="The day of the order; today when left out")] | None = None
    residence: Residence | None = None
    works_in_flanders_or_brussels: bool | None = None
    at_work: bool | None = None
    guidance_in_dutch: bool | None = None
    own_initiative: bool | None = None
    experience_months: Annotated[int, Meta(ge=0, le=1200)] | None = None
    earlier_cheques: Annotated[list[date], Meta(max_length=20, description="The days of their orders")] | None = None

    def value(self) -> Situation:
        return Situation(**{name: getattr(self, name) for name in self.__struct_fields__})


class CriterionOut(Out, frozen=True, kw_only=True):
    key: str
    answer: Answer
    rule: str
    rule_as_of: date
    source: str
    certainty: Confidence


class AdviceOut(msgspec.Struct, frozen=True, kw_only=True):
    scheme: str
    answer: Annotated[Answer, Meta(description="`no` if any criterion says no, else `unknown` if any is")]
    criteria: list[CriterionOut]
    binding: Annotated[bool, Meta(description="Always false: the funder decides, and nothing is refused for this")] = (
        False
    )

    @classmethod
    def of(cls, advice: Advice) -> "AdviceOut":
        criteria = [CriterionOut.of(criterion) for criterion in advice.criteria]
        return cls(scheme=advice.scheme, answer=advice.answer, criteria=criteria)


@post(
    "/cheques/eligibility",
    status_code=200,
    scope="funding:read",
    responses=refuses(NoSchemeInForce, SchemeClosed, SchemeNotSelectable, DayOutOfRange),
)
async def check_eligibility(work: NamedDependency[Work], data: JSONBody[SituationIn]) -> AdviceOut:
    """Tell how somebody stands to each published criterion, with the rule, its date, its source and how sure it is."""
    return AdviceOut.of(await funding.check_eligibility(work, data.value()))


router = Router("/", tags=["funding"], route_handlers=[check_eligibility])
