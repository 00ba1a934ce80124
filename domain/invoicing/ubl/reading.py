"""A UBL document to ask questions of, with XPath."""

from decimal import Decimal
from functools import cache
from typing import Any

from domain.invoicing.ubl.tree import CAC, CBC, etree

NAMES = {"cac": CAC, "cbc": CBC}


@cache
def compiled(path: str) -> Any:
    """Every document is asked the same few dozen paths."""
    return etree.XPath(path, namespaces=NAMES)


class Document:
    """Read without entities, and without the network."""

    def __init__(self, ubl: bytes) -> None:
        self.root = etree.fromstring(ubl, etree.XMLParser(resolve_entities=False, no_network=True))

    def __call__(self, path: str, start: Any = None) -> Any:
        return compiled(path)(self.root if start is None else start)

    def texts(self, path: str) -> list[str]:
        return [element.text for element in self(path)]

    def numbers(self, path: str, start: Any = None) -> list[Decimal]:
        return [Decimal(element.text) for element in self(path, start)]
