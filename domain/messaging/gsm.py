"""The alphabet of text messages (3GPP TS 23.038): what fits into a single one."""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "^{}\\[~]|€\f"  # each takes two places
MOST = 160


def places(text: str) -> int | None:
    """How many of the 160 places a text takes; None where it holds a letter that would change the whole alphabet."""
    if any(letter not in BASIC and letter not in EXTENDED for letter in text):
        return None
    return len(text) + sum(letter in EXTENDED for letter in text)


def fits(text: str) -> bool:
    taken = places(text)
    return taken is not None and taken <= MOST
