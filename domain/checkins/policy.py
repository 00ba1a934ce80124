"""Of which kind a check-in is: policies as pure functions of a seed, each decision with its reason and probability.

Source: method.md §3.4, rules (a) to (h), and (i) for what coachee and coach worded themselves. The ratio is a pragmatic
default, not a law, and no target for anybody.
"""

import hmac
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.checkins.lots import Lot

FIRST = 3  # (a) the first check-ins of a plan ask for a success
IDEAL_EVERY = 6  # (f)
OWN_EVERY = 4  # (i)
OBSTACLES_A_WEEK = 2  # (c)
POLICY_VERSION = 2  # 2: with (i); without own questions it chooses as 1 did


class Kind(StrEnum):
    SUCCESS = "success"
    OBSTACLE = "obstacle"
    IDEAL = "ideal"
    QUALITY_IN_ACTION = "quality_in_action"
    FREE = "free"
    OWN = "own"  # questions in the practice's own words, agreed with the coachee


class Policy(StrEnum):
    STRENGTH_FIRST = "strength_first_v1"
    SUCCESS_ONLY = "success_only"
    BALANCED = "balanced_2_1"
    FOLLOW_PHASE = "follow_phase"
    SELF_INITIATED = "self_initiated"


class Phase(StrEnum):
    """Where a trajectory stands in the method (method.md §1.2)."""

    SITUATION = "situation"
    IDEAL_AND_QUALITY = "ideal_and_quality"
    OBSTACLE = "obstacle"
    AWARENESS = "awareness"
    CORE_POTENTIAL = "core_potential"
    NEW_BEHAVIOUR = "new_behaviour"


class Why(StrEnum):
    """Why a check-in is of its kind. `not_now` does not tell which of the coachee's own reasons it was."""

    FIRST_ONES = "first_ones"
    STRENGTH = "strength"
    OBSTACLE_TURN = "obstacle_turn"
    IDEAL_TURN = "ideal_turn"
    OWN_TURN = "own_turn"
    AFTER_OBSTACLE = "after_obstacle"
    PINNED = "pinned"
    WEEK_FULL = "week_full"
    EVENING = "evening"
    NO_CONSENT = "no_consent"
    NOT_NOW = "not_now"
    OTHER_PHASE = "other_phase"
    ASKED_AT_ONCE = "asked_at_once"
    SWAPPED = "swapped"
    SELF_INITIATED = "self_initiated"
    BY_LOT = "by_lot"


OBSTACLE_PHASES = frozenset({Phase.OBSTACLE, Phase.AWARENESS})


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen for one slot, out of what, and with which probability given all that came before it."""

    policy: str
    policy_version: int = POLICY_VERSION
    eligible: tuple[Kind, ...]
    probability: float
    chosen: Kind
    reason: Why
    seed: str  # what the draw of this slot was made of; it tells nothing of another
    quality_id: UUID | UnsetType = UNSET  # pinned by the coach, as is the ideal: ids, no words
    ideal_id: UUID | UnsetType = UNSET
    day_off_next: bool | UnsetType = UNSET  # the next is no day for her check-ins: also if this one goes out late
    lot: Lot | UnsetType = UNSET  # where the plan leaves something to chance


class Pin(msgspec.Struct, frozen=True):
    """What the coach asks for from one ordinal on and for a number of check-ins: a kind, a quality or an ideal of hers.

    A quality and an ideal change no kind; they tell what a question that asks for one refers to.
    """

    kind: Kind | None
    first: int
    count: int
    quality_id: UUID | None = None
    ideal_id: UUID | None = None

    def holds(self, ordinal: int) -> bool:
        return self.first <= ordinal < self.first + self.count


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Which policy rules a plan, and what of the coachee it must heed."""

    policy: Policy
    ratio: int
    obstacles: bool  # whether she consents to being asked about them
    phase: Phase | None = None
    pin: Pin | None = None
    own: bool = False  # whether she agreed to questions of her own


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """The place of one check-in among the others."""

    ordinal: int
    previous: Kind | None
    obstacles_this_week: int = 0
    evening: bool = False  # after eight, or the evening before a quiet day
    day_off_next: bool = False
    obstacles_off: bool = False


def decide(seed: bytes, rule: Rule, turn: Turn) -> Decision:
    """The kind of one check-in; an obstacle whose turn it is becomes a success wherever a rule bars it."""
    if rule.policy in {Policy.SUCCESS_ONLY, Policy.SELF_INITIATED}:
        wanted, why, eligible, probability = Kind.SUCCESS, Why.STRENGTH, (Kind.SUCCESS,), 1.0
    else:
        wanted, why, eligible, probability = _wanted(seed, rule, turn)
    pin = rule.pin if rule.pin is not None and rule.pin.holds(turn.ordinal) else None
    if pin is not None and pin.kind is not None and turn.ordinal >= FIRST:
        wanted, why, eligible, probability = pin.kind, Why.PINNED, (pin.kind,), 1.0
    barred = _barred(rule, turn, wanted)
    if barred is not None:
        wanted, why, eligible, probability = Kind.SUCCESS, barred, (Kind.SUCCESS,), 1.0
    drawn = hmac.digest(seed, b"slot" + turn.ordinal.to_bytes(4, "big"), "sha256")[:8].hex()
    return Decision(
        policy=rule.policy,
        eligible=eligible,
        probability=probability,
        chosen=wanted,
        reason=why,
        seed=drawn,
        quality_id=(pin and pin.quality_id) or UNSET,
        ideal_id=(pin and pin.ideal_id) or UNSET,
        day_off_next=turn.day_off_next or UNSET,
    )


