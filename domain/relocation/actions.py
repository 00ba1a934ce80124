"""What happens when a practice moves to another zone, beyond the practice itself."""

from typing import Any

from domain import practice, trajectories
from domain.kit.work import Work
from domain.practice import Practice


async def update_practice(work: Work, changes: dict[str, Any]) -> Practice:
    """Change what is named in `changes`; with the zone, what is to come keeps its wall time in the new one."""
    found = await practice.get_practice(work, lock=True)
    before, hours = found.zone, found.reminder_hours
    changed = await practice.update_practice(work, changes)
    if changed.zone != before:
        await trajectories.follow_clock(work, before, changed.zone)
    if changed.reminder_hours != hours:
        await trajectories.retime_reminders(work, changed.reminder_hours)
    return changed
