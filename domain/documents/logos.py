"""Logos: which pictures the press takes, told by their content, and tried on a page before they are kept."""

import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import typst

from domain.documents.printing import Picture, render
from domain.kit.errors import Invalid

etree: Any = import_module("lxml.etree")  # it brings no types
LARGEST_LOGO = 200_000  # bytes
MOST_PIXELS = 3_000  # of a side: print needs no more, and a small file can hold a picture that fills the memory
MOST_SHAPES = 5_000
TRIAL = Path(__file__).with_name("logo_trial.typ")
SVG = "{http://www.w3.org/2000/svg}"
# What only draws. Text would need a font that is not there, a copy of a copy of a copy would never end.
DRAWS = {
    *("svg", "g", "defs", "title", "desc", "metadata", "style", "path", "rect", "circle", "ellipse", "line"),
    *("polyline", "polygon", "linearGradient", "radialGradient", "stop", "clipPath", "mask"),
}
ELSEWHERE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(", re.IGNORECASE)
PNG_HEAD = struct.Struct(">12x4sII")
MARK, JPEG_PART = 0xFF, struct.Struct(">BBHxHH")
JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the markers of a JPEG that tell its size


class LogoKindUnknown(Invalid):
    """A logo is a picture: PNG, JPEG or SVG, whatever its file is called."""


class LogoTooLarge(Invalid):
    """A logo is at most 3,000 pixels wide and high; for print a good deal less will do."""


class LogoNotPlain(Invalid):
    """An SVG logo only draws shapes: no text, script, picture or address elsewhere. Export it with text as outlines."""


class LogoUnreadable(Invalid):
    """The press cannot print this picture; export it anew."""


@dataclass(frozen=True, slots=True)
class Size:
    width: int
    height: int


def read_logo(content: bytes, *, alt: str) -> Picture:
    """The picture that this is, if the press can print it. It takes a while: call it beside the event loop."""
    picture = Picture(format=_format_of(content), content=content, alt=alt)
    try:
        render(TRIAL, {}, made_at=datetime(2026, 1, 1, tzinfo=UTC), logo=picture)
    except typst.TypstError as error:
        raise LogoUnreadable from error
    return picture


def _format_of(content: bytes) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_size(_png_size(content))
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        _check_size(_jpeg_size(content))
        return "jpg"
    _check_drawing(content)
    return "svg"


def _check_size(size: Size | None) -> None:
    if size is None or not size.width or not size.height:
        raise LogoUnreadable
    if max(size.width, size.height) > MOST_PIXELS:
        raise LogoTooLarge(width=size.width, height=size.height, most=MOST_PIXELS)


def _png_size(content: bytes) -> Size | None:
    """From the first part of the file, which has to be the one that tells it."""
    if len(content) < PNG_HEAD.size:
        return None
    name, width, height = PNG_HEAD.unpack_from(content)
    return Size(width, height) if name == b"IHDR" else None


def _jpeg_size(content: bytes) -> Size | None:
    """From part to part: a marker, the length of what follows, and in one of them the size."""
    at = 2
    while at + JPEG_PART.size <= len(content):
        begins, marker, length, height, width = JPEG_PART.unpack_from(content, at)
        if begins != MARK:
            return None
        if marker in JPEG_SIZES:
            return Size(width, height)
        at += 2 + length
    return None


def _check_drawing(content: bytes) -> None:
    parser: Any = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root: Any = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise LogoKindUnknown from error
    if root.tag != f"{SVG}svg":
        raise LogoKindUnknown
    tree: Any = root.getroottree()
    elements: list[Any] = list(root.iter(etree.Element))
    drawn = [one for one in elements if str(one.tag).startswith(SVG)]
    strange = {str(one.tag).removeprefix(SVG) for one in drawn} - DRAWS
    if tree.docinfo.internalDTD is not None or strange or len(elements) > MOST_SHAPES:
        raise LogoNotPlain(elements=sorted(strange))
    if any(map(_reaches_out, drawn)):
        raise LogoNotPlain


def _reaches_out(element: Any) -> bool:
    """Whether it does something, or names something outside of the file."""
    if ELSEWHERE.search(element.text or ""):
        return True
    for name, value in element.attrib.items():
        local = str(name).rpartition("}")[2].lower()
        if local.startswith("on") or (local == "href" and not value.startswith("#")) or ELSEWHERE.search(value):
            return True
    return False
