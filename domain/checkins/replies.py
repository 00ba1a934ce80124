"""What a coachee may answer to each flow, and how it is read from the fields that she filled in."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias, TypeVar

from domain.checkins.flows import Dimension, Layer, Locus, known_qualities
from domain.checkins.policy import Kind
from domain.checkins.states import Sharing

TEXT, SENTENCE, LABEL = 280, 140, 60  # the limit on the sentence *is* the method: short on the problem
MOST_QUALITIES = 5

# Control characters that no keyboard writes, and what stands for bytes that are no UTF-8.
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ufffe\uffff\ud800-\udfff]")
E = TypeVar("E", bound=StrEnum)


class Wrong(StrEnum):
    """What can be wrong with a field."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    UNREADABLE = "unreadable"
    NOT_OFFERED = "not_offered"
    EITHER_OR = "either_or"
    NOT_AGREED = "not_agreed"
    NO_CONSENT = "no_consent"


@dataclass(frozen=True, slots=True)
class Fault:
    wrong: Wrong
    most: int = 0
    now: int = 0


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
    """Whatever she wants to keep, and how it felt: 1 is heavy, 5 is light."""

    text: str | None = None
    valence: int | None = None

    @property
    def kind(self) -> Kind:
        return Kind.FREE


Reply: TypeAlias = Success | Obstacle | IdealReply | QualityInAction | Free
SHAPES: Mapping[Kind, type[Success] | type[Obstacle] | type[IdealReply] | type[QualityInAction] | type[Free]] = {
    Kind.SUCCESS: Success,
    Kind.OBSTACLE: Obstacle,
    Kind.IDEAL: IdealReply,
    Kind.QUALITY_IN_ACTION: QualityInAction,
    Kind.FREE: Free,
}


def valence_of(reply: Reply) -> int | None:
    """How it felt, where the flow asks for it: kept beside the sealed answer, for the policies alone."""
    return reply.valence if isinstance(reply, IdealReply | Free) else None


@dataclass(slots=True)
class Sent:
    """The fields as they came; reading them collects what is wrong, so that all of it is told at once."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict[str, list[str]])
    faults: dict[str, Fault] = field(default_factory=dict[str, Fault])

    def shown(self, name: str) -> str:
        """What was typed, fit to be shown again."""
        return UNREADABLE.sub("", next(iter(self.values.get(name, ())), ""))

    def has(self, name: str, value: str) -> bool:
        return value in self.values.get(name, ())

    def text(self, name: str, most: int, *, lines: bool = True) -> str | None:
        """Stripped, with the line ends of every system as one kind; None where nothing was typed."""
        raw = next(iter(self.values.get(name, ())), "")
        if UNREADABLE.search(raw):
            self.faults[name] = Fault(Wrong.UNREADABLE)
            return None
        clean = "\n".join(raw.splitlines()) if lines else " ".join(raw.split())
        clean = clean.strip()
        if len(clean) > most:
            self.faults[name] = Fault(Wrong.TOO_LONG, most, len(clean))
        return clean or None

    def choice(self, name: str, kind: type[E]) -> E | None:
        raw = next(iter(self.values.get(name, ())), "")
        if raw and raw not in set(kind):
            self.faults[name] = Fault(Wrong.NOT_OFFERED)
            return None
        return kind(raw) if raw else None

    def chosen(self, name: str, known: Collection[str], most: int) -> tuple[str, ...]:
        """The keys that were ticked, each once."""
        keys = tuple(dict.fromkeys(filter(None, self.values.get(name, ()))))
        if not set(keys) <= set(known):
            self.faults[name] = Fault(Wrong.NOT_OFFERED)
        elif len(keys) > most:
            self.faults[name] = Fault(Wrong.TOO_MANY, most, len(keys))
        return keys

    def missing(self, name: str) -> None:
        self.faults.setdefault(name, Fault(Wrong.MISSING))


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


class Strength(StrEnum):
    ONE, TWO, THREE, FOUR, FIVE = "1", "2", "3", "4", "5"


def read_reply(kind: Kind, sent: Sent, dimension: Dimension) -> Reply:
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
            return Free(text=_needed(sent, "text"), valence=_tapped(sent, "valence"))


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
        other_quality=sent.text("other_quality", LABEL, lines=False),
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
        other_quality=sent.text("other_quality", LABEL, lines=False),
        small_step=sent.text("small_step", SENTENCE, lines=False),
    )


def read_ideal(sent: Sent) -> IdealReply:
    small_step = sent.text("small_step", SENTENCE, lines=False)
    return IdealReply(text=_needed(sent, "text"), small_step=small_step, valence=_tapped(sent, "valence"))


def read_quality_in_action(sent: Sent) -> QualityInAction:
    return QualityInAction(
        text=_needed(sent, "text"),
        qualities=sent.chosen("qualities", known_qualities(), MOST_QUALITIES),
        other_quality=sent.text("other_quality", LABEL, lines=False),
        strength=_tapped(sent, "strength"),
    )


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
