"""Answers kept for a while, so that a request sent twice is done once and answered the same (IETF idempotency-key).

The answer is stored in the transaction of its effect. A refusal is stored too, after the roll-back, so that a retry
hears the same refusal. Bodies are sealed at rest; what was asked is kept as a keyed digest only.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, Integer, LargeBinary, String, delete, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, Invalid
from domain.kit.ids import KeyId
from domain.kit.tables import Table, Tenant
from domain.kit.work import Work, is_free

KEPT = timedelta(days=7)


class IdempotencyKeyReused(Invalid):
    """This Idempotency-Key was used for another request; use a new key for a new request."""


class RequestInProgress(Conflict):
    """A request with this Idempotency-Key is being handled at this moment; ask again in a second."""


class KeptAnswer(Tenant, Table):
    __tablename__ = "kept_answers"
    __table_args__ = (Index("kept_answers_kept_at_idx", "kept_at"),)

    caller_id: Mapped[KeyId] = mapped_column(primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    sealed_body: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Claim:
    """One caller's one key, for one request: method, path and body."""

    caller_id: KeyId
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def claim(work: Work, wanted: Claim) -> Answer | None:
    """The answer given before, or None: then this request holds the key until its transaction ends."""
    if not await is_free(work, f"{wanted.caller_id}:{wanted.key}"):
        raise RequestInProgress
    query = select(KeptAnswer).where(
        KeptAnswer.practice_id == work.practice_id,
        KeptAnswer.caller_id == wanted.caller_id,
        KeptAnswer.idempotency_key == wanted.key,
    )
    kept = await work.session.scalar(query)
    if kept is None:
        return None
    if kept.fingerprint != wanted.fingerprint:
        raise IdempotencyKeyReused(first_used_at=kept.kept_at)
    return Answer(kept.status, kept.headers, work.vault.unseal_for_house(kept.sealed_body, wanted.key))


async def keep(work: Work, wanted: Claim, answer: Answer) -> None:
    kept = KeptAnswer(
        practice_id=work.practice_id,
        caller_id=wanted.caller_id,
        idempotency_key=wanted.key,
        fingerprint=wanted.fingerprint,
        status=answer.status,
        headers=answer.headers,
        sealed_body=work.vault.seal_for_house(answer.body, wanted.key),
        kept_at=work.now,
    )
    await work.store(kept)


async def forget_old_answers(session: AsyncSession, now: datetime) -> int:
    """Drop what is older than seven days, in every practice."""
    dropped: Any = await session.execute(delete(KeptAnswer).where(KeptAnswer.kept_at < now - KEPT))
    return dropped.rowcount
