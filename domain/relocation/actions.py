"""What happens when a practice or a coachee moves to another zone, beyond the practice or the coachee."""

from typing import Any

from domain import checkins, people, practice, trajectories
from domain.kit.ids import CoacheeId
from domain.kit.work import Work
from domain.people import Coachee
from domain.practice import Practice


async def update_practice(work: Work, changes: dict[str, Any]) -> Practice:
    """Change what is named in `changes`; with the zone, what is to come keeps its wall time in the new one."""
    found = await practice.get_practice(work, lock=True)
    before, hours = found.zone, found.reminder_hours
    changed = await practice.update_practice(work, changes)
    if changed.zone != before:
        await trajectories.follow_clock(work, before, changed.zone)
        await checkins.follow_practice(work, changed.zone)
    if changed.reminder_hours != hours:
        await trajectories.retime_reminders(work, changed.reminder_hours)
    return changed


async def update_coachee(work: Work, coachee_id: CoacheeId, changes: dict[str, Any]) -> Coachee:
    """Change what is named in `changes`; with her zone, plans that follow her go by her new clock from tomorrow."""
    before = (await people.get_coachee(work, coachee_id)).zone
    changed = await people.update_coachee(work, coachee_id, changes)
    if changed.zone != before:
        await checkins.follow_person(work, coachee_id, changed.zone)
    return changed
