"""Cheque schemes as dated data, cheques, and the minutes booked on them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ARRAY, CheckConstraint, Index, Integer, Numeric, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from domain.funding.refusals import (
    ChequeExpired,
    IssuedBeforeOrdered,
    MinutesExceeded,
    MinutesWouldBeForfeited,
    SchemeGivesFewer,
    StartedBeforeIssued,
)
from domain.funding.states import MOVES, WATCHED, ChequeState, Deadline
from domain.kit.calendar import add_months
from domain.kit.ids import (
    BookingId,
    ChequeId,
    CoacheeId,
    FunderId,
    IssuerId,
    SchemeId,
    SessionId,
    SponsorId,
    StaffId,
    TrajectoryId,
    new_id,
)
from domain.kit.money import ZERO, Money
from domain.kit.states import step
from domain.kit.tables import Table, Tenant, Versioned, Word, within_practice

ONE_EURO = Money(100)
MINUTES_PER_HOUR = 60
KNOWN_ISSUER = "COALESCE(issuer_id, '00000000-0000-0000-0000-000000000000'::uuid)"


class SchemeStatus(StrEnum):
    IN_FORCE = "in_force"
    CLOSED = "closed"
    PLANNED = "planned"  # cannot be chosen until an administrator activates it


SCHEME_MOVES = {
    SchemeStatus.PLANNED: frozenset({SchemeStatus.IN_FORCE}),
    SchemeStatus.IN_FORCE: frozenset({SchemeStatus.CLOSED}),
}


class Channel(StrEnum):
    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class SettlementDocument(StrEnum):
    """What a funder wants to see for its money."""

    INVOICE = "invoice"
    SELF_BILLING = "self_billing"
    STATEMENT = "statement"


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Funder(Tenant, Versioned, Table):
    """Who pays for a scheme; what nobody knows of how it settles is null."""

    __tablename__ = "funders"
    __table_args__ = (UniqueConstraint("practice_id", "name"),)

    id: Mapped[FunderId] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60))
    settles_with_vat: Mapped[bool | None]
    settlement_document: Mapped[SettlementDocument | None] = mapped_column(Word(SettlementDocument, 16))
    note: Mapped[str | None] = mapped_column(String(500))


class Issuer(Tenant, Versioned, Table):
    """Who hands out the cheques of a scheme and collects the coachee's own share."""

    __tablename__ = "issuers"
    __table_args__ = (UniqueConstraint("practice_id", "name"),)

    id: Mapped[IssuerId] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(String(500))


class Scheme(Tenant, Versioned, Table):
    """One version of a cheque scheme. What nobody knows is null, never zero and never an older figure."""

    __tablename__ = "schemes"
    __table_args__ = (
        within_practice("funder_id", "funders"),
        within_practice("issuer_id", "issuers"),
        within_practice("verified_by", "staff"),
        UniqueConstraint("practice_id", "code"),
        CheckConstraint("valid_to >= valid_from", name="ends_after_start"),
        CheckConstraint("own_share IS NULL OR own_share_percent IS NULL", name="one_own_share"),
        ExcludeConstraint(
            ("practice_id", "="),
            (text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=text("status <> 'planned'"),
            using="gist",
            name="schemes_one_at_a_time_excl",
        ),
    )

    id: Mapped[SchemeId] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(120))
    funder_id: Mapped[FunderId]
    issuer_id: Mapped[IssuerId | None]
    status: Mapped[SchemeStatus] = mapped_column(Word(SchemeStatus, 16))
    valid_from: Mapped[date]  # by the day on which the cheque was ordered
    valid_to: Mapped[date | None]
    own_share: Mapped[Money | None]  # paid by the coachee to the issuer, never to the practice
    own_share_percent: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))  # of what the cheque is worth, with VAT
    unit_minutes: Mapped[list[int]] = mapped_column(ARRAY(Integer))  # minutes of the first, second… cheque
    window_years: Mapped[int | None]  # null: once in a lifetime
    min_experience_months: Mapped[int | None]
    experience_within_months: Mapped[int | None]  # null: in a whole career
    fee_per_hour: Mapped[Decimal | None] = mapped_column(Numeric(9, 4))  # euro, without VAT
    vat_rate: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    pay_within_days: Mapped[int | None]
    start_within_months: Mapped[int | None]
    complete_within_months: Mapped[int | None]
    aftercare_within_months: Mapped[int | None]
    session_channels_allowed: Mapped[list[str] | None] = mapped_column(ARRAY(String(16)))  # null: not checked
    group_allowed: Mapped[bool | None]  # null: not checked
    quota_notice: Mapped[str | None] = mapped_column(String(500))
    confidence: Mapped[Confidence] = mapped_column(Word(Confidence, 8))
    source: Mapped[str] = mapped_column(String(500))
    verified_on: Mapped[date]
    verified_by: Mapped[StaffId | None]  # null: read by who made this program

    funder: Mapped[Funder] = relationship(lazy="raise")
    issuer: Mapped[Issuer | None] = relationship(lazy="raise", overlaps="funder")

    def minutes_of(self, nth: int) -> int:
        """How many minutes its first, second… cheque is worth."""
        if nth > len(self.unit_minutes):
            raise SchemeGivesFewer(field="nth", scheme=self.code, cheques=len(self.unit_minutes))
        return self.unit_minutes[nth - 1]

    def fee_for(self, minutes: int) -> Money | None:
        """What the funder pays for these minutes, without VAT; unknown while the fee is."""
        return None if self.fee_per_hour is None else ONE_EURO.times(self.fee_per_hour * minutes / MINUTES_PER_HOUR)

    def value_of(self, minutes: int) -> Money | None:
        """The same with VAT; unknown while fee or rate is."""
        if self.fee_per_hour is None or self.vat_rate is None:
            return None
        return ONE_EURO.times(self.fee_per_hour * minutes / MINUTES_PER_HOUR * (1 + self.vat_rate / 100))

    def own_share_of(self, minutes: int) -> Money | None:
        """What the coachee pays the issuer for a cheque of these minutes: an amount, or a part of its value."""
        value = self.value_of(minutes)
        if self.own_share_percent is None or value is None:
            return self.own_share
        return value.percent(self.own_share_percent)


