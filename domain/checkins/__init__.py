"""C."""

from domain.checkins.model import Plan as Plan
