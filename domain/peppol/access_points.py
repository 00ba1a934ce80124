"""Access points: who carries a document over the Peppol network. A folder, and memory for tests; one that is reached
over HTTP is handed in from outside, as the mailer is."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class NotTransmitted(Exception):  # noqa: N818
    """The document did not leave. The reason is a code, never what a document says."""


class AccessPointUnreachable(NotTransmitted):
    """The access point cannot be reached, or takes nothing from us at all: the others need not be tried now."""


class TransmissionDeferred(NotTransmitted):
    """It does not take this document now; it may later, and may take others at once."""


class Standing(StrEnum):
    SENT = "sent"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    NOT_ON_PEPPOL = "not_on_peppol"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """An e-invoice as it travels. Participants as "0208:0403019261"; `key` is the same at every attempt."""

    key: str
    reference: str
    name: str
    sender: str
    receiver: str
    document_type: str
    process: str
    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How a document stands with the access point, under which number of its own."""

    standing: Standing
    remote_id: str | None = None
    reason: str | None = None


class AccessPoint(Protocol):
    """A way out. `send` and `look` tell how a document stands, or raise why it is not known."""

    @property
    def name(self) -> str: ...

    @property
    def follows(self) -> bool:
        """Whether it can be asked how a document stands."""
        ...

    async def send(self, document: Outgoing) -> Progress: ...

    async def look(self, remote_id: str) -> Progress: ...

    async def check(self) -> None:
        """Raise AccessPointUnreachable if nothing could be sent now."""
        ...


class FolderAccessPoint:
    """Each document a file in a folder, for a program that watches it. What becomes of it, that program knows."""

    name, follows = "folder", False

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, document: Outgoing) -> Progress:
        try:
            name = await asyncio.to_thread(self._write, document)
        except OSError as error:
            raise AccessPointUnreachable(type(error).__name__) from error
        return Progress(standing=Standing.SENT, remote_id=name)

    async def look(self, remote_id: str) -> Progress:
        return Progress(standing=Standing.SENT, remote_id=remote_id)

    async def check(self) -> None:
        try:
            await asyncio.to_thread(self.folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise AccessPointUnreachable(type(error).__name__) from error

    def _write(self, document: Outgoing) -> str:
        """Whole or not at all; an attempt more writes the same bytes under the same name."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{document.name.removesuffix('.xml')}-{document.key}.xml"
        draft = path.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(document.content)
        draft.replace(path)
        return path.name


class NoAccessPoint:
    """Where none was handed in: everything waits, and nothing is taken for sent."""

    name, follows = "none", False

    async def send(self, document: Outgoing) -> Progress:  # noqa: ARG002 - what every access point is asked
        raise AccessPointUnreachable("none")

    async def look(self, remote_id: str) -> Progress:  # noqa: ARG002
        raise AccessPointUnreachable("none")

    async def check(self) -> None:
        raise AccessPointUnreachable("none")


@dataclass(slots=True)
class MemoryAccessPoint:
    """For tests: keeps what it is given, once for each key. `trouble` says why one does not leave, `standing` how they
    stand when asked, `away` that it does not answer at all."""

    name: str = "memory"
    follows: bool = True
    taken: dict[str, Outgoing] = field(default_factory=dict[str, Outgoing])
    looks: int = 0
    sends: int = 0
    away: bool = False
    trouble: Callable[[Outgoing], NotTransmitted | None] | None = None
    answers: Progress = field(default_factory=lambda: Progress(standing=Standing.SENT))
    standing: Progress = field(default_factory=lambda: Progress(standing=Standing.SENT))

    async def send(self, document: Outgoing) -> Progress:
        self.sends += 1
        if self.trouble is not None and (reason := self.trouble(document)) is not None:
            raise reason
        self.taken.setdefault(document.key, document)
        return Progress(standing=self.answers.standing, remote_id=document.key, reason=self.answers.reason)

    async def look(self, remote_id: str) -> Progress:
        self.looks += 1
        return Progress(standing=self.standing.standing, remote_id=remote_id, reason=self.standing.reason)

    async def check(self) -> None:
        if self.away:
            raise AccessPointUnreachable("away")
