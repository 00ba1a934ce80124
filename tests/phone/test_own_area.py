"""What a coachee finds and does in her own area, on its pages and in JSON."""

import re

import pytest
from sqlalchemy import select

from domain import checkins, people
from domain.checkins import CheckIn, CheckInState, Kind, NewAnswer, Obstacle, Plan, Sharing, Success
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Language
from domain.people import Purpose
from domain.practice import Role
from tests.assignments import make as assignments
from tests.checkins import make as plans
from tests.messaging.make import settle
from tests.phone.make import agree, answers, plant, row_of
from tests.phone.test_sign_in import address_of, another_browser, asked, proof_of, sign_in
from tests.trajectories import make as trajectories

pytestmark = pytest.mark.anyio


async def answered(house, cast, planted, text="Ik vroeg om hulp."):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        new = NewAnswer(reply=Success(text=text, qualities=("patient",)), sharing=Sharing.PRIVATE, language=Language.NL)
        await checkins.answer_check_in(work, planted.check_in_id, new)


async def test_what_waits_for_her_is_one_tap_away(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    home = await anonymous.get("/me")
    assert planted.page in home.text
    told = (await anonymous.get("/v1/me")).json()
    assert told["waiting"]["page"] == planted.page


async def test_she_reads_her_earlier_successes_in_her_own_words(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    await answered(house, cast, planted, "<b>Ik</b> vroeg om hulp.")
    page = await anonymous.get("/me/successes")
    assert "&lt;b&gt;Ik&lt;/b&gt; vroeg om hulp." in page.text
    [told] = (await anonymous.get("/v1/me/successes")).json()
    assert told["text"] == "<b>Ik</b> vroeg om hulp."


async def test_she_begins_one_of_every_kind_herself(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = (await work.session.scalars(select(Plan))).one()
        plan.decided_at = work.now
        assert Kind.OWN not in await checkins.kinds_for(work, plan)
        await agree(work, plan)
    for kind in Kind:
        home = await anonymous.get("/me")
        begun = await anonymous.post("/me/begin", data={"proof": proof_of(home), "kind": kind})
        assert begun.status_code == 303
        assert (await anonymous.get(begun.headers["location"])).status_code == 200


async def test_she_changes_her_plan_herself(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    page = await anonymous.get("/me/plan")
    assert "Minder vaak" in page.text
    data = {"proof": proof_of(page), "plan": str(planted.plan_id), "choice": "pause"}
    assert f'value="{planted.plan_id}"' in page.text
    await anonymous.post("/me/plan", data=data)
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == "paused"
    resumed = await anonymous.post("/v1/me/plan", json={"choice": "resume"})
    assert resumed.json()["state"] == "accepted"
    fewer = await anonymous.post("/v1/me/plan", json={"choice": "fewer"})
    assert fewer.json()["pace"] == 2
    await anonymous.post("/me/plan", data={"proof": proof_of(page), "choice": "stop"})  # of a page that names none yet
    assert (await row_of(house, cast, "check_in_plans", planted.plan_id))["state"] == "ended"


async def test_of_two_plans_she_changes_the_one_that_she_chose(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    other_id = await trajectories.trajectory(house, cast, coachee_id=planted.coachee_id, coach=Role.OWNER)
    other = await plans.proposed_plan(house, cast, other_id)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        (await checkins.get_plan(work, other.id, lock=True)).move(checkins.PlanState.ACCEPTED, work.now)
    page = await anonymous.get("/me/plan")
    assert [page.text.count(f"<h2>{coach}</h2>") for coach in ("Cas", "Lena")] == [1, 1]
    await anonymous.post("/me/plan", data={"proof": proof_of(page), "choice": "stop"})  # which of them, nobody knows
    await anonymous.post("/me/plan", data={"proof": proof_of(page), "plan": str(planted.plan_id), "choice": "stop"})
    states = [(await row_of(house, cast, "check_in_plans", one))["state"] for one in (planted.plan_id, other.id)]
    assert states == ["ended", "accepted"]


async def test_her_plan_says_how_much_less_is_offered(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        plan = await checkins.get_plan(work, planted.plan_id, lock=True)
        plan.offered_pace = 2
    assert "2 keer per week" in (await anonymous.get("/me/plan")).text


async def test_she_sees_who_read_what_she_shared(house, cast, anonymous, cas):
    planted = await sign_in(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await checkins.answer_check_in(
            work,
            planted.check_in_id,
            NewAnswer(reply=Success(text="x"), sharing=Sharing.PRIVATE, language=Language.NL),
        )
        answer = (await work.session.scalars(select(checkins.CheckInAnswer))).one()
        answer.sharing = Sharing.WITH_COACH

        await people.give_consent(
            work,
            planted.coachee_id,
            Purpose.SHARE_CHECK_INS_WITH_COACH,
            wording_version=1,
            given_via=people.GivenVia.CONVERSATION,
        )
    assert "Niemand las iets van jou." in (await anonymous.get("/me/access")).text
    assert (await cas.get(f"/v1/check-ins/{planted.check_in_id}/answer")).status_code == 200
    page = await anonymous.get("/me/access")
    assert "een antwoord dat je deelde" in page.text
    [consent] = re.findall(r"/me/consents/([0-9a-f-]{36})/withdraw", page.text)
    taken = await anonymous.post(f"/me/consents/{consent}/withdraw", data={"proof": proof_of(page)})
    assert taken.status_code == 303
    assert (await anonymous.get("/v1/me/access")).json()["consents"] == []


async def test_an_answer_to_anothers_question_is_not_found(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    others = await plant(house, cast)
    data = {"id": str(new_id()), "fields": {"text": ["x"]}}
    for check_in_id in (others.check_in_id, new_id()):
        refused = await anonymous.put(f"/v1/me/check-ins/{check_in_id}/answer", json=data)
        assert refused.status_code == 404
        assert refused.json()["type"] == "/problems/check-in-not-found"
    assert await answers(house, cast, others.check_in_id) == []


async def test_without_a_session_nothing_opens(house, cast, anonymous):
    planted = await plant(house, cast)
    for method, path in (
        ("GET", "/v1/me"),
        ("GET", "/v1/me/successes"),
        ("GET", "/v1/me/access"),
        ("PUT", f"/v1/me/check-ins/{planted.check_in_id}/answer"),
    ):
        body = {"id": str(new_id()), "fields": {}} if method == "PUT" else None
        refused = await another_browser(anonymous).request(method, path, json=body)
        assert refused.json()["type"] == "/problems/not-signed-in"


async def test_the_question_keeps_her_draft_until_she_answers(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    address = f"/v1/me/check-ins/{planted.check_in_id}"
    assert (await anonymous.put(f"{address}/draft", json={"fields": {"text": ["half"]}})).status_code == 200
    assert (await anonymous.get(f"{address}/draft")).json()["fields"] == {"text": ["half"]}
    row = await row_of(house, cast, "check_in_drafts", planted.check_in_id)
    assert "half" not in str(row)
    data = {"id": str(new_id()), "fields": {"text": ["heel"]}}
    assert (await anonymous.put(f"{address}/answer", json=data)).json()["state"] == "answered"
    assert (await anonymous.get(f"{address}/draft")).json()["fields"] == {}


async def test_signed_out_by_json_it_is_over(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    headers = {"Content-Type": "application/json"}
    assert (await anonymous.delete("/v1/me/session", headers=headers)).status_code == 200
    assert (await anonymous.get("/v1/me")).status_code == 401
    await sign_in(house, cast, anonymous)
    assert (await anonymous.delete("/v1/me/sessions", headers=headers)).status_code == 200
    assert (await anonymous.get("/v1/me")).status_code == 401


async def test_nothing_she_does_shows_in_events(house, cast, anonymous, lena):
    planted = await sign_in(house, cast, anonymous)
    await answered(house, cast, planted, "geheim zinnetje")
    await settle(house, cast)
    for path in ("/v1/events?limit=100", "/v1/audit-entries?limit=100"):
        told = await lena.get(path)
        assert (told.status_code, "geheim" in told.text) == (200, False)
        assert "check_in" in told.text
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert (await work.session.scalars(select(CheckIn))).one().opened_at is not None


async def test_after_an_obstacle_the_next_question_quotes_her_wish_where_she_is_signed_in(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        before = await checkins.begin_self_initiated(work, planted.coachee_id, Kind.OBSTACLE)
        reply = Obstacle(happened=True, wished="Rustig ademen.")
        new = NewAnswer(reply=reply, sharing=Sharing.PRIVATE, language=Language.NL)
        await checkins.answer_check_in(work, before.id, new)
    assert "Rustig ademen." in (await anonymous.get(planted.page)).text
    assert "Rustig ademen." not in (await another_browser(anonymous).get(planted.page)).text


async def test_saved_she_sees_words_of_hers_from_before_where_she_is_signed_in(house, cast, anonymous):
    planted = await sign_in(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        before = await checkins.begin_self_initiated(work, planted.coachee_id, Kind.SUCCESS)
        new = NewAnswer(reply=Success(text="Toen lukte het."), sharing=Sharing.PRIVATE, language=Language.NL)
        await checkins.answer_check_in(work, before.id, new)
    saved = await anonymous.post(planted.page, data={"text": "Nu ook."})
    assert "Toen lukte het." in saved.text


async def test_a_coach_reopens_a_check_in_within_a_day_and_the_answer_is_late(house, cast, anonymous, clock, cas):
    planted = await plant(house, cast)
    clock.move(hours=9)
    reopened = await cas.post(f"/v1/check-ins/{planted.check_in_id}/reopen")
    assert reopened.json()["reopened_until"] is not None
    assert (await anonymous.post(planted.page, data={"text": "Toch nog."})).status_code == 200
    assert (await row_of(house, cast, "check_ins", planted.check_in_id))["late"] == "reopened"
    again = await cas.post(f"/v1/check-ins/{planted.check_in_id}/reopen")
    assert again.json()["type"] == "/problems/already-answered"
    late, gone = await plant(house, cast), await plant(house, cast, state=CheckInState.CANCELLED)
    clock.move(hours=33)
    refused = await cas.post(f"/v1/check-ins/{late.check_in_id}/reopen")
    assert refused.json()["type"] == "/problems/reopen-too-late"
    refused = await cas.post(f"/v1/check-ins/{gone.check_in_id}/reopen")
    assert refused.json()["type"] == "/problems/check-in-cancelled"
    refused = await cas.post(f"/v1/check-ins/{new_id()}/reopen")
    assert refused.json()["type"] == "/problems/check-in-not-found"


async def test_a_question_that_she_began_and_left_ends_as_partial(quiet, house, cast, anonymous, clock, sweep_house):
    planted = await sign_in(house, cast, anonymous)
    await anonymous.put(f"{planted.page}/draft", json={"fields": {"text": ["half"]}})
    clock.move(hours=9)
    await checkins.expire_due(sweep_house)
    assert (await row_of(house, cast, "check_ins", planted.check_in_id))["state"] == "partial"


async def test_after_an_obstacle_her_anchor_is_shown_where_she_is_signed_in(house, cast, anonymous, cas):
    planted = await plant(house, cast, kind=Kind.OBSTACLE)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.let_see(work, planted.coachee_id, [cast.staff[Role.COACH]])
    anchor = {"kind": "gesture", "text": "Mijn hand op <b>mijn hart</b>."}
    assert (await cas.post(f"/v1/coachees/{planted.coachee_id}/anchors", json=anchor)).status_code == 201
    fields = {"happened": "yes", "sentence": "Ik zei niets.", "wished": "Ik wou spreken."}
    stranger = await plant(house, cast, kind=Kind.OBSTACLE)
    assert "mijn hart" not in (await anonymous.post(stranger.page, data=fields)).text
    await anonymous.post("/me/sign-in", data={"email": await address_of(house, cast, planted)})
    await anonymous.post("/me/code", data={"code": (await asked(house, cast))[1]})
    told = await anonymous.post(planted.page, data=fields)
    assert "Dit brengt je kracht terug:" in told.text
    assert "&lt;b&gt;mijn hart" in told.text


async def test_she_reads_the_notes_that_are_shared_with_her_and_no_working_note(house, cast, anonymous, cas):
    planted = await sign_in(house, cast, anonymous)
    assert "Hier komt wat je coach" in (await anonymous.get("/me/notes")).text
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.let_see(work, planted.coachee_id, [cast.staff[Role.COACH]])
        trajectory_id = (await work.session.get_one(Plan, (work.practice_id, planted.plan_id))).trajectory_id
    session = await trajectories.session(house, cast, trajectory_id)
    await trajectories.note(house, cast, session, "Je <b>moed</b>.\n\nEn je rust.")
    hidden = {"visibility": "working", "text": "Voor mij alleen."}
    assert (await cas.post(f"/v1/sessions/{session}/notes", json=hidden)).status_code == 201
    page = await anonymous.get("/me/notes")
    assert "Je &lt;b&gt;moed&lt;/b&gt;." in page.text
    assert "Cas" in page.text
    [told] = (await anonymous.get("/v1/me/notes")).json()
    assert (told["day"], told["text"]) == ("2026-03-03", "Je <b>moed</b>.\n\nEn je rust.")
    for answer in (page, await anonymous.get("/v1/me/notes")):
        assert "Voor mij alleen" not in answer.text


async def test_notes_of_another_coachee_are_not_hers(house, cast, anonymous):
    await sign_in(house, cast, anonymous)
    session = await trajectories.session(house, cast, await trajectories.trajectory(house, cast))
    await trajectories.note(house, cast, session, "Van iemand anders")
    assert (await anonymous.get("/v1/me/notes")).json() == []


async def test_her_home_leads_to_the_assignments_that_are_open(house, cast, anonymous, cas, clock):
    planted = await sign_in(house, cast, anonymous)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.let_see(work, planted.coachee_id, [cast.staff[Role.COACH]])
        trajectory_id = (await work.session.get_one(Plan, (work.practice_id, planted.plan_id))).trajectory_id
    given = f"/o/{house.vault.token('assignment', await assignments.given(cas, trajectory_id))}"
    others = await assignments.given(cas, await trajectories.trajectory(house, cast))
    home = (await anonymous.get("/me")).text
    assert given in home
    assert house.vault.token("assignment", others) not in home
    assert (await anonymous.get(given)).status_code == 200
    clock.move(days=8)
    assert given not in (await anonymous.get("/me")).text
