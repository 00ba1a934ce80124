"""The development plan on paper, in the coachee's language."""

from pathlib import Path
from typing import Any

from domain import documents
from domain.development.model import SECTIONS, DevelopmentPlan
from domain.documents import Block, Party, Picture, Wording, letter, party, plain, read_labels, sections
from domain.kit.calendar import local_day

HERE = Path(__file__).parent
LABELS = read_labels(HERE / "labels.toml")


def print_plan(plan: DevelopmentPlan, told: dict[str, str], logo: Picture | None = None) -> bytes:
    """Out of what was frozen when it was finalised."""
    frozen: Any = plan  # the database keeps these columns filled once finalised
    wording = Wording(plan.language.value, LABELS)
    home, coachee = Party(**frozen.parties["practice"]), Party(**frozen.parties["coachee"])
    title = wording["title"]
    page = {
        **letter(plan.language.value, wording, home, title=title, running=f"{title}  ·  {coachee.name}"),
        "sender": party(home, wording),
        "to": wording["of"],
        "addressee": party(coachee, wording),
        "title": title,
        "facts": wording["facts"].format(
            day=wording.day(local_day(frozen.finalised_at, frozen.parties["zone"])),
            coach=plain(frozen.parties["coach"]),
        ),
        "sections": [{"title": wording[name], "blocks": _blocks(told[name])} for name in SECTIONS if told[name]],
        "note": wording["note"],
    }
    return documents.render(HERE / "development.typ", page, made_at=frozen.finalised_at, logo=logo)


def _blocks(text: str) -> list[Block]:
    """What stands in one section; a line typed as the title of a part of it is a line by itself."""
    return [
        block
        for part in sections(text)
        for block in ([Block("text", [part.title])] if part.title else []) + part.blocks
    ]
