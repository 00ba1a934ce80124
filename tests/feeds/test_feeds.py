import random
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from api.feeds import routes
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from tests.api.scratch import is_problem
from tests.feeds import make
from tests.groups import make as groups
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio

BRUSSELS = ZoneInfo("Europe/Brussels")


@pytest.fixture(autouse=True)
def _unlimited(monkeypatch):
    monkeypatch.setattr(routes.looks, "per_minute", 1_000_000)


@pytest.fixture
async def running(house, cast):
    return await trajectories.trajectory(house, cast)


async def test_a_coach_subscribes_to_her_own_sessions(cas, anonymous, house, cast, running):
    session_id = await trajectories.session(house, cast, running, day=date(2026, 3, 3), at="09:00")
    path = await make.address(cas)
    answer = await anonymous.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    shown = make.event(answer.text, session_id)
    assert shown.dtstart.value.astimezone(UTC) == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert shown.dtend.value.astimezone(UTC) == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert (shown.summary.value, shown.status.value, shown.sequence.value) == ("Afspraak", "CONFIRMED", "0")
    assert "DTSTART;TZID=Europe/Brussels:20260303T090000" in answer.text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.text
    assert "X-PUBLISHED-TTL:PT1H" in answer.text


async def test_a_feed_says_nothing_of_who_and_why(cas, anonymous, house, cast, running):
    await trajectories.session(house, cast, running)
    shown = await make.look(anonymous, await make.address(cas))
    for secret in ("Amir", "Haddad", "Cas", "coach", "guidance", "Praktijk", trajectories.QUESTION, str(running)):
        assert secret not in shown, secret


async def test_a_coach_may_choose_to_see_initials(cas, anonymous, house, cast, running):
    await trajectories.session(house, cast, running)
    shown = await make.look(anonymous, await make.address(cas, titles="initials"))
    [one] = make.events(shown)
    assert re.fullmatch(r"Afspraak \([A-Z]\.[A-Z]\.\)", one.summary.value)


@pytest.mark.parametrize(
    ("language", "title"),
    [("nl", "Afspraak"), ("fr", "Rendez-vous"), ("en", "Appointment"), ("de", "Termin")],
)
async def test_a_coachee_sees_her_own_sessions_in_her_language(cas, anonymous, house, cast, language, title):
    coachee_id, other_id = await people.coachee(house, cast), await people.coachee(house, cast)
    for each, at in ((coachee_id, "09:00"), (other_id, "11:00")):
        trajectory_id = await trajectories.trajectory(house, cast, coachee_id=each)
        await trajectories.session(house, cast, trajectory_id, at=at)
    seen = await cas.get(f"/v1/coachees/{coachee_id}")
    headers = {"If-Match": seen.headers["etag"]}
    changed = await cas.patch(f"/v1/coachees/{coachee_id}", json={"language": language}, headers=headers)
    assert changed.status_code == 200
    path = await make.address(cas, coachee_id=str(coachee_id), titles="initials")
    [one] = make.events(await make.look(anonymous, path))
    assert (one.summary.value, one.dtstart.value.hour) == (title, 9)


async def test_the_sequence_rises_with_each_change_and_the_uid_stays(cas, anonymous, house, cast, running, clock):
    session_id = await trajectories.session(house, cast, running)
    path = await make.address(cas)
    before = make.event(await make.look(anonymous, path), session_id)
    clock.move(hours=1)
    await cas.patch(f"/v1/sessions/{session_id}", json={"time": "14:00"})
    moved = make.event(await make.look(anonymous, path), session_id)
    await cas.post(f"/v1/sessions/{session_id}/cancel", json={})
    cancelled = make.event(await make.look(anonymous, path), session_id)
    assert [one.sequence.value for one in (before, moved, cancelled)] == ["0", "1", "2"]
    assert len({one.uid.value for one in (before, moved, cancelled)}) == 1
    assert moved.last_modified.value - before.last_modified.value == timedelta(hours=1)
    assert moved.dtstamp.value == moved.last_modified.value
    assert moved.dtstart.value.hour == 14
    assert (cancelled.status.value, cancelled.transp.value) == ("CANCELLED", "TRANSPARENT")


