"""The chapters of a client's year. Each does something over HTTP and yields, step by step, what it saw."""

from collections.abc import Callable, Iterator

from commands.story.agreement import agreement_is_signed
from commands.story.bank import bank_file_pays_both
from commands.story.calendar import sessions_come_again
from commands.story.check_ins import check_ins_are_agreed, check_ins_are_answered
from commands.story.cheque import cheque_is_closed, cheque_is_registered, hours_are_booked
from commands.story.development import development_plan_is_written
from commands.story.employer import employer_pays_the_rest
from commands.story.guardian import guardian_signs_for_a_minor
from commands.story.held import hold
from commands.story.logo import drawn
from commands.story.method import an_exercise_is_tried, she_brings_what_she_chooses, she_looks_back
from commands.story.places import places_are_passed_on
from commands.story.server import expect
from commands.story.team import team_is_coached
from commands.story.year import Year

Chapter = Callable[[Year], Iterator[str]]


def practice_is_set_up(year: Year) -> Iterator[str]:
    """The practice is set up"""
    year.go_to(year.day(0), "09:00")
    ready = year.office.get("/health/ready")
    expect(len(ready["sweeps"]) > 0, "no scheduler runs")
    yield f"the server is ready; {len(ready['sweeps'])} sweeps show a sign of life"
    seen = year.office.call("GET", "/v1/practice")
    changes = {
        "legal_form": "BV",
        "court": "RPR Gent",
        "enterprise_number": "0403.019.261",
        "street": "Coupure Links 12",
        "postal_code": "9000",
        "city": "Gent",
        "iban": "BE71 0961 2345 6769",
        "vat_regime": "standard",
        "zone": "Europe/Brussels",
    }
    answer = year.office.call("PATCH", "/v1/practice", json=changes, headers={"If-Match": seen.headers["etag"]})
    practice = answer.json()
    yield f"{practice['name']}: enterprise number {practice['enterprise_number']}, VAT regime {practice['vat_regime']}"
    year.office.call("PUT", "/v1/practice/logo", content=drawn())
    yield "its logo is on everything printed from now on"
    email = f"coach-{year.run}@example.be"
    staff = year.office.post("/v1/staff", {"name": f"Nora {year.run}", "email": email, "role": "coach"})
    key = year.office.post("/v1/keys", {"staff_id": staff["id"], "name": "the story"}, once=f"key-{year.run}")
    year.coach_id, year.coach = staff["id"], year.office.as_(key["secret"])
    yield f"coach {staff['name']} has the key {key['key']['prefix']}… with {len(key['key']['scopes'])} scopes"


def coachee_is_invited(year: Year) -> Iterator[str]:
    """A coachee is invited"""
    year.coachee_email = f"amira-{year.run}@example.org"
    person = {"given_name": "Amira", "family_name": "Peeters", "email": year.coachee_email, "language": "nl"}
    coachee = year.coach.post("/v1/coachees", person, once=f"coachee-{year.run}")
    again = year.coach.post("/v1/coachees", person, once=f"coachee-{year.run}")
    expect(again == coachee, "the same Idempotency-Key made a second coachee")
    year.coachee_id = coachee["id"]
    yield "sent twice with one Idempotency-Key, she exists once"
    year.coach.refused("/v1/coachees", person, "coachee-email-taken")
    yield "sent again without it, it is refused: coachee-email-taken"
    wordings = year.coach.get("/v1/consent-wordings")["items"]
    wording = next(one for one in wordings if one["purpose"] == "session_notes" and one["current"])
    consent = {"purpose": wording["purpose"], "wording_version": wording["version"], "given_via": "conversation"}
    year.coach.post(f"/v1/coachees/{year.coachee_id}/consents", consent)
    yield f"she consents to session notes, wording version {wording['version']}"
    year.coach.post(f"/v1/coachees/{year.coachee_id}/invite")
    [mail] = year.office.until(lambda: year.office.mails(year.coachee_email), "the invitation arrives")
    yield f"her mailbox: “{mail['subject']}”"


def trajectory_is_agreed(year: Year) -> Iterator[str]:
    """A trajectory is proposed and accepted"""
    proposal = {
        "coachee_id": year.coachee_id,
        "coach_id": year.coach_id,
        "format": "trajectory",
        "domain": "professional",
        "key_question": "Hoe zet ik mijn daadkracht in zonder mezelf voorbij te lopen?",
        "planned_minutes": 420,
    }
    trajectory = year.coach.post("/v1/trajectories", proposal)
    year.trajectory_id = trajectory["id"]
    path = f"/v1/trajectories/{year.trajectory_id}"
    expect(trajectory["state"] == "proposed", f"a new trajectory is {trajectory['state']}")
    hold(year, 0, "10:00", 30, "intro")
    yield "an introduction is held; it costs nothing"
    accepted = year.coach.post(f"{path}/accept")
    expect(accepted["state"] == "running", f"an accepted trajectory is {accepted['state']}")
    seen = year.coach.get(path)
    expect(seen["key_question"] == proposal["key_question"], "the coach cannot read her key question")
    expect(year.office.get(path)["key_question"] is None, "the office reads the key question")
    yield "it runs; the coach reads the key question, the office does not"


def year_is_closed(year: Year) -> Iterator[str]:
    """The trajectory is closed, and the file tells what happened"""
    year.go_to(year.day(364), "10:00")
    closed = year.coach.post(f"/v1/trajectories/{year.trajectory_id}/complete", {"review": REVIEW})
    expect(closed["state"] == "completed", f"a completed trajectory is {closed['state']}")
    # Events wait for transactions that are older, so that none slips in behind a reader.
    told = ", ".join(sorted(EXPECTED_EVENTS))
    year.office.until(
        lambda: {event["kind"] for event in year.office.every("/v1/events")} >= EXPECTED_EVENTS, f"events tell: {told}"
    )
    yield f"the events tell all of it: {told}"
    lines = year.office.every("/v1/audit-entries", subject_id=year.trajectory_id)
    expect(
        [line["action"] for line in lines][-1] == "trajectory_completed", "the audit trail does not end with the end"
    )
    yield f"the audit trail has {len(lines)} lines about this trajectory, and none can be changed"


REVIEW = {
    "strength": "Haar daadkracht, nu met rust erbij.",
    "self_direction": "Ze merkt zelf wanneer het te veel wordt, en kiest dan.",
    "contact": "Open; we zeiden elkaar wat we zagen.",
}

EXPECTED_EVENTS = {
    "trajectory_accepted",
    "trajectory_completed",
    "session_held",
    "check_in_sent",
    "check_in_answered",
    "check_in_expired",
    "development_plan_finalised",
    "cheque_started",
    "cheque_closed",
    "cheque_settled",
    "bank_file_imported",
    "invoice_issued",
    "invoice_paid",
}

CHAPTERS: tuple[Chapter, ...] = (
    practice_is_set_up,
    coachee_is_invited,
    trajectory_is_agreed,
    agreement_is_signed,
    guardian_signs_for_a_minor,
    cheque_is_registered,
    check_ins_are_agreed,
    sessions_come_again,
    places_are_passed_on,
    check_ins_are_answered,
    she_brings_what_she_chooses,
    an_exercise_is_tried,
    hours_are_booked,
    development_plan_is_written,
    cheque_is_closed,
    employer_pays_the_rest,
    bank_file_pays_both,
    team_is_coached,
    year_is_closed,
    she_looks_back,
)
