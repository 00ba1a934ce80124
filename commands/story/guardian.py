"""The chapter of a minor: what she cannot agree to alone, her mother signs in her own language and name."""

from collections.abc import Iterator
from datetime import date

from commands.story.page import Form, fill_in
from commands.story.server import expect
from commands.story.year import Year

BORN = date(2009, 9, 1)  # sixteen when the story begins


def guardian_signs_for_a_minor(year: Year) -> Iterator[str]:
    """A minor's mother signs for her"""
    trajectory_id, coachee_id = _minor(year)
    path = f"/v1/trajectories/{trajectory_id}/agreements"
    year.coach.refused(path, {}, "guardian-needed")
    yield "Lou is sixteen: she does not sign alone, and who signs for her is not known yet"
    email = f"chantal-{year.run}@example.org"
    mother = {"name": "Chantal Maes", "relation": "parent", "email": email, "language": "fr"}
    guardian = year.coach.post(f"/v1/coachees/{coachee_id}/guardians", mother)
    year.coach.post(f"/v1/coachees/{coachee_id}/guardians/{guardian['id']}/ask")
    fill_in(year.office, _link(year, email, "/w/"), {"save": "yes"}, ticks=("session_notes",))
    [given] = year.coach.get(f"/v1/coachees/{coachee_id}/consents")["items"]
    expect(given["guardian_id"] == guardian["id"], "the consent does not say who gave it")
    yield f"{guardian['name']} agrees to {given['purpose']} on a page of her own"
    issued = year.coach.post(path, {}, once=f"agreement-of-a-minor-{year.run}")
    link = _link(year, email, "/a/")
    spoken = Form(fill_in(year.office, link, {"decision": "read"})).language
    expect((spoken or "").startswith("fr"), f"her page is in {spoken}")
    fill_in(year.office, link, {"decision": "sign", "name": "Chantal Maes"}, ticks=("agree",))
    signed = year.coach.get(f"/v1/agreements/{issued['id']}")
    expect(signed["state"] == "signed", f"the agreement is {signed['state']} after she signed it")
    trail = year.office.get("/v1/audit-entries", subject_id=issued["id"])["items"]
    acts = {(one["actor_kind"], one["actor_id"]) for one in trail if one["action"] == "agreement_signed"}
    expect(acts == {("guardian", guardian["id"])}, "the audit trail does not name her")
    yield f"she reads it in French and signs as {signed['signed_name']}; the audit trail names her"


def _minor(year: Year) -> tuple[str, str]:
    """Lou, and a trajectory of hers that runs."""
    person = {"given_name": "Lou", "family_name": "Maes", "email": f"lou-{year.run}@example.org", "language": "nl"}
    minor = person | {"born_on": BORN.isoformat(), "minor": True}
    coachee = year.coach.post("/v1/coachees", minor, once=f"minor-{year.run}")
    proposal = {
        "coachee_id": coachee["id"],
        "coach_id": year.coach_id,
        "domain": "personal",
        "key_question": "Welke studie past bij wat ik kan en graag doe?",
        "planned_minutes": 180,
    }
    trajectory = year.coach.post("/v1/trajectories", proposal)
    year.coach.post(f"/v1/trajectories/{trajectory['id']}/accept")
    return trajectory["id"], coachee["id"]


def _link(year: Year, email: str, part: str) -> str:
    """The path of that link in her mail."""

    def found() -> str | None:
        links = [link for mail in year.office.mails(email) for link in mail["links"] if part in link]
        return part + links[0].rpartition(part)[2] if links else None

    return year.office.until(found, f"a mail with {part} arrives")
