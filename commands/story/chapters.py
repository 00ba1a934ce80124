"""The chapters of a client's year. Each does something over HTTP and yields, step by step, what it saw."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from commands.story.agreement import agreement_is_signed
from commands.story.bank import bank_file_pays_both
from commands.story.browser import NoBrowser, answer_success
from commands.story.calendar import sessions_come_again
from commands.story.development import development_plan_is_written
from commands.story.guardian import guardian_signs_for_a_minor
from commands.story.logo import drawn
from commands.story.method import an_exercise_is_tried, she_brings_what_she_chooses, she_looks_back
from commands.story.page import fill_in
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
    _hold(year, 0, "10:00", 30, "intro")
    yield "an introduction is held; it costs nothing"
    accepted = year.coach.post(f"{path}/accept")
    expect(accepted["state"] == "running", f"an accepted trajectory is {accepted['state']}")
    seen = year.coach.get(path)
    expect(seen["key_question"] == proposal["key_question"], "the coach cannot read her key question")
    expect(year.office.get(path)["key_question"] is None, "the office reads the key question")
    yield "it runs; the coach reads the key question, the office does not"


def cheque_is_registered(year: Year) -> Iterator[str]:
    """A career cheque is registered and started"""
    schemes = year.office.every("/v1/schemes")
    [scheme] = [one for one in schemes if one["code"] == "LBC-2025T"]
    expect(scheme["fee_per_hour"] is None, "the fee of the temporary scheme is not known, and is not guessed")
    yield f"of {len(schemes)} schemes, {scheme['code']} holds: {scheme['unit_minutes'][0]} minutes, fee unknown"
    order = {"trajectory_id": year.trajectory_id, "ordered_on": year.day(0).isoformat()}
    cheque = year.coach.post("/v1/cheques", order)
    year.cheque_id = cheque["id"]
    path = f"/v1/cheques/{year.cheque_id}"
    expect(cheque["state"] == "ordered", f"an ordered cheque is {cheque['state']}")
    yield f"ordered; to be paid by {cheque['pay_by']}"
    codes = {
        "cheque_number": f"lbc {year.run}",
        "client_number": f"k-{year.run}",
        "issued_on": year.day(0).isoformat(),
    }
    cheque = year.coach.post(f"{path}/issue", codes)
    yield f"issued as {cheque['cheque_number']}; to be started by {cheque['start_by']}"
    cheque = year.coach.post(f"{path}/start", {"started_on": year.day(0).isoformat()})
    expect(cheque["minutes_cap"] == 240, "the cheque has not 240 minutes")  # noqa: PLR2004
    yield "started"


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


def hours_are_booked(year: Year) -> Iterator[str]:
    """Sessions are held and their minutes booked on the cheque"""
    path = f"/v1/cheques/{year.cheque_id}"
    for number, minutes in ((14, 90), (28, 90), (42, 60)):
        session = _hold(year, number, "14:00", minutes)
        booking = year.coach.post(f"{path}/bookings", {"session_id": session["id"]}, once=f"book-{session['id']}")
        yield f"{session['day']}: {booking['minutes']} minutes held and booked"
    notes = f"/v1/sessions/{session['id']}/notes"
    year.coach.post(notes, {"text": "Ze benoemde zelf haar moed.", "visibility": "shared"})
    expect("moed" in str(year.coach.get(notes)), "the coach cannot read her own note")
    year.office.call("GET", notes, expected=403)
    yield "the coach keeps a note of it; the office may not read it"
    extra = _hold(year, 49, "14:00", 60)
    told = year.coach.refused(f"{path}/bookings", {"session_id": extra["id"]}, "minutes-exceeded")
    yield f"one more hour is refused: {told['detail']}"
    year.held = [extra]


def cheque_is_closed(year: Year) -> Iterator[str]:
    """The cheque is closed"""
    path = f"/v1/cheques/{year.cheque_id}"
    cheque = year.coach.post(f"{path}/close", {})
    expect(cheque["state"] == "closed", f"the cheque is {cheque['state']} after closing")
    expect(cheque["expected_cents"] is None, "the fee is unknown, and yet an amount is expected")
    yield "the cheque is closed with nothing forfeited; what it will bring is unknown, not zero"
    _register(year, path)
    yield "its minutes are registered with the funder"


def employer_pays_the_rest(year: Year) -> Iterator[str]:
    """An employer is to pay for the rest: invoiced, mailed, delivered over Peppol"""
    sponsor = {
        "kind": "company",
        "name": f"Werkhuis {year.run} NV",
        "enterprise_number": "0202.239.951",
        "street": "Kouter 1",
        "postal_code": "9000",
        "city": "Gent",
        "email": f"boekhouding-{year.run}@example.com",
    }
    year.sponsor_id = year.office.post("/v1/sponsors", sponsor)["id"]
    year.held += [_hold(year, number, "14:00", 60) for number in (70, 98)]
    hours = [{"description": f"Coachinggesprek {one['day']}", "quantity": "1", **AN_HOUR} for one in year.held]
    draft = {"sponsor_id": year.sponsor_id, "trajectory_id": year.trajectory_id, "lines": hours}
    invoice = year.office.post("/v1/invoices", draft)
    path = f"/v1/invoices/{invoice['id']}"
    year.invoice = year.office.post(f"{path}/issue", once=f"issue-{invoice['id']}")
    again = year.office.post(f"{path}/issue", once=f"issue-{invoice['id']}")
    expect(again["number"] == year.invoice["number"], "issued twice")
    expect(year.invoice["gross_cents"] == 3 * 12_000 * 121 // 100, f"three hours are {year.invoice['gross_cents']}")
    yield f"invoice {year.invoice['number']}: € {year.invoice['gross_cents'] / 100:.2f}, {year.invoice['due_on']}"
    pdf = year.office.call("GET", f"{path}/pdf").content
    expect(pdf.startswith(b"%PDF-"), "the PDF is no PDF")
    yield f"its PDF has {len(pdf) // 1024} kB; payment reference {year.invoice['payment_reference']}"
    [mail] = year.office.until(lambda: year.office.mails(sponsor["email"]), "the invoice is announced by mail")
    expect("cheque" not in str(mail).lower(), "the employer hears of the cheque")
    yield f"the employer's mailbox: “{mail['subject']}”"
    yield _goes_over_peppol(year, path)


def _goes_over_peppol(year: Year, path: str) -> str:
    """It leaves by itself, and the access point is asked after it until it is delivered."""
    year.office.until(lambda: _is_on_peppol(year, path, "sent"), "the e-invoice leaves for the access point")
    year.go_to(year.day(120), "09:00")
    year.office.until(lambda: _is_on_peppol(year, path, "delivered"), "the employer has the e-invoice")
    return "the e-invoice is delivered over Peppol, to 0208:0202239951"


def _is_on_peppol(year: Year, path: str, state: str) -> bool:
    found = year.office.get(f"{path}/peppol")
    expect(found["receiver"] == "0208:0202239951", f"it goes to {found['receiver']}")
    return found["state"] == state


AN_HOUR = {"unit": "h", "unit_price_cents": 12_000}


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


def _register(year: Year, path: str) -> None:
    """What was held is marked as registered."""
    lines = year.office.get(f"{path}/registrations")["items"]
    marks = [
        {"booking_id": one["id"], "registered_on": one["held_on"], "registered_minutes": one["held_minutes"]}
        for one in lines
    ]
    year.office.post("/v1/registrations", {"registrations": marks})
    waiting = {one["id"] for one in year.office.every("/v1/registrations/to-do")}
    expect(not waiting & {one["id"] for one in lines}, "what was registered is still on the work list")


def _hold(year: Year, number: int, at: str, minutes: int, kind: str = "guidance") -> dict[str, Any]:
    """Plan a session, let its time come and go, and say that it was held."""
    wanted = {"kind": kind, "day": year.day(number).isoformat(), "time": at, "minutes": minutes}
    session = year.coach.post(f"/v1/trajectories/{year.trajectory_id}/sessions", wanted)
    year.office.move_clock(year.go_to(year.day(number), at) + timedelta(minutes=minutes))
    held = year.coach.post(f"/v1/sessions/{session['id']}/hold")
    expect(held["state"] == "held", f"a held session is {held['state']}")
    return held


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
