"""Check-ins: agreed with her, answered on her phone, left unanswered."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from commands.story.browser import NoBrowser, answer_success
from commands.story.page import fill_in
from commands.story.server import expect
from commands.story.year import Year


def check_ins_are_agreed(year: Year) -> Iterator[str]:
    """Check-ins are proposed by the coach and accepted on the phone"""
    year.go_to(year.day(1), "09:00")
    plan = {
        "weekdays": [2, 4],
        "windows": [{"from": "17:00", "to": "19:00"}],
        "zone_mode": "follow_person",
        "starts_on": year.day(2).isoformat(),
        "ends_on": year.day(35).isoformat(),
        "expires_after_minutes": 240,
    }
    proposed = year.coach.post(f"/v1/trajectories/{year.trajectory_id}/check-in-plans", plan)
    year.plan_id = proposed["id"]
    mail = year.office.until(lambda: _mail_with(year, "/p/"), "the proposal arrives by mail")
    yield f"her mailbox: “{mail['subject']}”"
    fill_in(year.office, mail["links"][0], {"decision": "accept"}, ticks=CONSENTS)
    seen = year.coach.get(f"/v1/check-in-plans/{year.plan_id}")
    expect(seen["state"] == "accepted", f"the plan is {seen['state']} after she accepted it")
    planned = year.office.until(lambda: _check_ins(year, "planned"), "check-ins are planned")
    yield f"she accepts on her phone; {len(planned)} check-ins are planned for the coming days"


CONSENTS = ("check_ins", "channel_email", "obstacle_prompts", "share_check_ins_with_coach")


def _answered_on_the_page(year: Year, link: str, words: str) -> str:
    try:
        told, taps = answer_success(year.office, link, words, strength=4)
    except NoBrowser as reason:
        fill_in(year.office, link, {"text": words, "strength": "4", "sharing": "with_coach"})
        return f"she answers, her page's form sent over HTTP: {reason}"
    return f"she answers on her phone with {taps} taps, in Chromium; the page says: “{told}”"


def check_ins_are_answered(year: Year) -> Iterator[str]:
    """Check-ins go out by themselves and are answered in under a minute"""
    first, second, *_ = sorted(_check_ins(year, "planned"), key=lambda one: one["due_at"])
    mail = _wait_for_question(year, first)
    yield f"on {first['local_day']} at {first['wall_time'][:5]} her phone says: “{mail['subject']}”"
    words = "Ik heb nee gezegd tegen een vergadering te veel, en het voelde rustig."
    yield _answered_on_the_page(year, mail["links"][0], words)
    answered = year.coach.get(f"/v1/check-ins/{first['id']}")
    expect(answered["state"] == "answered", f"the check-in is {answered['state']} after her answer")
    shared = year.coach.get(f"/v1/check-ins/{first['id']}/answer")
    expect(words in str(shared), "the coach does not read what she shared")
    yield "she shares it with her coach, who reads it"
    year.office.call("GET", f"/v1/check-ins/{first['id']}/answer", expected=403)
    yield "the office may not read it"
    _wait_for_question(year, second)
    year.go_to(year.day(9), "20:55")
    year.go_to(year.day(10), "09:00")
    year.office.until(lambda: _state_is(year, second, "expired"), "an unanswered check-in expires")
    yield f"the one of {second['local_day']} she leaves; it expires, and nobody reproaches her"


def _check_ins(year: Year, state: str) -> list[Any]:
    return year.coach.every("/v1/check-ins", plan_id=year.plan_id, state=state)


def _state_is(year: Year, check_in: dict[str, Any], state: str) -> bool:
    return year.coach.get(f"/v1/check-ins/{check_in['id']}")["state"] == state


def _mail_with(year: Year, part: str, *, but: int = 0) -> Any:
    """The mail to her whose link has that part, after `but` earlier ones."""
    found = [mail for mail in year.office.mails(year.coachee_email) if any(part in link for link in mail["links"])]
    return found[but] if len(found) > but else None


def _wait_for_question(year: Year, check_in: dict[str, Any]) -> Any:
    """Let the moment of a check-in come, and wait for its mail."""
    before = sum(any("/c/" in link for link in mail["links"]) for mail in year.office.mails(year.coachee_email))
    year.go_to(year.day(0) + _days_until(year, check_in), check_in["wall_time"][:8])
    year.office.until(lambda: _state_is(year, check_in, "sent"), f"the check-in of {check_in['local_day']} is sent")
    return year.office.until(lambda: _mail_with(year, "/c/", but=before), "its mail arrives")


def _days_until(year: Year, check_in: dict[str, Any]) -> timedelta:
    day = check_in["local_day"]
    return next(timedelta(days=number) for number in range(400) if year.day(number).isoformat() == day)
