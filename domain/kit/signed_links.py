"""Addresses that open one thing without a key, for a while: what they name is signed, and nothing is stored of them."""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.kit.ids import PracticeId
from domain.kit.secrets import Vault

SIGNATURE = 32  # bytes


@dataclass(frozen=True, slots=True)
class SignedLink:
    practice_id: PracticeId
    thing_id: UUID


def sign_link(vault: Vault, purpose: str, practice_id: PracticeId, thing_id: UUID, until: datetime) -> str:
    """What the address ends with."""
    content = json.dumps([str(practice_id), str(thing_id), int(until.timestamp())]).encode()
    return base64.urlsafe_b64encode(vault.signature(purpose, content) + content).rstrip(b"=").decode()


def read_link(vault: Vault, purpose: str, token: str, now: datetime) -> SignedLink | None:
    """What it names; nothing where it is none of ours, or over."""
    try:
        signed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return None
    signature, content = signed[:SIGNATURE], signed[SIGNATURE:]
    if not hmac.compare_digest(vault.signature(purpose, content), signature):
        return None
    practice_id, thing_id, until = json.loads(content)
    return None if now.timestamp() > until else SignedLink(PracticeId(UUID(practice_id)), UUID(thing_id))
