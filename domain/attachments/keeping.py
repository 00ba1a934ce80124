"""Files are kept, listed, opened and removed here, by whoever has seen to it that the actor may."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select

from domain import audit, people
from domain.attachments.kinds import FileNameMissing, kind_of
from domain.attachments.model import Attachment, AttachmentContent, AttachmentNotFound, OpenAttachment, Subject
from domain.documents import File
from domain.kit.ids import AttachmentId, CoacheeId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce


async def attach(
    work: Work,
    coachee_id: CoacheeId,
    added_by: StaffId,
    *,
    subject: Subject,
    subject_id: UUID,
    filename: str | None,
    content: bytes,
) -> Attachment:
    """Keep a file with a thing of the coachee's. Its name is as private as what is in it."""
    if filename is None:
        raise FileNameMissing(field="filename")
    attachment = Attachment(
        practice_id=work.practice_id,
        id=AttachmentId(new_id()),
        coachee_id=coachee_id,
        subject=subject,
        subject_id=subject_id,
        kind=kind_of(filename, content),
        size=len(content),
        added_by=added_by,
        added_at=work.now,
    )
    attachment.sealed_filename = await people.seal(work, coachee_id, filename, _context(attachment.id, "filename"))
    sealed = await people.seal_content(work, coachee_id, content, _context(attachment.id, "content"))
    await work.store(attachment)
    await work.store(AttachmentContent(practice_id=work.practice_id, id=attachment.id, sealed_content=sealed))
    announce(work, "attachment_added", attachment.id, coachee_id=coachee_id, subject=subject, of_id=subject_id)
    return attachment


async def list_attachments(work: Work, subject: Subject, subject_id: UUID, page: PageRequest) -> Page[OpenAttachment]:
    """The files of a thing, oldest first; that their names were read is kept in the audit trail."""
    of_it = (Attachment.subject == subject, Attachment.subject_id == subject_id)
    query = select(Attachment).where(Attachment.practice_id == work.practice_id, *of_it)
    found = await fetch_page(work, query, page, list_name=f"attachments:{subject}:{subject_id}", keys=[Attachment.id])
    opened = [await _opened(work, attachment) for attachment in found.items]
    audit.record(work, "attachments_listed", subject_id, subject=subject, attachments=len(opened))
    return Page(opened, found.next_cursor)


async def find_attachment(work: Work, attachment_id: AttachmentId, subjects: Collection[Subject]) -> Attachment:
    """A file of a thing of one of these kinds: of any other it is not found."""
    return await find(work, Attachment, attachment_id, AttachmentNotFound, only=Attachment.subject.in_(subjects))


async def open_attachment(work: Work, attachment: Attachment) -> File:
    """The file as it was given; that it was read is kept in the audit trail."""
    kept = await work.session.get_one(AttachmentContent, (work.practice_id, attachment.id))
    context = _context(attachment.id, "content")
    content = await people.unseal_content(work, attachment.coachee_id, kept.sealed_content, context)
    filename = (await _opened(work, attachment)).filename
    audit.record(work, "attachment_read", attachment.id, coachee_id=attachment.coachee_id)
    return File(filename, "application/octet-stream", content)


async def remove_attachment(work: Work, attachment: Attachment) -> None:
    """Remove a file for good."""
    of_it = (Attachment.practice_id == work.practice_id, Attachment.id == attachment.id)
    await work.session.execute(delete(Attachment).where(*of_it))
    announce(work, "attachment_removed", attachment.id, coachee_id=attachment.coachee_id)


async def _opened(work: Work, attachment: Attachment) -> OpenAttachment:
    context = _context(attachment.id, "filename")
    filename = await people.unseal(work, attachment.coachee_id, attachment.sealed_filename, context)
    return OpenAttachment(
        id=attachment.id,
        subject=attachment.subject,
        subject_id=attachment.subject_id,
        kind=attachment.kind,
        size=attachment.size,
        added_by=attachment.added_by,
        added_at=attachment.added_at,
        filename=filename,
    )


def _context(attachment_id: AttachmentId, field: str) -> str:
    return f"attachments:{attachment_id}:{field}"
