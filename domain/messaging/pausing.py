"""The way out of a mail: an address that pauses what is sent to one person, and can do nothing else."""

import base64
import binascii
import hmac
from uuid import UUID

from domain.kit.ids import PracticeId
from domain.kit.secrets import Vault

PURPOSE = "pause"
ID_BYTES = 16
FORM_LENGTH = 70  # of the whole: two ids and what proves that we wrote them


def pause_page(vault: Vault, practice_id: PracticeId, recipient_id: UUID) -> str:
    """The path of her page; it stays the same for good and is stored nowhere."""
    return f"/u/{_token(vault, practice_id, recipient_id)}"


def open_pause(vault: Vault, token: str) -> tuple[PracticeId, UUID] | None:
    """Whose page that is, in which practice; None where we did not write it."""
    if len(token) != FORM_LENGTH or not token.isascii():
        return None
    try:
        content = base64.urlsafe_b64decode(token + "==")
    except (ValueError, binascii.Error):
        return None
    practice_id = PracticeId(UUID(bytes=content[:ID_BYTES]))
    recipient_id = UUID(bytes=content[ID_BYTES : 2 * ID_BYTES])
    ours = hmac.compare_digest(_token(vault, practice_id, recipient_id), token)
    return (practice_id, recipient_id) if ours else None


def _token(vault: Vault, practice_id: PracticeId, recipient_id: UUID) -> str:
    proof = base64.urlsafe_b64decode(vault.token(PURPOSE, f"{practice_id}:{recipient_id}") + "=")
    return base64.urlsafe_b64encode(practice_id.bytes + recipient_id.bytes + proof).rstrip(b"=").decode()
