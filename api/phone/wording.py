"""What the coachee's pages say in each language, and how that language writes days, hours and lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache, reduce
from pathlib import Path
from typing import Any

from domain.checkins import Fault
from domain.messaging import FALLBACK, Language, read_worded

FOLDER = Path(__file__).parent
APP = FOLDER / "app"
FILES = (FOLDER / "wording.toml", APP / "wording.toml", FOLDER / "own_words.toml", APP / "channels.toml")


def merged(texts: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """Both, table by table; where both say something, the second."""
    joint = {name: merged(texts[name], table) for name, table in others.items() if isinstance(texts.get(name), dict)}
    return texts | others | joint


_told: dict[str, dict[str, Any]] = reduce(merged, [read_worded(file) for file in FILES], {})
WORDS: dict[str, dict[str, Any]] = {language: _told[language] for language in Language}
AS_SPOKEN: dict[str, dict[str, Any]] = {name: texts for name, texts in _told.items() if name not in set(Language)}
COUNTRIES = {Language.NL: ("BE", "NL"), Language.FR: ("BE",)}
HOUR = 60
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class HelpLine:
    number: str
    name: str
    notes: str

    @property
    def dialled(self) -> str:
        return self.number.replace(" ", "")


class Words:
    """The texts of one language, by key; where a country says something in its own way, that comes first."""

    def __init__(self, language: Language, country: str = "") -> None:
        countries = COUNTRIES.get(language, ())
        here = country if country in countries else next(iter(countries), "")
        self.language = language
        self.tag = f"{language}-{here}" if here else str(language)
        own = AS_SPOKEN.get(self.tag, {})
        self.texts = merged(WORDS[language], own)

    def __getitem__(self, key: str) -> Any:
        return self.texts[key]

    def fault(self, name: str, fault: Fault) -> str:
        """What to tell of a field: in words of its own where it has them."""
        texts = self["fault"]
        text: str = texts.get(f"{fault.wrong}_{name}", texts[fault.wrong])
        return text.format(most=fault.most, now=fault.now)

    def day(self, day: date) -> str:
        calendar = self["calendar"]
        pattern: str = calendar["first_day" if day.day == 1 else "day"]
        return pattern.format(day=day.day, month=calendar["months"][day.month - 1], year=day.year).replace(
            " ", NO_BREAK
        )

    def time(self, at: time) -> str:
        return self["calendar"]["time"].format(hour=at.hour, minute=at.minute).replace(" ", NO_BREAK)

    def weekdays(self, numbers: Sequence[int]) -> str:
        """Of the days as ISO numbers them, as people write a list."""
        names = [self["calendar"]["weekdays"][number - 1] for number in sorted(numbers)]
        *first, last = names
        return f"{', '.join(first)} {self['calendar']['and']} {last}" if first else last

    def length(self, minutes: int) -> str:
        calendar = self["calendar"]
        if minutes % HOUR:
            return calendar["minutes"].format(count=minutes)
        return calendar["hour"] if minutes == HOUR else calendar["hours"].format(count=minutes // HOUR)


@cache
def words(language: Language, country: str = "") -> Words:
    return Words(language, country)


@cache
def help_lines(language: Language) -> list[HelpLine]:
    """Whom to call, for someone who reads this language."""
    rows: list[dict[str, Any]] = read_worded(FOLDER / "help_lines.toml")["lines"]
    texts = words(language)["help"]
    spoken = language if any(language in row["languages"] for row in rows) else FALLBACK[0]
    return [
        HelpLine(row["number"], row["name"][language], ", ".join(texts[n] for n in ("day_and_night", "free") if row[n]))
        for row in rows
        if spoken in row["languages"]
    ]


def preferred_language(accepted: str) -> Language:
    """The first language of Accept-Language that we speak, by its weight; else Dutch."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:200].split(",")):
        match = re.fullmatch(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", part)
        if match:
            weighed.append((-float(match[2] or 1), place, match[1].lower()))
    spoken = [name for weight, _, name in sorted(weighed) if weight < 0 and name in set(Language)]
    return Language(spoken[0]) if spoken else Language.NL
