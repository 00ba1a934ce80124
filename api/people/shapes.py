"""Coachees, sponsors and consents on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.fields import Country, Email, In, Line, Number, Out, Patch, PeppolEndpoint, Phone, PostalCode, ShortLine, Zone
from domain.kit.ids import CoacheeId, ConsentId, GuardianId, SponsorId, StaffId
from domain.messaging import Language
from domain.people import Audience, GivenVia, NewGuardian, Purpose, Relation, SealingKey, SponsorKind


class CoacheeIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    given_name: ShortLine
    family_name: ShortLine
    email: Email
    phone: Phone | None = None
    street: Line | None = None
    """The address is optional; it stands on invoices to the coachee."""
    postal_code: PostalCode | None = None
    city: ShortLine | None = None
    country: Country = "BE"
    language: Language | None = None
    """The practice's language when left out."""
    zone: Zone | None = None
    """The practice's time zone when left out."""
    coach_id: StaffId | None = None
    """Who is responsible for her; a coach who adds her is, when left out."""
    audience: Audience | None = None
    minor: bool = False
    """For whom a guardian agrees and signs, and whose text deputies never read, not even what is shared."""
    born_on: date | None = None
    """Tells whether a minor is old enough to agree to check-ins herself; without it her guardian does.

    On her eighteenth birthday she is a minor no longer, and is asked anew for what others agreed to for her.
    """


class CoacheePatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    given_name: ShortLine | UnsetType = UNSET
    family_name: ShortLine | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    phone: Phone | UnsetType | None = UNSET
    street: Line | UnsetType | None = UNSET
    postal_code: PostalCode | UnsetType | None = UNSET
    city: ShortLine | UnsetType | None = UNSET
    country: Country | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    zone: Zone | UnsetType = UNSET
    coach_id: StaffId | UnsetType | None = UNSET
    audience: Audience | UnsetType | None = UNSET
    minor: bool | UnsetType = UNSET
    born_on: date | UnsetType | None = UNSET


class CoacheeOut(Out, frozen=True, kw_only=True):
    id: CoacheeId
    version: int
    given_name: str
    family_name: str
    email: str
    phone: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    country: str
    language: Language
    zone: str
    coach_id: StaffId | None
    audience: Audience | None
    minor: bool
    born_on: date | None
    created_at: datetime
    invited_at: datetime | None
    archived_at: datetime | None


class CoacheePage(msgspec.Struct, frozen=True):
    items: list[CoacheeOut]
    next_cursor: str | None


class DestroyedTextOut(msgspec.Struct, frozen=True, kw_only=True):
    coachee_id: CoacheeId
    destroyed_at: datetime | None

    @classmethod
    def of(cls, key: SealingKey) -> "DestroyedTextOut":
        return cls(coachee_id=key.id, destroyed_at=key.destroyed_at)


class SponsorIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: SponsorKind
    name: Line
    enterprise_number: Number | None = None
    """Belgian enterprise number; dots and BE may be left in."""
    vat_number: Number | None = None
    peppol_endpoint: PeppolEndpoint | None = None
    """Where it receives e-invoices, if that is not its enterprise number: a list of numbers (EAS), and the number in
    it."""
    street: Line
    postal_code: PostalCode
    city: ShortLine
    country: Country = "BE"
    email: Email | None = None
    language: Language = Language.NL
    names_coachees: bool = False
    """Whether it was agreed that invoices to this sponsor name the coachees whom it pays for."""


class SponsorPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: SponsorKind | UnsetType = UNSET
    name: Line | UnsetType = UNSET
    enterprise_number: Number | UnsetType | None = UNSET
    vat_number: Number | UnsetType | None = UNSET
    peppol_endpoint: PeppolEndpoint | UnsetType | None = UNSET
    street: Line | UnsetType = UNSET
    postal_code: PostalCode | UnsetType = UNSET
    city: ShortLine | UnsetType = UNSET
    country: Country | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    language: Language | UnsetType = UNSET
    names_coachees: bool | UnsetType = UNSET


class SponsorOut(Out, frozen=True, kw_only=True):
    id: SponsorId
    version: int
    kind: SponsorKind
    name: str
    enterprise_number: str | None
    vat_number: str | None
    peppol_endpoint: str | None
    """As it was given; e-invoices go to the enterprise number (0208) where none was."""
    street: str
    postal_code: str
    city: str
    country: str
    email: str | None
    language: Language
    names_coachees: bool
    created_at: datetime


class SponsorPage(msgspec.Struct, frozen=True):
    items: list[SponsorOut]
    next_cursor: str | None


class GuardianIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Line
    relation: Relation
    email: Email
    language: Language | None = None
    """The coachee's language when left out."""

    def new(self) -> NewGuardian:
        return NewGuardian(**msgspec.structs.asdict(self))


class GuardianOut(Out, frozen=True, kw_only=True):
    id: GuardianId
    coachee_id: CoacheeId
    name: str
    relation: Relation
    email: str
    language: Language
    added_at: datetime
    ended_at: datetime | None


class GuardianPage(msgspec.Struct, frozen=True):
    items: list[GuardianOut]
    next_cursor: str | None


class ConsentIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    purpose: Purpose
    wording_version: Annotated[int, Meta(ge=1, le=1_000_000)]
    """The version of the wording that the coachee was shown; it must be the current one."""
    given_via: GivenVia
    language: Language | None = None
    """The language in which it was shown; the coachee's own when left out."""
    guardian_id: GuardianId | None = None
    """Who agrees for a minor."""


class ConsentOut(Out, frozen=True, kw_only=True):
    id: ConsentId
    coachee_id: CoacheeId
    purpose: Purpose
    wording_version: int
    wording_digest: str
    """SHA-256 of the text that was shown."""
    language: Language
    given_at: datetime
    given_via: GivenVia
    guardian_id: GuardianId | None
    """Who gave it for a minor."""
    withdrawn_at: datetime | None


class ConsentPage(msgspec.Struct, frozen=True):
    items: list[ConsentOut]
    next_cursor: str | None


class WordingOut(Out, frozen=True, kw_only=True):
    purpose: Purpose
    version: int
    language: Language
    text: str
    digest: str
    current: bool
    spoken: str | None
    """As which country says it, such as `nl-NL`, on its own pages; null is what its language says."""


class WordingList(msgspec.Struct, frozen=True):
    items: list[WordingOut]
