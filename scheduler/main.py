"""Everything that happens by itself, in one table."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain import (
    agreements,
    assignments,
    checkins,
    digests,
    funding,
    groups,
    invoicing,
    messaging,
    method,
    payments,
    people,
    peppol,
    practice,
    reporting,
    research,
    support,
    teams,
    trajectories,
)
from domain.kit.idempotency import forget_old_answers
from domain.kit.work import transaction
from domain.messaging import Channel, Way
from scheduler.sweep import Outcome, Sweep, Tools, one_by_one

BATCH = 1000  # fewer, and each pays more for its statement; more, and little is gained while locks last longer
MINUTE = 60.0


async def materialise(tools: Tools) -> Outcome:
    """Make the check-ins of the days to come."""
    return Outcome(*await checkins.materialise_due(tools.house))


async def send_check_ins(tools: Tools) -> Outcome:
    return Outcome(*await checkins.send_due(tools.house, BATCH))


async def expire_check_ins(tools: Tools) -> Outcome:
    return Outcome(*await checkins.expire_due(tools.house, BATCH))


async def deliver(tools: Tools) -> Outcome:
    return Outcome(*await messaging.deliver_due(tools.house, tools.mailer, tools.sender, practice.sender_names))


async def print_invoices(tools: Tools) -> Outcome:
    """Print what was issued a moment ago."""
    return Outcome(*await invoicing.print_due(tools.house))


async def dispatch(tools: Tools) -> Outcome:
    """Send e-invoices over Peppol, and ask after those on their way."""
    return Outcome(*await peppol.dispatch_due(tools.house, tools.access_point))


async def deliver_pushes(tools: Tools) -> Outcome:
    return await _carry(tools, tools.push)


async def deliver_texts(tools: Tools) -> Outcome:
    return await _carry(tools, tools.sms)


async def _carry(tools: Tools, way: Way | None) -> Outcome:
    if way is None:
        return Outcome()
    return Outcome(*await messaging.carry_due(tools.house, way, practice.sender_names, BATCH))


async def next_text_at(session: AsyncSession) -> datetime | None:
    return await messaging.next_delivery_at(session, Channel.SMS)


async def next_push_at(session: AsyncSession) -> datetime | None:
    return await messaging.next_delivery_at(session, Channel.PUSH)


async def forget_answers(tools: Tools) -> Outcome:
    async with transaction(tools.house.sessions) as session:
        return Outcome(await forget_old_answers(session, tools.house.clock()))


async def forget_support_flags(tools: Tools) -> Outcome:
    return Outcome(await support.forget_flags(tools.house))


SWEEPS: tuple[Sweep, ...] = (
    Sweep("materialise check-ins", MINUTE, materialise, checkins.next_materialisation_at),
    Sweep("send check-ins", MINUTE, send_check_ins, checkins.next_sending_at),
    Sweep("expire check-ins", MINUTE, expire_check_ins, checkins.next_expiry_at),
    Sweep("tend check-in plans", MINUTE, one_by_one(checkins.due_plans, checkins.tend_plan), checkins.next_tending_at),
    Sweep(
        "watch cheque deadlines",
        MINUTE,
        one_by_one(funding.due_cheques, funding.attend_cheque),
        funding.next_warning_at,
    ),
    Sweep(
        "remind of sessions",
        MINUTE,
        one_by_one(trajectories.due_reminders, trajectories.remind),
        trajectories.next_reminder_at,
    ),
    Sweep(
        "expire assignments",
        MINUTE,
        one_by_one(assignments.due_assignments, assignments.expire_assignment),
        assignments.next_due_at,
    ),
    Sweep(
        "tell of agreements without a signer",
        MINUTE,
        one_by_one(agreements.signerless_agreements, agreements.tell_signerless),
    ),
    Sweep("let minors come of age", MINUTE, one_by_one(people.due_birthdays, people.come_of_age)),
    Sweep("offer digests", MINUTE, one_by_one(digests.due_digests, digests.offer_digest)),
    Sweep("plan reviews", MINUTE, one_by_one(method.due_to_plan, method.plan_reviews), method.next_planning_at),
    Sweep("send reviews", MINUTE, one_by_one(method.due_reviews, method.send_review), method.next_review_at),
    Sweep("close pulses", MINUTE, one_by_one(teams.due_pulses, teams.end_pulse), teams.next_pulse_at),
    Sweep(
        "expire holds",
        MINUTE,
        one_by_one(trajectories.expired_holds, trajectories.expire_hold),
        trajectories.next_hold_expiry_at,
    ),
    Sweep(
        "pass on seats in groups",
        MINUTE,
        one_by_one(groups.expired_offers, groups.expire_offer),
        groups.next_offer_expiry_at,
    ),
    Sweep(
        "make research exports",
        MINUTE,
        one_by_one(research.due_research_exports, research.attend_research_export, deadly="research export"),
        research.next_research_export_at,
    ),
    Sweep(
        "make exports",
        MINUTE,
        one_by_one(reporting.due_exports, reporting.attend_export, deadly="export"),
        reporting.next_export_at,
    ),
    Sweep(
        "remind of invoices",
        MINUTE,
        one_by_one(payments.due_cases, payments.remind_of_invoice, deadly="reminder"),
        payments.next_invoice_reminder_at,
    ),
    Sweep(
        "pass on support alerts",
        MINUTE,
        one_by_one(support.due_alerts, support.pass_on),
        support.next_passing_on_at,
    ),
    Sweep("forget support flags", MINUTE, forget_support_flags, support.next_forgetting_at),
    Sweep("deliver the outbox", MINUTE, deliver, messaging.next_delivery_at),
    Sweep("print invoices", MINUTE, print_invoices, invoicing.next_print_at),
    Sweep("send e-invoices", MINUTE, dispatch, peppol.next_dispatch_at),
    Sweep("deliver notifications", MINUTE, deliver_pushes, next_push_at),
    Sweep("deliver text messages", MINUTE, deliver_texts, next_text_at),
    Sweep(
        "drop silent browsers",
        MINUTE,
        one_by_one(people.silent_browsers, people.drop_silent_browser),
        people.next_silence_at,
    ),
    Sweep("forget old answers", MINUTE, forget_answers),
)
