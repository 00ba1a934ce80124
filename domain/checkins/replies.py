"""What a coachee may answer to each flow, and how it is read from the fields that she filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from domain.checkins.flows import Dimension, Layer, Locus, known_qualities
from domain.checkins.own_replies import Own, read_own
from domain.checkins.policy import Kind
from domain.checkins.questions import Questions
from domain.checkins.sent import Fault, Sent, Wrong
from domain.checkins.states import Sharing

TEXT, SENTENCE, LABEL = 280, 140, 60  # the limit on the sentence *is* the method: short on the problem
MOST_QUALITIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """Something that went well; `nothing_today` is an answer too, and then there is nothing else."""

    nothing_today: bool = False
    text: str | None = None
    qualities: tuple[str, ...] = ()
    other_quality: str | None = None
    dimension: Dimension | None = None
    dimension_text: str | None = None
    strength: int | None = None

    @property
    def kind(self) -> Kind:
        return Kind.SUCCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Something in the way, in one sentence, and then the switch: how she would have liked it to be."""

    happened: bool
    sentence: str | None = None
    locus: Locus | None = None
    layer: Layer | None = None
    wished: str | None = None
    qualities: tuple[str, ...] = ()
    other_quality: str | None = None
    small_step: str | None = None

    @property
    def kind(self) -> Kind:
        return Kind.OBSTACLE


@dataclass(frozen=True, slots=True, kw_only=True)
class IdealReply:
    """How she would like it to be, and a first small step."""

    text: str | None = None
    small_step: str | None = None
    valence: int | None = None

    @property
    def kind(self) -> Kind:
        return Kind.IDEAL


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityInAction:
    """When she used a quality of hers on purpose, and which."""

    text: str | None = None
    qualities: tuple[str, ...] = ()
    other_quality: str | None = None
    strength: int | None = None

    @property
    def kind(self) -> Kind:
        return Kind.QUALITY_IN_ACTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """Whatever she wants to keep, how it felt (1 heavy, 5 light), and whether it cost energy (1) or gave it (5)."""

    text: str | None = None
    valence: int | None = None
    energy: int | None = None

    @property
    def kind(self) -> Kind:
        return Kind.FREE


Reply: TypeAlias = Success | Obstacle | IdealReply | QualityInAction | Free | Own
SHAPES: Mapping[Kind, type[Reply]] = {
    Kind.SUCCESS: Success,
    Kind.OBSTACLE: Obstacle,
    Kind.IDEAL: IdealReply,
    Kind.QUALITY_IN_ACTION: QualityInAction,
    Kind.FREE: Free,
    Kind.OWN: Own,
}


def valence_of(reply: Reply) -> int | None:
    """How it felt, where the flow asks for it: kept beside the sealed answer, for the policies alone."""
    return reply.valence if isinstance(reply, IdealReply | Free) else None


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


class Strength(StrEnum):
    ONE, TWO, THREE, FOUR, FIVE = "1", "2", "3", "4", "5"


def read_reply(kind: Kind, sent: Sent, dimension: Dimension, questions: Questions = ()) -> Reply:
    """The reply to a flow; it stands only where `sent.faults` is empty afterwards."""
    match kind:
        case Kind.SUCCESS:
            return read_success(sent, dimension)
        case Kind.OBSTACLE:
            return read_obstacle(sent)
        case Kind.IDEAL:
            return read_ideal(sent)
        case Kind.QUALITY_IN_ACTION:
            return read_quality_in_action(sent)
        case Kind.FREE:
            felt = {"valence": _tapped(sent, "valence"), "energy": _tapped(sent, "energy")}
            return Free(text=_needed(sent, "text"), **felt)
        case Kind.OWN:
            return read_own(sent, questions)


def read_success(sent: Sent, dimension: Dimension) -> Success:
    text = sent.text("text", TEXT)
    if any(sent.values.get("nothing_today", ())):
        if sent.shown("text").strip():
            sent.faults["text"] = Fault(Wrong.EITHER_OR)
        return Success(nothing_today=True)
    if text is None:
        sent.missing("text")
    felt = sent.text("dimension_text", TEXT)
    return Success(
        text=text,
        qualities=sent.chosen("qualities", known_qualities(), MOST_QUALITIES),
        other_quality=_other_quality(sent),
        dimension=dimension if felt else None,
        dimension_text=felt,
        strength=_tapped(sent, "strength"),
    )


def read_obstacle(sent: Sent) -> Obstacle:
    """After a no there is nothing more to tell; after a yes only the switch is asked for."""
    happened = sent.choice("happened", YesNo)
    if happened is None:
        sent.missing("happened")
    if happened is not YesNo.YES:
        return Obstacle(happened=False)
    wished = sent.text("wished", TEXT)
    if wished is None:
        sent.missing("wished")
    return Obstacle(
        happened=True,
        sentence=sent.text("sentence", SENTENCE, lines=False),
        locus=sent.choice("locus", Locus),
        layer=sent.choice("layer", Layer),
        wished=wished,
        qualities=sent.chosen("qualities", known_qualities(), MOST_QUALITIES),
        other_quality=_other_quality(sent),
        small_step=sent.text("small_step", SENTENCE, lines=False),
    )


def read_ideal(sent: Sent) -> IdealReply:
    small_step = sent.text("small_step", SENTENCE, lines=False)
    return IdealReply(text=_needed(sent, "text"), small_step=small_step, valence=_tapped(sent, "valence"))


def read_quality_in_action(sent: Sent) -> QualityInAction:
    return QualityInAction(
        text=_needed(sent, "text"),
        qualities=sent.chosen("qualities", known_qualities(), MOST_QUALITIES),
        other_quality=_other_quality(sent),
        strength=_tapped(sent, "strength"),
    )


def _other_quality(sent: Sent) -> str | None:
    """The qualities in her own words: those of hers that she ticked, and the one that she typed."""
    typed = sent.text("other_quality", LABEL, lines=False)
    ticked = sent.texts("own_quality", TEXT, MOST_QUALITIES)
    return ", ".join(dict.fromkeys([*ticked, *([typed] if typed else [])])) or None


def _needed(sent: Sent, name: str) -> str | None:
    text = sent.text(name, TEXT)
    if text is None:
        sent.missing(name)
    return text


def _tapped(sent: Sent, name: str) -> int | None:
    tapped = sent.choice(name, Strength)
    return int(tapped) if tapped else None


def read_sharing(sent: Sent) -> Sharing:
    """Without a choice an answer stays hers alone."""
    return sent.choice("sharing", Sharing) or Sharing.PRIVATE