class Cheque(Tenant, Versioned, Table):
    __tablename__ = "cheques"
    __table_args__ = (
        within_practice("scheme_id", "schemes"),
        within_practice("issuer_id", "issuers"),
        within_practice("coachee_id", "coachees"),
        within_practice("trajectory_id", "trajectories"),
        CheckConstraint("minutes_booked BETWEEN 0 AND minutes_cap", name="minutes_within_cap"),
        CheckConstraint("received >= 0", name="received_not_negative"),
        CheckConstraint(
            "cheque_number IS NOT NULL OR state IN ('announced', 'ordered', 'refused', 'order_lapsed', 'annulled')",
            name="numbered_once_issued",
        ),
        Index("cheques_number_idx", "practice_id", text(KNOWN_ISSUER), "cheque_number", unique=True),
        Index("cheques_scheme_idx", "practice_id", "scheme_id", "id"),
        Index(
            "cheques_nth_idx",
            "practice_id",
            "coachee_id",
            "scheme_id",
            "nth",
            unique=True,
            postgresql_where=text("state NOT IN ('refused', 'order_lapsed', 'expired_unstarted', 'annulled')"),
        ),
        Index("cheques_state_idx", "practice_id", "state", "id"),
        Index("cheques_coachee_idx", "practice_id", "coachee_id", "id"),
        Index("cheques_trajectory_idx", "practice_id", "trajectory_id", "id"),
        Index("cheques_due_idx", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[ChequeId] = mapped_column(primary_key=True, default=new_id)
    scheme_id: Mapped[SchemeId]
    coachee_id: Mapped[CoacheeId]
    trajectory_id: Mapped[TrajectoryId]
    state: Mapped[ChequeState] = mapped_column(Word(ChequeState, 20), default=ChequeState.ANNOUNCED)
    issuer_id: Mapped[IssuerId | None]
    nth: Mapped[int]  # 1 for the first cheque of the coachee under its scheme
    cheque_number: Mapped[str | None] = mapped_column(String(64))
    client_number: Mapped[str | None] = mapped_column(String(64))
    minutes_cap: Mapped[int]
    minutes_booked: Mapped[int] = mapped_column(default=0)
    received: Mapped[Money] = mapped_column(default=ZERO)  # from the funder, as it came
    settled_on: Mapped[date | None]
    difference_reason: Mapped[str | None] = mapped_column(String(500))
    ordered_on: Mapped[date | None]
    issued_on: Mapped[date | None]
    started_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    pay_by: Mapped[date | None]
    start_by: Mapped[date | None]
    complete_by: Mapped[date | None]
    due_at: Mapped[datetime | None]  # when the scheduler looks next: to warn of a deadline, or because it is over
    created_at: Mapped[datetime]

    scheme: Mapped[Scheme] = relationship(lazy="raise")
    issuer: Mapped[Issuer | None] = relationship(lazy="raise", viewonly=True)

    def move(self, to: ChequeState) -> None:
        self.state = step(MOVES, self.state, to)

    def come_under(self, scheme: Scheme) -> None:
        """Take what the scheme of the order day says; until it is ordered, that of the day it was announced."""
        self.scheme, self.issuer_id = scheme, scheme.issuer_id
        set_committed_value(self, "issuer", scheme.issuer)
        self.minutes_cap = scheme.minutes_of(self.nth)
        if self.ordered_on is not None and scheme.pay_within_days is not None:
            self.pay_by = self.ordered_on + timedelta(days=scheme.pay_within_days)

    def order(self, ordered_on: date) -> None:
        self.move(ChequeState.ORDERED)
        self.ordered_on = ordered_on

    def issue(self, issued_on: date, cheque_number: str, client_number: str) -> None:
        self.move(ChequeState.ISSUED)
        if self.ordered_on is not None and issued_on < self.ordered_on:
            raise IssuedBeforeOrdered(field="issued_on", ordered_on=self.ordered_on)
        self.issued_on, self.start_by = issued_on, months_after(issued_on, self.scheme.start_within_months)
        self.cheque_number, self.client_number = cheque_number, client_number

    def start(self, started_on: date) -> None:
        self.move(ChequeState.STARTED)
        if self.start_by is not None and started_on > self.start_by:
            raise ChequeExpired(field="started_on", start_by=self.start_by)
        if self.issued_on is not None and started_on < self.issued_on:
            raise StartedBeforeIssued(field="started_on", issued_on=self.issued_on)
        self.started_on = started_on
        self.complete_by = months_after(started_on, self.scheme.complete_within_months)

    def book(self, minutes: int) -> None:
        """Take minutes off the cheque; the first ones bring it in progress."""
        if self.state != ChequeState.IN_PROGRESS:
            self.move(ChequeState.IN_PROGRESS)
        if minutes > self.minutes_left:
            raise MinutesExceeded(field="minutes", minutes_left=self.minutes_left)
        self.minutes_booked += minutes

    def close(self, today: date, forfeit_minutes: int) -> None:
        self.move(ChequeState.CLOSED)
        if forfeit_minutes != self.minutes_left:
            raise MinutesWouldBeForfeited(field="forfeit_minutes", minutes_left=self.minutes_left)
        self.closed_on = today

    @property
    def own_share(self) -> Money | None:
        return self.scheme.own_share_of(self.minutes_cap)

    @property
    def minutes_left(self) -> int:
        return self.minutes_cap - self.minutes_booked

    @property
    def expected(self) -> Money | None:
        return self.scheme.fee_for(self.minutes_booked)

    @property
    def expected_receipt(self) -> Money | None:
        """What should come in; unknown while the fee is, or whether this funder pays VAT with it."""
        if self.scheme.funder.settles_with_vat is None:
            return None
        if self.scheme.funder.settles_with_vat:
            return self.scheme.value_of(self.minutes_booked)
        return self.expected

    @property
    def difference(self) -> Money | None:
        """What came beyond what was expected; unknown while that is."""
        expected = self.expected_receipt
        return None if expected is None else Money(self.received.cents - expected.cents)

    @property
    def ending(self) -> str:
        """The last four characters of its number: enough to know it by, too little to use it."""
        return (self.cheque_number or "")[-4:]

    @property
    def deadline(self) -> tuple[Deadline, date] | None:
        """The deadline that matters in the present state, and its last day."""
        which = WATCHED.get(self.state)
        if which is None:
            return None
        day: date | None = getattr(self, which)
        return None if day is None else (which, day)


class Booking(Tenant, Table):
    """A line of the hour ledger: the minutes of one held session on one cheque. Never changed, never deleted."""

    __tablename__ = "bookings"
    __table_args__ = (
        within_practice("cheque_id", "cheques"),
        within_practice("session_id", "session_fundings"),
        UniqueConstraint("practice_id", "session_id"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        Index("bookings_cheque_idx", "practice_id", "cheque_id", "id"),
    )

    id: Mapped[BookingId] = mapped_column(primary_key=True, default=new_id)
    cheque_id: Mapped[ChequeId]
    session_id: Mapped[SessionId]
    minutes: Mapped[int]
    booked_at: Mapped[datetime]


class FundingKind(StrEnum):
    """What can pay for a session; `sponsor` and `private` are invoiced."""

    CHEQUE = "cheque"
    PACKAGE = "package"
    SPONSOR = "sponsor"
    PRIVATE = "private"


class SessionFunding(Tenant, Table):
    """What pays for a session, by the session's id: one funding, whatever its kind. Never changed."""

    __tablename__ = "session_fundings"
    __table_args__ = (within_practice("id", "sessions"), within_practice("sponsor_id", "sponsors"))

    id: Mapped[SessionId] = mapped_column(primary_key=True)
    kind: Mapped[FundingKind] = mapped_column(Word(FundingKind, 16))
    sponsor_id: Mapped[SponsorId | None]
    minutes: Mapped[int]
    made_at: Mapped[datetime]


def months_after(day: date, months: int | None) -> date | None:
    return None if months is None else add_months(day, months)
