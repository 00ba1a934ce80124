"""What became of check-ins, in numbers: they add up to the ledger, and only the own coach reads them."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from domain.checkins import CheckInState, Kind, Source
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.progress import Tally, report_of, timing_of
from tests.checkins import make
from tests.conftest import NOON

pytestmark = pytest.mark.anyio

STATES = ("planned", "sent", "answered", "expired", "partial", "declined", "missed", "skipped", "failed", "cancelled")
NONE = timing_of([], NOON)


def address(trajectory_id):
    return f"/v1/trajectories/{trajectory_id}/reports/check-ins"


@pytest.fixture
async def told(house, cast):
    """One check-in in each state, two more answered after a minute and after an hour, and two begun by herself."""
    [planted] = await make.plant(house, cast, each=len(STATES) + 4)
    now, was = house.clock(), house.clock() - timedelta(hours=2)
    seen = {"sent_at": was, "opened_at": was}
    rows = [{"state": state} | (seen if state in STATES[1:6] else {}) for state in STATES]
    rows[2] |= {"answered_at": was + timedelta(minutes=10)}
    rows += [seen | {"state": "answered", "answered_at": was + timedelta(minutes=m)} for m in (1, 60)]
    herself = {"source": Source.SELF_INITIATED, "kind": Kind.OBSTACLE}
    rows += [herself | {"state": "answered", "answered_at": now}, herself | {"state": "started"}]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for check_in_id, values in zip(planted.check_in_ids, rows, strict=True):
            check_in = await make.checkins.get_check_in(work, check_in_id, lock=True)
            for name, value in values.items():
                setattr(check_in, name, CheckInState(value) if name == "state" else value)
    return planted


async def test_every_check_in_is_told_once_with_what_became_of_it(cas, told):
    report = (await cas.get(address(told.trajectory_id))).json()
    assert report["prompted"] == dict.fromkeys(CheckInState, 0) | dict.fromkeys(STATES, 1) | {"answered": 3}
    assert [week["prompted"] for week in report["weeks"]] == [report["prompted"]]
    assert sum(slot["planned"] for slot in report["slots"]) == sum(report["prompted"].values()) == 12
    assert [sum(slot[name] for slot in report["slots"]) for name in ("sent", "opened", "answered")] == [7, 7, 3]


async def test_the_answer_rate_leaves_out_what_she_was_never_asked_and_what_is_still_open(cas, told):
    report = (await cas.get(address(told.trajectory_id))).json()
    rate = report["answer_rate"]
    assert (rate["count"], rate["total"], rate["share"]) == (4, 6, 0.6667)
    assert rate["low"] < rate["share"] < rate["high"]
    assert report["timing"]["latency"] == {"answers": 3, "median": 10.0, "p75": 35.0, "p90": 50.0}


async def test_what_she_began_herself_stands_apart(cas, told):
    report = (await cas.get(address(told.trajectory_id))).json()
    [week] = report["weeks"]
    assert Counter(week["answered_when_prompted"]) == Counter(success=3)
    assert Counter(week["answered_of_herself"]) == Counter(obstacle=1)
    assert (report["self_initiated"]["count"], report["self_initiated"]["total"]) == (1, 4)
    assert date.fromisoformat(week["week_of"]).isoweekday() == 1


async def test_a_trajectory_without_check_ins_has_an_empty_report(cas, house, cast):
    running = await make.trajectory(house, cast)
    report = (await cas.get(address(running.id))).json()
    assert (report["weeks"], report["slots"], report["answer_rate"], report["self_initiated"]) == ([], [], None, None)
    assert report["timing"]["latency"] == {"answers": 0, "median": None, "p75": None, "p90": None}


async def test_only_the_own_coach_reads_it(lena, omar, bea, cas, told):
    for client, code in ((lena, "not-your-coachee"), (omar, "scope-missing"), (bea, "scope-missing")):
        answer = await client.get(address(told.trajectory_id))
        assert (answer.status_code, answer.json()["type"]) == (403, f"/problems/{code}")
    missing = await cas.get(address(new_id()))
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/trajectory-not-found")


TALLIES = st.builds(
    Tally,
    st.sampled_from([date(2026, 3, 2), date(2026, 3, 9)]),
    st.integers(1, 3),
    st.sampled_from(Source),
    st.sampled_from(Kind),
    st.sampled_from(CheckInState),
    st.just(1),
    st.integers(0, 1),
    st.integers(0, 1),
)


@given(st.lists(TALLIES, max_size=40))
def test_weeks_and_slots_add_up_to_the_ledger(tallies):
    report = report_of(tallies, NONE)
    prompted = [one for one in tallies if one.source is Source.PROMPTED]
    assert Counter(report.prompted) == Counter(one.state for one in prompted)
    assert sum((Counter(week.prompted) for week in report.weeks), Counter()) == Counter(report.prompted)
    assert sum(slot.planned for slot in report.slots) == len(prompted)
    answered = [one for one in tallies if one.state is CheckInState.ANSWERED]
    by_kind = [kinds for week in report.weeks for kinds in (week.answered_when_prompted, week.answered_of_herself)]
    assert sum(sum(kinds.values()) for kinds in by_kind) == len(answered)
    rates = (week.answer_rate for week in report.weeks)
    for share in filter(None, (report.answer_rate, report.self_initiated, *rates)):
        assert 0 <= share.low <= share.share + 1e-4
        assert share.share - 1e-4 <= share.high <= 1