async def test_what_is_cancelled_leaves_the_feed_after_a_while(cas, anonymous, house, cast, running, clock):
    session_id = await trajectories.session(house, cast, running, day=date(2026, 12, 1))
    path = await make.address(cas)
    await cas.post(f"/v1/sessions/{session_id}/cancel", json={})
    clock.move(days=59)
    assert len(make.events(await make.look(anonymous, path))) == 1
    clock.move(days=2)
    assert make.events(await make.look(anonymous, path)) == []


async def test_what_has_not_changed_is_not_sent_again(cas, anonymous, house, cast, running, clock):
    session_id = await trajectories.session(house, cast, running)
    path = await make.address(cas)
    tag = (await anonymous.get(path)).headers["etag"]
    clock.move(hours=3)
    for sent in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = await anonymous.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await cas.patch(f"/v1/sessions/{session_id}", json={"place": "Gent"})
    changed = await anonymous.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    assert make.event(changed.text, session_id).location.value == "Gent"


async def test_head_says_the_same_without_the_calendar(cas, anonymous, house, cast, running):
    await trajectories.session(house, cast, running)
    path = await make.address(cas)
    got, head = await anonymous.get(path), await anonymous.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "cache-control", "content-length"):
        assert head.headers[name] == got.headers[name]


async def test_an_empty_calendar_is_a_calendar(cas, anonymous):
    shown = await make.look(anonymous, await make.address(cas))
    assert make.events(shown) == []
    assert "VTIMEZONE" not in shown


async def test_a_revoked_address_is_as_unknown_as_one_that_never_was(cas, anonymous):
    answer = await cas.post("/v1/feeds", json={})
    feed, path = answer.json()["feed"], answer.json()["url"].removeprefix("http://test")
    tag = (await anonymous.get(path)).headers["etag"]
    revoked = await cas.post(f"/v1/feeds/{feed['id']}/revoke")
    assert (revoked.status_code, revoked.json()["revoked_at"] is not None) == (200, True)
    again = await cas.post(f"/v1/feeds/{feed['id']}/revoke")
    assert again.json() == revoked.json()
    seen = [await anonymous.get(path, headers={"If-None-Match": tag})]
    seen += [await anonymous.get(f"/feeds/{name}") for name in ("x" * 32 + ".ics", "short.ics", "a b.ics", ".ics")]
    for one in seen:
        assert is_problem(one, 404, "feed-unknown")
    ids = re.compile(r"[0-9a-f]{32}|/feeds/[^\"]+")
    assert len({ids.sub("", one.text) for one in seen}) == 1
    names = {"date", "request-id", "ratelimit", "ratelimit-policy", "content-length"}
    assert len({tuple(sorted(set(one.headers) - names)) for one in seen}) == 1


async def test_the_address_is_told_once_and_kept_as_a_digest(lena, house, cast):
    answer = await lena.post("/v1/feeds", json={})
    token = answer.json()["url"].removesuffix(".ics").rpartition("/")[2]
    assert len(token) * 6 >= 128
    listed = await lena.get("/v1/feeds")
    assert token not in listed.text
    assert listed.json()["items"] == [answer.json()["feed"]]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [kept] = await work.session.scalars(text("SELECT calendar_feeds::text FROM calendar_feeds"))
        told = await work.session.scalars(
            text("SELECT facts::text FROM events UNION SELECT facts::text FROM audit_entries")
        )
        assert token not in kept + "".join(told)


async def test_a_coach_makes_no_feed_of_a_colleagues_coachee(cas, lena, house, cast):
    coachee_id = await people.coachee(house, cast, coach_id=cast.staff[Role.OWNER])
    refused = await cas.post("/v1/feeds", json={"coachee_id": str(coachee_id)})
    assert is_problem(refused, 404, "coachee-not-found")
    assert (await lena.post("/v1/feeds", json={"coachee_id": str(coachee_id)})).status_code == 201
    nobody = await cas.post("/v1/feeds", json={"coachee_id": str(new_id())})
    assert is_problem(nobody, 404, "coachee-not-found")


