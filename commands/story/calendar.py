"""The chapter of the calendar: a series over the change of the clock, as a calendar program sees it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from icalendar import Calendar

from commands.story.server import expect
from commands.story.year import Year


def sessions_come_again(year: Year) -> Iterator[str]:
    """Sessions come again"""
    series, starts = _plan(year)
    yield "a series without an end is refused: rule-without-end"
    yield f"five Thursdays at 07:30: in UTC at {starts[0]} until the clock changes, at {starts[-1]} after"
    year.office.until(lambda: _mail(year, "Je afspraken"), "she is told of her appointments")
    yield "she hears of all five in one mail, with a calendar"
    feed = year.coach.post("/v1/feeds", {"coachee_id": year.coachee_id})
    address = urlsplit(str(feed["url"])).path
    seen = _events(year, address, series)
    hours = {event["DTSTART"].dt.strftime("%H:%M") for event in seen}
    titles = {str(event["SUMMARY"]) for event in seen}
    expect((len(seen), hours, titles) == (5, {"07:30"}, {"Afspraak"}), f"the feed shows {len(seen)}: {hours}, {titles}")
    yield "her secret feed shows them by the clock on the wall, each under the title “Afspraak”"
    moved, cancelled = series["sessions"][1], series["sessions"][2]
    year.coach.call("PATCH", f"/v1/sessions/{moved['id']}", json={"time": "08:30"})
    year.coach.post(f"/v1/sessions/{cancelled['id']}/cancel", {})
    told = {_start(event): (int(event["SEQUENCE"]), str(event["STATUS"])) for event in _events(year, address, series)}
    changed = [state for state in told.values() if state != (0, "CONFIRMED")]
    expect(changed == [(1, "CONFIRMED"), (1, "CANCELLED")], f"the feed shows the changes as {changed}")
    yield "one moved and one cancelled: the feed shows both, each with a higher SEQUENCE"
    ended = year.coach.post(f"/v1/series/{series['id']}/cancel", {"reason": "holidays"})
    expect({one["state"] for one in ended["sessions"]} == {"cancelled"}, "not all of the series is cancelled")
    year.coach.post(f"/v1/feeds/{feed['feed']['id']}/revoke")
    year.office.as_(None).call("GET", address, expected=404)
    yield "the series is cancelled in one call, the feed revoked: its address shows nothing any more"


def _plan(year: Year) -> tuple[dict[str, Any], list[str]]:
    """The series, and at what hours it is in UTC."""
    wanted = {
        "kind": "guidance",
        "day": year.day(17).isoformat(),
        "time": "07:30",
        "minutes": 45,
        "rule": "FREQ=WEEKLY;COUNT=5",
    }
    path = f"/v1/trajectories/{year.trajectory_id}/series"
    year.coach.refused(path, wanted | {"rule": "FREQ=WEEKLY"}, "rule-without-end")
    series = year.coach.post(path, wanted, once=f"series-{year.run}")
    starts = [one["starts_at"][11:16] for one in series["sessions"]]
    expect((len(starts), len(set(starts))) == (5, 2), f"the clock does not change within {starts}")
    return series, starts


def _events(year: Year, address: str, series: dict[str, Any]) -> list[Any]:
    """The sessions of the series as a calendar program reads them, without a key, in the order in which they come."""
    calendar: Any = Calendar.from_ical(year.office.as_(None).call("GET", address).text)
    ids = {one["id"] for one in series["sessions"]}
    found = [event for event in calendar.walk("VEVENT") if str(event["UID"]).partition("@")[0] in ids]
    return sorted(found, key=_start)


def _start(event: Any) -> datetime:
    return event["DTSTART"].dt


def _mail(year: Year, subject: str) -> list[Any]:
    return [mail for mail in year.office.mails(year.coachee_email) if mail["subject"] == subject]
