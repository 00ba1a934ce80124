"""When answers come: the folds of the ledger, each against a reference of its own."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import sqrt

import pytest
from hypothesis import given, strategies as st

from domain.checkins import CheckInState, Kind, Source
from domain.kit.shares import share_of, wilson
from domain.progress import Entry, Waited, kaplan_meier, report_on, timing_of

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
# Weeks in remission under 6-mercaptopurine, + is censored: Freireich and others, Blood 21 (1963); the curve as in
# Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data.
REMISSION = (
    *("6", "6", "6", "6+", "7", "9+", "10", "10+", "11+", "13", "16", "17+", "19+", "20+", "22", "23"),
    *("25+", "32+", "32+", "34+", "35+"),
)
CURVE = {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}


def entry(**values):
    usual = {
        "local_day": date(2026, 3, 2),
        "slot": 1,
        "zone": "Europe/Brussels",
        "kind": Kind.SUCCESS,
        "source": Source.PROMPTED,
        "state": CheckInState.ANSWERED,
        "expires_at": NOON + timedelta(hours=4),
        "sent_at": NOON,
    }
    return Entry(**usual | values)


def after(minutes, **values):
    return entry(started_at=NOON + timedelta(minutes=minutes), **values)


def test_the_curve_of_kaplan_and_meier_is_the_published_one():
    steps = kaplan_meier(Waited(float(one.rstrip("+")), begun=not one.endswith("+")) for one in REMISSION)
    assert {step.minutes: step.waiting for step in steps if step.begun} == CURVE
    assert (steps[-1].minutes, steps[-1].begun, steps[-1].waiting) == (35, 0, 0.4482)
    at_six = steps[0]
    assert (at_six.at_risk, at_six.begun) == (21, 3)
    assert (at_six.low, at_six.high) == (0.6197, 0.9516)  # as R's survfit(conf.type = "log-log") prints it


WAITED = st.lists(st.builds(Waited, st.integers(0, 30).map(float), st.booleans()), max_size=40)


@given(WAITED)
def test_the_curve_is_the_product_over_all_minutes(waited):
    for step in kaplan_meier(waited):
        product = 1.0
        for minute in {one.minutes for one in waited if one.begun and one.minutes <= step.minutes}:
            there = sum(one.minutes >= minute for one in waited)
            product *= 1 - sum(one.begun and one.minutes == minute for one in waited) / there
        assert step.waiting == pytest.approx(product, abs=1e-4)
        if step.low is not None:
            assert 0 <= step.low <= step.waiting + 1e-4 <= step.high + 2e-4 <= 1.001


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_where_all_were_answered_the_curve_is_the_share_that_still_waits(minutes):
    for step in kaplan_meier(Waited(float(one), begun=True) for one in minutes):
        assert step.waiting == pytest.approx(sum(one > step.minutes for one in minutes) / len(minutes), abs=1e-4)


def test_wilsons_interval_is_the_published_one():
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    for count, total, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        assert wilson(count, total) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_ends_of_wilsons_interval_are_where_the_share_is_just_not_surprising(found):
    count, total = found
    for end in wilson(count, total):
        surprise = abs(count / total - end) - 1.959964 * sqrt(end * (1 - end) / total)
        assert abs(surprise) < 0.003 or end in {0, 1}


def test_what_expired_waits_until_its_end_and_is_not_left_out():
    entries = [after(10), after(30), entry(state=CheckInState.EXPIRED, closed_at=NOON + timedelta(hours=5))]
    steps = timing_of(entries, NOON + timedelta(days=1)).still_waiting
    assert [(one.minutes, one.at_risk, one.waiting) for one in steps] == [
        (10, 3, 0.6667),
        (30, 2, 0.3333),
        (240, 1, 0.3333),
    ]


def test_latency_stands_apart_by_hour_and_leaves_out_what_she_began_herself():
    entries = [after(10), after(20), after(60, sent_at=NOON + timedelta(minutes=50))]
    entries += [entry(source=Source.SELF_INITIATED, sent_at=None, started_at=NOON)]
    timing = timing_of(entries, NOON)
    assert (timing.latency.answers, timing.latency.median) == (3, 10)
    assert [(one.hour, one.latency.answers) for one in timing.latency_by_hour] == [(12, 3)]
    assert [(one.channel, one.latency.answers) for one in timing.latency_by_channel] == [("email", 3)]


def test_how_long_an_answer_takes_is_known_only_where_its_beginning_is():
    took = [40, 60, 61, 400]
    entries = [entry(started_at=NOON, answered_at=NOON + timedelta(seconds=one)) for one in took]
    entries += [entry(started_at=NOON, answered_at=NOON), entry(answered_at=NOON)]
    [one] = timing_of(entries, NOON).completion
    assert (one.answers, one.within_goal.count, one.median) == (4, 2, 60.5)
    assert one.counts == [0, 0, 1, 1, 1, 0, 0, 1]


def test_an_answer_that_waited_for_a_network_took_as_long_as_its_writing():
    late = entry(
        started_at=NOON,
        answered_at=NOON + timedelta(hours=9),
        written_at=NOON + timedelta(hours=3, seconds=50),
        clock_ahead=3 * 3600,
    )
    [one] = timing_of([late], NOON).completion
    assert one.median == 50


def test_seven_days_move_with_the_day():
    days = [date(2026, 2, 1) + timedelta(days=more) for more in range(10)]
    entries = [
        entry(local_day=day, state=CheckInState.EXPIRED if day.day > 5 else CheckInState.ANSWERED) for day in days
    ]
    rates = {one.day.day: one.answer_rate for one in timing_of(entries, NOON).seven_days}
    assert rates[5] == share_of(5, 5)
    assert rates[7] == share_of(5, 7)
    assert rates[10] == share_of(2, 7)


ENTRIES = st.builds(
    entry,
    local_day=st.dates(date(2026, 1, 1), date(2026, 3, 1)),
    slot=st.integers(1, 2),
    kind=st.sampled_from(Kind),
    source=st.sampled_from(Source),
    state=st.sampled_from(CheckInState),
    sent_at=st.sampled_from([None, NOON]),
    started_at=st.sampled_from([None, NOON + timedelta(minutes=7)]),
)


@given(st.lists(ENTRIES, max_size=40))
def test_every_report_adds_up_to_the_ledger(entries):
    entries.sort(key=lambda one: one.local_day)
    report = report_on(entries, NOON)
    prompted = [one for one in entries if one.source is Source.PROMPTED]
    assert Counter(report.prompted) == Counter(one.state for one in prompted)
    assert sum(len(day.states) for day in report.timing.days) == len(prompted)
    assert sum(slot.planned for slot in report.slots) == len(prompted)
    assert sum(slot.sent for slot in report.slots) == sum(one.sent_at is not None for one in prompted)
    waiting = report.timing.still_waiting
    assert sum(step.begun for step in waiting) <= sum(one.sent_at is not None for one in prompted)
    assert sum(one.latency.answers for one in report.timing.latency_by_hour) == report.timing.latency.answers
    for one in report.timing.completion:
        assert sum(one.counts) == one.answers
