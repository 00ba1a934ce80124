"""Whether somebody may expect a cheque: advice on what is published, criterion by criterion. The funder decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from domain import practice
from domain.funding.model import Confidence, Scheme
from domain.funding.rules import MONTHS_PER_YEAR
from domain.funding.schemes import scheme_on
from domain.kit.calendar import add_months, local_day, sane_day
from domain.kit.work import Work
from domain.messaging import Language, read_worded

RULES: dict[str, dict[str, Any]] = read_worded(Path(__file__).with_suffix(".toml"))


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Residence(StrEnum):
    FLANDERS = "flanders"
    BRUSSELS = "brussels"
    WALLONIA = "wallonia"
    EU_OR_EEA = "eu_or_eea"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What somebody tells of herself; what she does not tell is None. Nothing of it is kept."""

    language: Language
    on: date | None
    residence: Residence | None
    works_in_flanders_or_brussels: bool | None
    at_work: bool | None
    guidance_in_dutch: bool | None
    own_initiative: bool | None
    experience_months: int | None
    earlier_cheques: Sequence[date] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    key: str
    answer: Answer
    rule: str
    rule_as_of: date
    source: str
    certainty: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    scheme: str
    answer: Answer
    criteria: list[Criterion]


async def check_eligibility(work: Work, told: Situation) -> Advice:
    """By the scheme of that day, or of today."""
    today = local_day(work.now, (await practice.get_practice(work)).zone)
    day = sane_day(told.on or today, field="on")
    for place, earlier in enumerate(told.earlier_cheques or ()):
        sane_day(earlier, field=f"earlier_cheques/{place}")
    scheme = await scheme_on(work, day)
    criteria = [*_published(told), *_of_scheme(told, scheme, day)]
    answers = {criterion.answer for criterion in criteria}
    worst = next(answer for answer in (Answer.NO, Answer.UNKNOWN, Answer.YES) if answer in answers)
    return Advice(scheme=scheme.code, answer=worst, criteria=criteria)


def _published(told: Situation) -> list[Criterion]:
    answers = {
        "residence": _residence(told),
        "at_work": _known(told.at_work),
        "language": _known(told.guidance_in_dutch),
        "own_initiative": _known(told.own_initiative),
    }
    return [
        Criterion(
            key=key,
            answer=answer,
            rule=RULES[key][told.language],
            rule_as_of=RULES[key]["rule_as_of"],
            source=RULES[key]["source"],
            certainty=Confidence(RULES[key]["certainty"]),
        )
        for key, answer in answers.items()
    ]


def _of_scheme(told: Situation, scheme: Scheme, day: date) -> list[Criterion]:
    """What the scheme does not say is not known, however long somebody has worked."""
    months = scheme.min_experience_months
    years, name = scheme.window_years, "lifetime" if scheme.window_years is None else "window"
    window = RULES[name][told.language].format(years=years)
    rules = {
        "experience": RULES["experience"][told.language].format(months="?" if months is None else months),
        "earlier_cheques": RULES["earlier_cheques"][told.language].format(
            cheques=len(scheme.unit_minutes), window=window
        ),
    }
    answers = {"experience": _experience(told, scheme), "earlier_cheques": _earlier(told, scheme, day)}
    return [
        Criterion(
            key=key,
            answer=answers[key],
            rule=rule,
            rule_as_of=scheme.verified_on,
            source=scheme.source,
            certainty=scheme.confidence,
        )
        for key, rule in rules.items()
    ]


def _known(fact: bool | None) -> Answer:  # noqa: FBT001
    if fact is None:
        return Answer.UNKNOWN
    return Answer.YES if fact else Answer.NO


def _residence(told: Situation) -> Answer:
    match told.residence:
        case Residence.FLANDERS | Residence.BRUSSELS:
            return Answer.YES
        case Residence.EU_OR_EEA:
            return _known(told.works_in_flanders_or_brussels)
        case Residence.WALLONIA | None:  # who lives in Wallonia is entitled in some cases of mobility alone
            return Answer.UNKNOWN
        case Residence.ELSEWHERE:
            return Answer.NO


def _experience(told: Situation, scheme: Scheme) -> Answer:
    if told.experience_months is None or scheme.min_experience_months is None:
        return Answer.UNKNOWN
    if told.experience_months < scheme.min_experience_months:
        return Answer.NO
    return Answer.UNKNOWN if scheme.experience_within_months is not None else Answer.YES


def _earlier(told: Situation, scheme: Scheme, day: date) -> Answer:
    if told.earlier_cheques is None:
        return Answer.UNKNOWN
    since = None if scheme.window_years is None else add_months(day, -scheme.window_years * MONTHS_PER_YEAR)
    counted = [earlier for earlier in told.earlier_cheques if since is None or earlier > since]
    return _known(len(counted) < len(scheme.unit_minutes))
