"""Files with a trajectory, a session or a note."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from api.fields import END, Out, PageCursor, PageLimit, page_request
from api.files import file_response
from api.problems import refuses
from api.requests import TAKES_FILE
from domain import method, trajectories
from domain.attachments import (
    LARGEST_FILE,
    AttachmentNotFound,
    FileEmpty,
    FileIsAnother,
    FileKind,
    FileKindNotKept,
    FileNameMissing,
    OpenAttachment,
    Subject,
)
from domain.kit.errors import DomainError
from domain.kit.ids import AttachmentId, NoteId, SessionId, StaffId, TrajectoryId
from domain.kit.paging import InvalidCursor, Page
from domain.kit.work import Work
from domain.people import TextDestroyed
from domain.trajectories import NoteNotFound, NotesNotConsented, NotYourCoachee, SessionNotFound, TrajectoryNotFound

AnyRequest: TypeAlias = Request[Any, Any, Any]
FileName: TypeAlias = Annotated[
    str | None,
    QueryParameter(
        min_length=3,
        max_length=150,
        pattern=r"^[^\x00-\x1f\x7f/\\:]+\.[A-Za-z0-9]{1,8}" + END,
        description="What the file is called, with its extension",
    ),
]
FILE_REFUSALS = (FileNameMissing, FileEmpty, FileKindNotKept, FileIsAnother)


class AttachmentOut(Out, frozen=True, kw_only=True):
    """That a file is kept, without its name."""

    id: AttachmentId
    subject: Subject
    subject_id: UUID
    kind: FileKind
    size: int
    """In bytes."""
    added_by: StaffId
    added_at: datetime


class OpenAttachmentOut(Out, frozen=True, kw_only=True):
    id: AttachmentId
    subject: Subject
    subject_id: UUID
    kind: FileKind
    size: int
    """In bytes."""
    added_by: StaffId
    added_at: datetime
    filename: str


class AttachmentPage(msgspec.Struct, frozen=True):
    items: list[OpenAttachmentOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[OpenAttachment]) -> "AttachmentPage":
        return cls([OpenAttachmentOut.of(attachment) for attachment in page.items], page.next_cursor)


def _adding(address: str, missing: type[DomainError]) -> Any:
    refusals = (missing, NotYourCoachee, NotesNotConsented, TextDestroyed, *FILE_REFUSALS)
    return post(
        f"{address}/attachments",
        scope="notes:write",
        request_max_body_size=LARGEST_FILE,
        opt={TAKES_FILE: True},
        responses=refuses(*refusals),
    )


def _listing(address: str, missing: type[DomainError]) -> Any:
    refusals = refuses(missing, NotYourCoachee, TextDestroyed, InvalidCursor)
    return get(f"{address}/attachments", scope="notes:read", responses=refusals)


async def _attach(work: Work, subject: Subject, thing_id: UUID, name: str | None, request: AnyRequest) -> AttachmentOut:
    content = await request.body()
    return AttachmentOut.of(await trajectories.attach_file(work, subject, thing_id, filename=name, content=content))


@_adding("/trajectories/{trajectory_id:uuid}", TrajectoryNotFound)
async def attach_to_trajectory(
    work: NamedDependency[Work], request: AnyRequest, trajectory_id: FromPath[TrajectoryId], filename: FileName = None
) -> AttachmentOut:
    """Keep a file with a trajectory, as its own coach and if the coachee consents to notes. It is sealed.

    The body is the file itself: a PDF, a picture, plain text or an office document without macros, of at most 10 MB.
    """
    return await _attach(work, Subject.TRAJECTORY, trajectory_id, filename, request)


@_adding("/sessions/{session_id:uuid}", SessionNotFound)
async def attach_to_session(
    work: NamedDependency[Work], request: AnyRequest, session_id: FromPath[SessionId], filename: FileName = None
) -> AttachmentOut:
    """Keep a file with a session; the body is the file itself, as for a trajectory."""
    return await _attach(work, Subject.SESSION, session_id, filename, request)


@_adding("/notes/{note_id:uuid}", NoteNotFound)
async def attach_to_note(
    work: NamedDependency[Work], request: AnyRequest, note_id: FromPath[NoteId], filename: FileName = None
) -> AttachmentOut:
    """Keep a file with a note; the body is the file itself, as for a trajectory."""
    return await _attach(work, Subject.NOTE, note_id, filename, request)


@_listing("/trajectories/{trajectory_id:uuid}", TrajectoryNotFound)
async def list_trajectory_attachments(
    work: NamedDependency[Work],
    trajectory_id: FromPath[TrajectoryId],
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> AttachmentPage:
    """List the files of a trajectory, oldest first. Every reading is kept in the audit trail."""
    page = page_request(limit, cursor)
    return AttachmentPage.of(await trajectories.list_files(work, Subject.TRAJECTORY, trajectory_id, page))


@_listing("/sessions/{session_id:uuid}", SessionNotFound)
async def list_session_attachments(
    work: NamedDependency[Work], session_id: FromPath[SessionId], limit: PageLimit = 20, cursor: PageCursor = None
) -> AttachmentPage:
    """List the files of a session, oldest first. Every reading is kept in the audit trail."""
    page = page_request(limit, cursor)
    return AttachmentPage.of(await trajectories.list_files(work, Subject.SESSION, session_id, page))


@_listing("/notes/{note_id:uuid}", NoteNotFound)
async def list_note_attachments(
    work: NamedDependency[Work], note_id: FromPath[NoteId], limit: PageLimit = 20, cursor: PageCursor = None
) -> AttachmentPage:
    """List the files of a note, oldest first. Every reading is kept in the audit trail."""
    page = page_request(limit, cursor)
    return AttachmentPage.of(await trajectories.list_files(work, Subject.NOTE, note_id, page))


@get(
    "/attachments/{attachment_id:uuid}/content",
    scope="notes:read",
    media_type="application/octet-stream",
    responses=refuses(AttachmentNotFound, NotYourCoachee, TextDestroyed),
)
async def download_attachment(work: NamedDependency[Work], attachment_id: FromPath[AttachmentId]) -> Response[bytes]:
    """Download a file as it was given, to be saved and not shown. Every reading is kept in the audit trail."""
    return file_response(await method.read_file(work, attachment_id))


@delete(
    "/attachments/{attachment_id:uuid}",
    scope="notes:write",
    status_code=204,
    responses=refuses(AttachmentNotFound, NotYourCoachee),
)
async def remove_attachment(work: NamedDependency[Work], attachment_id: FromPath[AttachmentId]) -> None:
    """Remove a file for good."""
    await method.remove_file(work, attachment_id)


HANDLERS = (
    attach_to_trajectory,
    attach_to_session,
    attach_to_note,
    list_trajectory_attachments,
    list_session_attachments,
    list_note_attachments,
    download_attachment,
    remove_attachment,
)