async def test_a_coach_sees_and_revokes_only_what_she_made_and_the_office_all(cas, lena, omar):
    theirs = (await lena.post("/v1/feeds", json={})).json()["feed"]["id"]
    mine = (await cas.post("/v1/feeds", json={})).json()["feed"]["id"]
    assert [one["id"] for one in (await cas.get("/v1/feeds")).json()["items"]] == [mine]
    assert [one["id"] for one in (await omar.get("/v1/feeds")).json()["items"]] == [theirs, mine]
    assert is_problem(await cas.post(f"/v1/feeds/{theirs}/revoke"), 404, "feed-not-found")
    assert (await omar.post(f"/v1/feeds/{mine}/revoke")).status_code == 200


async def test_feeds_are_listed_by_coachee(lena, house, cast):
    coachee_id = await people.coachee(house, cast)
    await lena.post("/v1/feeds", json={})
    made = (await lena.post("/v1/feeds", json={"coachee_id": str(coachee_id)})).json()["feed"]
    assert (await lena.get(f"/v1/feeds?coachee_id={coachee_id}")).json()["items"] == [made]


async def test_with_her_archived_file_a_coachees_feed_ends(lena, anonymous, house, cast):
    coachee_id = await people.coachee(house, cast)
    path = await make.address(lena, coachee_id=str(coachee_id))
    assert (await anonymous.get(path)).status_code == 200
    assert (await lena.post(f"/v1/coachees/{coachee_id}/archive")).status_code == 200
    assert is_problem(await anonymous.get(path), 404, "feed-unknown")
    assert is_problem(await lena.post("/v1/feeds", json={"coachee_id": str(coachee_id)}), 409, "coachee-archived")


async def test_with_her_destroyed_text_a_coachees_feed_ends(lena, anonymous, house, cast):
    coachee_id = await people.coachee(house, cast)
    path, own = await make.address(lena, coachee_id=str(coachee_id)), await make.address(lena)
    assert (await lena.post(f"/v1/coachees/{coachee_id}/destroy-private-text")).status_code == 200
    assert is_problem(await anonymous.get(path), 404, "feed-unknown")
    assert is_problem(await lena.post("/v1/feeds", json={"coachee_id": str(coachee_id)}), 409, "text-destroyed")
    assert (await anonymous.get(own)).status_code == 200


async def test_who_leaves_the_practice_takes_no_calendar_along(cas, lena, anonymous, cast):
    path = await make.address(cas)
    assert (await lena.post(f"/v1/staff/{cast.staff[Role.COACH]}/leave")).status_code == 200
    assert is_problem(await anonymous.get(path), 404, "feed-unknown")


async def test_who_looks_too_often_waits(cas, anonymous, monkeypatch):
    monkeypatch.setattr(routes.looks, "per_minute", 3)
    known, unknown = await make.address(cas), "/feeds/" + "y" * 32 + ".ics"
    for path in (known, unknown):
        seen = [await anonymous.get(path) for _ in range(4)]
        assert is_problem(seen[-1], 429, "rate-limit-reached")
        assert int(seen[-1].headers["retry-after"]) <= 60
    assert (await anonymous.get(await make.address(cas))).status_code == 200


