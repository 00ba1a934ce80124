"""The press: one typesetter a thread, always the same template and the same fonts."""

import json
import threading
from pathlib import Path
from typing import cast

import typst

from domain.invoicing.document.contents import InvoiceDocument
from domain.invoicing.document.page import page

HERE = Path(__file__).parent
FONTS = typst.Fonts(include_system_fonts=False, font_paths=[HERE / "fonts"])


class Press(threading.local):
    """A compiler may not be shared between threads; each keeps its own, warm."""

    def __init__(self) -> None:
        self.compiler = typst.Compiler(HERE / "invoice.typ", root=HERE, font_paths=FONTS, ignore_system_fonts=True)


PRESS = Press()


def render(invoice: InvoiceDocument, *, ubl: str | None = None) -> bytes:
    """Print the invoice as PDF/A-3a and PDF/UA-1, with its UBL attached if given; same invoice, same bytes.

    The words reach the template as data, never as source, so no text can be taken for markup.
    """
    inputs = {"page": json.dumps(page(invoice)), **({"ubl": ubl} if ubl else {})}
    printed_at = int(invoice.generated_at.timestamp())
    try:
        return _typeset(inputs, printed_at, archival=True)
    except typst.TypstError:
        # A character for which no font has a shape bars a file from the archive; the invoice must go out all the same.
        return _typeset(inputs, printed_at, archival=False)


def _typeset(inputs: dict[str, str], printed_at: int, *, archival: bool) -> bytes:
    pdf = PRESS.compiler.compile(
        format="pdf",
        sys_inputs=inputs,
        timestamp=printed_at,
        pdf_standards=["a-3a", "ua-1"] if archival else [],
    )
    return cast("bytes", pdf)  # one file: only images come page by page
