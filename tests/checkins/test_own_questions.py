"""Questions in a practice's own words: linted, agreed on her phone, asked when their turn comes, answered and read."""

import asyncio
import random
from itertools import pairwise

import pytest
from sqlalchemy import select, text, update

from domain.checkins import (
    CheckIn,
    CheckInState,
    Form,
    Kind,
    OwnQuestions,
    Plan,
    Policy,
    Question,
    ShownIf,
    Why,
    materialise_due,
    send_due,
)
from domain.checkins.policy import Pin, Rule, Turn, decide
from domain.checkins.questions import most_visible
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.people import Purpose
from tests.checkins import make
from tests.checkins.make import question, words
from tests.checkins.test_policies import rule, simulate
from tests.messaging.make import messages
from tests.phone.make import answers, plant

pytestmark = pytest.mark.anyio

ASKED = [
    question("Hield je vandaag een grens?", "yes_no", required=True),
    question("Wat maakte dat mogelijk?", shown_if={"question": 1, "answers": ["yes"]}),
    question("Hoe licht voelde het?", "scale", ends=words("zwaar", "licht")),
    question("Met wie was het?", "choice", options=words("een collega", "mijn baas")),
]
SHARES = (Purpose.CHECK_INS, Purpose.CHANNEL_EMAIL, Purpose.SHARE_CHECK_INS_WITH_COACH)


def problem(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def address(planted, tail=""):
    return f"/v1/check-in-plans/{planted.plan_id}/questions{tail}"


async def proposed(cas, planted, items=ASKED):
    answer = await cas.post(address(planted), json={"items": items})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def accepted(cas, anonymous, planted, items=ASKED, **changed):
    await proposed(cas, planted, items)
    page = await anonymous.post(f"{planted.plan_page}/questions", data={"decision": "accept"} | changed)
    assert page.status_code == 200, page.text
    return page


async def of_own_kind(house, cast, planted):
    """Her open check-in as the sweep would have sent it with her own questions."""
    async with begin(house, cast.practice_id, OPERATOR) as work:
        agreed = select(OwnQuestions.id).where(
            OwnQuestions.plan_id == planted.plan_id, OwnQuestions.state == "accepted"
        )
        own = await work.session.scalar(agreed)
        change = update(CheckIn).where(CheckIn.id == planted.check_in_id)
        await work.session.execute(change.values(kind=Kind.OWN, own_questions_id=own))


# What may be asked


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([question("Waarom lukte het niet?")], "why-question"),
        ([question("Pourquoi était-ce dur ?", language="fr")], "question-language-missing"),
        ([question("Hoe komt het dat je bleef?")], "why-question"),
        ([question("Kies er een", "choice", options=words("alleen dit"))], "options-do-not-fit"),
        ([question("Hoe licht was het?", "scale")], "options-do-not-fit"),
        ([question("Wat hielp?", options=words("a", "b"))], "options-do-not-fit"),
        ([question("Wat hielp?", shown_if={"question": 1, "answers": ["yes"]})], "branch-leads-nowhere"),
        (
            [question("Wat hielp?"), question("En dan?", shown_if={"question": 1, "answers": ["yes"]})],
            "branch-leads-nowhere",
        ),
        (
            [question("Ging het?", "yes_no"), question("En dan?", shown_if={"question": 1, "answers": ["1"]})],
            "branch-leads-nowhere",
        ),
        ([question(f"Wat hielp {number}?") for number in range(6)], "too-many-visible"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(house, cast, cas, items, told):
    planted = await plant(house, cast)
    refused = await cas.post(address(planted), json={"items": items})
    assert problem(refused) == (422, told)
    assert refused.json()["errors"][0]["pointer"].startswith("/items")


@pytest.mark.parametrize("text", ["x" * 141, "x", " ", "a\x00b"])
async def test_a_question_has_its_length_and_no_control_characters(house, cast, cas, text):
    planted = await plant(house, cast)
    assert (await cas.post(address(planted), json={"items": [question(text)]})).status_code == 400


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "Waaróm? Waarom toch"), ("fr", "Pour quelle raison ?"), ("en", "Why not?"), ("de", "Weswegen war das so?")],
)
async def test_no_language_may_ask_why(house, cast, cas, language, text):
    planted = await plant(house, cast, language=Language(language))
    refused = await cas.post(address(planted), json={"items": [question(text, language=language)]})
    assert problem(refused) == (422, "why-question")


