"""Where a business is found on Peppol: a list of numbers, and its number in it, such as 0208:0417497106."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from stdnum import ean
from stdnum.exceptions import ValidationError

from domain.kit.errors import Invalid
from domain.practice import enterprise_number

PEPPOL_LISTS: frozenset[str] = frozenset(
    tomllib.loads(Path(__file__).with_name("eas.toml").read_text("utf-8"))["codes"]
)
ENTERPRISE_NUMBERS, BELGIAN_VAT, PLACES = "0208", "9925", "0088"
NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._~:/-]{0,49}")
LENGTH_OF_PLACE = 13
HOME = "BE"


class InvalidPeppolEndpoint(Invalid):
    """A place on Peppol is a list of numbers that Peppol knows, a colon, and a number that can stand in that list:
    0208:0403019261."""


def peppol_endpoint(text: str, *, field: str = "peppol_endpoint") -> str:
    """In the one form in which it travels, or the refusal of one that cannot exist. Nobody is asked whether it does."""
    code, _, number = text.strip().partition(":")
    try:
        found = CHECKS.get(code, str)(number.strip())
    except (Invalid, ValidationError) as error:
        raise InvalidPeppolEndpoint(field=field) from error
    if code not in PEPPOL_LISTS or not NUMBER.fullmatch(found):
        raise InvalidPeppolEndpoint(field=field)
    return f"{code}:{found}"


def _belgian_vat(text: str) -> str:
    return f"{HOME}{enterprise_number(text)}"


def _place(text: str) -> str:
    """A GLN is an EAN of thirteen digits."""
    return ean.validate(text) if len(ean.compact(text)) == LENGTH_OF_PLACE else ""


# Peppol itself refuses these where they do not check; of other lists it is for the receiver to know.
CHECKS: dict[str, Callable[[str], str]] = {
    ENTERPRISE_NUMBERS: enterprise_number,
    BELGIAN_VAT: _belgian_vat,
    PLACES: _place,
}
