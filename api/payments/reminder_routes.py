"""Reminders of late invoices: their steps, what goes out and when, what went out, and what waits."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from litestar import Response, Router, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from api.fields import In, Line, PageCursor, PageLimit, page_request
from api.files import file_response
from api.payments.reminder_shapes import PostedIn, ReminderOut, Reminders
from api.payments.shapes import Reason
from api.problems import refuses
from domain import payments
from domain.invoicing import InvoiceNotFound
from domain.kit.calendar import DayOutOfRange
from domain.kit.ids import CoacheeId, InvoiceId, OpenItemId, ReminderPauseId, SponsorId
from domain.kit.paging import InvalidCursor, Page
from domain.kit.work import Work
from domain.payments import (
    NewPause,
    NotPayable,
    NotReminded,
    OneCustomer,
    OpenItem,
    Outlook,
    PauseEndsInPast,
    PauseOver,
    PostedOutOfTime,
    ReminderPause,
    ReminderPauseNotFound,
    ReminderRulesChanged,
    ReminderStep,
    ReminderTooSoon,
    Steps,
)
from domain.people import CoacheeNotFound, SponsorNotFound

Step = Annotated[int | None, QueryParameter(ge=1, le=6)]


class StepIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    after_days: Annotated[int, Meta(ge=1, le=365, examples=[15])]
    """After the due date for the first step, after the reminder before it for a later one."""
    source: Line
    certainty: Literal["high", "medium", "low"]

    def value(self) -> ReminderStep:
        return ReminderStep(self.after_days, self.source, self.certainty)


Ladder = Annotated[list[StepIn], Meta(max_length=6)]


class StepsIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    version: Annotated[int, Meta(ge=0, le=1_000_000, examples=[0])]
    """The version that you read."""
    consumer: Ladder
    business: Ladder

    def value(self) -> Steps:
        return Steps(
            version=self.version,
            consumer=[step.value() for step in self.consumer],
            business=[step.value() for step in self.business],
        )


class StepOut(msgspec.Struct, frozen=True, kw_only=True):
    after_days: int
    source: str
    certainty: str

    @classmethod
    def each(cls, steps: Sequence[ReminderStep]) -> "list[StepOut]":
        return [cls(after_days=one.after_days, source=one.source, certainty=one.certainty) for one in steps]


class StepsOut(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    """0 is what ships with the program."""
    consumer: list[StepOut]
    business: list[StepOut]

    @classmethod
    def of(cls, steps: Steps) -> "StepsOut":
        return cls(version=steps.version, consumer=StepOut.each(steps.consumer), business=StepOut.each(steps.business))


class ReminderAhead(msgspec.Struct, frozen=True, kw_only=True):
    """What goes out next for an open invoice; `on` is null where nothing does."""

    invoice_id: OpenItemId
    number: str | None
    coachee_id: CoacheeId | None
    sponsor_id: SponsorId | None
    open_cents: int
    due_on: date | None
    step: int | None
    on: date | None
    paused_until: date | None
    disputed: bool

    @classmethod
    def of(cls, item: OpenItem, outlook: Outlook) -> "ReminderAhead":
        return cls(
            invoice_id=item.id,
            number=item.reference,
            coachee_id=item.coachee_id,
            sponsor_id=item.sponsor_id,
            open_cents=item.open.cents,
            due_on=item.due_on,
            step=outlook.step,
            on=outlook.on,
            paused_until=outlook.paused_until,
            disputed=outlook.disputed,
        )


class ReminderPreview(msgspec.Struct, frozen=True):
    items: list[ReminderAhead]
    next_cursor: str | None

    @classmethod
    def of(cls, told: tuple[Page[OpenItem], dict[OpenItemId, Outlook]]) -> "ReminderPreview":
        page, outlooks = told
        return cls([ReminderAhead.of(item, outlooks[item.id]) for item in page.items], page.next_cursor)


class PauseIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of one invoice, or of all of a coachee's or sponsor's."""

    invoice_id: InvoiceId | None = None
    coachee_id: CoacheeId | None = None
    sponsor_id: SponsorId | None = None
    reason: Reason
    until: date
    """The last day on which nothing goes out."""

    def value(self) -> NewPause:
        return NewPause(
            invoice_id=self.invoice_id,
            coachee_id=self.coachee_id,
            sponsor_id=self.sponsor_id,
            reason=self.reason,
            until=self.until,
        )


class DisputeIn(In, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Reason


class PauseOut(msgspec.Struct, frozen=True, kw_only=True):
    id: ReminderPauseId
    invoice_id: InvoiceId | None
    coachee_id: CoacheeId | None
    sponsor_id: SponsorId | None
    disputed: bool
    reason: str
    until: date | None
    made_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, pause: ReminderPause) -> "PauseOut":
        return cls(**{name: getattr(pause, name) for name in cls.__struct_fields__})


