import asyncio
from datetime import UTC, date, datetime

import pytest
import vobject
from icalendar import Calendar

from domain.messaging import MemoryMailer, SenderSettings
from domain.messaging.channels import compose
from domain.people import Purpose
from domain.trajectories import due_reminders, next_reminder_at
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.messaging import make as messaging
from tests.people import make as people
from tests.trajectories import make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]

SENDER = SenderSettings(base_url="http://test", from_address="post@coach.example")
REMIND, DELIVER = (
    next(one for one in SWEEPS if one.name == name) for name in ("remind of sessions", "deliver the outbox")
)


@pytest.fixture
async def amir(house, cast):
    """Amir, who consents to mail and lives by another clock."""
    coachee_id = await people.coachee(house, cast, zone="Europe/London", language="fr")
    await people.consent(house, cast, coachee_id, Purpose.CHANNEL_EMAIL)
    return coachee_id


@pytest.fixture
async def running(house, cast, amir):
    return await make.trajectory(house, cast, coachee_id=amir)


@pytest.fixture
def tools(sweep_house):
    return Tools(sweep_house, MemoryMailer(), SENDER)


async def delivered(tools):
    await DELIVER.act(tools)
    mails, tools.mailer.mails = list(tools.mailer.mails), []
    return mails


def invite(mail):
    [part] = list(compose(mail).iter_attachments())
    assert part.get_content_type() == "text/calendar"
    calendar = vobject.readOne(part.get_content())
    assert calendar.method.value == part["Content-Type"].params["method"]
    return calendar.vevent, calendar.method.value


async def test_a_planned_session_is_an_invitation_in_her_language_and_by_her_clock(house, cast, running, tools):
    session_id = await make.session(house, cast, running, day=date(2026, 3, 5), at="09:00")
    [mail] = await delivered(tools)
    assert mail.subject == "Un nouveau rendez-vous"
    assert "5 mars 2026 à 08:00" in mail.text
    assert "l'heure de London" in mail.text
    event, method = invite(mail)
    assert (method, event.sequence.value, event.status.value) == ("REQUEST", "0", "CONFIRMED")
    assert event.uid.value == f"{session_id}@krachtlijn"
    assert event.dtstart.value.astimezone(UTC) == datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert event.attendee.value == f"mailto:{mail.to}"
    assert event.organizer.value.startswith("mailto:")
    assert event.summary.value == "Rendez-vous"


async def test_nothing_in_the_mail_says_what_it_is_about_or_who_it_is_with(house, cast, running, tools):
    await make.session(house, cast, running)
    [mail] = await delivered(tools)
    content = f"{mail.sender_name} {mail.subject} {mail.text} {mail.html}"
    for secret in ("Lena", "Cas", "coach", "guidance", make.QUESTION):
        assert secret not in content, secret


async def test_a_moved_session_updates_and_a_cancelled_one_ends_the_invitation(cas, house, cast, running, tools):
    session_id = await make.session(house, cast, running)
    await delivered(tools)
    await cas.patch(f"/v1/sessions/{session_id}", json={"time": "15:00"})
    [moved] = await delivered(tools)
    await cas.post(f"/v1/sessions/{session_id}/cancel", json={})
    [cancelled] = await delivered(tools)
    assert [one.subject for one in (moved, cancelled)] == ["Votre rendez-vous a changé", "Votre rendez-vous est annulé"]
    (update, request), (end, cancel) = invite(moved), invite(cancelled)
    assert (request, update.sequence.value, update.status.value) == ("REQUEST", "1", "CONFIRMED")
    assert (cancel, end.sequence.value, end.status.value) == ("CANCEL", "2", "CANCELLED")
    assert update.uid.value == end.uid.value


async def test_what_has_not_left_yet_gives_way_to_what_is_so_now(cas, house, cast, running, tools):
    session_id = await make.session(house, cast, running)
    await cas.patch(f"/v1/sessions/{session_id}", json={"time": "15:00"})
    [mail] = await delivered(tools)
    assert "14:00" in mail.text


async def test_without_consent_to_mail_nothing_is_sent_and_withdrawn_nothing_more(cas, house, cast, amir, tools, clock):
    silent = await make.trajectory(house, cast, coachee_id=await people.coachee(house, cast))
    await make.session(house, cast, silent, at="11:00")
    assert await delivered(tools) == []
    await make.session(house, cast, await make.trajectory(house, cast, coachee_id=amir), day=date(2026, 3, 5))
    [consent] = (await cas.get(f"/v1/coachees/{amir}/consents")).json()["items"]
    withdrawn = await cas.post(f"/v1/coachees/{amir}/consents/{consent['id']}/withdraw")
    assert withdrawn.status_code == 200
    clock.move(days=2)
    await REMIND.act(tools)
    assert await delivered(tools) == []


