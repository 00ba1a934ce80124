"""The files of a talent profile, such as the analyst's own report; and any file that is kept with a coachee."""

from domain import attachments, trajectories
from domain.attachments import Attachment, AttachmentNotFound, OpenAttachment, Subject
from domain.documents import File
from domain.kit.errors import NotFound
from domain.kit.ids import AttachmentId, TalentProfileId
from domain.kit.paging import Page, PageRequest
from domain.kit.work import Work
from domain.method import keeping
from domain.method.profiles import TALENT_PROFILE

OURS = Subject.TALENT_PROFILE


async def attach_to_profile(
    work: Work, profile_id: TalentProfileId, *, filename: str | None, content: bytes
) -> Attachment:
    profile = await keeping.get(work, TALENT_PROFILE, profile_id)
    return await attachments.attach(
        work,
        profile.coachee_id,
        profile.added_by,
        subject=OURS,
        subject_id=profile_id,
        filename=filename,
        content=content,
    )


async def list_profile_files(work: Work, profile_id: TalentProfileId, page: PageRequest) -> Page[OpenAttachment]:
    await keeping.get(work, TALENT_PROFILE, profile_id)
    return await attachments.list_attachments(work, OURS, profile_id, page)


async def read_file(work: Work, attachment_id: AttachmentId) -> File:
    if attachment := await _profile_file(work, attachment_id):
        return await attachments.open_attachment(work, attachment)
    return await trajectories.read_file(work, attachment_id)


async def remove_file(work: Work, attachment_id: AttachmentId) -> None:
    if attachment := await _profile_file(work, attachment_id):
        await attachments.remove_attachment(work, attachment)
    else:
        await trajectories.remove_file(work, attachment_id)


async def _profile_file(work: Work, attachment_id: AttachmentId) -> Attachment | None:
    """A file of a profile that the actor may open; None where it belongs to something else."""
    attachment = await attachments.find_attachment(work, attachment_id, Subject)
    if attachment.subject is not OURS:
        return None
    try:
        await keeping.get(work, TALENT_PROFILE, attachment.subject_id)
    except NotFound as error:  # to a coach, what a colleague's file belongs to is not there
        raise AttachmentNotFound(id=attachment_id) from error
    return attachment
