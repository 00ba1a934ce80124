"""The pages can be read and touched: contrast as WCAG 2.2 AA asks, in daylight and in the dark."""

import re

import pytest

from api.phone.wording import FOLDER

STYLE = (FOLDER / "style.css").read_text("utf-8")
TEXT = [
    ("ink", "ground"),
    ("ink", "sheet"),
    ("quiet", "ground"),
    ("quiet", "sheet"),
    ("strong", "ground"),
    ("on-strong", "strong"),
    ("on-soft", "soft"),
    ("wrong", "ground"),
    ("wrong", "sheet"),
    ("wrong", "soft"),
    ("wrong", "wrong-soft"),
    ("ink", "wrong-soft"),
]
EDGES = [("edge", "ground"), ("edge", "sheet"), ("strong", "sheet"), ("wrong", "sheet")]


def palettes():
    light, dark = re.findall(r":root \{([^}]*--ground[^}]*)\}", STYLE)
    read = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
    return {"light": dict(read.findall(light)), "dark": dict(read.findall(dark))}


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_edges_stand_out_enough(scheme):
    colours = palettes()[scheme]
    for words, ground in TEXT:
        assert contrast(colours[words], colours[ground]) >= 4.5, (words, ground)
    for edge, ground in EDGES:
        assert contrast(colours[edge], colours[ground]) >= 3, (edge, ground)


def test_whatever_can_be_touched_is_at_least_44_pixels_high():
    for selector in (r"\.pick label", r"button", r"\.help summary", r"\.help a", r"textarea,\n\.field input"):
        rule = re.search(rf"(?m)^{selector} \{{([^}}]*)\}}", STYLE)
        height = re.search(r"min-height: ([\d.]+)rem", rule[1])
        assert float(height[1]) * 16 >= 44, selector


def test_focus_can_be_seen():
    assert re.search(r"focus-visible[^{]*\{\s*outline: 3px solid", STYLE)
