"""The development plan on paper: every word that was written stands on it, whatever it looks like."""

from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings, strategies as st
from pypdf import PdfReader

from domain.development import SECTIONS, DevelopmentPlan
from domain.development.printing import print_plan
from domain.documents import Party
from domain.messaging import Language
from tests.documents.archival import archival_faults

HOME = Party(name="Zuidlicht", street="Coupure Links 12", postal_code="9000", city="Gent", country="BE")
HERS = Party(name="Amira #emph[Peeters]", street="Kerkstraat 4", postal_code="9000", city="Gent", country="BE")
PLAN = DevelopmentPlan(
    language=Language.NL,
    parties={"practice": asdict(HOME), "coachee": asdict(HERS), "coach": "{name} $x$", "zone": "Europe/Brussels"},
    finalised_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
)
MARKUP = "#$*_`\\[]{}()<>@=/~-+'\"abc12 \n"
SENTENCE = "elke maandag een rustig begin van de week plannen en het ook doen. " * 5


def printed(**told: str) -> list[str]:
    pdf = print_plan(PLAN, dict.fromkeys(SECTIONS, "") | told)
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def bare(text: str) -> str:
    """Without spaces, and without the marks of parts and points, which a page shows in its own way."""
    lines = [line[2:] if line.startswith(("# ", "- ")) else line for line in text.strip().splitlines()]
    return "".join("".join(lines).replace("\u200b", "").replace("•", "").split())


@given(st.text(MARKUP, min_size=1, max_size=120).filter(bare))
@settings(max_examples=40, deadline=None)
def test_what_looks_like_markup_is_printed_as_it_was_typed(text):
    assert bare(text) in bare(" ".join(printed(steps=text)))


def test_a_plan_is_an_archival_file():
    assert archival_faults(print_plan(PLAN, dict.fromkeys(SECTIONS, SENTENCE))) == []


@given(st.text(max_size=200))
@settings(max_examples=40, deadline=None)
def test_any_text_at_all_can_be_printed_and_gives_the_same_bytes(text):
    told = dict.fromkeys(SECTIONS, text)
    pdf = print_plan(PLAN, told)
    assert pdf.startswith(b"%PDF-")
    assert print_plan(PLAN, told) == pdf


@pytest.mark.parametrize("mark", ["", "- "])
@pytest.mark.parametrize("lines", range(24, 40, 3))
@pytest.mark.parametrize("paragraphs", [0, 2, 5])
def test_a_heading_is_never_left_alone_at_the_foot_of_a_page(mark, lines, paragraphs):
    before = "\n".join(f"regel {number}" for number in range(lines)) + "\n\nalinea" * paragraphs
    pages = printed(ideals=before, qualities=f"{mark}Begin {SENTENCE}")
    [heading] = [number for number, page in enumerate(pages) if "Mijn kwaliteiten" in page]
    assert "Begin" in pages[heading]


def test_a_long_plan_numbers_its_pages_and_names_itself_on_each():
    pages = printed(**dict.fromkeys(SECTIONS, f"- {SENTENCE}\n" * 8))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        words = " ".join(page.split()).replace("\u00a0", " ")
        assert f"Pagina {number} van {len(pages)}" in words
        assert "Persoonlijk ontwikkelingsplan" in words
