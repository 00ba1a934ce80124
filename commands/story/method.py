"""The chapters of the method: what the coachee brings to a session, what she tries out, and how she looks back."""

import re
from collections.abc import Iterator
from typing import Any

from commands.story.page import Form, fill_in
from commands.story.server import Server, expect
from commands.story.year import Year

CODE = re.compile(r"\b(\d{3}) ?(\d{3})\b")
TOPIC, TRIED = "Nee zeggen zonder schuldgevoel", "Ik merkte dat ik rustiger werd toen ik zweeg."
WALK = {
    "key": "walk_outside",
    "labels": [{"language": "nl", "label": "Een wandeling"}],
    "texts": [{"language": "nl", "text": "Wandel een uur alleen. Wat valt je op?"}],
}


def she_brings_what_she_chooses(year: Year) -> Iterator[str]:
    """She chooses what she brings to her next session"""
    wanted = {"kind": "intro", "day": year.day(11).isoformat(), "time": "10:00", "minutes": 30}
    session = year.coach.post(f"/v1/trajectories/{year.trajectory_id}/sessions", wanted)
    path = f"/v1/sessions/{session['id']}/digest"
    mail = year.office.until(lambda: _mail(year, "/me/digest"), "she is asked what she brings")
    year.coach.call("GET", path, expected=404)
    yield f"her mailbox: “{mail['subject']}”; her coach reads nothing yet"
    phone = _signed_in(year)
    form = Form(phone.call("GET", "/me/digest").text)
    expect("successes" in form.choices, "her success is not offered to her")
    chosen = {"successes": form.choices["successes"][0], "topic": TOPIC, "do": "share"}
    phone.call("POST", "/me/digest", data=form.hidden | chosen, expected=303)
    brought = year.coach.get(path)
    expect(brought["topic"] == TOPIC and len(brought["successes"]) == 1, f"her coach reads {brought}")
    expect(brought["qualities"] == [] and brought["obstacle"] is None, "her coach reads more than she chose")
    yield "she signs in, ticks one success and writes a topic; her coach reads that, and nothing else"
    year.office.call("GET", path, expected=403)
    yield "the office may not read it"


def an_exercise_is_tried(year: Year) -> Iterator[str]:
    """She tries an exercise of the practice's own"""
    file = {"items": [WALK]}
    taken = year.office.call("PUT", "/v1/exercises/file", json=file).json()
    again = year.office.call("PUT", "/v1/exercises/file", json=file).json()
    expect(again["edition"] == taken["edition"], "the same file made another edition")
    yield f"the practice's own exercise goes in as a file: edition {taken['edition']}"
    given = {"exercise_key": WALK["key"], "due_on": year.day(20).isoformat()}
    assignment = year.coach.post(f"/v1/trajectories/{year.trajectory_id}/assignments", given)
    mail = year.office.until(lambda: _mail(year, "/o/"), "the assignment arrives by mail")
    link = next(link for link in mail["links"] if "/o/" in link)
    fill_in(year.office, link, {"reflection": TRIED, "sharing": "with_coach", "do": "done"})
    seen = year.coach.get(f"/v1/assignments/{assignment['id']}")
    expect((seen["state"], seen["reflection"]) == ("done", TRIED), f"the assignment is {seen['state']}")
    yield "she writes what she noticed on her phone, and shares it"


def she_looks_back(year: Year) -> Iterator[str]:
    """She looks back on it, and her coach sees how deep it went"""
    reviews = f"/v1/coachees/{year.coachee_id}/reviews"
    year.go_to(year.day(364), "10:05")
    year.office.until(lambda: year.coach.get(reviews)["items"], "her looking back is planned")
    year.go_to(year.day(364), "10:10")
    mail = year.office.until(lambda: _mail(year, "/r/"), "she is asked to look back")
    link = next(link for link in mail["links"] if "/r/" in link)
    fill_in(year.office, link, {"deep": "8", "durable": "7", "behaviour": "6"})
    report = year.coach.get(f"/v1/trajectories/{year.trajectory_id}/reports/method")
    [told] = report["looked_back"]
    expect((told["deep"], told["durable"], told["behaviour"]) == (8, 7, 6), f"the report tells {told}")
    planned = sorted(one["due_at"][:10] for one in year.coach.get(reviews)["items"] if one["state"] == "planned")
    expect(len(planned) == 2, f"{len(planned)} reviews are still to come")  # noqa: PLR2004
    yield f"deep 8, durable 7, in what she does 6; she is asked again on {planned[0]} and {planned[1]}"


def _signed_in(year: Year) -> Server:
    """Her phone, with her own area open: the mail has a code of six digits."""
    phone = year.office.as_(None)
    phone.call("POST", "/me/sign-in", data={"email": year.coachee_email})
    mail = year.office.until(lambda: _mail(year, "/me/in/"), "the code arrives by mail")
    found = CODE.search(mail["text"])
    expect(found is not None, "the mail has no code")
    phone.call("POST", "/me/code", data={"code": "".join(found.groups()) if found else ""}, expected=303)
    return phone


def _mail(year: Year, part: str) -> Any:
    """The newest mail to her whose link has that part."""
    found = [mail for mail in year.office.mails(year.coachee_email) if any(part in link for link in mail["links"])]
    return found[-1] if found else None
