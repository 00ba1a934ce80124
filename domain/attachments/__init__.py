"""Attachments: files that belong to something in a coachee's file, sealed; who may see one is for its owner to say."""

from domain.attachments.keeping import (
    attach as attach,
    find_attachment as find_attachment,
    list_attachments as list_attachments,
    open_attachment as open_attachment,
    remove_attachment as remove_attachment,
)
from domain.attachments.kinds import (
    LARGEST_FILE as LARGEST_FILE,
    FileEmpty as FileEmpty,
    FileIsAnother as FileIsAnother,
    FileKind as FileKind,
    FileKindNotKept as FileKindNotKept,
    FileNameMissing as FileNameMissing,
    kind_of as kind_of,
)
from domain.attachments.model import (
    Attachment as Attachment,
    AttachmentNotFound as AttachmentNotFound,
    OpenAttachment as OpenAttachment,
    Subject as Subject,
)
