"""What each role may do, and how an API key is written."""

import re
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from domain.kit.errors import Forbidden, Invalid
from domain.kit.secrets import digest
from domain.practice.model import Role

COACHING_ROLES = frozenset({Role.COACH, Role.OWNER})

READ_SCOPES = (
    "practice:read",
    "staff:read",
    "coachees:read",
    "sponsors:read",
    "trajectories:read",
    "sessions:read",
    "funding:read",
)
COACHING_SCOPES = (
    "coachees:write",
    "trajectories:write",
    "sessions:write",
    "notes:read",
    "notes:write",
    "method:read",
    "method:write",
    "check_ins:read",
    "check_ins:write",
    "answers:read",
    "support:read",
    "support:write",
    "funding:write",
)
BILLING_SCOPES = ("sponsors:write", "funding:write", "invoices:read", "invoices:write", "invoices:issue")
OFFICE_SCOPES = (
    "practice:write",
    "staff:write",
    "keys:read",
    "keys:write",
    "coachees:write",
    "trajectories:write",
    "sessions:write",
    "sessions:overlap",
    "check_ins:read",
    "check_ins:write",
    "events:read",  # they tell of every coach's coachees, so they are not for coaches
    "messages:read",
    "messages:write",
    "audit:read",
    "reports:read",
)
OWNER_SCOPES = ("coachees:erase", "research:export")

ROLE_SCOPES: dict[Role, frozenset[str]] = {
    Role.COACH: frozenset({*READ_SCOPES, *COACHING_SCOPES}),
    Role.BILLING: frozenset({*READ_SCOPES, *BILLING_SCOPES}),
    Role.ADMINISTRATOR: frozenset({*READ_SCOPES, *BILLING_SCOPES, *OFFICE_SCOPES}),
    Role.OWNER: frozenset({*READ_SCOPES, *BILLING_SCOPES, *OFFICE_SCOPES, *COACHING_SCOPES, *OWNER_SCOPES}),
}
ALL_SCOPES = ROLE_SCOPES[Role.OWNER]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PREFIX_LENGTH, SECRET_LENGTH, CHECKSUM_LENGTH = 8, 32, 6
KEY_FORM = re.compile(rf"krl_([0-9A-Za-z]{{{PREFIX_LENGTH}}})_([0-9A-Za-z]{{{SECRET_LENGTH + CHECKSUM_LENGTH}}})")
DARKEST = 0.04045  # up to which sRGB is a straight line


class UnknownScope(Invalid):
    """There is no such scope; the OpenAPI document names the scope of every operation."""


class ScopeBeyondRole(Forbidden):
    """A key cannot do more than the role of the member of staff that it belongs to."""


@dataclass(frozen=True, slots=True)
class KeySecret:
    """A new key: `text` is shown once, `prefix` and `digest` are kept."""

    text: str
    prefix: str
    digest: bytes


def new_key_secret() -> KeySecret:
    prefix, secret = _random(PREFIX_LENGTH), _random(SECRET_LENGTH)
    text = f"krl_{prefix}_{secret}{checksum(prefix + secret)}"
    return KeySecret(text, f"krl_{prefix}", digest(text))


def well_formed(text: str) -> bool:
    """Whether this can be a key at all: a mistyped or cut one is told without asking the database."""
    match = KEY_FORM.fullmatch(text)
    return match is not None and text.endswith(checksum(match[1] + match[2][:SECRET_LENGTH]))


def checksum(content: str) -> str:
    """CRC-32 in base 62, six characters."""
    number, letters = zlib.crc32(content.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, remainder = divmod(number, len(ALPHABET))
        letters = ALPHABET[remainder] + letters
    return letters


def scopes_for(role: Role, wanted: Iterable[str] | None) -> list[str]:
    """The scopes of a new key: all of the role's when none are named, and never more than the role has."""
    if wanted is None:
        return sorted(ROLE_SCOPES[role])
    for scope in wanted:
        if scope not in ALL_SCOPES:
            raise UnknownScope(field="scopes", scope=scope)
        if scope not in ROLE_SCOPES[role]:
            raise ScopeBeyondRole(field="scopes", scope=scope, role=role)
    return sorted(set(wanted))


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def contrast_with_white(colour: str) -> float:
    """Of "#rrggbb", from 1 for white to 21 for black: the relative luminance of WCAG 2.2."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= DARKEST else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
