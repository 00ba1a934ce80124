"""A career cheque, from its order to the registration of its hours."""

from collections.abc import Iterator

from commands.story.held import hold
from commands.story.server import expect
from commands.story.year import Year


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


def hours_are_booked(year: Year) -> Iterator[str]:
    """Sessions are held and their minutes booked on the cheque"""
    path = f"/v1/cheques/{year.cheque_id}"
    for number, minutes in ((14, 90), (28, 90), (42, 60)):
        session = hold(year, number, "14:00", minutes)
        booking = year.coach.post(f"{path}/bookings", {"session_id": session["id"]}, once=f"book-{session['id']}")
        yield f"{session['day']}: {booking['minutes']} minutes held and booked"
    notes = f"/v1/sessions/{session['id']}/notes"
    year.coach.post(notes, {"text": "Ze benoemde zelf haar moed.", "visibility": "shared"})
    expect("moed" in str(year.coach.get(notes)), "the coach cannot read her own note")
    year.office.call("GET", notes, expected=403)
    yield "the coach keeps a note of it; the office may not read it"
    extra = hold(year, 49, "14:00", 60)
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