class PausePage(msgspec.Struct, frozen=True):
    items: list[PauseOut]
    next_cursor: str | None


@get("/reminder-steps", scope="invoices:read")
async def read_reminder_steps(work: NamedDependency[Work]) -> StepsOut:
    """Read when late invoices are reminded of, to consumers and to businesses, with the source of each step."""
    return StepsOut.of(await payments.reminder_steps(work))


@put("/reminder-steps", scope="invoices:write", responses=refuses(ReminderTooSoon, ReminderRulesChanged))
async def set_reminder_steps(work: NamedDependency[Work], data: JSONBody[StepsIn]) -> StepsOut:
    """Set the steps of your practice: a new version, by which every open invoice is looked at again."""
    return StepsOut.of(await payments.change_reminder_steps(work, data.value()))


@get("/reminders/preview", scope="invoices:read", responses=refuses(InvalidCursor))
async def preview_reminders(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> ReminderPreview:
    """List what is open, the longest due first, with the reminder that goes out next for each, and when."""
    return ReminderPreview.of(await payments.preview_reminders(work, page_request(limit, cursor)))


@get("/invoices/{invoice_id:uuid}/reminders", scope="invoices:read", responses=refuses(InvoiceNotFound))
async def list_reminders(work: NamedDependency[Work], invoice_id: FromPath[InvoiceId]) -> Reminders:
    """List the reminders that were made of an invoice."""
    return Reminders([ReminderOut.of(one) for one in await payments.reminders_of(work, invoice_id)])


@get(
    "/invoices/{invoice_id:uuid}/reminder-letter",
    scope="invoices:read",
    media_type="application/pdf",
    responses=refuses(InvoiceNotFound, NotReminded),
)
async def print_reminder(
    work: NamedDependency[Work], invoice_id: FromPath[InvoiceId], step: Step = None
) -> Response[bytes]:
    """The letter of a reminder as it went out: of that step, or the last one."""
    return file_response(await payments.print_reminder(work, invoice_id, step))


@post(
    "/invoices/{invoice_id:uuid}/reminders/posted",
    status_code=200,
    scope="invoices:write",
    responses=refuses(InvoiceNotFound, NotReminded, PostedOutOfTime),
)
async def note_reminder_posted(
    work: NamedDependency[Work], invoice_id: FromPath[InvoiceId], data: JSONBody[PostedIn]
) -> ReminderOut:
    """Say that you sent the letter of a reminder by post. Only then may it carry postage, and only to a consumer whose
    clause asks for it."""
    return ReminderOut.of(await payments.note_posted(work, invoice_id, data.step, data.posted_on))


@post(
    "/reminder-pauses",
    scope="invoices:write",
    responses=refuses(
        OneCustomer, InvoiceNotFound, NotPayable, CoacheeNotFound, SponsorNotFound, PauseEndsInPast, DayOutOfRange
    ),
)
async def pause_reminders(work: NamedDependency[Work], data: JSONBody[PauseIn]) -> PauseOut:
    """Let the reminders of an invoice or a customer wait up to a day, with the reason."""
    return PauseOut.of(await payments.pause_reminders(work, data.value()))


@post("/invoices/{invoice_id:uuid}/dispute", scope="invoices:write", responses=refuses(InvoiceNotFound, NotPayable))
async def dispute_invoice(
    work: NamedDependency[Work], invoice_id: FromPath[InvoiceId], data: JSONBody[DisputeIn]
) -> PauseOut:
    """Say that the customer contests an invoice: it is not reminded of until you end that."""
    return PauseOut.of(await payments.dispute_invoice(work, invoice_id, data.reason))


@get("/reminder-pauses", scope="invoices:read", responses=refuses(InvalidCursor))
async def list_reminder_pauses(
    work: NamedDependency[Work], limit: PageLimit = 20, cursor: PageCursor = None
) -> PausePage:
    """List the pauses and disputes that nobody has ended."""
    page = await payments.list_pauses(work, page_request(limit, cursor))
    return PausePage([PauseOut.of(one) for one in page.items], page.next_cursor)


@post(
    "/reminder-pauses/{pause_id:uuid}/end",
    status_code=200,
    scope="invoices:write",
    responses=refuses(ReminderPauseNotFound, PauseOver),
)
async def end_reminder_pause(work: NamedDependency[Work], pause_id: FromPath[ReminderPauseId]) -> PauseOut:
    """End a pause before its day, or say that a dispute is settled."""
    return PauseOut.of(await payments.end_pause(work, pause_id))


router = Router(
    "/",
    tags=["payments"],
    route_handlers=[
        read_reminder_steps,
        set_reminder_steps,
        preview_reminders,
        list_reminders,
        print_reminder,
        note_reminder_posted,
        pause_reminders,
        dispute_invoice,
        list_reminder_pauses,
        end_reminder_pause,
    ],
)
