"""The few elements of SVG that pictures are made of. Series differ by texture, dash and point, not by colour alone."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias
from xml.sax.saxutils import escape, quoteattr

from domain.plots.palette import DASHES, SERIES, Theme, inked

Value: TypeAlias = str | float | int
Others: TypeAlias = Mapping[str, Value]
PLAIN: Others = MappingProxyType({})
HATCHES = (
    "",
    "M0 6 L6 0 M-1 1 L1 -1 M5 7 L7 5",
    "M3 0 V6",
    "M0 3 H6",
    "M1.5 1.5 h0.1 M4.5 4.5 h0.1",
    "M0 0 L6 6 M0 6 L6 0",
)


def tag(name: str, attributes: Mapping[str, Value], *inner: str) -> str:
    """An element; what is inside is markup already."""
    told = "".join(f" {key}={quoteattr(_number(value))}" for key, value in attributes.items())
    return f"<{name}{told}>{''.join(inner)}</{name}>" if inner else f"<{name}{told}/>"


def _number(value: Value) -> str:
    return value if isinstance(value, str) else f"{round(value, 2):g}"


class Brush:
    """Draws in the inks of one theme; the names that it gives within the page begin with the picture's own."""

    def __init__(self, name: str, theme: Theme) -> None:
        self.name, self.theme = name, theme

    def of(self, ink: str) -> dict[str, Value]:
        """The attributes of an element in one ink."""
        return dict[str, Value](inked(ink, self.theme))

    def text(
        self, x: float, y: float, words: str, *, size: float = 12, ink: str = "ink", others: Others = PLAIN
    ) -> str:
        attributes = self.of(ink) | {"x": x, "y": y, "font-size": size} | dict(others)
        return tag("text", attributes, escape(words))

    def line(self, ink: str, points: tuple[float, float, float, float], others: Others = PLAIN) -> str:
        x1, y1, x2, y2 = points
        return tag("line", self.of(ink) | {"x1": x1, "y1": y1, "x2": x2, "y2": y2} | dict(others))

    def box(self, number: int, x: float, y: float, width: float, height: float) -> str:
        """A bar in the texture of a series, with an edge, so that it is seen on any paper."""
        place = number % len(SERIES)
        fill = self.of(f"f{place}") if place == 0 else {"fill": f"url(#{self.name}-h{place})"}
        inner = tag("rect", fill | {"x": x, "y": y, "width": width, "height": height})
        edge = self.of(f"s{place}") | {"fill": "none", "x": x, "y": y, "width": width, "height": height}
        return inner + tag("rect", edge)

    def field(self, x: float, y: float, size: float) -> str:
        """A place for something that is not there."""
        return tag("rect", self.of("hair") | {"fill": "none", "x": x, "y": y, "width": size, "height": size})

    def path(self, number: int, points: list[tuple[float, float]], *, steps: bool = False, thin: bool = False) -> str:
        place = number % len(SERIES)
        drawn = f"M{_pair(points[0])}"
        for point in points[1:]:
            drawn += f" H{_number(point[0])} V{_number(point[1])}" if steps else f" L{_pair(point)}"
        dash = "1 3" if thin else DASHES[place]
        look = {"d": drawn, "fill": "none", "stroke-width": 1 if thin else 2} | (
            {"stroke-dasharray": dash} if dash else {}
        )
        return tag("path", self.of(f"s{place}") | look)

    def point(self, number: int, x: float, y: float) -> str:
        """A dot, square, triangle, diamond, bar or ring."""
        place, size = number % len(SERIES), 3.5
        ink = self.of(f"f{place}")
        match place:
            case 0:
                return tag("circle", ink | {"cx": x, "cy": y, "r": size})
            case 1:
                return tag("rect", ink | {"x": x - size, "y": y - size, "width": 2 * size, "height": 2 * size})
            case 5:
                ring = self.of("s5") | {"fill": "none", "stroke-width": 2}
                return tag("circle", ring | {"cx": x, "cy": y, "r": size})
            case _:
                return tag("path", ink | {"d": f"M{_pair((x, y))} {SHAPES[place]}"})

    def hatches(self) -> str:
        """The textures, under names of this picture's own."""
        return tag("defs", {}, *(self._hatch(place) for place in range(1, len(SERIES))))

    def _hatch(self, place: int) -> str:
        frame = {"id": f"{self.name}-h{place}", "width": 6, "height": 6, "patternUnits": "userSpaceOnUse"}
        ground = tag("rect", self.of("paper") | {"width": 6, "height": 6})
        width = 2.4 if place == len(SERIES) - 2 else 1.5
        drawn = self.of(f"s{place}") | {"d": HATCHES[place], "stroke-width": width, "stroke-linecap": "round"}
        return tag("pattern", frame, ground, tag("path", drawn))


SHAPES = {2: "m0 -4.5 l4.5 8 h-9 z", 3: "m0 -4.5 l4.5 4.5 l-4.5 4.5 l-4.5 -4.5 z", 4: "m-5 -1.5 h10 v3 h-10 z"}


def _pair(point: tuple[float, float]) -> str:
    return f"{_number(point[0])} {_number(point[1])}"
