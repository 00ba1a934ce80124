"""The practice, its staff and its keys on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.fields import Country, Email, In, Line, Number, Out, Patch, Phone, PostalCode, ShortLine, Zone
from domain.kit.ids import KeyId, PracticeId, StaffId
from domain.messaging import Language
from domain.practice import QrReference, Role, VatRegime

Scope = Annotated[str, Meta(max_length=64, pattern=r"^[a-z_]+:[a-z]+$", examples=["trajectories:read"])]
Colour = Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}$", max_length=7, examples=["#0f4c4a"])]


class PracticeOut(Out, frozen=True, kw_only=True):
    id: PracticeId
    version: int
    name: str
    legal_form: str | None
    court: str | None
    enterprise_number: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    country: str
    email: str | None
    phone: str | None
    iban: str | None
    bic: str | None
    vat_regime: VatRegime
    zone: str
    language: Language
    payment_term_days: int
    sms_cap_cents: int
    """What a month's text messages may cost; 0 is none at all."""
    reminder_hours: int
    """How long before a session its coachee is reminded by mail; 0 is never."""
    digest_hours: int
    """How long before a session its coachee is asked what she brings to it; 0 is never."""
    consumer_term_days: int | None
    public_body_term_days: int | None
    shared_credit_notes: bool
    qr_reference: QrReference
    brand_colour: str | None
    logo: str | None
    """The SHA-256 of the logo on what is printed; `GET /v1/practice/logo` has it."""
    """Of headings on letters and invoices; those that were issued keep theirs."""


class PracticePatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Line | UnsetType = UNSET
    legal_form: ShortLine | UnsetType | None = UNSET
    court: ShortLine | UnsetType | None = UNSET
    enterprise_number: Number | UnsetType | None = UNSET
    street: Line | UnsetType | None = UNSET
    postal_code: PostalCode | UnsetType | None = UNSET
    city: ShortLine | UnsetType | None = UNSET
    country: Country | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    iban: Number | UnsetType | None = UNSET
    bic: Annotated[str, Meta(pattern=r"^[A-Z0-9]{8}([A-Z0-9]{3})?$", max_length=11)] | UnsetType | None = UNSET
    vat_regime: VatRegime | UnsetType = UNSET
    brand_colour: Colour | UnsetType | None = UNSET
    zone: Zone | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    payment_term_days: Annotated[int, Meta(ge=0, le=60)] | UnsetType = UNSET
    reminder_hours: Annotated[int, Meta(ge=0, le=168)] | UnsetType = UNSET
    digest_hours: Annotated[int, Meta(ge=0, le=168)] | UnsetType = UNSET
    sms_cap_cents: Annotated[int, Meta(ge=0, le=100_000)] | UnsetType = UNSET
    """What a month's text messages may cost; the next channel is tried once it is reached. 0 is none at all."""
    consumer_term_days: Annotated[int, Meta(ge=0, le=60)] | UnsetType | None = UNSET
    """Days that a consumer has to pay; `payment_term_days` where null."""
    public_body_term_days: Annotated[int, Meta(ge=0, le=60)] | UnsetType | None = UNSET
    shared_credit_notes: bool | UnsetType = UNSET
    """Whether credit notes are numbered in the series of invoices (F) instead of one of their own (C)."""
    qr_reference: QrReference | UnsetType = UNSET
    """Whether the payment code on an invoice carries its reference as structured or as free text."""


class StaffIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Line
    email: Email
    role: Role
    language: Language = Language.NL


class StaffPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Line | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    language: Language | UnsetType = UNSET


class StaffOut(Out, frozen=True, kw_only=True):
    id: StaffId
    version: int
    name: str
    email: str
    role: Role
    language: Language
    created_at: datetime
    left_at: datetime | None


class StaffPage(msgspec.Struct, frozen=True):
    items: list[StaffOut]
    next_cursor: str | None


class KeyIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    staff_id: StaffId
    name: ShortLine
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=50)] | None = None
    """The scopes of the key, within those of the role; all of the role's when left out."""
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class KeyOut(Out, frozen=True, kw_only=True):
    id: KeyId
    staff_id: StaffId
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKeyOut(msgspec.Struct, frozen=True, kw_only=True):
    key: KeyOut
    secret: str
    """The key itself. It is shown this once and kept nowhere."""


class KeyPage(msgspec.Struct, frozen=True):
    items: list[KeyOut]
    next_cursor: str | None
