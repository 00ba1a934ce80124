"""Research: what coachees agree to lend to it, under names that no other export knows, and nothing about few."""

from domain.research.asking import (
    TooFewParticipants as TooFewParticipants,
    attend_research_export as attend_research_export,
    due_research_exports as due_research_exports,
    get_research_export as get_research_export,
    list_research_exports as list_research_exports,
    next_research_export_at as next_research_export_at,
    request_research_export as request_research_export,
)
from domain.research.columns import COLUMNS as COLUMNS, dictionary as dictionary
from domain.research.downloading import link_to as link_to, open_research_link as open_research_link
from domain.research.model import (
    ResearchExport as ResearchExport,
    ResearchExportNotFound as ResearchExportNotFound,
    ResearchExportState as ResearchExportState,
    ResearchLinkOver as ResearchLinkOver,
    ResearchParticipant as ResearchParticipant,
    ResearchPiece as ResearchPiece,
)
