"""How each language writes what stands on a document: words, amounts, days, numbers."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from domain.documents.contents import Locale
from domain.messaging import read_worded

Labels: TypeAlias = dict[str, dict[str, Any]]
NO_BREAK = "\u00a0"
MINUS = "\u2212"
MINUTES_PER_HOUR = 60
REGISTER = re.compile(r"^(RPR|RPM|RJP)\b")


def read_labels(path: Path) -> Labels:
    """The words of a document, a table for each language."""
    return read_worded(path)


COMMON = read_labels(Path(__file__).with_name("labels.toml"))


class Wording:
    """The labels of one language, a document's own beside those of every document, and its way of writing figures."""

    def __init__(self, locale: Locale, own: Labels | None = None) -> None:
        self.locale = locale
        self.labels = COMMON[locale] | (own or {}).get(locale, {})

    def __getitem__(self, key: str) -> Any:
        return self.labels[key]

    def money(self, cents: int) -> str:
        euros, rest = divmod(abs(cents), 100)
        amount = f"{self._grouped(euros)}{self['decimal']}{rest:02}"
        return self["money"].format(sign=MINUS if cents < 0 else "", amount=amount).replace(" ", NO_BREAK)

    def number(self, value: Decimal) -> str:
        """Without idle zeros: 1.50 is 1,5 and 2.00 is 2."""
        whole, _, fraction = f"{abs(value):f}".partition(".")
        fraction = fraction.rstrip("0")
        sign = MINUS if value < 0 else ""
        return sign + self._grouped(int(whole)) + (self["decimal"] + fraction if fraction else "")

    def rate(self, percent: Decimal) -> str:
        return self["rate"].format(number=self.number(percent)).replace(" ", NO_BREAK)

    def day(self, day: date) -> str:
        first = self.labels.get("first_day", self["day"])
        pattern = first if day.day == 1 else self["day"]
        month = self["months"][day.month - 1]
        return pattern.format(day=day.day, month=month, year=day.year).replace(" ", NO_BREAK)

    def quantity(self, value: Decimal, unit: str) -> str:
        return f"{self.number(value)}{NO_BREAK}{self['units'].get(unit, unit)}".rstrip()

    def hours(self, minutes: int) -> str:
        """As people write them: 7, or 1,5."""
        return self.number(round(Decimal(minutes) / MINUTES_PER_HOUR, 2))

    def register(self, court: str) -> str:
        """The register of legal persons under this language's name for it: RPR Gent is RPM Gent in French."""
        return REGISTER.sub(self["register"] or r"\1", court)

    def country(self, code: str) -> str:
        return self["countries"].get(code.upper(), code)

    def _grouped(self, whole: int) -> str:
        return f"{whole:,}".replace(",", self["thousands"])


def enterprise_number(number: str) -> str:
    """Ten digits as the register prints them, 0403.019.261; anything else as it came."""
    digits = re.sub(r"[\s.]", "", number)
    if not re.fullmatch(r"[01]\d{9}", digits):
        return number
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def vat_number(number: str) -> str:
    """A Belgian VAT number as BE 0403.019.261; a foreign one as it came."""
    country, rest = number[:2].upper(), number[2:]
    return f"BE{NO_BREAK}{enterprise_number(rest.strip())}" if country == "BE" else number


def iban(number: str) -> str:
    """In groups of four, as banks print it."""
    return " ".join(re.findall(r".{1,4}", re.sub(r"\s", "", number)))
