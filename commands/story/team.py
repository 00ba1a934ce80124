"""The chapter of a team: one of its members starts from a template and is handed over; all answer without a name."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from commands.story.page import Form, fill_in
from commands.story.server import Server, expect
from commands.story.year import Year

NAMES = ("Bilal", "Chloé", "Daan", "Elif", "Finn")
TEMPLATE = {
    "name": "Zes uur in vier gesprekken",
    "domain": "professional",
    "planned_minutes": 360,
    "sessions": [{"kind": "guidance", "minutes": 90}] * 4,
    "starts_accepted": True,
}


def team_is_coached(year: Year) -> Iterator[str]:
    """A team is coached, and tells without a name how it goes"""
    people = [_coachee(year, name) for name in NAMES]
    template = year.office.post("/v1/engagement-templates", TEMPLATE)
    start = {"template_id": template["id"], "coachee_id": people[0]["id"], "coach_id": year.coach_id}
    started = year.coach.post("/v1/trajectories/from-template", start | {"key_question": "Hoe leid ik zonder duwen?"})
    guided = started["trajectory"]
    expect(guided["state"] == "running", f"a trajectory from this template is {guided['state']}")
    yield f"“{template['name']}”: one call, and {NAMES[0]} has a trajectory that runs"
    colleague = _colleague(year)
    path = f"/v1/trajectories/{guided['id']}"
    year.coach.post(f"{path}/hand-overs", {"coach_id": colleague["id"], "reason": "Ouderschapsverlof"})
    year.coach.call("GET", path, expected=404)
    yield f"handed over to {colleague['name']}: the first coach does not find it any more"
    team = year.coach.post("/v1/teams", {"name": f"De bakkerij {year.run}", "coach_id": year.coach_id})
    yield from _pulse(year, f"/v1/teams/{team['id']}", people[1:], _coachee(year, "Gwen"))


def _pulse(year: Year, path: str, four: list[Any], fifth: Any) -> Iterator[str]:
    for person in four:
        year.coach.post(f"{path}/members", {"coachee_id": person["id"]})
    told = year.coach.refused(f"{path}/pulses", {}, "team-too-small")
    yield f"a pulse of four is refused: {told['detail']}"
    year.coach.post(f"{path}/members", {"coachee_id": fifth["id"]})
    pulse = year.coach.post(f"{path}/pulses", {"days": 7})
    for person in (*four, fifth):
        link = year.office.until(lambda email=person["email"]: _link(year.office, email), "the pulse arrives by mail")
        _answer(year.office, link)
        _answer_again(year.office, link)
    year.coach.call("GET", f"/v1/pulses/{pulse['id']}/results", expected=409)
    year.coach.post(f"/v1/pulses/{pulse['id']}/close")
    shown = year.coach.get(f"/v1/pulses/{pulse['id']}/results", language="nl")
    expect(shown["answers"] == len(four) + 1, f"five answered, and {shown['answers']} are counted")
    bar = shown["items"][0]["bars"][3]
    yield f"five answer, each once; “{shown['items'][0]['text']}” 4: {bar['count']} of {shown['answers']}"
    year.office.call("GET", f"/v1/pulses/{pulse['id']}/results", expected=403)
    yield "the office does not see it; who said what, nobody does"


def _answer(server: Server, link: str) -> None:
    page = server.as_(None).call("GET", urlsplit(link).path).text
    fill_in(server, link, dict.fromkeys(Form(page).choices, "4"))


def _answer_again(server: Server, link: str) -> None:
    page = server.as_(None).call("GET", urlsplit(link).path).text
    expect(not Form(page).choices, "a pulse that was answered asks again")


def _link(server: Server, email: str) -> str | None:
    links = [link for mail in server.mails(email) for link in mail["links"] if "/t/" in link]
    return links[0] if links else None


def _coachee(year: Year, name: str) -> dict[str, Any]:
    email = f"{name.lower().replace('é', 'e')}-{year.run}@example.org"
    person = {"given_name": name, "family_name": "Claes", "email": email, "language": "nl"}
    return year.coach.post("/v1/coachees", person)


def _colleague(year: Year) -> dict[str, Any]:
    person = {"name": f"Hugo {year.run}", "email": f"hugo-{year.run}@example.be", "role": "coach"}
    return year.office.post("/v1/staff", person)
