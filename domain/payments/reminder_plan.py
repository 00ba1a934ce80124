"""What goes out next for an invoice, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select

from domain.invoicing import added
from domain.kit.ids import InvoiceId, OpenItemId
from domain.kit.money import ZERO, Money
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import Work
from domain.payments.instalments_due import Due, dues_of
from domain.payments.late_rules import grace_over
from domain.payments.ledger import today
from domain.payments.model import ItemKind, OpenItem
from domain.payments.reminder_model import Reminder, ReminderPause
from domain.payments.reminder_rules import Steps, reminder_steps

REMINDED = (
    OpenItem.kind.in_([ItemKind.INVOICE, ItemKind.DEPOSIT]) & OpenItem.coach_id.is_(None) & OpenItem.due_on.is_not(None)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """`on` is None where nothing goes out: disputed, or every step was taken."""

    step: int | None
    on: date | None
    paused_until: date | None
    disputed: bool
    rules_version: int
    due_on: date  # of what is late, or the next to be: an instalment, or the whole
    asked: Money  # what is due by today, or on that day


async def preview_reminders(work: Work, page: PageRequest) -> tuple[Page[OpenItem], dict[OpenItemId, Outlook]]:
    """What is open, the longest due first, with what goes out next for each."""
    query = select(OpenItem).where(OpenItem.practice_id == work.practice_id, OpenItem.open > ZERO, REMINDED)
    found = await fetch_page(work, query, page, list_name="reminders", keys=[OpenItem.due_on, OpenItem.id])
    return found, await outlooks(work, found.items)


async def outlooks(work: Work, items: Sequence[OpenItem]) -> dict[OpenItemId, Outlook]:
    steps, now = await reminder_steps(work), await today(work)
    dues, sent, pauses = await dues_of(work, items), await _sent(work, items), await _pauses(work, items, now)
    found: dict[OpenItemId, Outlook] = {}
    for item in items:
        own = [one for one in pauses if _concerns(one, item)]
        asked = asked_by(dues[item.id], now)
        found[item.id] = _outlook(steps, item, asked, sent.get((InvoiceId(item.id), asked.on)), own)
    return found


def asked_by(dues: Sequence[Due], today: date) -> Due:
    """What a reminder asks for: all that is due before today, and where nothing is late yet, what falls due first."""
    first = dues[0]
    late = added(due.left for due in dues if due.on < today or due.on == first.on)
    return Due(first.item, first.on, late)


def _outlook(
    steps: Steps, item: OpenItem, asked: Due, last: Reminder | None, pauses: Sequence[ReminderPause]
) -> Outlook:
    taken = last.step if last is not None else 0
    ladder = steps.consumer if item.coachee_id is not None else steps.business
    since = last.made_on if last is not None else asked.on
    disputed = any(one.disputed for one in pauses)
    until = max((one.until for one in pauses if one.until is not None), default=None)
    on = None
    if taken < len(ladder) and not disputed:
        on = since + timedelta(days=ladder[taken].after_days)
        if last is not None and item.coachee_id is not None:
            on = max(on, grace_over(last.made_on, mailed=last.mailed))
        on = max(on, until + timedelta(days=1)) if until is not None else on
    return Outlook(
        step=taken + 1 if taken < len(ladder) else None,
        on=on,
        paused_until=until,
        disputed=disputed,
        rules_version=steps.version,
        due_on=asked.on,
        asked=asked.left,
    )


async def is_disputed(work: Work, item: OpenItem) -> bool:
    found = await _pauses(work, [item], await today(work))
    return any(one.disputed and _concerns(one, item) for one in found)


async def _sent(work: Work, items: Sequence[OpenItem]) -> dict[tuple[InvoiceId, date], Reminder]:
    """The last reminder of each, by the day on which was due what it asked for, that was not called off."""
    query = (
        select(Reminder)
        .where(
            Reminder.practice_id == work.practice_id,
            Reminder.invoice_id.in_([item.id for item in items]),
            ~Reminder.cancelled,
        )
        .order_by(Reminder.step)
        .execution_options(populate_existing=True)
    )
    return {(one.invoice_id, one.due_on): one for one in await work.session.scalars(query)}


async def _pauses(work: Work, items: Sequence[OpenItem], now: date) -> Sequence[ReminderPause]:
    query = select(ReminderPause).where(
        ReminderPause.practice_id == work.practice_id,
        ReminderPause.ended_at.is_(None),
        or_(ReminderPause.until.is_(None), ReminderPause.until >= now),
        or_(
            ReminderPause.invoice_id.in_([item.id for item in items]),
            ReminderPause.coachee_id.in_({item.coachee_id for item in items if item.coachee_id}),
            ReminderPause.sponsor_id.in_({item.sponsor_id for item in items if item.sponsor_id}),
        ),
    )
    return (await work.session.scalars(query)).all()


def _concerns(pause: ReminderPause, item: OpenItem) -> bool:
    if pause.invoice_id is not None:
        return pause.invoice_id == item.id
    if pause.coachee_id is not None:
        return pause.coachee_id == item.coachee_id
    return pause.sponsor_id == item.sponsor_id


def of_pause(pause: ReminderPause) -> ColumnElement[bool]:
    """The items that a pause keeps waiting."""
    if pause.invoice_id is not None:
        return OpenItem.id == pause.invoice_id
    if pause.coachee_id is not None:
        return OpenItem.coachee_id == pause.coachee_id
    return OpenItem.sponsor_id == pause.sponsor_id
