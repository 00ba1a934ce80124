"""What the coachee's pages say in each language, and how that language writes days, hours and lists."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache, reduce
from pathlib import Path
from typing import Any, cast

from api.phone.here import here
from domain import support
from domain.checkins import Fault
from domain.messaging import Language, read_worded, spoken_text

FOLDER = Path(__file__).parent
APP = FOLDER / "app"
FILES = (
    FOLDER / "wording.toml",
    APP / "wording.toml",
    FOLDER / "own_words.toml",
    FOLDER / "support_words.toml",
    APP / "channels.toml",
)


def merged(texts: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    """Both, table by table; where both say something, the second."""
    joint = {name: merged(texts[name], table) for name, table in others.items() if isinstance(texts.get(name), dict)}
    return texts | others | joint


_told: dict[str, dict[str, Any]] = reduce(merged, [read_worded(file) for file in FILES], {})
WORDS: dict[str, dict[str, Any]] = {language: _told[language] for language in Language}
# What a country says in its own way, by its tag: a file for each, such as wording.nl-NL.toml.
AS_SPOKEN: dict[str, dict[str, Any]] = {
    file.name.split(".")[1]: tomllib.loads(file.read_text("utf-8")) for file in FOLDER.glob("wording.*.toml")
}
COUNTRIES = {Language.NL: ("BE", "NL"), Language.FR: ("BE",)}
HOUR = 60
NO_BREAK, NO_BREAK_HYPHEN = "\u00a0", "\u2011"
HYPHEN = re.compile(r"(?<=\w)-(?=\w)")


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A line in one language, as a page shows it."""

    number: str
    dialled: str
    name: str
    notes: str


class Words:
    """The texts of one language, by key; where a country says something in its own way, that comes first."""

    def __init__(self, language: Language, country: str = "") -> None:
        countries = COUNTRIES.get(language, ())
        here = country if country in countries else next(iter(countries), "")
        self.language = language
        self.tag = f"{language}-{here}" if here else str(language)
        own = AS_SPOKEN.get(self.tag, {})
        texts = merged(WORDS[language], own)
        self.texts: dict[str, Any] = _unbroken(texts) if language is Language.FR else texts

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


def _unbroken(texts: Any) -> Any:
    """With hyphens that no line ends at: French has "est-ce" and "a-t-il" in the middle of what is asked."""
    match texts:
        case dict():
            return {key: _unbroken(value) for key, value in cast("dict[str, Any]", texts).items()}
        case list():
            return [_unbroken(value) for value in cast("list[Any]", texts)]
        case str():
            return HYPHEN.sub(NO_BREAK_HYPHEN, texts)
        case _:
            return texts


def words(language: Language, country: str | None = None) -> Words:
    """In that language, as it is spoken where the reader is."""
    return _words(language, here().country if country is None else country)


@cache
def _words(language: Language, country: str) -> Words:
    return Words(language, country)


def help_lines(language: Language) -> list[HelpLine]:
    """Whom to call, for someone who reads this language where she is."""
    place, texts = here(), words(language)["help"]
    told: list[HelpLine] = []
    for line in support.for_reader(place.lines or support.shipped(), language, place.country):
        notes = [texts[name] for name in ("day_and_night", "free") if getattr(line, name)]
        told.append(
            HelpLine(
                line.number,
                line.dialled,
                spoken_text(line.names, language),
                ", ".join([*filter(None, [line.hours]), *notes]),
            )
        )
    return told


def preferred_language(accepted: str) -> Language:
    """The first language of Accept-Language that we speak, by its weight; else Dutch."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:200].split(",")):
        match = re.fullmatch(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", part)
        if match:
            weighed.append((-float(match[2] or 1), place, match[1].lower()))
    spoken = [name for weight, _, name in sorted(weighed) if weight < 0 and name in set(Language)]
    return Language(spoken[0]) if spoken else Language.NL


def preferred_country(accepted: str) -> str:
    """The first country that Accept-Language names, as in nl-NL; of none we know none."""
    found = re.search(r"\b[A-Za-z]{2}-([A-Z]{2})\b", accepted[:200])
    return found[1] if found else ""
