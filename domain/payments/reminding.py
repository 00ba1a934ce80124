"""The sweep that reminds: each step of an invoice once, by mail with its letter, while the debt is held."""

from collections.abc import Sequence
from datetime import date, datetime, time
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from domain import invoicing, people, practice
from domain.documents import File
from domain.kit.calendar import instant, local_day
from domain.kit.due import Due
from domain.kit.ids import CoacheeId, InvoiceId, SponsorId
from domain.kit.money import ZERO
from domain.kit.work import Work
from domain.messaging import Attachment, Recipient, announce, post_once
from domain.payments.ledger import today
from domain.payments.model import OpenItem
from domain.payments.reminder_letter import demand_of, write_letter
from domain.payments.reminder_model import NotReminded, PostedOutOfTime, Reminder, ReminderCase
from domain.payments.reminder_plan import Outlook, outlooks
from domain.people import Coachee, Sponsor

HOUR = time(9)  # of the practice's clock
BATCH = 500


async def due_cases(session: AsyncSession, now: datetime) -> list[Due[InvoiceId]]:
    query = select(ReminderCase.practice_id, ReminderCase.invoice_id).where(ReminderCase.due_at <= now)
    found = await session.execute(query.order_by(ReminderCase.due_at).limit(BATCH))
    return [Due(practice_id, id_) for practice_id, id_ in found]


async def next_invoice_reminder_at(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(ReminderCase.due_at)).where(ReminderCase.due_at.is_not(None)))


async def remind_of_invoice(work: Work, invoice_id: InvoiceId) -> None:
    """Send what is due of an invoice, and note when to look again. One who pays it or reminds of it right now holds it:
    then there is nothing to do."""
    held = select(OpenItem).where(
        OpenItem.practice_id == work.practice_id, OpenItem.id == invoice_id, OpenItem.open > ZERO
    )
    item = await work.session.scalar(held.with_for_update(skip_locked=True, key_share=True))
    if item is None:
        return
    case = await _case(work, invoice_id)
    if case is None:
        return
    found = (await outlooks(work, [item]))[item.id]
    zone = (await practice.get_practice(work)).zone
    if found.on is not None and instant(found.on, HOUR, zone) <= work.now:
        await _remind(work, item, found)
        found = (await outlooks(work, [item]))[item.id]
    case.due_at = instant(found.on, HOUR, zone) if found.on is not None else None
    await work.session.flush()


async def reminders_of(work: Work, invoice_id: InvoiceId) -> Sequence[Reminder]:
    """What went out for an invoice, and what was called off before it had left."""
    await invoicing.get_invoice(work, invoice_id)
    query = select(Reminder).where(Reminder.practice_id == work.practice_id, Reminder.invoice_id == invoice_id)
    return (await work.session.scalars(query.order_by(Reminder.step, Reminder.attempt))).all()


async def note_posted(work: Work, invoice_id: InvoiceId, step: int, posted_on: date) -> Reminder:
    """Say that the letter of a reminder went by post: to a consumer it may then carry postage."""
    await invoicing.get_invoice(work, invoice_id)
    query = select(Reminder).where(
        Reminder.practice_id == work.practice_id,
        Reminder.invoice_id == invoice_id,
        Reminder.step == step,
        ~Reminder.cancelled,
    )
    reminder = await work.session.scalar(query.order_by(Reminder.attempt.desc()).limit(1).with_for_update())
    if reminder is None:
        raise NotReminded
    now = await today(work)
    if not reminder.made_on <= posted_on <= now:
        raise PostedOutOfTime(field="posted_on", made_on=reminder.made_on, today=now)
    reminder.posted_on = posted_on
    await work.session.flush()
    announce(work, "invoice_reminder_posted", invoice_id, step=step, posted_on=posted_on)
    return reminder


async def print_reminder(work: Work, invoice_id: InvoiceId, step: int | None) -> File:
    """The letter as it went out."""
    await invoicing.get_invoice(work, invoice_id)
    query = (
        select(Reminder)
        .where(Reminder.practice_id == work.practice_id, Reminder.invoice_id == invoice_id)
        .order_by(Reminder.step.desc(), Reminder.attempt.desc())
        .limit(1)
        .options(undefer(Reminder.content))
    )
    if step is not None:
        query = query.where(Reminder.step == step)
    reminder = await work.session.scalar(query)
    if reminder is None:
        raise NotReminded
    return File(reminder.name, "application/pdf", reminder.content)


async def _case(work: Work, invoice_id: InvoiceId) -> ReminderCase | None:
    """Read once the debt is held: another sweep may have seen to it meanwhile."""
    query = select(ReminderCase).where(
        ReminderCase.practice_id == work.practice_id,
        ReminderCase.invoice_id == invoice_id,
        ReminderCase.due_at <= work.now,
    )
    return await work.session.scalar(query)


async def _remind(work: Work, item: OpenItem, found: Outlook) -> None:
    customer = await _customer(work, item)
    invoice_id, step = InvoiceId(item.id), found.step or 1
    reference = (await invoicing.get_invoice(work, invoice_id)).payment_reference
    demand = await demand_of(work, item, found, mailed=customer.email is not None)
    file = await write_letter(work, customer, demand, reference)
    reminder = Reminder(
        practice_id=work.practice_id,
        invoice_id=invoice_id,
        step=step,
        attempt=await _attempts(work, invoice_id, step) + 1,
        rules_version=found.rules_version,
        made_on=local_day(work.now, (await practice.get_practice(work)).zone),
        made_at=work.now,
        open=found.asked,
        due_on=found.due_on,
        charges=demand.extra,
        mailed=customer.email is not None,
        name=file.filename,
        content=file.content,
        sha256=sha256(file.content).hexdigest(),
    )
    await work.store(reminder)
    facts = {"open_cents": found.asked.cents, "charges_cents": demand.extra.cents, "mailed": reminder.mailed}
    announce(work, "invoice_reminded", invoice_id, step=step, **facts)
    if customer.email is not None:
        await _mail(work, reminder, customer, file, demand.told(customer.language, reference))


async def _mail(
    work: Work, reminder: Reminder, customer: Coachee | Sponsor, file: File, facts: dict[str, object]
) -> None:
    assert customer.email is not None  # noqa: S101
    await post_once(
        work,
        f"reminder:{reminder.invoice_id}:{reminder.step}:{reminder.attempt}",
        "invoice_reminder" if reminder.step == 1 else "invoice_reminder_again",
        Recipient(customer.id, customer.email, customer.language),
        [Attachment(file.filename, file.media_type, file.content)],
        **facts,
    )


async def _attempts(work: Work, invoice_id: InvoiceId, step: int) -> int:
    query = select(func.count()).where(
        Reminder.practice_id == work.practice_id, Reminder.invoice_id == invoice_id, Reminder.step == step
    )
    return await work.session.scalar(query) or 0


async def _customer(work: Work, item: OpenItem) -> Coachee | Sponsor:
    if item.coachee_id is not None:
        return await people.get_coachee(work, CoacheeId(item.coachee_id))
    return await people.get_sponsor(work, SponsorId(item.sponsor_id or item.id))
