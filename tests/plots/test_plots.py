"""Pictures of numbers: well-formed, harmless, the same as their tables, and told apart without colour."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings, strategies as st

from domain import plots
from domain.plots import Calendar, Columns, Figure, Lines, Mark, Rows, Series, Theme, Unit
from domain.plots.palette import INKS, SERIES
from domain.plots.scales import ticks

SVG = "{http://www.w3.org/2000/svg}"
PLACES = ("Mon", "Tue", "Wed")


def figure(*panels, **others):
    told = {"name": "p", "language": "en", "title": "A title", "about": "What it shows", "place": "Day"}
    return Figure(**told | {"panels": panels, "note": "Heed this", "nothing": "Nothing yet"} | others)


def series(*values, **others):
    return Series(**{"name": "one", "values": values} | others)


def calendar(days=20):
    first = date(2026, 3, 4)
    return Calendar(
        days=tuple(first + timedelta(days=more) for more in range(days)),
        held=tuple((more % 3, 1)[: 1 + more % 2] for more in range(days)),
        names=("yes", "no", "open"),
        places=tuple(str(more) for more in range(days)),
        weekdays=tuple("MTWTFSS"),
        weeks=("2 Mar", "9 Mar", "16 Mar", "23 Mar"),
    )


EVERY = (
    Columns(places=PLACES, series=(series(1, 2, 0), series(0, 3, 1, name="two", below=True))),
    Rows(places=("a long name " * 6, "b", "c"), series=(series(1, None, 3),)),
    Lines(
        places=PLACES,
        series=(series(0.2, None, 1, low=(0.1, None, 0.5), high=(0.4, None, 1)),),
        unit=Unit.SHARE,
        top=1,
        marks=(Mark(1, "a session"),),
    ),
    Lines(places=PLACES, at=(0, 5, 400), series=(series(1, 0.4, 0.4),), unit=Unit.SHARE, steps=True),
    calendar(),
)
IDS = ("columns", "rows", "lines", "steps", "calendar")


@pytest.mark.parametrize("panel", EVERY, ids=IDS)
@pytest.mark.parametrize("theme", Theme)
def test_a_picture_says_in_words_what_it_shows_and_holds_nothing_that_runs_or_is_fetched(panel, theme):
    drawn = plots.draw(figure(panel), theme)
    root = ET.fromstring(drawn)
    assert root.get("role") == "img"
    told = {root.find(f".//*[@id='{name}']").text for name in root.get("aria-labelledby").split()}
    assert told == {"A title", "What it shows"}
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "title", "desc", "style", "defs", "pattern", "rect", "path", "line", "circle", "text"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in attributes if name.startswith("on") or "href" in name or name == "style"]
    assert not re.findall(r"url\((?!#p-)|https?://(?!www\.w3\.org/2000/svg)|@import", drawn)
    assert (root.find(f"{SVG}style") is not None) == (theme is Theme.AUTO)


@pytest.mark.parametrize("panel", EVERY, ids=IDS)
def test_nothing_is_drawn_beside_the_paper(panel):
    root = ET.fromstring(plots.draw(figure(panel)))
    width, height = map(float, root.get("viewBox").split()[2:])
    for element in root.iter():
        for name, most in (("x", width), ("cx", width), ("x1", width), ("y", height), ("cy", height), ("y2", height)):
            assert 0 <= float(element.get(name, 0)) <= most, (element.tag, name)
        if element.tag == f"{SVG}rect" and "x" in element.attrib:
            assert float(element.get("x")) + float(element.get("width")) <= width + 0.01


def test_the_table_holds_every_number_of_the_picture():
    [columns, _, lines, _, days] = plots.tables_of(figure(*EVERY))
    assert [column.name for column in columns.columns] == ["Day", "one", "two"]
    assert columns.rows == (("Mon", 1, 0), ("Tue", 2, 3), ("Wed", 0, 1))
    assert [column.name for column in lines.columns] == ["Day", "one", "one, low", "one, high"]
    assert lines.rows[1] == ("Tue", None, None, None)
    assert days.rows[:2] == (("0", "yes"), ("1", "no, no"))


def test_numbers_are_written_as_people_read_them():
    cells = [(0.666, Unit.SHARE), (12.5, Unit.MINUTES), (3.0, Unit.COUNT), (None, Unit.COUNT), ("yes", None)]
    assert [plots.shown(value, unit, ",") for value, unit in cells] == ["67\u00a0%", "12,5", "3", "\u2013", "yes"]


def test_words_cannot_become_markup():
    evil = '</text><script>alert("1")</script>&'
    drawn = plots.draw(figure(Columns(places=(evil,), series=(series(1, name=evil), series(2, name=evil))), title=evil))
    assert "<script" not in drawn
    assert ET.fromstring(drawn).find(f"{SVG}title").text == evil


def test_series_differ_by_texture_and_point_also_without_colour():
    many = tuple(series(1, name=str(number)) for number in range(len(SERIES)))
    root = ET.fromstring(plots.draw(figure(Columns(places=("Mon",), series=many)), Theme.LIGHT))
    textures = [pattern.find(f"{SVG}path").get("d") for pattern in root.iter(f"{SVG}pattern")]
    assert len(set(textures)) == len(SERIES) - 1  # and one that is filled
    lines = ET.fromstring(plots.draw(figure(Lines(places=PLACES, series=tuple(series(1, 2, 3) for _ in range(4))))))
    dashes = {path.get("stroke-dasharray") for path in lines.iter(f"{SVG}path") if path.get("fill") == "none"}
    assert len(dashes) >= 4


@pytest.mark.parametrize("column", [1, 2], ids=["by daylight", "in the dark"])
def test_every_ink_stands_out_from_the_paper(column):
    paper = INKS["paper"][column]
    for name, ink in INKS.items():
        least = {"ink": 7, "quiet": 4.5, "paper": 1, "hair": 1}.get(name, 3)
        assert contrast(ink[column], paper) >= least, name


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_where_there_is_nothing_it_says_so():
    empty = figure(Columns(places=(), series=(series(),)))
    assert empty.empty
    assert "Nothing yet" in plots.draw(empty)
    assert plots.tables_of(empty) == []


VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1e6), st.integers(0, 10**6)), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(VALUES, st.sampled_from(Unit))
def test_any_numbers_can_be_drawn(values, unit):
    places = tuple(str(place) for place in range(len(values)))
    one = (series(*values),)
    panels = (
        Columns(places=places, series=one, unit=unit),
        Rows(places=places, series=one, unit=unit),
        Lines(places=places, series=one, unit=unit),
    )
    drawn = plots.draw(figure(*panels))
    assert "nan" not in drawn.replace("name", "")
    ET.fromstring(drawn)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_steps_of_an_axis_are_few_and_reach_around_all_values(one, other):
    low, high = sorted((one, other))
    found = ticks(low, high)
    assert found == sorted(found)
    assert 2 <= len(found) <= 8
    assert found[0] <= low + 1e-6 * max(1, high)
    assert found[-1] >= high - 1e-6 * max(1, high)