async def test_many_sessions_over_the_changes_of_the_clock_are_read_at_their_instants(
    cas, anonymous, house, cast, running
):
    """Three hundred days, every zone another clock, read by two programs that are not ours."""
    chance = random.Random(7)
    zones = ("Europe/Brussels", "America/New_York", "Africa/Casablanca", "Australia/Lord_Howe", "Africa/Kinshasa")
    wanted = {}
    body = {"kind": "guidance", "minutes": 45}
    days = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date(2027, 3, 28)]
    days += [date(2026, 3, 30) + timedelta(days=2 * number) for number in range(100)]
    for day in sorted(set(days)):
        zone = zones[0] if day in days[:5] else chance.choice(zones)
        answer = await cas.post(
            f"/v1/trajectories/{running}/sessions",
            json=body | {"day": day.isoformat(), "time": f"{chance.choice((3, 9, 14)):02}:15", "zone": zone},
        )
        if answer.status_code == 201:
            made = answer.json()
            wanted[made["id"]] = (made["starts_at"], made["ends_at"])
    assert len(wanted) > 95
    content = await make.look(anonymous, await make.address(cas))
    utc = "%Y-%m-%dT%H:%M:%SZ"

    def told(start, end):
        return start.astimezone(UTC).strftime(utc), end.astimezone(UTC).strftime(utc)

    by_vobject = {
        one.uid.value.partition("@")[0]: told(one.dtstart.value, one.dtend.value) for one in make.events(content)
    }
    found = make.between(content, datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
    by_other = {str(one["UID"]).partition("@")[0]: told(one["DTSTART"].dt, one["DTEND"].dt) for one in found}
    assert by_vobject == wanted
    assert by_other == wanted


async def test_a_session_that_ends_in_the_hour_that_comes_twice_ends_when_it_ends(cas, anonymous, house, cast, running):
    session_id = await trajectories.session(house, cast, running, day=date(2026, 10, 25), at="01:30", minutes=105)
    shown = make.event(await make.look(anonymous, await make.address(cas)), session_id)
    assert shown.dtstart.value.replace(tzinfo=None) == datetime(2026, 10, 25, 1, 30)  # noqa: DTZ001
    assert shown.dtend.value.astimezone(UTC) == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)


async def test_a_group_session_is_in_the_calendar_of_its_coach(cas, lena, anonymous, house, cast):
    group_id = await groups.group(cas, cast, place="Gent")
    path, other = await make.address(cas, titles="initials"), await make.address(lena)
    shown = make.event(await make.look(anonymous, path), group_id)
    assert shown.dtstart.value.astimezone(UTC) == datetime(2026, 3, 3, 13, tzinfo=UTC)
    assert shown.dtend.value - shown.dtstart.value == timedelta(minutes=90)
    assert (shown.summary.value, shown.location.value, shown.sequence.value) == ("Afspraak", "Gent", "0")
    assert "Samen" not in await make.look(anonymous, path)
    assert make.events(await make.look(anonymous, other)) == []
    tag = (await anonymous.get(path)).headers["etag"]
    [coachee_id] = await groups.participants(house, cast, 1)
    await groups.join(cas, group_id, coachee_id)
    assert (await anonymous.get(path)).headers["etag"] == tag  # who joins changes nothing of when and where
    await cas.post(f"/v1/group-sessions/{group_id}/cancel", json={})
    cancelled = make.event(await make.look(anonymous, path), group_id)
    assert (cancelled.status.value, cancelled.sequence.value) == ("CANCELLED", "1")


async def test_a_seat_in_a_group_is_in_the_coachees_calendar_once_she_has_it(cas, anonymous, house, cast, clock):
    group_id = await groups.group(cas, cast, seats=1)
    first, second, third = await groups.participants(house, cast, 3)
    seats = [(await groups.join(cas, group_id, one)).json()["id"] for one in (first, second, third)]
    paths = [await make.address(cas, coachee_id=str(one)) for one in (first, second, third)]

    async def shown(number):
        found = make.events(await make.look(anonymous, paths[number]))
        return [(one.uid.value.partition("@")[0], one.status.value, one.sequence.value) for one in found]

    assert [await shown(number) for number in range(3)] == [[(seats[0], "CONFIRMED", "0")], [], []]
    await cas.post(f"/v1/group-seats/{seats[0]}/leave")
    await cas.post(f"/v1/group-seats/{seats[1]}/accept")
    assert await shown(0) == [(seats[0], "CANCELLED", "1")]
    assert await shown(1) == [(seats[1], "CONFIRMED", "0")]
    await cas.post(f"/v1/group-sessions/{group_id}/cancel", json={})
    assert [await shown(number) for number in (1, 2)] == [[(seats[1], "CANCELLED", "1")], []]
    begins = make.between(
        await make.look(anonymous, paths[1]), datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    )
    assert [one["DTSTART"].dt for one in begins] == [datetime(2026, 3, 3, 14, tzinfo=BRUSSELS)]
    clock.move(days=61)
    assert await shown(1) == []
