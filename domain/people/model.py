"""Coachees, the sponsors who may pay for them, and the consents that coachees give."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import CoacheeId, ConsentId, GuardianId, PushSubscriptionId, SponsorId, StaffId, new_id
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice
from domain.messaging import Language


class SponsorKind(StrEnum):
    COMPANY = "company"
    PUBLIC_BODY = "public_body"


class Purpose(StrEnum):
    """What a coachee may consent to, each by itself (method.md §5.2)."""

    SESSION_NOTES = "session_notes"
    CHECK_INS = "check_ins"
    OBSTACLE_PROMPTS = "obstacle_prompts"
    SHARE_CHECK_INS_WITH_COACH = "share_check_ins_with_coach"
    CHANNEL_EMAIL = "channel_email"
    CHANNEL_PUSH = "channel_push"
    CHANNEL_SMS = "channel_sms"
    SUPPORT_ALERT = "support_alert"
    RESEARCH_EXPORT = "research_export"
    RESEARCH_TEXTS = "research_texts"  # her own words too: never with the other by itself
    SUPPORT_BACKUP = "support_backup"


class Audience(StrEnum):
    """Who comes to be coached (method.md §1.1, row 41)."""

    EMPLOYEE = "employee"
    SELF_EMPLOYED = "self_employed"
    PUPIL = "pupil"
    STUDENT = "student"
    PRIVATE = "private"


class GivenVia(StrEnum):
    """How the coachee said yes."""

    CONVERSATION = "conversation"
    PAPER = "paper"
    LINK = "link"


class Relation(StrEnum):
    PARENT = "parent"
    GUARDIAN = "guardian"


class CoacheeNotFound(NotFound):
    """No coachee with that id in this practice."""


class SponsorNotFound(NotFound):
    """No sponsor with that id in this practice."""


class GuardianNotFound(NotFound):
    """No parent or guardian with that id for this coachee."""


class ConsentNotFound(NotFound):
    """No consent with that id for this coachee."""


class CoacheeEmailTaken(Conflict):
    """Another coachee of this practice has that e-mail address."""

    constraint = "coachees_practice_id_email_key"


class ConsentAlreadyGiven(Conflict):
    """The coachee has given this consent already; withdraw it before giving it anew."""

    constraint = "consents_active_idx"


class Coachee(Tenant, Versioned, Table):
    __tablename__ = "coachees"
    __table_args__ = (
        UniqueConstraint("practice_id", "email"),
        within_practice("coach_id", "staff"),
        Index("coachees_coach_idx", "practice_id", "coach_id", "id"),
        Index(
            "coachees_minors_idx",
            "born_on",
            postgresql_where=text("minor AND born_on IS NOT NULL AND archived_at IS NULL"),
        ),
    )

    id: Mapped[CoacheeId] = mapped_column(primary_key=True, default=new_id)
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(32))
    street: Mapped[str | None] = mapped_column(String(200))
    postal_code: Mapped[str | None] = mapped_column(String(16))
    city: Mapped[str | None] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    zone: Mapped[str] = mapped_column(String(64))
    coach_id: Mapped[StaffId | None]  # who is responsible for her
    audience: Mapped[Audience | None] = mapped_column(Word(Audience, 16))
    minor: Mapped[bool] = mapped_column(default=False)
    born_on: Mapped[date | None]
    created_at: Mapped[datetime]
    email_changed_at: Mapped[datetime | None]  # by somebody of the practice
    invited_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]

    @property
    def initials(self) -> str:
        """What a mail or a calendar that others may see calls her."""
        return f"{self.given_name[:1]}.{self.family_name[:1]}.".upper()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class CoacheeAccess(Tenant, Table):
    """A member of staff who coaches a coachee, or stands in for her coach; the trajectories decide who does."""

    __tablename__ = "coachee_access"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("staff_id", "staff"),
        Index("coachee_access_staff_idx", "practice_id", "staff_id", "coachee_id"),
    )

    coachee_id: Mapped[CoacheeId] = mapped_column(primary_key=True)
    staff_id: Mapped[StaffId] = mapped_column(primary_key=True)


class SealingKey(Tenant, Table):
    """One coachee's key, wrapped by the master key. Without it, what is sealed for her stays closed for ever."""

    __tablename__ = "sealing_keys"
    __table_args__ = (
        within_practice("id", "coachees"),
        CheckConstraint("(wrapped_key IS NULL) = (destroyed_at IS NOT NULL)", name="gone_once_destroyed"),
    )

    id: Mapped[CoacheeId] = mapped_column(primary_key=True)
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    destroyed_at: Mapped[datetime | None]


class PushSubscription(Tenant, Table):
    """One browser; `key_number` is the key of the installation under which it subscribed."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        UniqueConstraint("practice_id", "endpoint_digest"),
        Index("push_subscriptions_coachee_idx", "practice_id", "coachee_id", "id"),
        Index("push_subscriptions_heard_idx", text("GREATEST(created_at, confirmed_at, worked_at)")),
    )

    id: Mapped[PushSubscriptionId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    endpoint_digest: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_endpoint: Mapped[bytes] = mapped_column(LargeBinary)
    key_number: Mapped[int]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]  # by the page, at each open
    worked_at: Mapped[datetime | None]
    refusals: Mapped[int] = mapped_column(SmallInteger, default=0)  # in a row


class Sponsor(Tenant, Versioned, Table):
    """An employer or other body that pays for coaching; it never sees what the coaching is about."""

    __tablename__ = "sponsors"

    id: Mapped[SponsorId] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[SponsorKind] = mapped_column(Word(SponsorKind, 16))
    name: Mapped[str] = mapped_column(String(200))
    enterprise_number: Mapped[str | None] = mapped_column(String(10))
    vat_number: Mapped[str | None] = mapped_column(String(16))
    peppol_endpoint: Mapped[str | None] = mapped_column(String(56))  # where it is not its enterprise number
    street: Mapped[str] = mapped_column(String(200))
    postal_code: Mapped[str] = mapped_column(String(16))
    city: Mapped[str] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    names_coachees: Mapped[bool] = mapped_column(default=False)  # agreed: its invoices may name whom it pays for
    created_at: Mapped[datetime]


class Guardian(Tenant, Table):
    """Who agrees for a minor, until another does or she is of age."""

    __tablename__ = "guardians"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        CheckConstraint("relation IN ('parent', 'guardian')", name="relation_known"),
        Index("guardians_coachee_idx", "practice_id", "coachee_id", "id"),
    )

    id: Mapped[GuardianId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    name: Mapped[str] = mapped_column(String(200))
    relation: Mapped[Relation] = mapped_column(Word(Relation, 16))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Consent(Tenant, Table):
    """A consent with the exact wording it was given to: the version and the digest of the text shown."""

    __tablename__ = "consents"
    __table_args__ = (
        within_practice("coachee_id", "coachees"),
        within_practice("guardian_id", "guardians"),
        Index(
            "consents_active_idx",
            "practice_id",
            "coachee_id",
            "purpose",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("consents_coachee_idx", "practice_id", "coachee_id", "id"),
    )

    id: Mapped[ConsentId] = mapped_column(primary_key=True, default=new_id)
    coachee_id: Mapped[CoacheeId]
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose, 40))
    wording_version: Mapped[int]
    wording_digest: Mapped[str] = mapped_column(String(64))
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    given_at: Mapped[datetime]
    given_via: Mapped[GivenVia] = mapped_column(Word(GivenVia, 16))
    guardian_id: Mapped[GuardianId | None]  # who gave it for a minor; herself where there is none
    withdrawn_at: Mapped[datetime | None]
