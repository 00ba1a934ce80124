"""What coachees are asked to consent to, word for word: every version that was ever shown, in every language."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from domain.kit.errors import Invalid
from domain.messaging import Language, read_worded
from domain.people.model import Purpose

FILE = Path(__file__).parent / "consent_wordings.toml"


class WordingNotCurrent(Invalid):
    """Consent is given to the current wording only; `GET /v1/consent-wordings` has it."""


@dataclass(frozen=True, slots=True)
class Wording:
    purpose: Purpose
    version: int
    language: Language
    text: str
    digest: str
    current: bool
    spoken: str | None = None  # as which country says it, such as nl-NL, where that differs


@cache
def wordings() -> tuple[Wording, ...]:
    """All of them, by purpose, version and language."""
    rows: list[dict[str, Any]] = read_worded(FILE)["wordings"]
    newest = {purpose: max(row["version"] for row in rows if row["purpose"] == purpose) for purpose in Purpose}
    return tuple(
        _wording(row, language, current=row["version"] == newest[Purpose(row["purpose"])])
        for row in rows
        for language in Language
    )


@cache
def as_spoken() -> tuple[Wording, ...]:
    """What some country says in its own way, beside what its language says everywhere else."""
    rows: list[dict[str, Any]] = read_worded(FILE)["wordings"]
    current = {(one.purpose, one.version): one.current for one in wordings()}
    return tuple(
        _wording(row, Language(tag[:2]), current=current[Purpose(row["purpose"]), row["version"]], spoken=tag)
        for row in rows
        for tag in row
        if "-" in tag
    )


def said_in(wording: Wording, country: str) -> Wording:
    """The same as that country says it."""
    same = (wording.purpose, wording.version, f"{wording.language}-{country}")
    return next((one for one in as_spoken() if (one.purpose, one.version, one.spoken) == same), wording)


def _wording(row: dict[str, Any], language: Language, *, current: bool, spoken: str | None = None) -> Wording:
    text = " ".join(row[spoken or language].split())
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Wording(Purpose(row["purpose"]), row["version"], language, text, digest, current, spoken)


def current_wording(purpose: Purpose, language: Language, version: int, country: str = "") -> Wording:
    """The wording shown, or the refusal of a version that is not, or no longer, the one to show."""
    [wording] = [w for w in wordings() if w.current and w.purpose == purpose and w.language == language]
    if wording.version != version:
        raise WordingNotCurrent(field="wording_version", current_version=wording.version)
    return said_in(wording, country)


def current_version(purpose: Purpose) -> int:
    """The version that is shown now, the same in every language."""
    return max(wording.version for wording in wordings() if wording.purpose == purpose)
