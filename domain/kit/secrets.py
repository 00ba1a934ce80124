"""Sealing: what must be unreadable at rest, and what must be hard to guess.

Private text is sealed with a key per person (AES-256-GCM); that key is kept wrapped by the master key, which lives
outside the database. Destroying one wrapped key makes one person's text unreadable, in every backup too.
"""

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
TOKEN_BYTES = 20  # 160 bits: beyond guessing, and short enough for one line of a mail
CODE_DIGITS = 6
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FORM = b"\x01"  # the first byte of everything sealed, so that the way of sealing can change


class Unreadable(Exception):  # noqa: N818
    """The sealed text does not open with this key: another master key, or damaged rows."""


class Vault:
    """All that the master key can do. The key itself never leaves it."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes, not {len(master)}")
        self._wrapping = AESGCM(self._derive(master, b"wrap"))
        self._house = AESGCM(self._derive(master, b"house"))
        self._token = self._derive(master, b"token")
        self._signing = self._derive(master, b"sign")
        self._push = self._derive(master, b"push")
        self.fingerprint = hashlib.sha256(self._derive(master, b"fingerprint")).hexdigest()[:16]

    @staticmethod
    def _derive(master: bytes, purpose: bytes) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"krachtlijn " + purpose).derive(master)

    def new_wrapped_key(self, owner: bytes) -> bytes:
        """A fresh key for one person, wrapped; `owner` binds it to that person."""
        return _seal(self._wrapping, os.urandom(KEY_BYTES), owner)

    def seal(self, wrapped_key: bytes, owner: bytes, text: str, context: str) -> bytes:
        """`context` says what the text is ("note:<id>"): moved to another row, it does not open."""
        return self.seal_content(wrapped_key, owner, text.encode(), context)

    def unseal(self, wrapped_key: bytes, owner: bytes, sealed: bytes, context: str) -> str:
        return self.unseal_content(wrapped_key, owner, sealed, context).decode()

    def seal_content(self, wrapped_key: bytes, owner: bytes, content: bytes, context: str) -> bytes:
        """The same for a file."""
        return _seal(self._key(wrapped_key, owner), content, context.encode())

    def unseal_content(self, wrapped_key: bytes, owner: bytes, sealed: bytes, context: str) -> bytes:
        return _unseal(self._key(wrapped_key, owner), sealed, context.encode())

    def _key(self, wrapped_key: bytes, owner: bytes) -> AESGCM:
        return AESGCM(_unseal(self._wrapping, wrapped_key, owner))

    def seal_for_house(self, content: bytes, context: str) -> bytes:
        """Seal what belongs to nobody in particular, such as a kept answer of the API."""
        return _seal(self._house, content, context.encode())

    def unseal_for_house(self, sealed: bytes, context: str) -> bytes:
        return _unseal(self._house, sealed, context.encode())

    def token(self, purpose: str, subject: str) -> str:
        """The link token of a thing: computed again when a mail is written, so that it is stored nowhere."""
        mac = hmac.digest(self._token, f"{purpose}:{subject}".encode(), "sha256")
        return base64.urlsafe_b64encode(mac[:TOKEN_BYTES]).rstrip(b"=").decode()

    def code(self, purpose: str, subject: str) -> str:
        """Six digits for a thing, to be typed over from a mail: stored nowhere either, and few enough to be guessed, so
        whoever takes them counts the tries.
        """
        mac = hmac.digest(self._token, f"code {purpose}:{subject}".encode(), "sha256")
        return f"{int.from_bytes(mac[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"

    def push_key(self, number: int) -> EllipticCurvePrivateKey:
        """The key by which push services know us (VAPID), computed when it is needed. Its number counts the rotations:
        those before stay good for whoever subscribed under them.
        """
        drawn = HKDF(SHA256(), KEY_BYTES + 16, salt=None, info=f"vapid {number}".encode()).derive(self._push)
        return derive_private_key(int.from_bytes(drawn) % (P256_ORDER - 1) + 1, SECP256R1())

    def signature(self, purpose: str, content: bytes) -> bytes:
        """A keyed digest: proves that a cursor is ours, and compares bodies without keeping them."""
        return hmac.digest(self._signing, purpose.encode() + b"\0" + content, "sha256")


def digest(secret: str) -> bytes:
    """How a key or token is kept: enough entropy goes in that a fast hash suffices."""
    return hashlib.sha256(secret.encode()).digest()


def _seal(key: AESGCM, content: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return FORM + nonce + key.encrypt(nonce, content, context)


def _unseal(key: AESGCM, sealed: bytes, context: bytes) -> bytes:
    if sealed[:1] != FORM or len(sealed) <= NONCE_BYTES:
        raise Unreadable
    try:
        return key.decrypt(sealed[1 : NONCE_BYTES + 1], sealed[NONCE_BYTES + 1 :], context)
    except InvalidTag as error:
        raise Unreadable from error
