"""What a pulse shows: for each question how many gave each score, and how sure that is; never of fewer than five."""

from dataclasses import dataclass

from domain import audit
from domain.kit.ids import PulseId
from domain.kit.shares import wilson
from domain.kit.work import Work
from domain.messaging import Language
from domain.teams.groups import own_team
from domain.teams.pulse import FEWEST, SCORES, Pulse, PulseState, PulseStillOpen, PulseTally, TooFewAnswers
from domain.teams.pulses import get_pulse
from domain.teams.questions import questions


@dataclass(frozen=True, slots=True)
class Bar:
    """How many gave a score, which share of all that is, and Wilson's interval of 95 % around it."""

    score: int
    count: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class QuestionResult:
    key: str
    text: dict[Language, str]
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class PulseResults:
    pulse: Pulse
    answers: int
    items: list[QuestionResult]


async def read_results(work: Work, pulse_id: PulseId) -> PulseResults:
    """Of a closed pulse, to the team's own coach; that they were read is kept in the audit trail."""
    pulse = await get_pulse(work, pulse_id)
    await own_team(work, pulse.team_id)
    if pulse.state is PulseState.OPEN:
        raise PulseStillOpen(closes_at=pulse.closes_at)
    tally = await work.session.get_one(PulseTally, (work.practice_id, pulse_id))
    if tally.answers < FEWEST:
        raise TooFewAnswers(fewest=FEWEST)
    audit.record(work, "pulse_results_read", pulse_id, answers=tally.answers)
    texts = questions(pulse.questions_version)
    items = [QuestionResult(key, texts[key], bars(tally.counts[key])) for key in texts]
    return PulseResults(pulse, tally.answers, items)


def bars(counts: list[int]) -> list[Bar]:
    total = sum(counts)
    return [
        Bar(score, count, round(count / total, 4), *wilson(count, total))
        for score, count in zip(SCORES, counts, strict=True)
    ]
