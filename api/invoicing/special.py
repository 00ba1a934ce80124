"""Credit notes, drafts from sessions and self-billing on the wire."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from api.fields import END, Country, Email, In, Line, Number, PostalCode, Reason, ShortLine
from api.invoicing.lines import LineIn, Price, Quantity, Rate
from domain.invoicing import CreditedLine, Fee, NewSelfBilled, PackageToBill, SessionsToBill, Supplier
from domain.kit.ids import SessionId, SponsorId, StaffId, TrajectoryId
from domain.kit.money import Money
from domain.messaging import Language
from domain.practice import VatRegime


class CreditedLineIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    position: Annotated[int, Meta(ge=0, le=1000)]
    """The line of the invoice, as its `position` says."""
    quantity: Quantity


class CreditIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Reason
    """Why it is taken back: kept in the audit trail, and not printed."""
    lines: Annotated[list[CreditedLineIn], Meta(min_length=1, max_length=200)] | None = None
    """What is taken back of each line; all that is left of the invoice when left out."""

    def value(self) -> Sequence[CreditedLine] | None:
        if self.lines is None:
            return None
        return [CreditedLine(line.position, Decimal(line.quantity)) for line in self.lines]


class SessionsIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    trajectory_id: TrajectoryId
    session_ids: Annotated[list[SessionId], Meta(min_length=1, max_length=200)] | None = None
    """When left out: all guidance that was held and is neither billed nor on a cheque."""
    sponsor_id: SponsorId | None = None
    """Who pays; the coachee when left out."""
    price_cents: Price
    price_per: Literal["hour", "session"] = "hour"
    vat_rate: Rate | None = None
    language: Language | None = None

    def value(self) -> SessionsToBill:
        return SessionsToBill(
            trajectory_id=self.trajectory_id,
            session_ids=self.session_ids,
            sponsor_id=self.sponsor_id,
            price=Money(self.price_cents),
            per_hour=self.price_per == "hour",
            vat_rate=None if self.vat_rate is None else Decimal(self.vat_rate),
            language=self.language,
        )


class FeeIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    price_cents: Price
    sponsor_id: SponsorId | None = None
    """Who pays; the coachee when left out."""
    vat_rate: Rate | None = None
    language: Language | None = None

    def value(self) -> Fee:
        return Fee(
            price=Money(self.price_cents),
            sponsor_id=self.sponsor_id,
            vat_rate=None if self.vat_rate is None else Decimal(self.vat_rate),
            language=self.language,
        )


class PackageBillIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    sponsor_id: SponsorId | None = None
    """Who pays; the coachee when left out."""
    vat_rate: Rate | None = None
    language: Language | None = None

    def value(self) -> PackageToBill:
        return PackageToBill(
            sponsor_id=self.sponsor_id,
            vat_rate=None if self.vat_rate is None else Decimal(self.vat_rate),
            language=self.language,
        )


class SupplierIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The coach's own business, as the law wants it named on its invoices."""

    name: Line
    street: Line
    postal_code: PostalCode
    city: ShortLine
    country: Country = "BE"
    enterprise_number: Number
    iban: Number
    vat_regime: VatRegime
    email: Email | None = None
    legal_form: ShortLine | None = None
    court: ShortLine | None = None

    def value(self) -> Supplier:
        return Supplier(**{name: getattr(self, name) for name in self.__struct_fields__})


class SelfBilledIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    coach_id: StaffId
    series: Annotated[
        str,
        Meta(
            max_length=8,
            pattern=r"^[A-Z]{2,8}" + END,
            description="The coach's own series, which the practice numbers on her behalf",
            examples=["KR"],
        ),
    ]
    supplier: SupplierIn
    language: Language = Language.NL
    supplied_on: date | None = None
    lines: Annotated[list[LineIn], Meta(min_length=1, max_length=200)]

    def value(self) -> NewSelfBilled:
        return NewSelfBilled(
            coach_id=self.coach_id,
            series=self.series,
            supplier=self.supplier.value(),
            language=self.language,
            supplied_on=self.supplied_on,
            lines=[line.value() for line in self.lines],
        )