async def test_of_two_branches_only_the_longest_counts(house, cast, cas):
    branches = [
        question("Ging het?", "yes_no"),
        *(question(f"Wat hielp {n}?", shown_if={"question": 1, "answers": ["yes"]}) for n in range(3)),
        *(question(f"Wat wil je {n}?", shown_if={"question": 1, "answers": ["no"]}) for n in range(4)),
    ]
    planted = await plant(house, cast)
    await proposed(cas, planted, branches)
    refused = await cas.post(address(planted), json={"items": [*branches[1:], branches[0]]})
    assert problem(refused) == (422, "branch-leads-nowhere")


def test_what_is_visible_is_counted_as_every_way_of_answering_shows_it():
    chance = random.Random(7)
    for _ in range(200):
        asked = []
        for number in range(1, 9):
            when = None
            if number > 1 and chance.random() < 0.6:
                when = ShownIf(question=chance.randrange(1, number), answers=(chance.choice(["yes", "no"]),))
            asked.append(Question(form=Form.YES_NO, text={Language.NL: "?"}, shown_if=when))
        ways = []
        for way in range(2**8):
            given = {}
            for number, one in enumerate(asked, start=1):
                if one.shown_if is None or given.get(one.shown_if.question) in one.shown_if.answers:
                    given[number] = "yes" if way >> (number - 1) & 1 else "no"
            ways.append(len(given))
        assert most_visible(asked) == max(ways)


# Agreed on her phone


async def test_nothing_is_asked_before_she_says_yes(house, cast, cas, anonymous):
    planted = await plant(house, cast)
    made = await proposed(cas, planted)
    assert (made["number"], made["state"], made["proposed_by"]) == (1, "proposed", "coach")
    assert [mail.kind for mail in await messages(house, cast)] == ["questions_proposed"]
    pinned = await cas.post(f"/v1/check-in-plans/{planted.plan_id}/pin", json={"kind": "own", "count": 2})
    assert problem(pinned) == (409, "no-own-questions")
    page = await anonymous.get(planted.plan_page, follow_redirects=True)
    for told in ("Hield je vandaag een grens?", "1 is zwaar, 5 is licht", "een collega, mijn baas", "voor jij ja zegt"):
        assert told in page.text
    await anonymous.post(f"{planted.plan_page}/questions", data={"decision": "accept"})
    pinned = await cas.post(f"/v1/check-in-plans/{planted.plan_id}/pin", json={"kind": "own", "count": 2})
    assert pinned.status_code == 200


async def test_her_words_take_the_place_of_what_was_proposed(house, cast, cas, anonymous):
    planted = await plant(house, cast)
    await accepted(cas, anonymous, planted, own_a="Hield ik vandaag mijn grens?", drop="own_c")
    told = (await cas.get(address(planted))).json()["items"]
    assert [(one["number"], one["state"], one["proposed_by"]) for one in told] == [
        (1, "replaced", "coach"),
        (2, "accepted", "coachee"),
    ]
    assert [one["text"][0]["text"] for one in told[1]["items"]] == [
        "Hield ik vandaag mijn grens?",
        "Wat maakte dat mogelijk?",
        "Met wie was het?",
    ]
    assert told[0]["items"][0]["text"][0]["text"] == "Hield je vandaag een grens?"


async def test_leaving_out_a_question_leaves_out_what_hangs_on_it(house, cast, cas, anonymous):
    planted = await plant(house, cast)
    await accepted(cas, anonymous, planted, drop="own_a")
    told = (await cas.get(address(planted))).json()["items"][-1]
    assert [one["form"] for one in told["items"]] == ["scale", "choice"]


async def test_her_no_needs_no_reason_and_an_empty_question_is_not_hers(house, cast, cas, anonymous):
    planted = await plant(house, cast)
    await proposed(cas, planted)
    wrong = await anonymous.post(f"{planted.plan_page}/questions", data={"decision": "accept", "own_a": " "})
    assert wrong.status_code == 422
    assert "Dit ontbreekt nog." in wrong.text
    no = await anonymous.post(f"{planted.plan_page}/questions", data={"decision": "decline"})
    assert "Dat vragen we niet" in no.text
    assert (await cas.get(address(planted))).json()["items"][0]["state"] == "declined"
    over = await anonymous.get(f"{planted.plan_page}/questions")
    assert "geen vragen om over te beslissen" in over.text


