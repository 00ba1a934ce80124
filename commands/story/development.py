"""The chapter of the development plan: drafted from her file, written on by her, finalised, printed."""

from collections.abc import Iterator
from typing import Any

from commands.story.page import fill_in
from commands.story.server import expect
from commands.story.year import Year

IDEAL = "Daadkrachtig zijn, en op tijd stoppen"
GOAL = "Elke maandag mijn week plannen"


def development_plan_is_written(year: Year) -> Iterator[str]:
    """Coach and coachee write her development plan"""
    year.coach.refused(f"/v1/cheques/{year.cheque_id}/close", {}, "development-plan-needed")
    yield "the cheque cannot be closed yet: development-plan-needed"
    path = f"/v1/development-plans/{_drafted(year)['id']}"
    told = year.coach.get(path)["sections"]
    expect(IDEAL in told["ideals"] and GOAL in told["steps"], "the draft does not tell what is in her file")
    yield "a draft stands there, out of her question, ideals and goals"
    headers = {"If-Match": year.coach.call("GET", path).headers["etag"]}
    year.coach.call("PATCH", path, json={"qualities": "- daadkrachtig\n- zorgzaam"}, headers=headers)
    year.coach.post(f"{path}/share")
    link = year.office.until(lambda: _link(year), "the link to her plan arrives by mail")
    fill_in(year.office, link, {"steps": f"- {GOAL}\n- Vrijdag om vier uur stoppen"})
    expect("Vrijdag" in year.coach.get(path)["sections"]["steps"], "the coach does not read what she wrote")
    authors = [one["author_kind"] for one in year.coach.get(f"{path}/revisions")["items"]]
    yield f"she adds a step on her phone; {len(authors)} revisions, the last by the {authors[-1]}"
    year.coach.post(f"{path}/finalise")
    pdf = year.coach.call("GET", f"{path}/pdf").content
    copy = year.office.as_(None).call("GET", f"{link}/pdf").content
    expect(pdf.startswith(b"%PDF-") and copy == pdf, "her copy is not the plan that the practice keeps")
    year.office.call("GET", path, expected=403)
    yield f"finalised: she and her coach have the same PDF of {len(pdf) // 1024} kB; the office may not read it"


def _drafted(year: Year) -> Any:
    file = f"/v1/coachees/{year.coachee_id}"
    year.coach.post(f"{file}/ideals", {"kind": "ideal", "text": IDEAL})
    year.coach.post(f"{file}/ideals", {"kind": "goal", "text": GOAL})
    plans = f"/v1/trajectories/{year.trajectory_id}/development-plans"
    return year.coach.post(plans, {"cheque_id": year.cheque_id}, once=f"development-{year.run}")


def _link(year: Year) -> str | None:
    links = [link for mail in year.office.mails(year.coachee_email) for link in mail["links"] if "/d/" in link]
    return "/d/" + links[0].rpartition("/d/")[2] if links else None
