"""Invoices of a period as files: what `export-invoices` writes."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from commands.keys import within
from commands.settings import SettingError, Settings
from domain import invoicing
from domain.invoicing import FileFormat, InvoiceFile
from domain.kit.calendar import Period
from domain.kit.spreadsheets import Sheet
from domain.kit.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where each kind of file goes; None leaves it out."""

    ubl: Path | None
    pdf: Path | None
    csv: Path | None


async def export(
    settings: Settings, url: str, console: Console, practice_name: str | None, period: Period, places: Places
) -> None:
    """Write what was issued in the period, with progress, and say what was written."""
    if places == Places(ubl=None, pdf=None, csv=None):
        raise SettingError("Say what to write: --ubl, --pdf, --csv, or more than one of them.")
    folders = {FileFormat.UBL: places.ubl, FileFormat.PDF: places.pdf}
    for folder in filter(None, folders.values()):
        folder.mkdir(parents=True, exist_ok=True)
    async with within(settings, url, practice_name) as work:
        found = await invoicing.count_issued(work, period)
        with _progress(console) as progress, _written(places.csv) as table:
            written = await _write(work, period, folders, table, progress, found)
    console.print(f"{found} documents from {period.first} to {period.last}; {written} files written.")


async def _write(
    work: Work,
    period: Period,
    folders: dict[FileFormat, Path | None],
    table: IO[str] | None,
    progress: Progress,
    found: int,
) -> int:
    books = Sheet(table, invoicing.COLUMNS) if table else None
    written, task = 0, progress.add_task("Writing", total=found)
    async for exported in invoicing.export_issued(work, period):
        for file in exported.files:
            folder = folders[file.format]
            written += folder is not None and _put(folder, file)
        if books:
            books.add(exported.rows)
        progress.advance(task)
    return written + (table is not None)


def _put(folder: Path, file: InvoiceFile) -> bool:
    """Whether it had to be written: what is there already, byte for byte, stays."""
    place = folder / file.name
    if place.exists() and sha256(place.read_bytes()).hexdigest() == file.sha256:
        return False
    half = place.with_name(f".{place.name}.{os.getpid()}")
    half.write_bytes(file.content)
    half.replace(place)
    return True


@contextmanager
def _written(place: Path | None) -> Generator[IO[str] | None]:
    """A file that is there whole once the block has ended well, and not at all otherwise.

    The mark at its beginning tells spreadsheets that it is UTF-8.
    """
    if place is None:
        yield None
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with half.open("w", encoding="utf-8-sig", newline="") as file:
            yield file
        half.replace(place)
    finally:
        half.unlink(missing_ok=True)


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)