async def test_looking_at_a_proposal_a_hundred_times_decides_nothing(house, cast, cas, anonymous):
    planted = await plant(house, cast)
    await proposed(cas, planted)
    for _ in range(100):
        assert (await anonymous.get(f"{planted.plan_page}/questions")).status_code == 200
    assert [one["state"] for one in (await cas.get(address(planted))).json()["items"]] == ["proposed"]


async def test_two_proposals_at_once_leave_one_that_waits(house, cast, cas):
    planted = await plant(house, cast)
    both = await asyncio.gather(*(cas.post(address(planted), json={"items": ASKED}) for _ in range(3)))
    assert all(answer.status_code == 201 or problem(answer) == (409, "questions-proposed-meanwhile") for answer in both)
    states = [one["state"] for one in (await cas.get(address(planted))).json()["items"]]
    assert states.count("proposed") == 1


async def test_only_the_coach_of_the_trajectory_words_and_reads_them(house, cast, cas, omar, lena, bo):
    planted = await plant(house, cast)
    await proposed(cas, planted)
    assert problem(await omar.post(address(planted), json={"items": ASKED})) == (403, "questions-not-yours")
    assert problem(await lena.get(address(planted))) == (403, "questions-not-yours")
    assert problem(await lena.post(address(planted, "/end"))) == (403, "questions-not-yours")
    assert (await omar.get(address(planted))).status_code == 403
    assert problem(await bo.post(address(planted), json={"items": ASKED})) == (404, "plan-not-found")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert "grens" not in str((await work.session.execute(text("SELECT * FROM own_questions"))).all())


async def test_a_plan_that_is_over_takes_no_questions(house, cast, cas):
    planted = await plant(house, cast)
    await cas.post(f"/v1/check-in-plans/{planted.plan_id}/end")
    assert problem(await cas.post(address(planted), json={"items": ASKED})) == (409, "wrong-state")
    assert problem(await cas.post(address(planted, "/end"))) == (409, "no-own-questions")


async def test_a_set_is_kept_for_the_practice_and_proposed_as_a_copy(house, cast, cas, omar, bo):
    planted = await plant(house, cast)
    set_id = await make.question_set(omar)
    made = await cas.post(address(planted, "/from-set"), json={"set_id": set_id})
    assert made.status_code == 201, made.text
    body = {"name": "Grenzen", "items": [question("Wat hielp je deze week?")]}
    stale = await omar.put(f"/v1/question-sets/{set_id}", json=body, headers={"If-Match": '"v9"'})
    assert problem(stale) == (412, "version-changed")
    assert (await omar.put(f"/v1/question-sets/{set_id}", json=body)).json()["version"] == 2
    [worded] = (await cas.get(address(planted))).json()["items"]
    assert worded["items"][0]["text"][0]["text"] == "Wat hielp je vandaag?"
    assert [one["id"] for one in (await omar.get("/v1/question-sets")).json()["items"]] == [set_id]
    await omar.post(f"/v1/question-sets/{set_id}/retire")
    assert (await omar.get("/v1/question-sets")).json()["items"] == []
    for wrong in (set_id, str(new_id())):
        assert problem(await bo.get(f"/v1/question-sets/{wrong}")) == (404, "question-set-not-found")
    lost = await cas.post(address(planted, "/from-set"), json={"set_id": str(new_id())})
    assert [error["pointer"] for error in lost.json()["errors"]] == ["/set_id"]


async def test_a_question_may_name_the_principle_that_it_works_on(house, cast, cas, anonymous):
    planted = await plant(house, cast)
    tagged, plain = question("Wat voelde je?") | {"principle": "thinking_feeling_wanting"}, question("Wat hielp?")
    made = await cas.post("/v1/question-sets", json={"name": "Lagen", "items": [tagged, plain]})
    assert [one["principle"] for one in made.json()["items"]] == ["thinking_feeling_wanting", None]
    await cas.post(address(planted, "/from-set"), json={"set_id": made.json()["id"]})
    [worded] = (await cas.get(address(planted))).json()["items"]
    assert [one["principle"] for one in worded["items"]] == ["thinking_feeling_wanting", None]
    unknown = await cas.post(address(planted), json={"items": [plain | {"principle": "luck"}]})
    assert unknown.status_code == 400
    assert [error["pointer"] for error in unknown.json()["errors"]] == ["/items/0/principle"]


# Asked and answered