async def test_what_has_passed_is_told_nobody(cas, house, cast, running, tools):
    session_id = await make.session(house, cast, running, day=date(2026, 3, 1))
    await cas.patch(f"/v1/sessions/{session_id}", json={"place": "Gent"})
    await cas.post(f"/v1/sessions/{session_id}/hold")
    assert await delivered(tools) == []


async def test_a_session_is_brought_to_mind_a_day_before_and_once(house, cast, running, tools, clock):
    await make.session(house, cast, running, day=date(2026, 3, 5), at="09:00")
    await delivered(tools)
    async with tools.house.sessions() as session:
        assert await next_reminder_at(session) == datetime(2026, 3, 4, 8, tzinfo=UTC)
    clock.now = datetime(2026, 3, 4, 7, 59, tzinfo=UTC)
    assert (await REMIND.act(tools)).done == 0
    clock.move(minutes=1)
    await asyncio.gather(*(REMIND.act(tools) for _ in range(4)))
    await REMIND.act(tools)
    [mail] = await delivered(tools)
    assert mail.subject == "Vous avez bientôt un rendez-vous"
    assert "5 mars 2026 à 08:00" in mail.text
    async with tools.house.sessions() as session:
        assert await next_reminder_at(session) is None


async def test_a_moved_session_is_brought_to_mind_before_its_new_time(cas, house, cast, running, tools, clock):
    session_id = await make.session(house, cast, running, day=date(2026, 3, 5), at="09:00")
    await cas.patch(f"/v1/sessions/{session_id}", json={"day": "2026-03-12"})
    await delivered(tools)
    clock.now = datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert (await REMIND.act(tools)).done == 0
    clock.now = datetime(2026, 3, 11, 9, tzinfo=UTC)
    await REMIND.act(tools)
    [mail] = await delivered(tools)
    assert "12 mars 2026" in mail.text


async def test_a_cancelled_session_is_not_brought_to_mind_not_even_from_the_queue(
    cas, house, cast, running, tools, clock
):
    session_id = await make.session(house, cast, running, day=date(2026, 3, 5), at="09:00")
    await delivered(tools)
    clock.now = datetime(2026, 3, 4, 9, tzinfo=UTC)
    await REMIND.act(tools)
    await cas.post(f"/v1/sessions/{session_id}/cancel", json={})
    [mail] = await delivered(tools)
    assert mail.subject == "Votre rendez-vous est annulé"
    async with tools.house.sessions() as session:
        assert await due_reminders(session, clock.now.replace(year=2027)) == []


async def test_the_practice_chooses_how_long_before(omar, house, cast, running, tools, clock):
    await make.session(house, cast, running, day=date(2026, 3, 5), at="09:00")
    for hours, due in ((2, datetime(2026, 3, 5, 6, tzinfo=UTC)), (0, None), (24, datetime(2026, 3, 4, 8, tzinfo=UTC))):
        seen = await omar.get("/v1/practice")
        changed = await omar.patch(
            "/v1/practice", json={"reminder_hours": hours}, headers={"If-Match": seen.headers["etag"]}
        )
        assert changed.json()["reminder_hours"] == hours
        async with tools.house.sessions() as session:
            assert await next_reminder_at(session) == due


async def test_who_hears_of_it_within_those_hours_needs_no_reminder(house, cast, running, tools):
    await make.session(house, cast, running, day=date(2026, 3, 2), at="18:00")
    async with tools.house.sessions() as session:
        assert await next_reminder_at(session) is None


async def test_the_end_of_a_trajectory_tells_of_all_its_sessions_in_one_mail(cas, house, cast, running, tools):
    for at in ("09:00", "11:00"):
        await make.session(house, cast, running, at=at)
    await delivered(tools)
    assert (await cas.post(f"/v1/trajectories/{running}/stop", json={"reason": "moved away"})).status_code == 200
    [mail] = await delivered(tools)
    [part] = list(compose(mail).iter_attachments())
    calendar = Calendar.from_ical(part.get_content())
    assert [str(one["STATUS"]) for one in calendar.walk("VEVENT")] == ["CANCELLED", "CANCELLED"]


async def test_what_was_sent_keeps_neither_address_nor_calendar(house, cast, running, tools):
    await make.session(house, cast, running)
    await delivered(tools)
    [sent] = await messaging.messages(house, cast)
    assert (sent.address, sent.attached, sent.state) == (None, None, "sent")
