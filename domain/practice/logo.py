"""The practice's logo on what it prints: set, read, taken off; those of before stay for what was printed with them."""

import asyncio
import hashlib

from sqlalchemy.dialects.postgresql import insert

from domain.documents import File, Picture, read_logo
from domain.kit.errors import NotFound
from domain.kit.work import Work
from domain.messaging import announce
from domain.practice.actions import get_practice
from domain.practice.model import Practice, PracticeLogo


class LogoNotFound(NotFound):
    """This practice has no logo."""


async def set_logo(work: Work, content: bytes) -> Practice:
    """From now on it stands on what is printed. What was issued before keeps what it had."""
    practice = await get_practice(work, lock=True)
    picture = await asyncio.to_thread(read_logo, content, alt=practice.name)
    digest = hashlib.sha256(content).hexdigest()
    kept = {"practice_id": work.practice_id, "sha256": digest, "format": picture.format, "content": content}
    statement = insert(PracticeLogo).values(**kept, uploaded_at=work.now)
    await work.session.execute(statement.on_conflict_do_nothing())
    practice.logo = digest
    await work.session.flush()
    announce(work, "logo_set", work.practice_id, sha256=digest)
    return practice


async def remove_logo(work: Work) -> None:
    """From now on nothing is printed with it."""
    practice = await get_practice(work, lock=True)
    if practice.logo is None:
        raise LogoNotFound
    practice.logo = None
    await work.session.flush()
    announce(work, "logo_removed", work.practice_id)


async def read_own_logo(work: Work) -> File:
    """The logo as it was given."""
    practice = await get_practice(work)
    kept = practice.logo and await work.session.get(PracticeLogo, (work.practice_id, practice.logo))
    if not kept:
        raise LogoNotFound
    return File(f"logo.{kept.format}", "application/octet-stream", kept.content)


async def logo_of(work: Work, digest: str | None, name: str) -> Picture | None:
    """The picture with that digest, for a document of the practice under that name; none where it had none."""
    kept = digest and await work.session.get(PracticeLogo, (work.practice_id, digest))
    return Picture(format=kept.format, content=kept.content, alt=name) if kept else None
