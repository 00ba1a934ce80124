"""What must be reported of such data: how it was asked, how much was answered, how late, and what is missing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from domain.checkins import SHAPES, CheckInState, Kind, Source, Terms
from domain.kit.shares import share_of
from domain.progress import ASKED, RESPONDED, cut
from domain.research.participants import FEWEST
from domain.research.rows import Row

# How many fields of each flow must be filled in, where something is told at all; the rest may stay empty.
REQUIRED = {Kind.SUCCESS: 1, Kind.OBSTACLE: 2, Kind.IDEAL: 1, Kind.QUALITY_IN_ACTION: 1, Kind.FREE: 1, Kind.OWN: 1}
MINUTES = (0.5, 0.9)


@dataclass(slots=True)
class Seen:
    """What the rows come to, gathered as they pass."""

    prompts: int = 0
    states: Counter[str] = field(default_factory=Counter[str])
    minutes: list[float] = field(default_factory=list[float])
    versions: set[str] = field(default_factory=set[str])
    drawn: Counter[str] = field(default_factory=Counter[str])

    def add(self, row: Row, told: Row) -> None:
        """A row, and what of it may be told: of lots no more is counted."""
        self.prompts += 1
        if row["source"] == Source.PROMPTED:
            self.states[str(row["state"])] += 1
            if isinstance(begun := row["minutes_to_begin"], int):
                self.minutes.append(begun)
        if (of := told.get("drawn")) is not None:
            self.drawn[f"{of} {'kept' if told['drawn_kept'] else 'left'}"] += 1
        if row["policy"] is not None:
            self.versions.add(f"{row['policy']} v{row['policy_version']}")


def checklist(seen: Seen, plans: Iterable[Terms], *, lenders: int, left_out: int) -> dict[str, Any]:
    told = list(plans)
    asked = sum(seen.states[state] for state in ASKED)
    rate = share_of(sum(seen.states[state] for state in RESPONDED), asked)
    minutes = sorted(seen.minutes)
    median, p90 = (cut(minutes, share) for share in MINUTES)
    return {
        "prompt_design": {
            "policies": sorted(seen.versions),
            "kinds_chosen": "drawn by the policy out of those in `eligible`, with the probability in `probability`",
            "incentives": "none",
            "lots": dict(sorted(seen.drawn.items())),
        },
        "window": {
            "minutes_to_answer": sorted({terms.expires_after_minutes or "end of the day" for terms in told}, key=str),
            "grace_minutes": sorted({terms.grace_minutes for terms in told}),
            "a_week": sorted({terms.a_week for terms in told}),
        },
        "items": {
            kind: {"fields": len(fields(SHAPES[kind])), "required": required} for kind, required in REQUIRED.items()
        },
        "reminders": {"plans_with_one": sum(terms.reminder for terms in told), "plans": len(told)},
        "compliance": {
            "participants": lenders,
            "rows": seen.prompts,
            "states_of_prompted": {state: seen.states[state] for state in CheckInState},
            "answered": None if rate is None else rate.count,
            "asked": asked,
            "share": None if rate is None else rate.share,
            "wilson_95": None if rate is None else [rate.low, rate.high],
        },
        "lag_minutes": {"answers": len(minutes), "median": median, "p90": p90},
        "missing": {
            "cells_left_out": left_out,
            "fewest_people_in_a_cell": FEWEST,
            "not_lent": "who did not consent, who is a minor, and what is kept private: of that only that there is one",
        },
    }
