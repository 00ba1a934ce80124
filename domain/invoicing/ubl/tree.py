"""Elements of UBL as nested values, and the bytes they are written as."""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from domain.documents import visible

ROOT = "urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
etree: Any = import_module("lxml.etree")  # it comes without types, so this module alone touches it


@dataclass(frozen=True, slots=True)
class Element:
    """A basic component has text and perhaps attributes; an aggregate has children. Absent children are None."""

    tag: str
    text: str | None = None
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    children: tuple["Element", ...] = ()


def basic(name: str, text: str | None, **attributes: str) -> Element | None:
    """An element with text, or nothing at all: Peppol allows no empty element (PEPPOL-EN16931-R008)."""
    shown = visible(text or "")
    return Element(f"{{{CBC}}}{name}", shown, attributes) if shown else None


def aggregate(name: str, *children: Element | None) -> Element | None:
    """An element with children, or nothing if all of them are absent."""
    present = tuple(child for child in children if child is not None)
    return Element(f"{{{CAC}}}{name}", children=present) if present else None


def document_bytes(name: str, *children: Element | None) -> bytes:
    """The whole document, an Invoice or a CreditNote: no white space between elements, and so one way to write it."""
    namespace = ROOT.format(name=name)
    root = etree.Element(f"{{{namespace}}}{name}", nsmap={None: namespace, "cac": CAC, "cbc": CBC})
    _grow(root, tuple(child for child in children if child is not None))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _grow(parent: Any, children: tuple[Element, ...]) -> None:
    for child in children:
        grown = etree.SubElement(parent, child.tag, child.attributes)
        grown.text = child.text
        _grow(grown, child.children)
