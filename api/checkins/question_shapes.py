"""Questions in a practice's own words on the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from api.fields import LINE, In, Out, ShortLine
from domain import checkins
from domain.checkins import Form, OwnQuestions, ProposedBy, Question, Questions, QuestionSet, QuestionsState, Worded
from domain.kit.ids import OwnQuestionsId, PlanId, QuestionSetId
from domain.messaging import Language
from domain.trajectories import Principle

Tapped = Annotated[str, Meta(min_length=1, max_length=3, pattern=r"^[a-z0-9]+$(?!\n)", examples=["yes"])]


class QuestionTextIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    language: Language
    text: Annotated[str, Meta(min_length=2, max_length=checkins.QUESTION, pattern=LINE)]


class OptionTextIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    language: Language
    text: Annotated[str, Meta(min_length=1, max_length=checkins.OPTION, pattern=LINE)]


class ShownIfIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    question: Annotated[int, Meta(ge=1, le=checkins.MOST)]
    """The number of an earlier question that is tapped, counted from 1."""
    answers: Annotated[list[Tapped], Meta(min_length=1, max_length=6)]
    """`yes` or `no`; a number of the scale; or the number of an option, counted from 1."""


def by_language(texts: Sequence[QuestionTextIn | OptionTextIn]) -> dict[Language, str]:
    return {one.language: " ".join(one.text.split()) for one in texts}


Option = Annotated[list[OptionTextIn], Meta(min_length=1, max_length=4)]


class QuestionIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    form: Form
    text: Annotated[list[QuestionTextIn], Meta(min_length=1, max_length=4)]
    """In each language; never a question that asks why."""
    required: bool = False
    options: Annotated[list[Option], Meta(max_length=6)] = msgspec.field(default_factory=list[Option])
    """Two to six, of a choice."""
    ends: Annotated[list[Option], Meta(max_length=2)] = msgspec.field(default_factory=list[Option])
    """Of a scale from 1 to 5: the words at its least and at its most."""
    shown_if: ShownIfIn | None = None
    """Show it only after such an answer."""
    principle: Principle | None = None
    """Of multi-level learning, for the practice alone; the catalogue `mll_principles` says what each comes to."""

    def question(self) -> Question:
        when = self.shown_if
        return Question(
            form=self.form,
            text=by_language(self.text),
            required=self.required,
            options=tuple(by_language(option) for option in self.options),
            ends=tuple(by_language(end) for end in self.ends),
            shown_if=when and checkins.ShownIf(question=when.question, answers=tuple(when.answers)),
            principle=self.principle,
        )


Items = Annotated[list[QuestionIn], Meta(min_length=1, max_length=checkins.MOST)]


def questions(items: list[QuestionIn]) -> Questions:
    return tuple(one.question() for one in items)


class OwnQuestionsIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    items: Items


class FromSetIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    set_id: QuestionSetId


class QuestionSetIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: ShortLine
    """For the practice alone; a coachee does not see it."""
    items: Items


class QuestionTextOut(msgspec.Struct, frozen=True):
    language: Language
    text: str


def texts(of: dict[Language, str]) -> list[QuestionTextOut]:
    return [QuestionTextOut(language, text) for language, text in of.items()]


class ShownIfOut(Out, frozen=True, kw_only=True):
    question: int
    answers: list[str]


class QuestionOut(msgspec.Struct, frozen=True, kw_only=True):
    form: Form
    text: list[QuestionTextOut]
    required: bool
    options: list[list[QuestionTextOut]]
    ends: list[list[QuestionTextOut]]
    shown_if: ShownIfOut | None
    principle: Principle | None

    @classmethod
    def of(cls, one: Question) -> "QuestionOut":
        when = one.shown_if
        return cls(
            form=one.form,
            text=texts(one.text),
            required=one.required,
            options=[texts(option) for option in one.options],
            ends=[texts(end) for end in one.ends],
            shown_if=when and ShownIfOut(question=when.question, answers=list(when.answers)),
            principle=one.principle,
        )


class OwnQuestionsOut(Out, frozen=True, kw_only=True):
    """How far a wording is, without its words."""

    id: OwnQuestionsId
    plan_id: PlanId
    number: int
    state: QuestionsState
    proposed_by: ProposedBy
    """The coachee, where she put her own words in the place of what was proposed."""
    proposed_at: datetime
    decided_at: datetime | None
    ended_at: datetime | None


class WordedOut(OwnQuestionsOut, frozen=True, kw_only=True):
    items: list[QuestionOut]

    @classmethod
    def of_worded(cls, worded: Worded) -> "WordedOut":
        row: OwnQuestions = worded.row
        plain = {name: getattr(row, name) for name in OwnQuestionsOut.__struct_fields__}
        return cls(**plain, items=[QuestionOut.of(one) for one in worded.items])


class WordedPage(msgspec.Struct, frozen=True):
    items: list[WordedOut]
    next_cursor: str | None


class QuestionSetOut(msgspec.Struct, frozen=True, kw_only=True):
    id: QuestionSetId
    version: int
    name: str
    items: list[QuestionOut]
    created_at: datetime
    retired_at: datetime | None

    @classmethod
    def of(cls, found: QuestionSet) -> "QuestionSetOut":
        return cls(
            id=found.id,
            version=found.version,
            name=found.name,
            items=[QuestionOut.of(one) for one in found.items],
            created_at=found.created_at,
            retired_at=found.retired_at,
        )


class QuestionSetPage(msgspec.Struct, frozen=True):
    items: list[QuestionSetOut]
    next_cursor: str | None
