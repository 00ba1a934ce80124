"""The colours of pictures by daylight and in the dark, and the marks that tell series apart without them.

A colour stands on the element itself, so that no policy can take it away; the style only brings the dark ones.
"""

import base64
import hashlib
from enum import StrEnum


class Theme(StrEnum):
    """`auto` follows the reader's device."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


SERIES = (
    ("#17614f", "#86d3bd"),
    ("#b35c00", "#f2b366"),
    ("#2b5c9e", "#94bdf0"),
    ("#8a3b7c", "#dda3d3"),
    ("#6a746f", "#a3b0aa"),
    ("#9c2f1b", "#ffb3a1"),
)
# class: (property, by daylight, in the dark)
INKS: dict[str, tuple[str, str, str]] = {
    "paper": ("fill", "#fffdf8", "#1a2320"),
    "ink": ("fill", "#1f2d29", "#e8efeb"),
    "quiet": ("fill", "#55635d", "#a7b5ae"),
    "axis": ("stroke", "#7b8680", "#75857e"),
    "hair": ("stroke", "#dfdacd", "#2d3935"),
    "mark": ("stroke", "#55635d", "#a7b5ae"),
    **{f"f{number}": ("fill", *pair) for number, pair in enumerate(SERIES)},
    **{f"s{number}": ("stroke", *pair) for number, pair in enumerate(SERIES)},
}
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 3", "4 2")


def _rules(column: int) -> str:
    return "".join(f".plot .p-{name}{{{ink[0]}:{ink[column]}}}" for name, ink in INKS.items())


STYLE = f"@media (prefers-color-scheme:dark){{{_rules(2)}}}"
STYLE_DIGEST = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def inked(name: str, theme: Theme) -> dict[str, str]:
    """The attributes of an element in one of the inks."""
    ink = INKS[name]
    return {"class": f"p-{name}", ink[0]: ink[2 if theme is Theme.DARK else 1]}
