"""The chapter of places in the calendar: offered, kept for a while, refused to who comes second, and passed on."""

from collections.abc import Iterator
from typing import Any

from commands.story.page import fill_in
from commands.story.server import expect
from commands.story.year import Year

DAY = 23


def places_are_passed_on(year: Year) -> Iterator[str]:
    """Places are kept and passed on"""
    yield from _hold_and_confirm(year)
    group = year.coach.post(
        "/v1/group-sessions",
        {"coach_id": year.coach_id, "title": "Samen kijken", "minutes": 90, "seats": 1, **_at(year, "18:00")},
    )
    path = f"/v1/group-sessions/{group['id']}/seats"
    first = year.coach.post(path, {"coachee_id": year.coachee_id})
    email = f"joris-{year.run}@example.org"
    second = year.coach.post(path, {"coachee_id": _newcomer(year, email)})
    expect((first["state"], second["state"]) == ("taken", "waiting"), f"the seats are {first} and {second}")
    yield "a group session of one seat: Amira has it, Joris waits"
    year.coach.post(f"/v1/group-seats/{first['id']}/leave")
    link = year.office.until(lambda: _link(year, email), "the seat is offered to him by mail")
    year.office.as_(None).call("GET", link)
    expect(_state(year, path, second) == "offered", "looking at the offer has changed it")
    fill_in(year.office, link, {"decision": "accept"})
    expect(_state(year, path, second) == "taken", "he accepted, and has no seat")
    yield "she leaves; he is offered her seat by mail, and takes it on his phone"
    year.coach.post(f"/v1/group-sessions/{group['id']}/cancel", {"reason": "ill"})
    told = "Je afspraak gaat niet door"
    year.office.until(lambda: told in [one["subject"] for one in year.office.mails(email)], "he is told")
    yield f"the group is cancelled: “{told}” reaches who was in it"


def _hold_and_confirm(year: Year) -> Iterator[str]:
    day = year.day(DAY).isoformat()
    offer = year.coach.get("/v1/availability", coach_id=year.coach_id, from_day=day, to_day=day, minutes=60)
    starts = [one["time"] for one in offer["coaches"][0]["starts"]]
    expect("16:00" in starts, f"16:00 is not among {starts}")
    yield f"{len(starts)} starts are free on that day"
    path = f"/v1/trajectories/{year.trajectory_id}"
    wanted = {"kind": "guidance", "minutes": 60, **_at(year, "16:00")}
    hold = year.coach.post(f"{path}/holds", wanted)
    problem = year.office.refused(f"{path}/sessions", wanted, "coach-not-free")
    expect(problem["facts"]["session_ids"] == [hold["id"]], f"the loser is told {problem}")
    yield "the coach holds 16:00 for five minutes; the office, a moment later, is refused and told by which id"
    session = year.coach.post(f"/v1/holds/{hold['id']}/confirm")
    expect((session["id"], session["state"]) == (hold["id"], "planned"), f"the confirmed hold is {session['state']}")
    year.coach.post(f"/v1/sessions/{session['id']}/cancel", {"by": "coach"})
    yield "confirmed, it is a session under the same id; cancelled, the time is free again"


def _at(year: Year, time: str) -> dict[str, str]:
    return {"day": year.day(DAY).isoformat(), "time": time}


def _newcomer(year: Year, email: str) -> str:
    """Joris, who takes mails."""
    person = {"given_name": "Joris", "family_name": "Maes", "email": email, "language": "nl"}
    coachee_id = year.coach.post("/v1/coachees", person)["id"]
    wordings = year.coach.get("/v1/consent-wordings")["items"]
    wording = next(one for one in wordings if one["purpose"] == "channel_email" and one["current"])
    consent = {"purpose": wording["purpose"], "wording_version": wording["version"], "given_via": "conversation"}
    year.coach.post(f"/v1/coachees/{coachee_id}/consents", consent)
    return coachee_id


def _link(year: Year, email: str) -> str | None:
    links: list[str] = [link for mail in year.office.mails(email) for link in mail["links"] if "/g/" in link]
    return "/g/" + links[0].rpartition("/g/")[2] if links else None


def _state(year: Year, path: str, seat: dict[str, Any]) -> str:
    return next(one["state"] for one in year.office.every(path) if one["id"] == seat["id"])
