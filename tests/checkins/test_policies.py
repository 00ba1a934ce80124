"""Of which kind check-ins are: every rule of the policies, over simulated plans."""

import random
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from domain.checkins import Kind, Phase, Policy, Why
from domain.checkins.policy import Pin, Rule, Turn, decide
from tests.checkins.courses import course, made, sent, terms

PLANS = [pytest.param(200, id="two hundred"), pytest.param(10_000, id="ten thousand", marks=pytest.mark.soak)]


def rule(**values):
    return Rule(**{"policy": Policy.STRENGTH_FIRST, "ratio": 3, "obstacles": True} | values)


def simulate(seed, length, of, *, off=lambda ordinal: False, evening=lambda ordinal: False, a_week=3):
    """A plan of so many a week; by one rule, or by one for each."""
    decisions, previous, week = [], None, Counter()
    rules = of if isinstance(of, list) else [of] * length
    for ordinal in range(length):
        turn = Turn(
            ordinal=ordinal,
            previous=previous,
            obstacles_this_week=week[ordinal // a_week],
            obstacles_off=off(ordinal),
            evening=evening(ordinal),
        )
        decided = decide(seed, rules[ordinal], turn)
        previous = decided.chosen
        week[ordinal // a_week] += previous is Kind.OBSTACLE
        decisions.append(decided)
    return decisions


@pytest.mark.parametrize("plans", PLANS)
def test_simulated_plans_keep_every_rule(plans):
    chance = random.Random(2026)
    places = Counter()
    for number in range(plans):
        seed = chance.randbytes(32)
        ratio = 2 + number % 4
        raised = chance.randrange(3, 50)
        of = rule(ratio=ratio)
        plain = simulate(seed, 60, of)
        kinds = [one.chosen for one in plain]
        assert kinds == [one.chosen for one in simulate(seed, 60, of)]
        assert set(kinds[:3]) == {Kind.SUCCESS}
        assert (Kind.OBSTACLE, Kind.OBSTACLE) not in set(pairwise(kinds))
        block = ratio + 1
        whole = [kinds[start : start + block] for start in range(3, 60 - block + 1, block)]
        assert all(part.count(Kind.OBSTACLE) <= 1 and part[0] is not Kind.OBSTACLE for part in whole)
        assert all(
            later in {Kind.SUCCESS, Kind.QUALITY_IN_ACTION}
            for earlier, later in pairwise(kinds)
            if earlier is Kind.OBSTACLE
        )
        assert 6 <= kinds.count(Kind.IDEAL) <= 10
        assert all(0 < one.probability <= 1 and one.chosen in one.eligible for one in plain)
        flagged = simulate(seed, 60, of, off=lambda ordinal: ordinal >= raised)  # noqa: B023
        assert Kind.OBSTACLE not in {one.chosen for one in flagged[raised:]}
        assert [one.chosen for one in flagged[:raised]] == kinds[:raised]
        places.update(part.index(Kind.OBSTACLE) for part in whole if ratio == 3 and Kind.OBSTACLE in part)
    assert set(places) == {1, 2, 3}


OTHERS = (Policy.SUCCESS_ONLY, Policy.BALANCED, Policy.FOLLOW_PHASE, Policy.SELF_INITIATED)


@pytest.mark.parametrize("plans", PLANS)
@pytest.mark.parametrize("policy", OTHERS)
def test_simulated_plans_of_the_other_policies_keep_every_rule(policy, plans):
    chance = random.Random(2027)
    asked_about = Counter()
    for number in range(plans):
        seed, a_week = chance.randbytes(32), chance.randint(1, 7)
        phases = [phase for phase in chance.choices([None, *Phase], k=12) for _ in range(5)]
        raised = chance.randrange(3, 50)
        rules = [rule(policy=policy, ratio=2 + number % 4, phase=phase) for phase in phases]
        decided = simulate(seed, 60, rules, off=lambda ordinal: ordinal >= raised, a_week=a_week)  # noqa: B023
        kinds = [one.chosen for one in decided]
        assert_rules(kinds, a_week)
        assert all(0 < one.probability <= 1 and one.chosen in one.eligible for one in decided)
        assert {one.policy for one in decided} == {policy}
        assert Kind.OBSTACLE not in kinds[raised:]
        asked_about.update(phase for phase, kind in zip(phases, kinds, strict=True) if kind is Kind.OBSTACLE)
        if policy is Policy.BALANCED:
            assert all(kinds[start : start + 3].count(Kind.OBSTACLE) <= 1 for start in range(3, 60, 3))
    if policy in {Policy.SUCCESS_ONLY, Policy.SELF_INITIATED}:
        assert not asked_about
    elif policy is Policy.FOLLOW_PHASE:
        assert set(asked_about) == {Phase.OBSTACLE, Phase.AWARENESS}
    else:
        assert len(asked_about) > 2


def assert_rules(kinds, a_week):
    """(a) to (d): the first are successes, no two obstacles touch, two a week at the most, and what follows one."""
    assert set(kinds[:3]) == {Kind.SUCCESS}
    follow = {later for earlier, later in pairwise(kinds) if earlier is Kind.OBSTACLE}
    assert follow <= {Kind.SUCCESS, Kind.QUALITY_IN_ACTION}
    assert all(kinds[start : start + a_week].count(Kind.OBSTACLE) <= 2 for start in range(0, len(kinds), a_week))


def test_a_plan_of_her_own_initiative_plans_nothing():
    chance = random.Random(5)
    for _ in range(200):
        own = course(terms(policy=Policy.SELF_INITIATED), seed=chance.randbytes(32))
        assert made(own, date(2026, 1, 1), date(2026, 3, 1)) == []


@pytest.mark.parametrize("plans", PLANS)
def test_however_often_she_is_asked_no_week_has_more_than_two_obstacles(plans):
    chance, full = random.Random(3), 0
    for number in range(plans):
        kinds = [one.chosen for one in simulate(chance.randbytes(32), 84, rule(ratio=2 + number % 4), a_week=14)]
        weeks = [kinds[start : start + 14].count(Kind.OBSTACLE) for start in range(0, 84, 14)]
        assert max(weeks) <= 2
        full += weeks.count(2)
    assert full


def test_over_many_plans_an_obstacle_is_drawn_as_often_as_the_log_says():
    """What a randomised trial rests on: the probability logged for a slot is that of its draw."""
    chance = random.Random(7)
    told, seen = 0.0, 0
    for _ in range(2000):
        for one in simulate(chance.randbytes(32), 15, rule()):
            if Kind.OBSTACLE in one.eligible:
                told += one.probability if one.chosen is Kind.OBSTACLE else 1 - one.probability
                seen += one.chosen is Kind.OBSTACLE
    assert abs(told - seen) / seen < 0.05


@pytest.mark.parametrize(
    ("bar", "why"),
    [
        ({"rule": {"obstacles": False}}, Why.NO_CONSENT),
        ({"turn": {"obstacles_off": True}}, Why.NOT_NOW),
        ({"turn": {"evening": True}}, Why.EVENING),
        ({"turn": {"obstacles_this_week": 2}}, Why.WEEK_FULL),
        ({"turn": {"previous": Kind.OBSTACLE}}, Why.AFTER_OBSTACLE),
        ({"turn": {"ordinal": 1}}, Why.FIRST_ONES),
        ({"rule": {"policy": Policy.FOLLOW_PHASE}}, Why.OTHER_PHASE),
        ({"rule": {"policy": Policy.FOLLOW_PHASE, "phase": Phase.SITUATION}}, Why.OTHER_PHASE),
    ],
)
def test_what_bars_an_obstacle_bars_a_pinned_one_too(bar, why):
    of = rule(pin=Pin(Kind.OBSTACLE, 0, 100), **bar.get("rule", {}))
    decided = decide(b"s" * 32, of, Turn(**{"ordinal": 5, "previous": Kind.SUCCESS} | bar.get("turn", {})))
    assert (decided.chosen, decided.reason) == (Kind.SUCCESS, why)


def test_a_pin_holds_for_as_many_as_were_asked_and_then_the_policy_goes_on():
    of = rule(pin=Pin(Kind.IDEAL, 6, 2))
    kinds = [one.chosen for one in simulate(b"s" * 32, 20, of)]
    plain = [one.chosen for one in simulate(b"s" * 32, 20, rule())]
    assert kinds[6:8] == [Kind.IDEAL] * 2
    assert kinds[:6] + kinds[9:] == plain[:6] + plain[9:]


@pytest.mark.parametrize(
    ("policy", "phase", "share"),
    [
        (Policy.SUCCESS_ONLY, None, (0, 0)),
        (Policy.BALANCED, None, (0.25, 0.34)),
        (Policy.FOLLOW_PHASE, Phase.OBSTACLE, (0.2, 0.26)),
        (Policy.FOLLOW_PHASE, Phase.NEW_BEHAVIOUR, (0, 0)),
    ],
)
def test_each_policy_has_its_own_share_of_obstacles(policy, phase, share):
    chance = random.Random(3)
    of = rule(policy=policy, phase=phase)
    kinds = [one.chosen for _ in range(50) for one in simulate(chance.randbytes(32), 63, of)]
    assert share[0] <= kinds.count(Kind.OBSTACLE) / len(kinds) <= share[1]


def test_a_pause_of_obstacles_holds_for_what_falls_before_its_end():
    until = datetime(2026, 3, 20, tzinfo=UTC)
    found = made(course(obstacles_off_until=until), date(2026, 1, 1), date(2026, 6, 1))
    asked = [one.due_at for one in sent(found) if one.kind is Kind.OBSTACLE]
    assert min(asked) >= until


def test_the_log_of_a_slot_tells_no_other_draw():
    found = sent(made(course(terms()), date(2026, 1, 1), date(2026, 2, 1)))
    logs = [one.decision for one in found]
    assert len({log.seed for log in logs}) == len(logs)
    assert {(log.policy, log.policy_version) for log in logs} == {("strength_first_v1", 2)}
