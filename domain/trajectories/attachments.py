"""Files with a trajectory, a session or a note: for the trajectory's own coach alone, every opening on record."""

from uuid import UUID

from domain import attachments, people
from domain.attachments import Attachment, AttachmentNotFound, OpenAttachment, Subject
from domain.documents import File
from domain.kit.errors import NotFound
from domain.kit.ids import AttachmentId, CoacheeId, NoteId, SessionId, StaffId, TrajectoryId
from domain.kit.paging import Page, PageRequest
from domain.kit.work import Work, find
from domain.people import Purpose
from domain.trajectories.access import must_be_own_coach
from domain.trajectories.model import Trajectory, TrajectoryNotFound
from domain.trajectories.notes import NotesNotConsented, get_note, trajectory_of
from domain.trajectories.queries import get_session, get_trajectory

OURS = (Subject.TRAJECTORY, Subject.SESSION, Subject.NOTE)


async def attach_file(
    work: Work, subject: Subject, subject_id: UUID, *, filename: str | None, content: bytes
) -> Attachment:
    """Keep a file with it, if the coachee consents to notes."""
    coachee_id, coach_id = await _open(work, subject, subject_id)
    if not await people.has_consent(work, coachee_id, Purpose.SESSION_NOTES):
        raise NotesNotConsented
    return await attachments.attach(
        work, coachee_id, coach_id, subject=subject, subject_id=subject_id, filename=filename, content=content
    )


async def list_files(work: Work, subject: Subject, subject_id: UUID, page: PageRequest) -> Page[OpenAttachment]:
    await _open(work, subject, subject_id)
    return await attachments.list_attachments(work, subject, subject_id, page)


async def read_file(work: Work, attachment_id: AttachmentId) -> File:
    return await attachments.open_attachment(work, await _get(work, attachment_id))


async def remove_file(work: Work, attachment_id: AttachmentId) -> None:
    await attachments.remove_attachment(work, await _get(work, attachment_id))


async def _get(work: Work, attachment_id: AttachmentId) -> Attachment:
    attachment = await attachments.find_attachment(work, attachment_id, OURS)
    try:
        await _open(work, attachment.subject, attachment.subject_id)
    except NotFound as error:  # to a coach, what a colleague's file belongs to is not there
        raise AttachmentNotFound(id=attachment_id) from error
    return attachment


async def _open(work: Work, subject: Subject, subject_id: UUID) -> tuple[CoacheeId, StaffId]:
    """Whose it is, and her own coach, who alone gets this far."""
    if subject is Subject.TRAJECTORY:
        trajectory = await get_trajectory(work, TrajectoryId(subject_id), deputies=True)
    elif subject is Subject.SESSION:
        session = await get_session(work, SessionId(subject_id))
        trajectory = await find(work, Trajectory, session.trajectory_id, TrajectoryNotFound)
    else:
        note = await get_note(work, NoteId(subject_id))
        trajectory = await trajectory_of(work, note)
    must_be_own_coach(work, trajectory.coach_id)
    return trajectory.coachee_id, trajectory.coach_id
