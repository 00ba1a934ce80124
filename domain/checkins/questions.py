"""Questions in a practice's own words, as values: how each is answered, when it is shown, and what it may not do.

Sources: method.md §2.1 (at most five visible items, one required) and §3.3 (never ask why).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from domain.kit.errors import Invalid
from domain.messaging import Language, read_worded
from domain.trajectories import Principle

FILE = Path(__file__).with_name("question_rules.toml")
MOST, MOST_VISIBLE = 8, 5
QUESTION, OPTION = 140, 40  # characters
OPTIONS = range(2, 7)
NAMES = "abcdefgh"
Texts = dict[Language, str]


class WhyQuestion(Invalid):
    """A question may not ask why: it sends her into the past, or into defence. Ask what, how or when instead."""


class QuestionLanguageMissing(Invalid):
    """Word every question and every option in the coachee's language, and each in the same languages."""


class OptionsDoNotFit(Invalid):
    """A choice has two to six options, and a scale the words at its two ends; other questions have neither."""


class BranchLeadsNowhere(Invalid):
    """`shown_if` names an earlier choice, scale or yes-or-no question, and answers that it can have."""


class TooManyVisible(Invalid):
    """A coachee sees five questions at a time at the most, whatever she answers."""


class Form(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    SCALE = "scale"
    YES_NO = "yes_no"


class ShownIf(msgspec.Struct, frozen=True, kw_only=True):
    """Only where an earlier question, counted from 1, was answered with one of these."""

    question: int
    answers: tuple[str, ...]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    form: Form
    text: Texts
    required: bool = False
    options: tuple[Texts, ...] = ()  # of a choice
    ends: tuple[Texts, ...] = ()  # of a scale: the words for 1 and for 5
    shown_if: ShownIf | None = None
    principle: Principle | None = None  # for the practice's own eyes

    @property
    def answers(self) -> tuple[str, ...]:
        """What may be tapped; of a text nothing."""
        match self.form:
            case Form.YES_NO:
                return ("yes", "no")
            case Form.SCALE:
                return ("1", "2", "3", "4", "5")
            case Form.CHOICE:
                return tuple(str(number) for number in range(1, len(self.options) + 1))
            case Form.TEXT:
                return ()

    @property
    def texts(self) -> tuple[Texts, ...]:
        return (self.text, *self.options, *self.ends)


Questions = tuple[Question, ...]


def name_of(number: int) -> str:
    """The field of the question with that number, counted from 1."""
    return f"own_{NAMES[number - 1]}"


def is_shown(question: Question, given: Mapping[int, str]) -> bool:
    """Whether the earlier answers bring it up."""
    when = question.shown_if
    return when is None or given.get(when.question) in when.answers


def said(texts: Mapping[Language, str], language: Language) -> str:
    """In her language; in the first there is where she has changed hers since."""
    return texts.get(language) or next(iter(texts.values()))


def check_questions(questions: Sequence[Question], language: Language | None = None) -> None:
    """Refuse by name what cannot be asked; `language` is that of the coachee, where there is one."""
    spoken = set(questions[0].text)
    for place, question in enumerate(questions):
        field = f"items/{place}"
        if any(set(texts) != spoken for texts in question.texts) or (language is not None and language not in spoken):
            raise QuestionLanguageMissing(field=field, language=language, languages=sorted(spoken))
        _check_options(question, field)
        _check_branch(questions, place)
        for said_in, text in question.text.items():
            if word := why_in(text, said_in):
                raise WhyQuestion(field=field, language=said_in, word=word)
    if (most := most_visible(questions)) > MOST_VISIBLE:
        raise TooManyVisible(field="items", visible=most, most=MOST_VISIBLE)


def _check_options(question: Question, field: str) -> None:
    fits = {
        Form.CHOICE: len(question.options) in OPTIONS and not question.ends,
        Form.SCALE: not question.options and len(question.ends) == len(("least", "most")),
    }
    if not fits.get(question.form, not question.options and not question.ends):
        raise OptionsDoNotFit(field=field)


def _check_branch(questions: Sequence[Question], place: int) -> None:
    when = questions[place].shown_if
    if when is None:
        return
    known = questions[when.question - 1].answers if 1 <= when.question <= place else ()
    if not when.answers or not set(when.answers) <= set(known):
        raise BranchLeadsNowhere(field=f"items/{place}/shown_if", question=when.question, answers=sorted(known))


def most_visible(questions: Sequence[Question]) -> int:
    """How many she can come to see at the most: each hangs on one earlier question at the most, so they are trees."""

    def under(number: int) -> int:
        children = [
            (place, one.shown_if.answers)
            for place, one in enumerate(questions, start=1)
            if one.shown_if is not None and one.shown_if.question == number
        ]
        answers = questions[number - 1].answers
        return 1 + max((sum(under(place) for place, wanted in children if one in wanted) for one in answers), default=0)

    return sum(under(number) for number, one in enumerate(questions, start=1) if one.shown_if is None)


def why_in(text: str, language: Language) -> str | None:
    """The word with which a text asks why, or None."""
    found = _whys(language).search(text)
    return found and found[0]


@cache
def _whys(language: Language) -> re.Pattern[str]:
    words: Iterable[str] = read_worded(FILE)[language]["why"]
    return re.compile(rf"\b({'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
