"""Leaving some moments to chance, for research: a micro-randomised trial, drawn by the seed of the plan.

Source: method.md §2.4. The probability is fixed by the terms that she accepted. Whether a lot counts is decided when
the check-in is sent: only where she consents to research at that moment, and where nothing else keeps it from her.
"""

import hmac
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec


class Tried(StrEnum):
    """What a trial leaves to chance."""

    SENDING = "sending"  # whether anything is asked
    KIND = "kind"  # whether the policy's kind is asked, or a success instead, which no rule of a policy bars


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A fixed probability of going on as the policy says."""

    of: Tried
    probability: float


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """How the lot of one slot falls, if it counts: `kept` is as the policy says."""

    of: Tried
    probability: float  # of being kept
    kept: bool
    seed: str  # what it was made of; it tells nothing of another

    @property
    def leaves_out(self) -> bool:
        return self.of is Tried.SENDING and not self.kept


def draw_lot(seed: bytes, coachee: bytes, day: date, slot: int, trial: Trial) -> Lot:
    """The same for a slot however often its day is made anew: nobody can have it drawn until it suits her."""
    message = b"lot" + coachee + day.toordinal().to_bytes(4, "big") + slot.to_bytes(2, "big")
    drawn = hmac.digest(seed, message, "sha256")[:8]
    kept = int.from_bytes(drawn, "big") < trial.probability * 2**64
    return Lot(of=trial.of, probability=trial.probability, kept=kept, seed=drawn.hex())


def lot_in(decision: Mapping[str, Any] | None) -> Lot | None:
    """The lot of a check-in, as its decision is kept."""
    lot = (decision or {}).get("lot")
    return None if lot is None else msgspec.convert(lot, Lot)
