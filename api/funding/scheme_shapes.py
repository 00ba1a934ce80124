"""Schemes, their funders and their issuers on the wire."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.fields import END, LINE, PARAGRAPHS, Cents, In, Out, Patch
from domain.funding import Channel, Confidence, Scheme, SchemeStatus, SettlementDocument
from domain.kit.ids import FunderId, IssuerId, SchemeId, StaffId
from domain.kit.money import Money

Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60, pattern=LINE)]
Title: TypeAlias = Annotated[str, Meta(min_length=1, max_length=120, pattern=LINE)]
Words: TypeAlias = Annotated[str, Meta(min_length=1, max_length=500, pattern=PARAGRAPHS)]
SchemeCode: TypeAlias = Annotated[
    str, Meta(min_length=1, max_length=32, pattern=r"^[A-Z0-9][A-Z0-9-]*" + END, examples=["LBC-2028"])
]
UnitMinutes: TypeAlias = Annotated[
    list[Annotated[int, Meta(ge=1, le=6000)]],
    Meta(min_length=1, max_length=20, description="What the first, the second… cheque of a coachee is worth"),
]
Percent: TypeAlias = Annotated[
    str, Meta(max_length=6, pattern=r"^(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)" + END, examples=["12.00"])
]
FeeIn: TypeAlias = Annotated[
    str,
    Meta(
        max_length=10,
        pattern=r"^[0-9]{1,5}(\.[0-9]{1,4})?" + END,
        description="Euro for an hour, without VAT; null: not known",
        examples=["120.50"],
    ),
]
Fee: TypeAlias = Annotated[
    str,
    Meta(
        description="Euro that the funder pays the practice for an hour, without VAT; null: not known",
        pattern=r"^[0-9]{1,5}\.[0-9]{4}$",
        examples=["140.2560"],
    ),
]
Months: TypeAlias = Annotated[int, Meta(ge=1, le=600)]
Days: TypeAlias = Annotated[int, Meta(ge=1, le=366)]
Years: TypeAlias = Annotated[int, Meta(ge=1, le=60, description="Within how many years cheques count; null: a career")]
Channels: TypeAlias = Annotated[list[Channel], Meta(max_length=3, description="null: not checked")]
OwnShare: TypeAlias = Annotated[
    int, Meta(description="Paid by the coachee to the issuer; never to the practice, never to be invoiced")
]
SharePercent: TypeAlias = Annotated[str, Meta(description="Of what the cheque is worth with VAT", examples=["12.00"])]
Known: TypeAlias = Annotated[date, Meta(description="When the figures were last verified, and by whom")]


class FunderIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Name
    settles_with_vat: bool | None = None
    settlement_document: SettlementDocument | None = None
    note: Words | None = None


class FunderPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Name | UnsetType = UNSET
    settles_with_vat: bool | UnsetType | None = UNSET
    settlement_document: SettlementDocument | UnsetType | None = UNSET
    note: Words | UnsetType | None = UNSET


class FunderOut(Out, frozen=True, kw_only=True):
    """Who pays. What is null is unknown."""

    id: FunderId
    version: int
    name: str
    settles_with_vat: Annotated[bool, Meta(description="Whether the money received includes VAT")] | None
    settlement_document: SettlementDocument | None
    note: str | None


class FunderPage(msgspec.Struct, frozen=True):
    items: list[FunderOut]
    next_cursor: str | None


class IssuerIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Name
    note: Words | None = None


class IssuerPatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Name | UnsetType = UNSET
    note: Words | UnsetType | None = UNSET


class IssuerOut(Out, frozen=True, kw_only=True):
    id: IssuerId
    version: int
    name: str
    note: str | None


class IssuerPage(msgspec.Struct, frozen=True):
    items: list[IssuerOut]
    next_cursor: str | None


class SchemeIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is left out is unknown, or not limited."""

    code: SchemeCode
    name: Title
    funder_id: FunderId
    issuer_id: IssuerId | None = None
    valid_from: date
    valid_to: date | None = None
    unit_minutes: UnitMinutes
    own_share_cents: Cents | None = None
    own_share_percent: Percent | None = None
    window_years: Years | None = None
    min_experience_months: Months | None = None
    experience_within_months: Months | None = None
    fee_per_hour: FeeIn | None = None
    vat_rate: Percent | None = None
    pay_within_days: Days | None = None
    start_within_months: Months | None = None
    complete_within_months: Months | None = None
    aftercare_within_months: Months | None = None
    session_channels_allowed: Channels | None = None
    group_allowed: bool | None = None
    quota_notice: Words | None = None
    confidence: Confidence
    source: Words

    def values(self) -> dict[str, Any]:
        return columns(msgspec.structs.asdict(self))


