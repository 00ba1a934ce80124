"""What of a plan is left to chance for research, and how that falls, on the wire."""

from typing import Annotated

import msgspec
from msgspec import Meta

from api.fields import In
from domain.checkins import Lot, Terms, Trial, Tried


class TrialIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A micro-randomised trial: in each check-in that would be sent, a lot with a fixed probability decides."""

    of: Tried
    """Whether anything is sent; or whether the kind that the policy chose is asked, and a success where it is not."""
    probability: Annotated[float, Meta(ge=0.05, le=0.95)]
    """Of sending it, or of the policy's kind."""

    def trial(self) -> Trial:
        return Trial(of=self.of, probability=self.probability)


class TrialOut(msgspec.Struct, frozen=True, kw_only=True):
    of: Tried
    probability: float

    @classmethod
    def of_terms(cls, terms: Terms) -> "TrialOut | None":
        return None if terms.trial is None else cls(of=terms.trial.of, probability=terms.trial.probability)


class LotOut(msgspec.Struct, frozen=True, kw_only=True):
    of: Tried
    probability: float
    """Of being kept."""
    kept: bool
    """Whether it stays as the policy says."""

    @classmethod
    def of_slot(cls, lot: Lot | None) -> "LotOut | None":
        return None if lot is None else cls(of=lot.of, probability=lot.probability, kept=lot.kept)
