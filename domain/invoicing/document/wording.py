"""The words that an invoice alone uses."""

from pathlib import Path

from domain.documents import Locale, Wording, read_labels

LABELS = read_labels(Path(__file__).with_name("labels.toml"))


def wording_in(locale: Locale) -> Wording:
    """What an invoice says in one language."""
    return Wording(locale, LABELS)
