"""What a cheque goes through, over HTTP: every step, every refusal, and who sees it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from domain.audit import AuditEntry
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event
from domain.practice import Role
from domain.trajectories import TrajectoryState
from tests.funding import make
from tests.funding.make import told

pytestmark = pytest.mark.anyio
TODAY, DAYS = make.TODAY.isoformat(), {"ordered_on": "2026-03-02", "issued_on": "2026-03-02"}


@pytest.fixture
async def amir(house, cast):
    """His trajectory with Cas."""
    return await make.engage(house, cast)


async def test_a_cheque_lives_from_announced_to_closed(cas, amir):
    cheque = (await make.register(cas, amir)).json()
    path = f"/v1/cheques/{cheque['id']}"
    ordered = await cas.post(f"{path}/order", json={"ordered_on": "2026-02-20"})
    assert (ordered.json()["state"], ordered.json()["pay_by"]) == ("ordered", "2026-03-06")
    issue = {"issued_on": "2026-02-28", "cheque_number": " ab 12 ", "client_number": "k-1"}
    issued = (await cas.post(f"{path}/issue", json=issue)).json()
    assert (issued["cheque_number"], issued["client_number"]) == ("AB 12", "K-1")
    assert (issued["state"], issued["start_by"], issued["issuer"]) == ("issued", "2026-05-28", "Edenred")
    started = (await cas.post(f"{path}/start", json={"started_on": TODAY})).json()
    assert (started["state"], started["started_on"], started["complete_by"]) == ("started", TODAY, None)
    closed = (await make.close(cas, amir, cheque, forfeit_minutes=240)).json()
    assert (closed["state"], closed["closed_on"], closed["minutes_left"]) == ("closed", TODAY, 240)
    assert (await cas.get(path)).json() == closed
    assert closed["version"] == 5


async def test_every_step_leaves_an_event_and_an_audit_line_without_the_codes(house, cas, amir, cast):
    cheque = await make.started(cas, amir)
    await make.close(cas, amir, cheque, forfeit_minutes=240)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        told_events = (await work.session.scalars(select(Event).order_by(Event.id))).all()
        lines = (await work.session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    kinds = [event.kind for event in told_events if str(event.subject_id) == cheque["id"]]
    assert kinds == ["cheque_issued", "cheque_started", "cheque_closed"]
    assert [line.action for line in lines if str(line.subject_id) == cheque["id"]] == kinds
    assert cheque["cheque_number"] not in str([event.facts for event in told_events])


async def test_the_day_of_the_order_replaces_the_scheme_that_was_announced(cas, amir):
    announced = (await make.register(cas, amir)).json()
    ordered = await cas.post(f"/v1/cheques/{announced['id']}/order", json={"ordered_on": "2025-10-31"})
    assert ordered.json()["scheme_id"] != announced["scheme_id"]
    assert ordered.json()["version"] == announced["version"] + 1


STEPS = {
    "order": {"ordered_on": TODAY},
    "issue": {"issued_on": TODAY, "cheque_number": "7", "client_number": "8"},
    "refuse": None,
    "start": {"started_on": TODAY},
    "close": {"forfeit_minutes": 240},
    "annul": None,
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_from_a_wrong_state_is_refused(cas, amir, step):
    cheque = (await make.register(cas, amir)).json()
    await cas.post(f"/v1/cheques/{cheque['id']}/annul")
    answer = await cas.post(f"/v1/cheques/{cheque['id']}/{step}", json=STEPS[step])
    assert told(answer) == (409, "wrong-state")
    assert answer.json()["facts"]["state"] == "annulled"


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_on_what_has_changed_since_it_was_read_is_refused(cas, amir, step):
    cheque = (await make.register(cas, amir)).json()
    answer = await cas.post(f"/v1/cheques/{cheque['id']}/{step}", json=STEPS[step], headers={"If-Match": '"v7"'})
    assert told(answer) == (412, "version-changed")


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_on_a_cheque_of_another_practice_or_another_coach_finds_nothing(house, cast, lena, cas, bo, step):
    hers = await make.engage(house, cast, coach=Role.OWNER)
    cheque = (await make.register(lena, hers)).json()
    for stranger in (bo, cas):
        for headers in ({}, {"If-Match": '"v9"'}):
            answer = await stranger.post(f"/v1/cheques/{cheque['id']}/{step}", json=STEPS[step], headers=headers)
            assert told(answer) == (404, "cheque-not-found")


async def test_a_cheque_starts_only_in_a_running_trajectory(house, cast, cas):
    proposed = await make.engage(house, cast, state=TrajectoryState.PROPOSED)
    cheque = await make.issued(cas, proposed)
    answer = await make.start(cas, cheque)
    assert told(answer) == (409, "start-needs-running-trajectory")
    assert (await cas.get(f"/v1/cheques/{cheque['id']}")).json()["state"] == "issued"


async def test_a_cheque_starts_on_its_last_day_and_not_after_it(house, cast, cas, amir, clock):
    in_time, too_late = await make.issued(cas, amir), await make.issued(cas, await make.engage(house, cast))
    clock.move(days=(date(2026, 6, 2) - make.TODAY).days)
    assert (await make.start(cas, in_time, "2026-06-02")).status_code == 200
    clock.now += timedelta(hours=11)  # 22:00 UTC: midnight in Brussels
    assert told(await make.start(cas, too_late, "2026-06-03")) == (409, "cheque-expired", "/started_on")
    answer = await make.start(cas, too_late, "2026-06-03")
    assert answer.json()["facts"] == {"start_by": "2026-06-02"}


async def test_a_cheque_starts_on_a_day_of_its_own_that_has_come(cas, amir):
    cheque = await make.issued(cas, amir, day=make.TODAY - timedelta(days=7))
    assert told(await make.start(cas, cheque, "2026-03-03")) == (422, "day-in-future", "/started_on")
    assert told(await make.start(cas, cheque, "2026-02-22")) == (422, "started-before-issued", "/started_on")
    assert told(await make.start(cas, cheque, "1899-01-01")) == (422, "day-out-of-range", "/started_on")
    assert (await make.start(cas, cheque, "2026-02-25")).json()["started_on"] == "2026-02-25"


async def test_nothing_is_invoiced_to_the_coachee_on_top_of_a_cheque(lena, house, cast):
    amir = await make.engage(house, cast, coach=Role.OWNER)
    body = {"coachee_id": str(amir.coachee_id), "trajectory_id": str(amir.trajectory_id)}
    cheque = await make.started(lena, amir)
    answer = await lena.post("/v1/invoices", json=body)
    assert told(answer) == (409, "surcharge-on-cheque", "/trajectory_id")
    assert answer.json()["facts"] == {"cheque_id": cheque["id"]}
    await make.close(lena, amir, cheque, forfeit_minutes=240)
    assert (await lena.post("/v1/invoices", json=body)).status_code == 201


@pytest.mark.parametrize("said", [{}, {"forfeit_minutes": 239}, {"forfeit_minutes": 241}])
async def test_closing_early_needs_the_number_of_minutes_that_are_lost(cas, amir, said):
    cheque = await make.started(cas, amir)
    answer = await cas.post(f"/v1/cheques/{cheque['id']}/close", json=said)
    assert told(answer) == (409, "minutes-would-be-forfeited", "/forfeit_minutes")
    assert answer.json()["facts"] == {"minutes_left": 240}


async def test_a_coach_sees_and_funds_only_her_own_trajectories(house, cast, lena, cas, bea, amir):
    hers = await make.engage(house, cast, coach=Role.OWNER)
    mine, other = (await make.register(cas, amir)).json(), (await make.register(lena, hers)).json()
    assert told(await make.register(cas, hers)) == (404, "trajectory-not-found", "/trajectory_id")
    assert told(await cas.get(f"/v1/cheques/{other['id']}")) == (404, "cheque-not-found")
    seen = {}
    for name, client in {"lena": lena, "cas": cas, "bea": bea}.items():
        seen[name] = [one["id"] for one in (await client.get("/v1/cheques")).json()["items"]]
    assert seen == {"lena": [mine["id"], other["id"]], "cas": [mine["id"]], "bea": [mine["id"], other["id"]]}


async def test_cheques_are_listed_by_trajectory_coachee_and_state(house, cast, lena, amir):
    again = await make.engage(house, cast, coachee_id=amir.coachee_id)
    nora = await make.engage(house, cast)
    a = (await make.register(lena, amir, ordered_on="2021-01-01")).json()["id"]
    b = (await make.register(lena, again, ordered_on="2021-06-01", nth=2)).json()["id"]
    c = (await make.register(lena, nora)).json()["id"]

    async def listed(**params):
        return [one["id"] for one in (await lena.get("/v1/cheques", params=params)).json()["items"]]

    assert await listed(trajectory_id=str(again.trajectory_id)) == [b]
    assert await listed(coachee_id=str(amir.coachee_id)) == [a, b]
    assert await listed(state="announced") == [c]
    assert await listed(coachee_id=str(amir.coachee_id), state="announced") == []
    page = (await lena.get("/v1/cheques", params={"limit": 2})).json()
    rest = (await lena.get("/v1/cheques", params={"limit": 2, "cursor": page["next_cursor"]})).json()
    assert [one["id"] for one in page["items"] + rest["items"]] == [a, b, c]
    wrong = await lena.get("/v1/cheques", params={"cursor": page["next_cursor"], "state": "ordered"})
    assert told(wrong) == (422, "invalid-cursor", "/cursor")
    assert (await lena.get("/v1/cheques", params={"state": "lost"})).status_code == 400


async def test_a_trajectory_of_another_practice_does_not_exist(bo, other_cast, house, amir):
    await make.engage(house, other_cast)
    assert told(await make.register(bo, amir)) == (404, "trajectory-not-found", "/trajectory_id")


async def test_who_may_only_read_cannot_register(lena, anonymous, cast, amir):
    key = {"staff_id": str(cast.staff[Role.BILLING]), "name": "reader", "scopes": ["funding:read"]}
    secret = (await lena.post("/v1/keys", json=key)).json()["secret"]
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"trajectory_id": str(amir.trajectory_id)}
    assert (await anonymous.post("/v1/cheques", json=body, headers=headers)).status_code == 403
    assert (await anonymous.get("/v1/cheques", headers=headers)).status_code == 200
    assert (await anonymous.get("/v1/cheques")).status_code == 401
