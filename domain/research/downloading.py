"""The address of a finished export, for a quarter of an hour and only while everybody in it agrees."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from sqlalchemy import select

from domain.kit.ids import PracticeId, ResearchExportId
from domain.kit.secrets import Vault
from domain.kit.signed_links import read_link, sign_link
from domain.kit.work import OPERATOR, House, begin, find
from domain.research.asking import still_agreed
from domain.research.model import (
    ResearchExport,
    ResearchExportState,
    ResearchLinkOver,
    ResearchPiece,
    piece_context,
)

LINK_LASTS = timedelta(minutes=15)


def link_to(vault: Vault, export: ResearchExport, now: datetime) -> str | None:
    if export.state is not ResearchExportState.READY:
        return None
    return sign_link(vault, "research", export.practice_id, export.id, now + LINK_LASTS)


async def open_research_link(house: House, token: str) -> AsyncIterator[bytes]:
    """The pieces of the export that a link names, each unsealed when it is asked for."""
    link = read_link(house.vault, "research", token, house.clock())
    if link is None:
        raise ResearchLinkOver
    export_id = ResearchExportId(link.thing_id)
    async with begin(house, link.practice_id, OPERATOR) as work:
        export = await find(work, ResearchExport, export_id, ResearchLinkOver)
        if export.state is not ResearchExportState.READY or not await still_agreed(work, export_id):
            raise ResearchLinkOver
    return _pieces(house, link.practice_id, export_id)


async def _pieces(house: House, practice_id: PracticeId, export_id: ResearchExportId) -> AsyncIterator[bytes]:
    position = 0
    while True:
        async with begin(house, practice_id, OPERATOR) as work:
            sealed = await work.session.scalar(
                select(ResearchPiece.sealed_content).where(
                    ResearchPiece.practice_id == practice_id,
                    ResearchPiece.export_id == export_id,
                    ResearchPiece.position == position,
                )
            )
        if sealed is None:
            return
        yield house.vault.unseal_for_house(sealed, piece_context(export_id, position))
        position += 1