def _wanted(seed: bytes, rule: Rule, turn: Turn) -> tuple[Kind, Why, tuple[Kind, ...], float]:
    ratio = ratio_of(rule)
    ordinal = turn.ordinal
    if ordinal < FIRST:
        return Kind.SUCCESS, Why.FIRST_ONES, (Kind.SUCCESS,), 1.0
    place = (ordinal - FIRST) % (ratio + 1)
    drawn = obstacle_place(seed, ratio, (ordinal - FIRST) // (ratio + 1))
    if place == drawn:
        return Kind.OBSTACLE, Why.OBSTACLE_TURN, (Kind.SUCCESS, Kind.OBSTACLE), 1 / (ratio - place + 1)
    if turn.previous is Kind.OBSTACLE:
        both = (Kind.SUCCESS, Kind.QUALITY_IN_ACTION)
        chosen = both[hmac.digest(seed, b"after" + ordinal.to_bytes(4, "big"), "sha256")[0] & 1]
        return chosen, Why.AFTER_OBSTACLE, both, 0.5
    kind, why = (Kind.SUCCESS, Why.STRENGTH)
    if is_ideal_turn(seed, ratio, ordinal):
        kind, why = Kind.IDEAL, Why.IDEAL_TURN
    elif rule.own and is_own_turn(seed, ratio, ordinal):
        kind, why = Kind.OWN, Why.OWN_TURN
    if 0 < place < drawn:
        return kind, why, (kind, Kind.OBSTACLE), 1 - 1 / (ratio - place + 1)
    return kind, why, (kind,), 1.0


def ratio_of(rule: Rule) -> int:
    return 2 if rule.policy is Policy.BALANCED else rule.ratio


@lru_cache(maxsize=1024)  # asked for several times for each check-in of a block
def obstacle_place(seed: bytes, ratio: int, block: int) -> int:
    """(b) Where in a block of ratio + 1 the obstacle stands: never first, so two never follow one another."""
    return 1 + hmac.digest(seed, b"block" + block.to_bytes(4, "big"), "sha256")[0] % ratio


def is_ideal_turn(seed: bytes, ratio: int, ordinal: int) -> bool:
    """(f) The last of every six that is neither an obstacle nor follows one."""
    later = range(ordinal + 1, ordinal - ordinal % IDEAL_EVERY + IDEAL_EVERY)
    return _is_free(seed, ratio, ordinal) and not any(_is_free(seed, ratio, one) for one in later)


def is_own_turn(seed: bytes, ratio: int, ordinal: int) -> bool:
    """(i) The first of every four that is left: no obstacle, not after one, and no ideal."""

    def left(one: int) -> bool:
        return _is_free(seed, ratio, one) and not is_ideal_turn(seed, ratio, one)

    return left(ordinal) and not any(left(one) for one in range(ordinal - ordinal % OWN_EVERY, ordinal))


def _is_free(seed: bytes, ratio: int, ordinal: int) -> bool:
    """Neither an obstacle, nor what must follow one, nor among the first ones."""
    return ordinal >= FIRST and not (_is_obstacle(seed, ratio, ordinal) or _is_obstacle(seed, ratio, ordinal - 1))


def _is_obstacle(seed: bytes, ratio: int, ordinal: int) -> bool:
    block, place = divmod(ordinal - FIRST, ratio + 1)
    return block >= 0 and place == obstacle_place(seed, ratio, block)


def _barred(rule: Rule, turn: Turn, wanted: Kind) -> Why | None:
    """Why a kind may not be asked for here, though it is its turn or it was pinned."""
    if wanted is Kind.OWN:
        if turn.previous is Kind.OBSTACLE:
            return Why.AFTER_OBSTACLE
        return None if rule.own else Why.NOT_NOW
    return _against_obstacle(rule, turn) if wanted is Kind.OBSTACLE else None


def _against_obstacle(rule: Rule, turn: Turn) -> Why | None:
    """Rules (a), (b), (c) and (e), which a pin cannot break either."""
    reasons = (
        (turn.ordinal < FIRST, Why.FIRST_ONES),
        (turn.previous is Kind.OBSTACLE, Why.AFTER_OBSTACLE),
        (not rule.obstacles, Why.NO_CONSENT),
        (turn.obstacles_off, Why.NOT_NOW),
        (turn.evening, Why.EVENING),
        (turn.obstacles_this_week >= OBSTACLES_A_WEEK, Why.WEEK_FULL),
        (rule.policy is Policy.FOLLOW_PHASE and rule.phase not in OBSTACLE_PHASES, Why.OTHER_PHASE),
    )
    return next((why for holds, why in reasons if holds), None)
