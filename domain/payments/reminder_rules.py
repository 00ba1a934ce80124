"""The steps of reminding, as data: the shipped ones, and those that a practice set, each version kept."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from domain.kit.work import Work
from domain.messaging import announce, read_worded
from domain.payments.reminder_model import ReminderRules, ReminderRulesChanged, ReminderTooSoon

FILE = Path(__file__).with_name("reminders.toml")
BETWEEN_TO_CONSUMER = 15  # so that 14 calendar days lie between


@dataclass(frozen=True, slots=True)
class ReminderStep:
    """`after_days` counts from the due date for the first step, from the reminder before it for a later one."""

    after_days: int
    source: str
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """`version` 0 is what ships with the program."""

    version: int
    consumer: Sequence[ReminderStep]
    business: Sequence[ReminderStep]

    def check(self) -> None:
        for place, step in enumerate(self.consumer):
            if place and step.after_days < BETWEEN_TO_CONSUMER:
                raise ReminderTooSoon(field=f"consumer/{place}/after_days", at_least=BETWEEN_TO_CONSUMER)


async def reminder_steps(work: Work) -> Steps:
    """The steps in force."""
    query = select(ReminderRules).where(ReminderRules.practice_id == work.practice_id)
    rules = await work.session.scalar(query.order_by(ReminderRules.version.desc()).limit(1))
    return _steps(rules.version, rules.steps) if rules is not None else shipped_steps()


async def set_reminder_steps(work: Work, wanted: Steps) -> Steps:
    """Replace the steps of the version that was read; what went out before counts on."""
    wanted.check()
    found = await reminder_steps(work)
    if found.version != wanted.version:
        raise ReminderRulesChanged(version=found.version)
    steps = {
        "consumer": [asdict(step) for step in wanted.consumer],
        "business": [asdict(step) for step in wanted.business],
    }
    rules = ReminderRules(practice_id=work.practice_id, version=found.version + 1, steps=steps, made_at=work.now)
    await work.store(rules)
    announce(work, "reminder_steps_set", work.practice_id, version=rules.version)
    return _steps(rules.version, rules.steps)


@cache
def shipped_steps() -> Steps:
    return _steps(0, read_worded(FILE))


def _steps(version: int, told: dict[str, list[dict[str, Any]]]) -> Steps:
    return Steps(
        version=version,
        consumer=[ReminderStep(**step) for step in told["consumer"]],
        business=[ReminderStep(**step) for step in told["business"]],
    )
