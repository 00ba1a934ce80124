"""The press: one typesetter a thread and template, always the same letter paper and the same fonts."""

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import typst

HERE = Path(__file__).parent
DOMAIN = HERE.parent  # where templates may import from: "/documents/letter.typ"
FONTS = typst.Fonts(include_system_fonts=False, font_paths=[HERE / "fonts"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that travels inside the PDF."""

    name: str
    media_type: str
    description: str
    text: str
    relationship: str = "alternative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A logo: "png", "jpg" or "svg", and what it shows in words, for who hears the document."""

    format: str
    content: bytes
    alt: str


class Press(threading.local):
    """A compiler may not be shared between threads; each keeps its own of every template, warm."""

    def __init__(self) -> None:
        self.compilers: dict[Path, typst.Compiler] = {}

    def compiler(self, template: Path) -> typst.Compiler:
        if template not in self.compilers:
            made = typst.Compiler(template, root=DOMAIN, font_paths=FONTS, ignore_system_fonts=True)
            self.compilers[template] = made
        return self.compilers[template]


PRESS = Press()


def render(
    template: Path,
    page: Mapping[str, Any],
    *,
    made_at: datetime,
    attachments: tuple[Attachment, ...] = (),
    logo: Picture | None = None,
) -> bytes:
    """Print the page as PDF/A-3a and PDF/UA-1 by a template that stands in a slice; same page, same bytes.

    The words reach the template as data, never as source, so no text can be taken for markup. It takes a processor's
    while: call it beside the event loop (`asyncio.to_thread`).
    """
    inputs = {"page": json.dumps(page), "attachments": json.dumps([asdict(it) for it in attachments])}
    if logo is not None:
        inputs["logo"] = json.dumps({"format": logo.format, "content": list(logo.content), "alt": logo.alt})
    typeset = partial(_typeset, PRESS.compiler(template), inputs, int(made_at.timestamp()))
    try:
        return typeset(archival=True)
    except typst.TypstError:
        # A character for which no font has a shape bars a file from the archive; it must go out all the same.
        return typeset(archival=False)


def _typeset(compiler: typst.Compiler, inputs: dict[str, str], made_at: int, *, archival: bool) -> bytes:
    pdf = compiler.compile(
        format="pdf", sys_inputs=inputs, timestamp=made_at, pdf_standards=["a-3a", "ua-1"] if archival else []
    )
    return cast("bytes", pdf)  # one file: only images come page by page
