"""What plots of how it goes say, in each language."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from domain.messaging import Language, read_worded
from domain.plots import Figure, Panel

FILE = Path(__file__).with_name("plots.toml")


class Said:
    """The texts of one language, by key."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.texts: dict[str, Any] = _all()[language]

    def __getitem__(self, group: str) -> dict[str, str]:
        return self.texts[group]

    def __call__(self, key: str, **values: object) -> str:
        return self.texts["general"][key].format(**values)

    def day(self, day: date) -> str:
        return f"{day.day}\u00a0{self.texts['months'][day.month - 1]}"

    def month(self, day: date) -> str:
        return f"{self.texts['months'][day.month - 1]}\u00a0{day.year}"

    @property
    def weekdays(self) -> tuple[str, ...]:
        return tuple(self.texts["weekdays"])

    def figure(self, name: str, place: str, *panels: Panel) -> Figure:
        """A picture with its own words around it."""
        words: dict[str, str] = self.texts["plots"][name]
        general = self["general"]
        return Figure(
            name=name,
            language=self.language,
            title=words["title"],
            about=words["about"],
            note=words["note"],
            place=general[place],
            panels=panels,
            nothing=general["nothing"],
            low=general["low"],
            high=general["high"],
            decimal=general["decimal"],
        )


@cache
def _all() -> dict[str, dict[str, Any]]:
    return read_worded(FILE)


@cache
def said(language: Language) -> Said:
    return Said(language)
