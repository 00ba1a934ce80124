"""The words of lines that the application writes itself."""

from datetime import date
from pathlib import Path

from domain.messaging import Language, read_worded

PHRASES: dict[str, dict[str, str]] = read_worded(Path(__file__).with_suffix(".toml"))


def phrase(language: Language, name: str, day: date | None = None, **facts: str | None) -> str:
    return PHRASES[language][name].format(day=day and f"{day:%d-%m-%Y}", **facts)
