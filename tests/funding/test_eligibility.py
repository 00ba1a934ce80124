"""Advice on eligibility: every criterion answered with its rule, its date, its source; never a refusal."""

import pytest

from domain.funding import Answer
from tests.funding import make
from tests.funding.make import told

pytestmark = pytest.mark.anyio
PATH = "/v1/cheques/eligibility"
FIT = {
    "residence": "flanders",
    "at_work": True,
    "guidance_in_dutch": True,
    "own_initiative": True,
    "experience_months": 84,
    "earlier_cheques": [],
}


@pytest.fixture(autouse=True)
async def schemes(house, cast):
    await make.engage(house, cast)


async def ask(client, **situation):
    answer = await client.post(PATH, json=situation)
    assert answer.status_code == 200, answer.text
    advice = answer.json()
    return advice, {one["key"]: one["answer"] for one in advice["criteria"]}


async def test_who_meets_every_criterion_may_expect_a_cheque_and_who_tells_nothing_hears_unknown(cas):
    advice, answers = await ask(cas, **FIT)
    assert (advice["answer"], set(answers.values()), advice["binding"]) == ("yes", {"yes"}, False)
    advice, answers = await ask(cas)
    assert (advice["answer"], set(answers.values())) == ("unknown", {"unknown"})


@pytest.mark.parametrize(
    ("change", "key", "answer"),
    [
        ({"residence": "elsewhere"}, "residence", "no"),
        ({"residence": "wallonia"}, "residence", "unknown"),
        ({"residence": "eu_or_eea"}, "residence", "unknown"),
        ({"residence": "eu_or_eea", "works_in_flanders_or_brussels": True}, "residence", "yes"),
        ({"at_work": False}, "at_work", "no"),
        ({"own_initiative": False}, "own_initiative", "no"),
        ({"guidance_in_dutch": False}, "language", "no"),
        ({"experience_months": 83}, "experience", "no"),
        ({"earlier_cheques": ["2014-05-01"]}, "earlier_cheques", "no"),  # once in a career
        ({"earlier_cheques": ["2014-05-01"], "on": "2024-05-01"}, "earlier_cheques", "yes"),  # out of the window
        ({"on": "2015-05-01"}, "experience", "unknown"),  # twelve months within the last twenty-four
    ],
)
async def test_each_criterion_is_answered_by_what_is_told(cas, change, key, answer):
    advice, answers = await ask(cas, **FIT | change)
    assert answers[key] == answer
    assert advice["answer"] == answer


async def test_every_criterion_names_its_rule_its_day_its_source_and_how_sure_it_is_in_four_languages(cas):
    rules = set()
    for language in ("nl", "fr", "en", "de"):
        advice, _ = await ask(cas, **FIT, language=language)
        for one in advice["criteria"]:
            assert one["rule_as_of"] >= "2026-01-01"
            assert one["source"]
            assert one["certainty"] in {"high", "medium", "low"}
            rules.add(one["rule"])
    assert len(rules) == 4 * 6
    assert not any("{" in rule or "?" in rule for rule in rules)


async def test_a_day_without_a_scheme_is_told(cas, clock):
    assert told(await cas.post(PATH, json={"on": "2010-01-01"})) == (422, "no-scheme-in-force", "/ordered_on")
    assert told(await cas.post(PATH, json={"on": "2027-01-01"})) == (409, "scheme-not-selectable", "/ordered_on")
    assert told(await cas.post(PATH, json={"on": "1800-01-01"})) == (422, "day-out-of-range", "/on")
    assert set(Answer) == {"yes", "no", "unknown"}