class SchemePatch(Patch, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Title | UnsetType = UNSET
    funder_id: FunderId | UnsetType = UNSET
    issuer_id: IssuerId | UnsetType | None = UNSET
    valid_from: date | UnsetType = UNSET
    valid_to: date | UnsetType | None = UNSET
    unit_minutes: UnitMinutes | UnsetType = UNSET
    own_share_cents: Cents | UnsetType | None = UNSET
    own_share_percent: Percent | UnsetType | None = UNSET
    window_years: Years | UnsetType | None = UNSET
    min_experience_months: Months | UnsetType | None = UNSET
    experience_within_months: Months | UnsetType | None = UNSET
    fee_per_hour: FeeIn | UnsetType | None = UNSET
    vat_rate: Percent | UnsetType | None = UNSET
    pay_within_days: Days | UnsetType | None = UNSET
    start_within_months: Months | UnsetType | None = UNSET
    complete_within_months: Months | UnsetType | None = UNSET
    aftercare_within_months: Months | UnsetType | None = UNSET
    session_channels_allowed: Channels | UnsetType | None = UNSET
    group_allowed: bool | UnsetType | None = UNSET
    quota_notice: Words | UnsetType | None = UNSET
    confidence: Confidence | UnsetType = UNSET
    source: Words | UnsetType = UNSET
    reason: Words | UnsetType = UNSET
    """Needed to correct a figure on which cheques rest."""

    def values(self) -> dict[str, Any]:
        return columns({name: value for name, value in self.changes().items() if name != "reason"})

    def why(self) -> str | None:
        return None if isinstance(self.reason, UnsetType) else self.reason


class CloseSchemeIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    valid_to: Annotated[date, Meta(description="The last day on which a cheque can be ordered under it")]


class SchemeOut(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a cheque scheme. What is null is unknown, or not limited."""

    id: SchemeId
    version: int
    code: str
    name: str
    funder_id: FunderId
    funder: str
    issuer_id: IssuerId | None
    issuer: str | None
    status: SchemeStatus
    valid_from: date
    valid_to: date | None
    own_share_cents: OwnShare | None
    own_share_percent: SharePercent | None
    unit_minutes: list[int]
    max_cheques: int
    window_years: Annotated[int, Meta(description="Within how many years cheques count; null: a career")] | None
    min_experience_months: int | None
    experience_within_months: int | None
    fee_per_hour: Fee | None
    vat_rate: str | None
    pay_within_days: int | None
    start_within_months: int | None
    complete_within_months: int | None
    aftercare_within_months: int | None
    session_channels_allowed: list[Channel] | None
    group_allowed: bool | None
    quota_notice: str | None
    confidence: Annotated[Confidence, Meta(description="How sure this row is; `source` tells where it was read.")]
    source: str
    verified_on: Known
    verified_by: Annotated[StaffId, Meta(description="null: as it came with the program")] | None

    @classmethod
    def of(cls, scheme: Scheme) -> "SchemeOut":
        shown: dict[str, Any] = {
            "funder": scheme.funder.name,
            "issuer": scheme.issuer and scheme.issuer.name,
            "own_share_cents": scheme.own_share and scheme.own_share.cents,
            "own_share_percent": _places(scheme.own_share_percent, 2),
            "max_cheques": len(scheme.unit_minutes),
            "fee_per_hour": _places(scheme.fee_per_hour, 4),
            "vat_rate": _places(scheme.vat_rate, 2),
            "session_channels_allowed": _channels(scheme.session_channels_allowed),
        }
        return cls(**{name: getattr(scheme, name) for name in cls.__struct_fields__ if name not in shown}, **shown)


class SchemePage(msgspec.Struct, frozen=True):
    items: list[SchemeOut]
    next_cursor: str | None


DECIMALS = ("fee_per_hour", "vat_rate", "own_share_percent")


def columns(sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent as the scheme keeps it: money as money, rates as decimals."""
    kept = {name: value for name, value in sent.items() if name != "own_share_cents"}
    if "own_share_cents" in sent:
        cents = sent["own_share_cents"]
        kept["own_share"] = None if cents is None else Money(cents)
    for name in DECIMALS:
        if kept.get(name) is not None:
            kept[name] = Decimal(kept[name])
    if kept.get("session_channels_allowed") is not None:
        kept["session_channels_allowed"] = sorted({str(channel) for channel in kept["session_channels_allowed"]})
    return kept


def _channels(names: list[str] | None) -> list[Channel] | None:
    return None if names is None else [Channel(name) for name in names]


def _places(number: Decimal | None, places: int) -> str | None:
    return None if number is None else f"{number:.{places}f}"
