"""The kinds of file that are kept, each told by its content: what a file is called proves nothing."""

import re
import struct
import zipfile
from enum import StrEnum
from io import BytesIO
from pathlib import PurePath
from typing import Any
from zipfile import BadZipFile, ZipFile

import puremagic

from domain.kit.errors import Invalid

LARGEST_FILE = 10_000_000  # bytes
HEAD = 4_096  # of a file: its signature stands in front
BREAKS_OFF = (BadZipFile, struct.error, ValueError, NotImplementedError, OSError, EOFError, RuntimeError)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class FileKind(StrEnum):
    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"
    TEXT = "txt"
    WORD = "docx"
    EXCEL = "xlsx"
    POWERPOINT = "pptx"
    OPEN_DOCUMENT = "odt"


OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.text"
# By the signature at the front, as puremagic calls it.
BY_SIGNATURE = {f".{kind}": kind for kind in (FileKind.PDF, FileKind.PNG, FileKind.JPEG, FileKind.GIF, FileKind.WEBP)}
# By the part that makes a package of it; all of these are ZIP archives.
BY_PART = {
    "word/document.xml": FileKind.WORD,
    "xl/workbook.xml": FileKind.EXCEL,
    "ppt/presentation.xml": FileKind.POWERPOINT,
}
ALSO_CALLED = {"jpg": FileKind.JPEG}


class FileNameMissing(Invalid):
    """Say what the file is called, with its extension, as `filename` in the address."""


class FileEmpty(Invalid):
    """The body is the file itself, and there is nothing in it."""


class FileKindNotKept(Invalid):
    """Files of that kind are not kept: only documents, pictures and plain text, without macros."""


class FileIsAnother(Invalid):
    """The file's content is of another kind than its name says."""


def kind_of(filename: str, content: bytes) -> FileKind:
    """The kind that name and content agree on."""
    if not content:
        raise FileEmpty
    wanted = _named(filename)
    found = _found(content)
    if found is None or found is not wanted:
        raise FileIsAnother(field="filename", named=wanted, found=found)
    return found


def _named(filename: str) -> FileKind:
    extension = PurePath(filename).suffix.lower().removeprefix(".")
    if extension in ALSO_CALLED:
        return ALSO_CALLED[extension]
    if extension not in set(FileKind):
        raise FileKindNotKept(field="filename", kept=sorted(FileKind))
    return FileKind(extension)


def _found(content: bytes) -> FileKind | None:
    if content.startswith(b"PK"):
        return _package(content)
    try:
        matches: list[Any] = puremagic.magic_string(content[:HEAD])  # pyright: ignore[reportUnknownMemberType]
    except puremagic.PureError:
        matches = []
    extensions = {match.extension for match in matches}
    signed = next((kind for extension, kind in BY_SIGNATURE.items() if extension in extensions), None)
    return signed or (FileKind.TEXT if _is_text(content) else None)


def _package(content: bytes) -> FileKind | None:
    """What an archive is by the names in it: nothing is unpacked but one short word, so no bomb goes off."""
    try:
        with ZipFile(BytesIO(content)) as package:
            parts = set(package.namelist())
            if any(part.lower().endswith("vbaproject.bin") for part in parts):
                raise FileKindNotKept(field="filename", kept=sorted(FileKind))
            if "mimetype" in parts:
                return _open_document(package)
    except BREAKS_OFF:
        return None
    if "[Content_Types].xml" not in parts:
        return None
    return next((kind for part, kind in BY_PART.items() if part in parts), None)


def _open_document(package: ZipFile) -> FileKind | None:
    said = package.getinfo("mimetype")
    plain = said.compress_type == zipfile.ZIP_STORED and said.file_size == len(OPEN_DOCUMENT)
    return FileKind.OPEN_DOCUMENT if plain and package.read(said) == OPEN_DOCUMENT else None


def _is_text(content: bytes) -> bool:
    try:
        return CONTROLS.search(content.decode("utf-8")) is None
    except UnicodeDecodeError:
        return False
