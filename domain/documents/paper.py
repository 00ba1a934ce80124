"""The words of the letter paper: who writes, to whom, and the line at the foot of each page."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from domain.documents.contents import Locale, Party
from domain.documents.wording import Wording, enterprise_number, vat_number

# Control characters, lone surrogates, byte order marks, and the bidirectional overrides that could make an amount read
# backwards: none has a glyph, and a name may carry them in by accident or on purpose.
UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
ENDLESS = re.compile(r"\S{36,}")
MARKS = {"# ": "title", "- ": "points"}


class Block(NamedTuple):
    """Points of a list, or the lines of a paragraph."""

    kind: str
    lines: list[str]


class Section(NamedTuple):
    title: str | None
    blocks: list[Block]


def letter(
    locale: Locale, wording: Wording, sender: Party, *, title: str, running: str, more: str | None = None
) -> dict[str, Any]:
    """What `letter.typ` asks of a document: its title, the running head of later pages and the foot of each."""
    return {
        "lang": locale,
        "name": plain(title),
        "author": plain(full_name(sender)),
        "running": plain(running),
        "footer": "  ·  ".join(present(full_name(sender), *_registration(sender, wording), more)),
        "page": wording["page"],
        "accent": sender.brand_colour,
    }


def party(party: Party, wording: Wording, *, abroad: bool = False) -> dict[str, Any]:
    """A name with its address, numbers and ways to reach it, line by line; with the country if it is another's."""
    return {
        "name": plain(full_name(party)),
        "address": present(
            party.street, f"{party.postal_code} {party.city}", wording.country(party.country) if abroad else ""
        ),
        "numbers": present(*_registration(party, wording)),
        "contact": present(party.email, party.phone),
    }


def sections(text: str) -> list[Section]:
    """A text as typed, part by part: "# " begins a part, "- " a point of a list, an empty line a paragraph."""
    found: list[Section] = [Section(None, [])]
    for chunk in re.split(r"\n\s*\n", visible(text)):
        for kind, lines in _kinds(chunk.splitlines()):
            if kind == "title":
                found.append(Section(lines[0], []))
            else:
                found[-1].blocks.append(Block(kind, lines))
    return [section for section in found if section.title or section.blocks]


def _kinds(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Lines of one kind that follow one another, without their marks; each title by itself."""
    marked = [(next((k for m, k in MARKS.items() if line.startswith(m)), "text"), line) for line in lines]
    for kind, group in groupby(marked, key=lambda pair: pair[0]):
        bare = [plain(line[2:] if kind != "text" else line) for _, line in group]
        yield from ((kind, [line]) for line in bare) if kind == "title" else [(kind, bare)]


def full_name(party: Party) -> str:
    """With the legal form, which company law asks for, unless the name says it already."""
    name, form = party.name.strip(), party.legal_form or ""
    return name if form.lower() in name.lower().split() else f"{name} {form}"


def plain(text: str) -> str:
    """The text as written, fit to print: what has no shape is dropped, and a word longer than a column may break."""
    return ENDLESS.sub(lambda word: "\u200b".join(word.group()), visible(text))


def visible(text: str) -> str:
    """The text as written, without what no reader could see."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\t", " ")).strip()


def present(*texts: str | None) -> list[str]:
    """Those that say something, fit to print."""
    return [plain(text) for text in texts if text and text.strip()]


def _registration(party: Party, wording: Wording) -> list[str | None]:
    vat = party.vat_number and f"{wording['vat_number']} {vat_number(party.vat_number)}"
    number = party.enterprise_number and enterprise_number(party.enterprise_number)
    court = party.court and wording.register(party.court)
    if number and (not vat or not vat.endswith(number)):
        return [vat, f"{wording['enterprise_number']} {number}", court]
    return [vat, court]
