"""The words of lines that the application writes itself."""

import tomllib
from datetime import date
from pathlib import Path

from domain.messaging import Language

PHRASES: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def phrase(language: Language, name: str, day: date | None = None, **facts: str | None) -> str:
    return PHRASES[language][name].format(day=day and f"{day:%d-%m-%Y}", **facts)
