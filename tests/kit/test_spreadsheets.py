"""Cells of tables: what a spreadsheet would run is text, numbers stay numbers, and one helper guards them all."""

import csv
import io
import re
from pathlib import Path

import pytest

from domain.kit.spreadsheets import Sheet, cell

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "formula", ["=1+1", "+32 9 225 14 70", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "-"]
)
def test_what_begins_like_a_formula_is_text(formula):
    assert cell(formula) == f"'{formula}"


@pytest.mark.parametrize("value", ["-12.50", "-12,50", "12", -5, 0, "Acme = NV", "2026-03-02", "d'Hondt"])
def test_numbers_and_names_stay_as_they_are(value):
    assert cell(value) == value


def test_what_is_unknown_is_an_empty_cell_and_every_cell_of_a_sheet_is_guarded():
    text = io.StringIO()
    Sheet(text, ["name", "amount"], delimiter=";").add([["=cmd|'/c calc'!A1", None], ["Eva; Maes", "-3.00"]])
    rows = list(csv.reader(io.StringIO(text.getvalue()), delimiter=";"))
    assert rows == [["name", "amount"], ["'=cmd|'/c calc'!A1", ""], ["Eva; Maes", "-3.00"]]


def test_nobody_writes_a_table_past_the_helper():
    folders = ("api", "domain", "commands", "scheduler")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    writers = [path.name for path in sources if re.search(r"csv\.(Dict)?[Ww]riter\(", path.read_text("utf-8"))]
    assert writers == ["spreadsheets.py"]
