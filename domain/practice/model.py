"""The practice, the people who work in it and the keys they hold."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.kit.errors import Conflict, NotFound
from domain.kit.ids import KeyId, PracticeId, StaffId, new_id
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice
from domain.messaging import Language


class VatRegime(StrEnum):
    """How the practice stands to VAT; small_business is art. 56bis, exempt is art. 44 of the Belgian VAT code."""

    STANDARD = "standard"
    SMALL_BUSINESS = "small_business"
    EXEMPT = "exempt"


class Role(StrEnum):
    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    COACH = "coach"
    BILLING = "billing"


class QrReference(StrEnum):
    """Where the payment code of an invoice carries its reference; banking apps differ in which they read."""

    STRUCTURED = "structured"
    TEXT = "text"


class PracticeNotFound(NotFound):
    """No such practice."""


class StaffNotFound(NotFound):
    """No member of staff with that id in this practice."""


class KeyNotFound(NotFound):
    """No key with that id in this practice."""


class StaffEmailTaken(Conflict):
    """Another member of staff has that e-mail address."""

    constraint = "staff_practice_id_email_key"


class Practice(Versioned, Table):
    __tablename__ = "practices"

    id: Mapped[PracticeId] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    legal_form: Mapped[str | None] = mapped_column(String(60))
    court: Mapped[str | None] = mapped_column(String(100))
    enterprise_number: Mapped[str | None] = mapped_column(String(10))
    street: Mapped[str | None] = mapped_column(String(200))
    postal_code: Mapped[str | None] = mapped_column(String(16))
    city: Mapped[str | None] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2), default="BE")
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(32))
    iban: Mapped[str | None] = mapped_column(String(34))
    bic: Mapped[str | None] = mapped_column(String(11))
    vat_regime: Mapped[VatRegime] = mapped_column(Word(VatRegime, 16), default=VatRegime.STANDARD)
    zone: Mapped[str] = mapped_column(String(64), default="Europe/Brussels")
    language: Mapped[Language] = mapped_column(Word(Language, 8), default=Language.NL)
    payment_term_days: Mapped[int] = mapped_column(default=30)
    reminder_hours: Mapped[int] = mapped_column(default=24, server_default="24")
    sms_cap_cents: Mapped[int] = mapped_column(default=0, server_default="0")  # what a month's may cost; 0 is none
    digest_hours: Mapped[int] = mapped_column(default=48, server_default="48")
    consumer_term_days: Mapped[int | None]  # as payment_term_days where not set
    public_body_term_days: Mapped[int | None]
    shared_credit_notes: Mapped[bool] = mapped_column(default=False)  # numbered in the series of invoices
    qr_reference: Mapped[QrReference] = mapped_column(Word(QrReference, 16), default=QrReference.TEXT)
    brand_colour: Mapped[str | None] = mapped_column(String(7))
    logo: Mapped[str | None] = mapped_column(String(64))  # its digest
    created_at: Mapped[datetime]


class PracticeLogo(Tenant, Table):
    """A logo as it was given, by its digest. Kept for good: what was printed with it is printed so again."""

    __tablename__ = "practice_logos"
    __table_args__ = (ForeignKeyConstraint(["practice_id"], ["practices.id"]),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    format: Mapped[str] = mapped_column(String(8))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime]


class Staff(Tenant, Versioned, Table):
    __tablename__ = "staff"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id"], ["practices.id"]),
        UniqueConstraint("practice_id", "email"),
        CheckConstraint("role IN ('owner', 'administrator', 'coach', 'billing')", name="role_known"),
    )

    id: Mapped[StaffId] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[Role] = mapped_column(Word(Role, 16))
    language: Mapped[Language] = mapped_column(Word(Language, 8))
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Key(Tenant, Table):
    """An API key: shown once, kept as a digest; `prefix` is the part that people may see again."""

    __tablename__ = "keys"
    __table_args__ = (within_practice("staff_id", "staff"), Index("keys_digest_idx", "digest"))

    id: Mapped[KeyId] = mapped_column(primary_key=True, default=new_id)
    staff_id: Mapped[StaffId]
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(16))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class NumberSeries(Tenant, Table):
    """The last number given out in a series and year; its row is locked until the number's invoice is committed."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(String(16), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)