async def test_she_answers_on_the_page_and_her_coach_reads_what_she_shares(house, cast, cas, anonymous):
    planted = await plant(house, cast, consents=SHARES)
    await accepted(cas, anonymous, planted)
    await of_own_kind(house, cast, planted)
    page = await anonymous.get(planted.page)
    for told in ("Hield je vandaag een grens?", 'data-when="own_a" data-is="yes"', "Alleen na Ja bij", "een collega"):
        assert told in page.text
    form = {"own_a": "yes", "own_b": "Ik zei het rustig.", "own_c": "4", "own_d": "2", "sharing": "with_coach"}
    assert (await anonymous.post(planted.page, data=form)).status_code == 200
    told = (await cas.get(f"/v1/check-ins/{planted.check_in_id}/answer")).json()
    assert told["own"]["answers"] == [
        {"question": "Hield je vandaag een grens?", "form": "yes_no", "answer": "yes", "option": None},
        {"question": "Wat maakte dat mogelijk?", "form": "text", "answer": "Ik zei het rustig.", "option": None},
        {"question": "Hoe licht voelde het?", "form": "scale", "answer": "4", "option": None},
        {"question": "Met wie was het?", "form": "choice", "answer": "2", "option": "mijn baas"},
    ]
    assert told["success"] is None


async def test_what_she_was_not_shown_is_not_kept(house, cast, cas, anonymous):
    planted = await plant(house, cast)
    await accepted(cas, anonymous, planted)
    await of_own_kind(house, cast, planted)
    form = {"own_a": "no", "own_b": "Dit zag ik niet.", "own_e": "En dit bestaat niet."}
    assert (await anonymous.post(planted.page, data=form)).status_code == 200
    [kept] = await answers(house, cast, planted.check_in_id)
    assert kept.content == {"given": [{"question": 1, "answer": "no"}]}


@pytest.mark.parametrize(
    ("form", "field", "told"),
    [
        ({"sharing": "private"}, "own_a", "Dit ontbreekt nog."),
        ({"own_a": "maybe"}, "own_a", "Kies een van de mogelijkheden"),
        ({"own_a": "yes", "own_b": "x" * 281}, "own_b", "te lang"),
        ({"own_a": "no", "own_c": "6"}, "own_c", "Kies een van de mogelijkheden"),
        ({"own_a": "no", "own_d": "3"}, "own_d", "Kies een van de mogelijkheden"),
    ],
)
async def test_what_does_not_fit_is_told_beside_its_question(house, cast, cas, anonymous, form, field, told):
    planted = await plant(house, cast)
    await accepted(cas, anonymous, planted)
    await of_own_kind(house, cast, planted)
    page = await anonymous.post(planted.page, data=form)
    assert page.status_code == 422
    assert f'id="{field}-fault"' in page.text
    assert told in page.text
    assert await answers(house, cast, planted.check_in_id) == []


async def test_an_answer_kept_on_her_phone_comes_in_once(house, cast, cas, anonymous):
    planted = await plant(house, cast)
    await accepted(cas, anonymous, planted)
    await of_own_kind(house, cast, planted)
    body = {"id": str(new_id()), "fields": {"own_a": ["yes"], "own_b": ["Rustig."]}}
    sent = [await anonymous.put(f"{planted.page}/answer", json=body) for _ in range(5)]
    assert {answer.status_code for answer in sent} == {200}
    [kept] = await answers(house, cast, planted.check_in_id)
    assert len(kept.content["given"]) == 2


async def test_a_wording_that_was_asked_stays_as_it_was(house, cast, cas, anonymous):
    planted = await plant(house, cast, consents=SHARES)
    await accepted(cas, anonymous, planted)
    await of_own_kind(house, cast, planted)
    await accepted(cas, anonymous, planted, [question("Iets heel anders?")])
    assert "Hield je vandaag een grens?" in (await anonymous.get(planted.page)).text
    await anonymous.post(planted.page, data={"own_a": "no", "sharing": "with_coach"})
    told = (await cas.get(f"/v1/check-ins/{planted.check_in_id}/answer")).json()
    assert told["own"]["answers"][0]["question"] == "Hield je vandaag een grens?"


async def test_markup_in_a_question_is_text(house, cast, cas, anonymous):
    planted = await plant(house, cast)
    await accepted(cas, anonymous, planted, [question("<script>alert(1)</script> {{ 7*7 }} & meer?")])
    await of_own_kind(house, cast, planted)
    page = (await anonymous.get(planted.page)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} &amp; meer?" in page


# Their turn


