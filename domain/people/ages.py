"""How old she is, and what follows from it: from which age she agrees to something herself, and when she is of age."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from domain.kit.errors import Invalid
from domain.people.model import Coachee, Purpose

FILE = Path(__file__).parent / "consent_ages.toml"
OF_AGE = 18  # years, wherever we are used


class AgeContradicted(Invalid):
    """Until she is 18 she is a minor, and from then on she is not: `minor` and `born_on` have to say the same."""


def agrees_herself(coachee: Coachee, purpose: Purpose, today: date) -> bool:
    """Whoever is of age; of the others, to a service on her phone, who is old enough for that where she lives."""
    if not coachee.minor:
        return True
    known = _ages()
    if purpose not in known["own_purposes"] or coachee.born_on is None:
        return False
    return age_on(coachee.born_on, today) >= consent_age(coachee.country, today)


def consent_age(country: str, today: date) -> int:
    """The age at which a minor agrees herself to a service on her phone there."""
    known = _ages()
    rows = [row for row in known["ages"] if row["country"] == country and row["from_day"] <= today]
    return max(rows, key=lambda row: row["from_day"])["age"] if rows else known["elsewhere"]


def age_on(born_on: date, today: date) -> int:
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def is_of_age(born_on: date, today: date) -> bool:
    return age_on(born_on, today) >= OF_AGE


def must_agree(born_on: date | None, today: date, *, minor: bool) -> None:
    """Who is said to be a minor is one by the day on which she was born, where that is known."""
    if born_on is not None and minor is is_of_age(born_on, today):
        raise AgeContradicted(field="minor")


@cache
def _ages() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))
