"""A push service and the browsers behind it, for the demonstration and for tests: it takes nothing that is not right.

It judges a push as strictly as the strictest of the real ones, decrypts it as the browser would, and keeps what was
sent to a browser that is away: the newest of each topic, and nothing past its time to live (RFC 8030 §5).
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from domain.kit.ids import new_id
from domain.kit.work import Clock, system_clock
from domain.messaging.webpush import (
    CURVE,
    HALF_SIGNATURE,
    HEAD,
    LAST_RECORD,
    POINT_BYTES,
    RECORD,
    SALT_BYTES,
    Receiver,
    base64url,
    message_keys,
    point_of,
    unbase64url,
)

TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = {"very-low", "low", "normal", "high"}
VAPID = re.compile(r"vapid t=(?P<told>[\w-]+\.[\w-]+)\.(?P<signature>[\w-]+), ?k=(?P<key>[\w-]+)")
LONGEST_SIGNATURE = timedelta(hours=24)


class Answer(NamedTuple):
    """What the push service says of a push."""

    status: int
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pushed:
    """A push as the browser reads it. `text` is what it decrypted."""

    text: str
    ttl: int
    topic: str | None
    urgency: str
    until: datetime

    @property
    def notification(self) -> dict[str, Any]:
        return json.loads(self.text)["notification"]


@dataclass(slots=True)
class Browser:
    """A browser that subscribed. `trouble` is what the service says of it from now on: 404, 410, 429…"""

    endpoint: str
    application_key: str
    private: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(CURVE), repr=False)
    auth: bytes = field(default=b"sixteen bytes ok", repr=False)
    away: bool = False
    trouble: Answer | None = None
    shown: list[Pushed] = field(default_factory=list[Pushed])
    waiting: list[Pushed] = field(default_factory=list[Pushed])

    @property
    def receiver(self) -> Receiver:
        return Receiver(point_of(self.private.public_key()), self.auth)

    @property
    def subscription(self) -> dict[str, Any]:
        """As `PushSubscription.toJSON` tells it."""
        keys = {"p256dh": base64url(self.receiver.public), "auth": base64url(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def decrypt(self, body: bytes) -> bytes:
        """Only a message that was written for this browser opens."""
        salt, sender = body[:SALT_BYTES], body[HEAD - POINT_BYTES : HEAD]
        if body[SALT_BYTES + 4] != POINT_BYTES or int.from_bytes(body[SALT_BYTES : SALT_BYTES + 4]) > RECORD:
            raise InvalidTag
        shared = self.private.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        key, nonce = message_keys(shared, self.receiver, sender, salt)
        content = AESGCM(key).decrypt(nonce, body[HEAD:], None).rstrip(b"\0")
        if not content.endswith(LAST_RECORD):
            raise InvalidTag
        return content.removesuffix(LAST_RECORD)

    def come_back(self, now: datetime) -> None:
        """On the network again: what waited and is still of use is shown."""
        self.away = False
        self.shown += [one for one in self.waiting if one.until > now]
        self.waiting = []


class PushService:
    """`take` is all that the outside sees of it."""

    def __init__(self, origin: str, clock: Clock = system_clock, tell: Callable[[Pushed], None] | None = None) -> None:
        self.origin, self.clock, self.tell = origin, clock, tell
        self.browsers: dict[str, Browser] = {}
        self.refused: list[str] = []

    def subscribe(self, application_key: str) -> Browser:
        path = f"/push/{new_id().hex}"
        self.browsers[path] = Browser(self.origin + path, application_key)
        return self.browsers[path]

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        browser = self.browsers.get(path)
        if browser is None:
            return Answer(404, {})
        if browser.trouble is not None:
            return browser.trouble
        status, why = self._judge(browser, headers, body)
        if status is not None:
            self.refused.append(why)
            return Answer(status, {})
        return self._keep(browser, headers, body)

    def _judge(self, browser: Browser, headers: Mapping[str, str], body: bytes) -> tuple[int | None, str]:
        doubt = self._doubt(browser, headers.get("authorization", ""))
        faults = (
            (400, "TTL is missing", not headers.get("ttl", "").isdigit()),
            (415, "the encoding is not aes128gcm", headers.get("content-encoding") != "aes128gcm"),
            (400, "the topic has more than 32 letters, or others", not TOPIC.fullmatch(headers.get("topic", "none"))),
            (400, "no such urgency", headers.get("urgency", "normal") not in URGENCIES),
            (413, "the body is too large", len(body) > RECORD),
            (403, doubt or "", doubt is not None),
        )
        return next(((status, why) for status, why, wrong in faults if wrong), (None, ""))

    def _doubt(self, browser: Browser, authorization: str) -> str | None:
        """Why we do not believe that this is the application which the browser subscribed to."""
        match = VAPID.fullmatch(authorization)
        if match is None:
            return "no VAPID"
        if match["key"] != browser.application_key:
            return "another key than the subscription's"
        key = EllipticCurvePublicKey.from_encoded_point(CURVE, unbase64url(match["key"]))
        raw = unbase64url(match["signature"])
        halves = int.from_bytes(raw[:HALF_SIGNATURE]), int.from_bytes(raw[HALF_SIGNATURE:])
        try:
            key.verify(encode_dss_signature(*halves), match["told"].encode(), ECDSA(SHA256()))
        except InvalidSignature:
            return "the signature is not the key's"
        head, claims = (_claims(part) for part in match["told"].split("."))
        ends, now = datetime.fromtimestamp(claims["exp"], tz=self.clock().tzinfo), self.clock()
        right = (
            head.get("alg") == "ES256"
            and claims["aud"] == self.origin
            and now < ends <= now + LONGEST_SIGNATURE
            and str(claims.get("sub", "")).startswith(("mailto:", "https://"))
        )
        return None if right else "audience, end or contact are not right"

    def _keep(self, browser: Browser, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            text = browser.decrypt(body).decode()
        except (InvalidTag, ValueError, IndexError):
            # A real service cannot tell; the browser would drop it unseen. Here it is a mistake that must be seen.
            self.refused.append("not for this browser")
            return Answer(400, {})
        ttl, topic = int(headers["ttl"]), headers.get("topic")
        pushed = Pushed(text, ttl, topic, headers.get("urgency", "normal"), self.clock() + timedelta(seconds=ttl))
        if browser.away:
            browser.waiting = [one for one in browser.waiting if topic is None or one.topic != topic]
            browser.waiting.append(pushed)
        else:
            browser.shown.append(pushed)
            if self.tell is not None:
                self.tell(pushed)
        return Answer(201, {"location": f"{browser.endpoint}/message/{len(browser.shown)}", "ttl": str(ttl)})


def _claims(part: str) -> dict[str, Any]:
    return json.loads(unbase64url(part))
