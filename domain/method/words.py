"""The words of the method: what can be said of a quality, an ideal, an obstacle and what happens between them."""

from enum import StrEnum


class NamedBy(StrEnum):
    COACHEE = "coachee"
    COACH = "coach"
    OTHER = "other"


class DiscoveredVia(StrEnum):
    """The seven ways to discover a quality; a questionnaire never works as well as doing it oneself."""

    SELF_AND_OTHERS = "self_and_others"
    SUCCESS_EXPERIENCE = "success_experience"
    PERSONAL_CONTRIBUTION = "personal_contribution"
    INSPIRING_EXAMPLE = "inspiring_example"
    ROLE_MODEL = "role_model"
    VALUES = "values"
    QUESTIONNAIRE = "questionnaire"


class Rung(StrEnum):
    """The ladder of awareness of a quality. One may go up and down it, and skip a rung."""

    SUGGESTED = "suggested"
    RECOGNISED = "recognised"
    FELT = "felt"
    USED_CONSCIOUSLY = "used_consciously"


class SourceType(StrEnum):
    """Where a quality was seen at work."""

    SESSION = "session"
    CHECK_IN = "check_in"
    EXPERIENCE = "experience"
    OTHER = "other"


class IdealKind(StrEnum):
    IDEAL = "ideal"
    DESIRE = "desire"
    GOAL = "goal"


class Locus(StrEnum):
    """Where an obstacle comes from."""

    INTERNAL = "internal"
    EXTERNAL = "external"
    BOTH = "both"


class InternalKind(StrEnum):
    FATALISTIC_THOUGHT = "fatalistic_thought"
    LIMITING_BELIEF = "limiting_belief"
    INEFFECTIVE_PATTERN = "ineffective_pattern"
    FEELING = "feeling"
    SELF_IMAGE = "self_image"
    OTHER = "other"


class ExternalKind(StrEnum):
    LACK_OF_SUPPORT = "lack_of_support"
    FINANCES = "finances"
    TIME = "time"
    WORKLOAD = "workload"
    RULES = "rules"
    RELATIONSHIP = "relationship"
    HEALTH = "health"
    OTHER = "other"


class Awareness(StrEnum):
    """How early the coachee notices that an obstacle is at work."""

    UNAWARE = "unaware"
    NOTICED_AFTER = "noticed_after"
    NOTICED_DURING = "noticed_during"
    CHOSEN_OTHERWISE = "chosen_otherwise"


class Depth(StrEnum):
    """Whether an ideal is what she states, or what she has come to feel that she longs for."""

    STATED = "stated"
    PERSONAL_DESIRE = "personal_desire"


class TensionStatus(StrEnum):
    """How far coachee and coach have come with the field of tension between potential and obstacle."""

    NOTICED = "noticed"
    FELT = "felt"
    WORKED_WITH = "worked_with"
    OVERCOME = "overcome"
    RECURRING = "recurring"


class ExperienceKind(StrEnum):
    SUCCESS = "success"
    OBSTACLE = "obstacle"
    IDEAL = "ideal"
    QUALITY_IN_ACTION = "quality_in_action"
    FREE = "free"


class ExperienceSource(StrEnum):
    """Where she told it; what she answers to a check-in is kept there."""

    SESSION = "session"
    SELF = "self"


class AnchorKind(StrEnum):
    """What brings the strength back in an instant."""

    GESTURE = "gesture"
    WORD = "word"
    IMAGE = "image"
    PLACE = "place"
    MUSIC = "music"


class FlowBlocker(StrEnum):
    STUCK_IN_THINKING = "stuck_in_thinking"
    STUCK_IN_FEELING = "stuck_in_feeling"
    STUCK_IN_WANTING = "stuck_in_wanting"


class Competency(StrEnum):
    """What the method asks of a coach."""

    RECOGNISE_QUALITIES = "recognise_qualities"
    LIFT = "lift"
    MAKE_OBSTACLES_CONSCIOUS = "make_obstacles_conscious"
    MINDFUL_HANDLING = "mindful_handling"
    SELF_DIRECTION = "self_direction"


class TalentLevel(StrEnum):
    STRONG = "strong"
    HALF = "half"
    SMALL = "small"


class TalentEnergy(StrEnum):
    GIVES = "gives"
    NEUTRAL = "neutral"
    COSTS = "costs"


class TalentFacet(StrEnum):
    """Where a talent shows: by nature, in what could be, in what she likes to do of herself."""

    NATURE = "nature"
    POTENTIAL = "potential"
    MOTIVATION = "motivation"
