"""Answers of coachees on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from domain import checkins
from domain.checkins import (
    Dimension,
    Form,
    Free,
    IdealReply,
    Layer,
    Locus,
    Obstacle,
    Own,
    QualityInAction,
    Questions,
    ReadAnswer,
    Sharing,
    Success,
)
from domain.kit.ids import CheckInId
from domain.messaging import Language

Qualities = Annotated[list[str], Meta(description="Keys of the list of qualities", examples=[["patient", "calm"]])]


class SuccessOut(msgspec.Struct, frozen=True, kw_only=True):
    nothing_today: bool
    """True where the coachee said that there was nothing; then every other field is empty."""
    text: str | None
    qualities: Qualities
    other_quality: str | None
    dimension: Dimension | None
    """Whether `dimension_text` tells what she thought, felt or wanted."""
    dimension_text: str | None
    strength: Annotated[int, Meta(ge=1, le=5)] | None

    @classmethod
    def of(cls, reply: Success) -> "SuccessOut":
        return cls(
            nothing_today=reply.nothing_today,
            text=reply.text,
            qualities=list(reply.qualities),
            other_quality=reply.other_quality,
            dimension=reply.dimension,
            dimension_text=reply.dimension_text,
            strength=reply.strength,
        )


class ObstacleOut(msgspec.Struct, frozen=True, kw_only=True):
    happened: bool
    """False where nothing held the coachee back; then every other field is empty."""
    sentence: str | None
    locus: Locus | None
    layer: Layer | None
    wished: str | None
    """How she would have liked it to be: the switch from the problem to the ideal."""
    qualities: Qualities
    other_quality: str | None
    small_step: str | None

    @classmethod
    def of(cls, reply: Obstacle) -> "ObstacleOut":
        return cls(
            happened=reply.happened,
            sentence=reply.sentence,
            locus=reply.locus,
            layer=reply.layer,
            wished=reply.wished,
            qualities=list(reply.qualities),
            other_quality=reply.other_quality,
            small_step=reply.small_step,
        )


Tapped = Annotated[int, Meta(ge=1, le=5)] | None


class IdealReplyOut(msgspec.Struct, frozen=True, kw_only=True):
    text: str | None
    small_step: str | None
    valence: Tapped
    """How it feels: 1 is heavy, 5 is light."""

    @classmethod
    def of(cls, reply: IdealReply) -> "IdealReplyOut":
        return cls(text=reply.text, small_step=reply.small_step, valence=reply.valence)


class QualityInActionOut(msgspec.Struct, frozen=True, kw_only=True):
    text: str | None
    qualities: Qualities
    other_quality: str | None
    strength: Tapped

    @classmethod
    def of(cls, reply: QualityInAction) -> "QualityInActionOut":
        return cls(
            text=reply.text,
            qualities=list(reply.qualities),
            other_quality=reply.other_quality,
            strength=reply.strength,
        )


class FreeOut(msgspec.Struct, frozen=True, kw_only=True):
    text: str | None
    valence: Tapped
    """How it felt: 1 is heavy, 5 is light."""
    energy: Tapped
    """1 is that it cost energy, 5 that it gave some."""

    @classmethod
    def of(cls, reply: Free) -> "FreeOut":
        return cls(text=reply.text, valence=reply.valence, energy=reply.energy)


class OwnAnswerOut(msgspec.Struct, frozen=True, kw_only=True):
    question: str
    """As it was asked."""
    form: Form
    answer: str
    """What she wrote; or what she tapped: `yes`, `no`, a number of the scale or the number of an option."""
    option: str | None
    """Of a choice, the words of the option."""


class OwnOut(msgspec.Struct, frozen=True, kw_only=True):
    answers: list[OwnAnswerOut]
    """In the order of the questions; what she was not shown or left open is not among them."""

    @classmethod
    def of(cls, reply: Own, questions: Questions, language: Language) -> "OwnOut":
        told: list[OwnAnswerOut] = []
        for given in reply.given:
            asked = questions[given.question - 1]
            option = asked.options[int(given.answer) - 1] if asked.form is Form.CHOICE else None
            told.append(
                OwnAnswerOut(
                    question=checkins.said(asked.text, language),
                    form=asked.form,
                    answer=given.answer,
                    option=None if option is None else checkins.said(option, language),
                )
            )
        return cls(answers=told)


class AnswerOut(msgspec.Struct, frozen=True, kw_only=True):
    check_in_id: CheckInId
    sharing: Sharing
    language: Language
    spoken: str | None
    """As which country has the language, such as nl-NL: together with the version, the exact words that she saw."""
    flow_version: int
    """The version of the wording that the coachee saw."""
    received_at: datetime
    success: SuccessOut | None
    """The answer to a success check-in; null for another kind."""
    obstacle: ObstacleOut | None
    """The answer to an obstacle check-in; null for another kind."""
    ideal: IdealReplyOut | None
    quality_in_action: QualityInActionOut | None
    free: FreeOut | None
    own: OwnOut | None
    """The answers to questions in own words; null for another kind."""

    @classmethod
    def of(cls, read: ReadAnswer) -> "AnswerOut":
        reply = read.reply
        return cls(
            check_in_id=read.answer.check_in_id,
            sharing=Sharing(read.answer.sharing),
            language=Language(read.answer.language),
            spoken=read.answer.spoken,
            flow_version=read.answer.flow_version,
            received_at=read.answer.received_at,
            success=SuccessOut.of(reply) if isinstance(reply, Success) else None,
            obstacle=ObstacleOut.of(reply) if isinstance(reply, Obstacle) else None,
            ideal=IdealReplyOut.of(reply) if isinstance(reply, IdealReply) else None,
            quality_in_action=QualityInActionOut.of(reply) if isinstance(reply, QualityInAction) else None,
            free=FreeOut.of(reply) if isinstance(reply, Free) else None,
            own=OwnOut.of(reply, read.questions, read.answer.language) if isinstance(reply, Own) else None,
        )
