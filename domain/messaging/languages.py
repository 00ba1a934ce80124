"""The languages in which Krachtlijn speaks to people."""

from enum import StrEnum


class Language(StrEnum):
    NL = "nl"
    FR = "fr"
    EN = "en"
    DE = "de"
