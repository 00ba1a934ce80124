"""A picture as SVG: nothing in it runs, nothing in it comes from elsewhere, and it says in words what it shows."""

from domain.plots.marks import Brush, tag
from domain.plots.model import Calendar, Columns, Figure, Lines, Panel, Rows
from domain.plots.palette import STYLE, Theme
from domain.plots.panels import EDGE, WIDTH, Drawn, draw_calendar, draw_columns, draw_lines, draw_rows
from domain.plots.scales import width_of, wrapped

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
TITLE, SMALL, LEADING = 15, 12, 17


def draw(figure: Figure, theme: Theme = Theme.AUTO, *, titled: bool = True) -> str:
    """The whole picture. Without a title it stands in a page that has one, and follows that page's style."""
    brush = Brush(figure.name, theme)
    parts, y = _head(brush, figure) if titled else (list[str](), 4.0)
    if figure.empty:
        parts.append(brush.text(EDGE, y + LEADING, figure.nothing, ink="quiet"))
        y += 2 * LEADING
    for panel in figure.panels:
        if panel.places:
            drawn, height = _panel(brush, figure, panel, y)
            parts.append(drawn)
            y += height
    for line in wrapped(figure.note, WIDTH - 2 * EDGE, SMALL):
        y += LEADING
        parts.append(brush.text(EDGE, y, line, ink="quiet"))
    return _whole(brush, figure, parts, y + EDGE, styled=titled and theme is Theme.AUTO)


def _whole(brush: Brush, figure: Figure, parts: list[str], height: float, *, styled: bool) -> str:
    names = (f"{figure.name}-title", f"{figure.name}-about")
    words = [
        tag("title", {"id": names[0]}, _plain(figure.title)),
        tag("desc", {"id": names[1]}, _plain(figure.about)),
    ]
    style = [tag("style", {}, STYLE)] if styled else []
    paper = tag("rect", brush.of("paper") | {"width": WIDTH, "height": height})
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "plot",
        "viewBox": f"0 0 {WIDTH} {round(height)}",
        "role": "img",
        "lang": figure.language,
        "aria-labelledby": " ".join(names),
        "font-family": FONT,
    }
    return tag("svg", attributes, *words, *style, brush.hatches(), paper, *parts)


def _plain(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _head(brush: Brush, figure: Figure) -> tuple[list[str], float]:
    parts, y = list[str](), 6.0
    for line in wrapped(figure.title, WIDTH - 4 * EDGE, TITLE):
        y += LEADING
        parts.append(brush.text(EDGE, y, line, size=TITLE, others={"font-weight": 600}))
    return parts, y + 4


def _panel(brush: Brush, figure: Figure, panel: Panel, y: float) -> tuple[str, float]:
    """One panel under its own title and the names of its series."""
    parts, begin = list[str](), y
    if panel.title:
        y += LEADING
        parts.append(brush.text(EDGE, y, panel.title, size=13, others={"font-weight": 600}))
        y += 2
    legend, y = _legend(brush, panel, y)
    drawn = _drawn(brush, figure, panel, y)
    return "".join([*parts, *legend, drawn.markup]), y - begin + drawn.height


def _drawn(brush: Brush, figure: Figure, panel: Panel, y: float) -> Drawn:
    match panel:
        case Columns():
            return draw_columns(brush, panel, y, figure.decimal)
        case Rows():
            return draw_rows(brush, panel, y, figure.decimal)
        case Lines():
            return draw_lines(brush, panel, y, figure.decimal)
        case Calendar():
            return draw_calendar(brush, panel, y)


def _legend(brush: Brush, panel: Panel, y: float) -> tuple[list[str], float]:
    """What each texture or point stands for; one series alone is told by the title."""
    named = isinstance(panel, Calendar)
    names = panel.names if isinstance(panel, Calendar) else tuple(series.name for series in panel.series)
    if len(names) < 2 and not named:  # noqa: PLR2004
        return [], y + 6
    parts, x = list[str](), float(EDGE)
    y += LEADING
    for number, name in enumerate(names):
        length = width_of(name, SMALL) + 34
        if x > EDGE and x + length > WIDTH - EDGE:
            x, y = float(EDGE), y + LEADING
        parts.append(_swatch(brush, panel, number, x, y))
        parts.append(brush.text(x + 18, y, name))
        x += length
    return parts, y + 8


def _swatch(brush: Brush, panel: Panel, number: int, x: float, y: float) -> str:
    if not isinstance(panel, Lines):
        return brush.box(number, x, y - 10, 12, 12)
    line = brush.path(number, [(x - 1, y - 4), (x + 13, y - 4)]) if panel.joined else ""
    return line + brush.point(number, x + 6, y - 4)