def test_with_own_questions_they_have_a_turn_and_every_other_rule_holds():
    chance = random.Random(11)
    for number in range(300):
        seed, ratio = chance.randbytes(32), 2 + number % 4
        kinds = [one.chosen for one in simulate(seed, 60, rule(ratio=ratio, own=True))]
        without = [one.chosen for one in simulate(seed, 60, rule(ratio=ratio))]
        assert Kind.OWN not in without
        assert [kind for kind in kinds if kind is Kind.OBSTACLE] == [kind for kind in without if kind is Kind.OBSTACLE]
        assert set(kinds[:3]) == {Kind.SUCCESS}
        assert (Kind.OBSTACLE, Kind.OWN) not in set(pairwise(kinds))
        assert 4 <= kinds.count(Kind.OWN) <= 15
        assert kinds.count(Kind.IDEAL) == without.count(Kind.IDEAL)


@pytest.mark.parametrize("policy", [Policy.SUCCESS_ONLY, Policy.SELF_INITIATED])
def test_a_policy_of_successes_asks_them_only_when_pinned(policy):
    of = rule(policy=policy, own=True)
    assert {one.chosen for one in simulate(b"s" * 32, 40, of)} == {Kind.SUCCESS}
    pinned = Rule(policy=policy, ratio=3, obstacles=True, own=True, pin=Pin(Kind.OWN, 5, 2))
    assert decide(b"s" * 32, pinned, Turn(ordinal=5, previous=Kind.SUCCESS)).reason is Why.PINNED


def test_a_pin_asks_no_questions_that_she_did_not_agree_to_and_none_after_an_obstacle():
    pin = Pin(Kind.OWN, 4, 3)
    turn = Turn(ordinal=5, previous=Kind.SUCCESS)
    assert decide(b"s" * 32, rule(pin=pin), turn).chosen is Kind.SUCCESS
    after = decide(b"s" * 32, rule(pin=pin, own=True), Turn(ordinal=5, previous=Kind.OBSTACLE))
    assert (after.chosen, after.reason) == (Kind.SUCCESS, Why.AFTER_OBSTACLE)


async def planned_own(house, cast):
    """A planned check-in of the own kind that is due, of a plan whose questions were agreed or not."""
    [planted] = await make.plant(house, cast, kind=Kind.OWN)
    return planted


async def row(house, cast, check_in_id):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return await work.session.scalar(select(CheckIn).where(CheckIn.id == check_in_id))


async def test_what_is_sent_without_her_yes_is_a_success(quiet, house, sweep_house, cast):
    planted = await planned_own(house, cast)
    await send_due(sweep_house)
    sent = await row(house, cast, planted.check_in_ids[0])
    assert (sent.state, sent.kind, sent.own_questions_id) == (CheckInState.SENT, Kind.SUCCESS, None)
    assert sent.decision["sent_as"] == "success"


async def test_accepting_makes_the_days_to_come_anew_and_the_sweep_sends_her_words(
    quiet, house, sweep_house, cast, cas, anonymous, clock
):
    plan = await make.accepted_plan(house, cast)
    await materialise_due(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        page = f"/p/{work.vault.token('plan', str(plan.id))}"
    made = await cas.post(f"/v1/check-in-plans/{plan.id}/questions", json={"items": ASKED})
    assert made.status_code == 201, made.text
    assert (await anonymous.post(f"{page}/questions", data={"decision": "accept"})).status_code == 200
    await materialise_due(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        own = await work.session.scalar(
            select(CheckIn).where(CheckIn.plan_id == plan.id, CheckIn.kind == Kind.OWN).order_by(CheckIn.due_at)
        )
        assert own.own_questions_id is None
        assert own.decision["reason"] == "own_turn"
        only = update(CheckIn).where(CheckIn.plan_id == plan.id, CheckIn.due_at < own.due_at)
        await work.session.execute(only.values(state=CheckInState.CANCELLED))
        await work.session.execute(update(Plan).where(Plan.id == plan.id).values(materialise_at=None))
    await make.had_the_first(house, cast, plan)
    clock.now = own.due_at
    await send_due(sweep_house)
    sent = await row(house, cast, own.id)
    assert (sent.state, sent.kind, str(sent.own_questions_id)) == (CheckInState.SENT, Kind.OWN, made.json()["id"])
    ended = await cas.post(f"/v1/check-in-plans/{plan.id}/questions/end")
    assert ended.json()["state"] == "ended"
