"""What mails say: the wording of each kind in each language is data; here it meets its facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from domain.messaging.channels import one_line
from domain.messaging.languages import Language, read_mails

FOLDER = Path(__file__).with_name("wording")
LAYOUT = Environment(autoescape=True).from_string((FOLDER / "layout.html").read_text("utf-8"))
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
LINK = "{link}"
PRODUCT = "Krachtlijn"


class WordingMissing(Exception):  # noqa: N818
    """No wording of that kind, or it needs a link that the message does not have."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A mail's words. `sender` is the name it comes from: never a practice's where a lock screen may show it."""

    subject: str
    text: str
    html: str
    sender: str


def render(kind: str, language: Language, facts: Mapping[str, Any], *, practice_name: str, link: str | None) -> Wording:
    """The words of one message; a paragraph that speaks of a fact which is not given is left out."""
    words = wordings(language, facts.get("spoken"))
    template = words["kinds"].get(kind)
    if template is None:
        raise WordingMissing(kind)
    if LINK in template["text"] and link is None:
        raise WordingMissing(f"{kind} without link")
    known = _told(words, facts) | {"practice": one_line(practice_name)} | ({"link": link} if link else {})
    paragraphs = [told for part in _paragraphs(template["text"]) if (told := _filled(part, known)) is not None]
    subject = _filled(template["subject"], known) or PRODUCT
    html = LAYOUT.render(
        language=language,
        subject=subject,
        paragraphs=paragraphs,
        link=link,
        button=template.get("button"),
        footer=words["footer"],
    )
    text = "\n\n".join([*paragraphs, f"-- \n{words['footer']}"]) + "\n"
    return Wording(subject, text, html, PRODUCT if template.get("discreet") else one_line(practice_name))


@dataclass(frozen=True, slots=True)
class Notice:
    """What a phone shows on its lock screen, also to whoever holds it."""

    title: str
    body: str


def render_notice(kind: str, language: Language, *, explicit: bool, spoken: str | None = None) -> Notice:
    """Neutral unless she chose otherwise: no word of the method, no name of a coach or employer."""
    words = wordings(language, spoken)["push"]
    template = words["kinds"].get(kind)
    if template is None:
        raise WordingMissing(kind)
    return Notice(words["title"], template["explicit"] if explicit else template["neutral"])


def render_text(kind: str, language: Language, *, link: str | None, code: str = "", spoken: str | None = None) -> str:
    """The words of a text message: one that fits into a single SMS, without content. `code` confirms a number."""
    template = wordings(language, spoken)["sms"].get(kind)
    if template is None or (LINK in template and link is None):
        raise WordingMissing(kind)
    return template.replace(LINK, link or "").replace("{code}", code)


def term(language: Language, name: str) -> str:
    """One expression by itself, as the name of an appointment."""
    return wordings(language)["terms"][name]


@cache
def wordings(language: Language, spoken: str | None = None) -> dict[str, Any]:
    return read_mails(language, spoken)


def _paragraphs(text: str) -> list[str]:
    """Paragraphs stand between empty lines; a line break within one is the file's, not the reader's."""
    return [re.sub(r"[ \n]+", " ", part.strip()) for part in text.split("\n\n") if part.strip()]


def _filled(text: str, known: Mapping[str, str]) -> str | None:
    """The text with its facts, or None where one is not known. Facts are only put in, never read as wording."""
    if not set(PLACEHOLDER.findall(text)) <= known.keys():
        return None
    return PLACEHOLDER.sub(lambda match: known[match[1]], text)


def _told(words: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, str]:
    """Facts as that language writes them; what is empty is not told.

    `*_cents` are euro; `*_on`, `*_day` and `day` are days; a `clock` is a zone, told as the city it is named after.
    """
    told: dict[str, str] = {}
    for name, value in facts.items():
        if value in {None, ""} or name == "link":
            continue
        if name.endswith("_cents"):
            told[name] = _money(words, int(value))
        elif name == "day" or name.endswith(("_on", "_day")):
            told[name] = _day(words, date.fromisoformat(str(value)))
        elif name == "clock":
            told[name] = str(value).rpartition("/")[-1].replace("_", " ")
        else:
            told[name] = words["terms"].get(f"{name}.{value}", one_line(str(value)))
    return told


def _money(words: Mapping[str, Any], cents: int) -> str:
    euros, rest = divmod(abs(cents), 100)
    amount = f"{euros:,}".replace(",", words["thousands"]) + f"{words['decimal']}{rest:02}"
    return words["money"].format(amount="-" * (cents < 0) + amount)


def _day(words: Mapping[str, Any], day: date) -> str:
    pattern = words.get("first_day", words["day"]) if day.day == 1 else words["day"]
    return pattern.format(day=day.day, month=words["months"][day.month - 1], year=day.year)
