"""Web push as it travels: encrypted for one browser (RFC 8291), and signed by this installation (RFC 8292).

Written on `cryptography` alone: both take a page, and the appendix of RFC 8291 proves it byte for byte.
"""

import base64
import binascii
import json
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.kit.errors import Invalid

CURVE = SECP256R1()
POINT_BYTES, AUTH_BYTES, SALT_BYTES, HALF_SIGNATURE = 65, 16, 16, 32
RECORD = 4096  # RFC 8030 §7.2: a push service takes this much, and need take no more
HEAD = SALT_BYTES + 4 + 1 + POINT_BYTES
TAG_AND_DELIMITER = 17
LARGEST = RECORD - HEAD - TAG_AND_DELIMITER
LAST_RECORD = b"\x02"
SIGNATURE_LIVES = timedelta(hours=12)  # RFC 8292 §2: a day at the most


class PushKeysUnusable(Invalid):
    """These are not the keys of a push subscription: p256dh is a point on P-256, auth sixteen bytes, in base64url."""


class PushTooLarge(Exception):  # noqa: N818
    """More than a push service takes at once."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """What a browser tells of itself, so that we can write to it alone."""

    public: bytes = field(repr=False)
    auth: bytes = field(repr=False)

    @classmethod
    def read(cls, p256dh: str, auth: str) -> "Receiver":
        """As a browser's `toJSON` writes them; what is no point on the curve is refused here, not when we send."""
        try:
            public, secret = unbase64url(p256dh), unbase64url(auth)
            EllipticCurvePublicKey.from_encoded_point(CURVE, public)
        except (ValueError, binascii.Error) as error:
            raise PushKeysUnusable(field="keys") from error
        if len(public) != POINT_BYTES or len(secret) != AUTH_BYTES:
            raise PushKeysUnusable(field="keys")
        return cls(public, secret)


def encrypt(
    content: bytes, receiver: Receiver, *, salt: bytes | None = None, ephemeral: EllipticCurvePrivateKey | None = None
) -> bytes:
    """One record that only the receiver can read; salt and key are new each time, but in a test."""
    if len(content) > LARGEST:
        raise PushTooLarge(len(content))
    salt, ours = salt or os.urandom(SALT_BYTES), ephemeral or generate_private_key(CURVE)
    sender = point_of(ours.public_key())
    theirs = EllipticCurvePublicKey.from_encoded_point(CURVE, receiver.public)
    key, nonce = message_keys(ours.exchange(ECDH(), theirs), receiver, sender, salt)
    sealed = AESGCM(key).encrypt(nonce, content + LAST_RECORD, None)
    return salt + RECORD.to_bytes(4) + bytes([POINT_BYTES]) + sender + sealed


def message_keys(shared: bytes, receiver: Receiver, sender: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """The key and the nonce of one message (RFC 8291 §3.4, RFC 8188 §2.2), the same at both ends."""
    info = b"WebPush: info\0" + receiver.public + sender
    secret = _derive(shared, 32, receiver.auth, info)
    return (
        _derive(secret, 16, salt, b"Content-Encoding: aes128gcm\0"),
        _derive(secret, 12, salt, b"Content-Encoding: nonce\0"),
    )


def signed_by(key: EllipticCurvePrivateKey, endpoint: str, contact: str, now: datetime) -> str:
    """The Authorization that tells a push service who sends, and how to reach the people behind it."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + SIGNATURE_LIVES).timestamp()),
        "sub": contact,
    }
    told = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(key.sign(told.encode(), ECDSA(SHA256())))
    signature = base64url(r.to_bytes(HALF_SIGNATURE) + s.to_bytes(HALF_SIGNATURE))
    return f"vapid t={told}.{signature}, k={public_key(key)}"


def public_key(key: EllipticCurvePrivateKey) -> str:
    """What a browser is given to subscribe with (`applicationServerKey`)."""
    return base64url(point_of(key.public_key()))


def point_of(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def _derive(secret: bytes, length: int, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), length, salt=salt, info=info).derive(secret)


def _json(value: dict[str, Any]) -> str:
    return base64url(json.dumps(value, separators=(",", ":")).encode())
