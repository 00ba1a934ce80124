"""What a team finds together: the qualities that it has, the ideals that it longs for."""

from dataclasses import dataclass

from sqlalchemy import select

from domain import audit, method
from domain.kit.errors import Invalid
from domain.kit.ids import TeamFindingId, TeamId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work, find
from domain.messaging import announce
from domain.method import KeyOrLabel
from domain.teams.groups import of_seen_teams, own_team
from domain.teams.model import FindingKind, TeamFinding, TeamFindingNotFound


class IdealInOwnWords(Invalid):
    """An ideal has a text; only a quality may have a key of the catalogue."""


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """With its text; a quality of the catalogue has none of its own."""

    finding: TeamFinding
    text: str | None


async def add_finding(
    work: Work, team_id: TeamId, kind: FindingKind, *, catalogue_key: str | None, text: str | None
) -> TeamFinding:
    """Keep a quality or an ideal of the team, to its own coach alone."""
    team = await own_team(work, team_id)
    if kind is FindingKind.IDEAL and catalogue_key is not None:
        raise IdealInOwnWords(field="catalogue_key")
    if (catalogue_key is None) == (text is None):
        raise KeyOrLabel(field="text")
    if catalogue_key is not None:
        await method.must_be_known(work, catalogue_key)
    finding_id = TeamFindingId(new_id())
    finding = TeamFinding(
        practice_id=work.practice_id,
        id=finding_id,
        team_id=team.id,
        kind=kind,
        catalogue_key=catalogue_key,
        sealed_text=None if text is None else work.vault.seal_for_house(text.encode(), _context(finding_id)),
        added_at=work.now,
    )
    await work.store(finding)
    announce(work, "team_finding_added", finding.id, team_id=team.id, finding=kind)
    return finding


async def list_findings(work: Work, team_id: TeamId, page: PageRequest) -> Page[OpenFinding]:
    """In the order in which they were found; that they were read is kept in the audit trail."""
    await own_team(work, team_id)
    query = select(TeamFinding).where(TeamFinding.practice_id == work.practice_id, TeamFinding.team_id == team_id)
    found = await fetch_page(work, query, page, list_name=f"team_findings:{team_id}", keys=[TeamFinding.id])
    audit.record(work, "team_findings_read", team_id, findings=len(found.items))
    return Page([OpenFinding(one, _text(work, one)) for one in found.items], found.next_cursor)


async def archive_finding(work: Work, finding_id: TeamFindingId) -> TeamFinding:
    """It no longer fits the team. Archiving again changes nothing."""
    only = of_seen_teams(work, TeamFinding.team_id)
    finding = await find(work, TeamFinding, finding_id, TeamFindingNotFound, lock=True, only=only)
    await own_team(work, finding.team_id)
    if finding.archived_at is None:
        finding.archived_at = work.now
        await work.session.flush()
        announce(work, "team_finding_archived", finding.id, team_id=finding.team_id)
    return finding


def _text(work: Work, finding: TeamFinding) -> str | None:
    if finding.sealed_text is None:
        return None
    return work.vault.unseal_for_house(finding.sealed_text, _context(finding.id)).decode()


def _context(finding_id: TeamFindingId) -> str:
    return f"team_findings:{finding_id}:text"
