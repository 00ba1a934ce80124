"""What a coachee answers to questions in her practice's own words: only what she was shown counts."""

from dataclasses import dataclass

from domain.checkins.policy import Kind
from domain.checkins.questions import Form, Question, Questions, is_shown, name_of
from domain.checkins.sent import Fault, Sent, Wrong

LONGEST = 280


@dataclass(frozen=True, slots=True)
class Given:
    """The answer to one question, by its number: what she wrote, or the key of what she tapped."""

    question: int
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Answers in the order of the questions; which questions they were, the check-in tells."""

    given: tuple[Given, ...] = ()

    @property
    def kind(self) -> Kind:
        return Kind.OWN


def read_own(sent: Sent, questions: Questions) -> Own:
    """From first to last, for what she answers brings up what comes after it; something must be there."""
    given: dict[int, str] = {}
    for number, question in enumerate(questions, start=1):
        if not is_shown(question, given):
            continue
        answer = _read(sent, question, name_of(number))
        if answer is not None:
            given[number] = answer
        elif question.required:
            sent.missing(name_of(number))
    if not given:
        sent.missing(name_of(1))
    return Own(given=tuple(Given(number, answer) for number, answer in given.items()))


def _read(sent: Sent, question: Question, name: str) -> str | None:
    if question.form is Form.TEXT:
        return sent.text(name, LONGEST)
    tapped = next(iter(sent.values.get(name, ())), "")
    if tapped and tapped not in question.answers:
        sent.faults[name] = Fault(Wrong.NOT_OFFERED)
        return None
    return tapped or None
