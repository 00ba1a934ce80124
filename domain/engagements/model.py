"""A template of an engagement: its hours, its sessions, the check-ins that go with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.checkins import Terms, ZoneMode
from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import EngagementTemplateId, new_id
from domain.kit.tables import Table, Tenant, Versioned, Word
from domain.trajectories import Domain, Format, Method, SessionKind


class TemplateNotFound(NotFound):
    """No engagement template with that id in this practice."""


class TemplateArchived(Conflict):
    """This template is archived: nothing new starts from it."""


@dataclass(frozen=True, slots=True)
class PlannedSession:
    kind: SessionKind
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInSettings:
    """A check-in plan but for its days, which are counted from the start."""

    terms: Terms
    zone_mode: ZoneMode
    zone: str | None
    starts_after_days: int
    lasts_days: int | None


class EngagementTemplate(Tenant, Versioned, Table):
    __tablename__ = "engagement_templates"
    __table_args__ = (
        CheckConstraint("planned_minutes BETWEEN 0 AND 60000", name="planned_minutes_in_range"),
        Index("engagement_templates_list_idx", "practice_id", "id"),
    )

    id: Mapped[EngagementTemplateId] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    format: Mapped[Format] = mapped_column(Word(Format, 24))
    domain: Mapped[Domain] = mapped_column(Word(Domain, 16))
    method: Mapped[Method] = mapped_column(
        Word(Method, 24), default=Method.KRACHTGERICHT, server_default="krachtgericht"
    )
    planned_minutes: Mapped[int]
    sessions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    check_ins: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    agreement_template_key: Mapped[str | None] = mapped_column(String(60))
    funding_note: Mapped[str | None] = mapped_column(String(200))
    starts_accepted: Mapped[bool]
    issues_agreement: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
