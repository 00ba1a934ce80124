"""What a practice offers, and the trajectories that start from it."""

import pytest

from domain.kit.ids import new_id
from domain.practice import Role
from tests.agreements import make as agreements
from tests.engagements import make
from tests.people import make as people

pytestmark = pytest.mark.anyio

QUESTION = "Hoe blijf ik rustig als het druk wordt?"


def problem(answer):
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


@pytest.fixture
async def start(house, cast):
    """What Cas sends to start with Amir."""

    def body(template_id, **values):
        wanted = {"template_id": str(template_id), "coachee_id": str(amir), "coach_id": str(cast.staff[Role.COACH])}
        return wanted | {"key_question": QUESTION} | values

    amir = await people.coachee(house, cast)
    return body


async def test_a_trajectory_starts_from_a_template_in_one_call(cas, omar, start):
    answer = await cas.post("/v1/trajectories/from-template", json=start(await make.template(omar)))
    assert answer.status_code == 201, answer.text
    assert QUESTION not in answer.text
    told = answer.json()
    assert (told["trajectory"]["state"], told["trajectory"]["planned_minutes"]) == ("proposed", 420)
    assert sum(session["minutes"] for session in told["sessions"]) == 420
    plan = (await cas.get(f"/v1/check-in-plans/{told['check_in_plan_id']}")).json()
    assert (plan["state"], plan["weekdays"], plan["starts_on"], plan["ends_on"]) == (
        "proposed",
        [2, 4],
        "2026-03-03",
        "2026-03-30",
    )
    assert plan["trajectory_id"] == told["trajectory"]["id"]


async def test_what_starts_from_a_template_is_guided_by_the_method_that_it_names(cas, omar, start):
    template_id = await make.template(omar, method="other", check_ins=None)
    assert (await cas.get(f"/v1/engagement-templates/{template_id}")).json()["method"] == "other"
    told = (await cas.post("/v1/trajectories/from-template", json=start(template_id))).json()
    assert told["trajectory"]["method"] == "other"
    usual = (await omar.get(f"/v1/engagement-templates/{await make.template(omar)}")).json()
    assert usual["method"] == "krachtgericht"


async def test_it_runs_at_once_if_the_template_says_so_and_without_check_ins_if_it_has_none(cas, omar, start):
    template_id = await make.template(omar, starts_accepted=True, check_ins=None)
    told = (await cas.post("/v1/trajectories/from-template", json=start(template_id))).json()
    assert (told["trajectory"]["state"], told["check_in_plan_id"]) == ("running", None)


async def test_all_of_it_starts_or_nothing(cas, omar, start):
    template_id = await make.template(omar)
    past = await cas.post("/v1/trajectories/from-template", json=start(template_id, starts_on="2025-01-01"))
    assert problem(past) == (422, "plan-in-past")
    assert (await cas.get("/v1/trajectories")).json()["items"] == []


async def test_a_start_needs_a_template_a_coachee_and_a_coach_of_the_practice(cas, lena, omar, bo, cast, start):
    template_id = await make.template(omar)
    address = "/v1/trajectories/from-template"
    for unknown in (new_id(), await make.template(bo)):
        answer = await cas.post(address, json=start(unknown))
        assert problem(answer) == (422, "no-such-template")
        assert answer.json()["errors"][0]["pointer"] == "/template_id"
    assert problem(await cas.post(address, json=start(template_id, coachee_id=str(new_id())))) == (
        422,
        "no-such-coachee",
    )
    hers = start(template_id, coach_id=str(cast.staff[Role.OWNER]))
    assert problem(await cas.post(address, json=hers)) == (403, "for-another-coach")
    nobody = start(template_id, coach_id=str(cast.staff[Role.BILLING]))
    assert problem(await omar.post(address, json=nobody)) == (422, "not-a-coach")
    await omar.post(f"/v1/engagement-templates/{template_id}/archive")
    assert problem(await cas.post(address, json=start(template_id))) == (409, "template-archived")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"planned_minutes": 60}, "sessions-exceed-plan"),
        ({"check_ins": {"weekdays": [2, 2]}}, "weekday-twice"),
        ({"check_ins": {"windows": [{"from": "17:00", "to": "22:00"}]}}, "window-in-quiet-hours"),
        ({"check_ins": {"windows": [{"from": "17:00", "to": "17:05"}]}}, "window-too-short"),
        ({"check_ins": {"zone_mode": "fixed"}}, "zone-needed"),
        ({"check_ins": {"zone": "Europe/Paris"}}, "zone-not-wanted"),
        ({"check_ins": {"zone_mode": "fixed", "zone": "Europe/Atlantis"}}, "unknown-zone"),
    ],
)
async def test_a_template_that_could_not_be_started_is_refused_and_not_changed_into(omar, wrong, code):
    body = make.SEVEN_HOURS | wrong
    if "check_ins" in wrong:
        body["check_ins"] = make.SEVEN_HOURS["check_ins"] | wrong["check_ins"]
    assert problem(await omar.post("/v1/engagement-templates", json=body)) == (422, code)
    path = f"/v1/engagement-templates/{await make.template(omar)}"
    before = (await omar.get(path)).json()
    changes = {name: body[name] for name in wrong}
    assert problem(await omar.patch(path, json=changes, headers={"If-Match": '"v1"'})) == (422, code)
    assert (await omar.get(path)).json() == before


async def test_a_template_has_versions_and_belongs_to_the_office(omar, cas):
    path = f"/v1/engagement-templates/{await make.template(omar)}"
    assert (await cas.get(path)).json()["check_ins"]["windows"][0]["from"] == "17:00"
    assert (await cas.patch(path, json={"name": "X"}, headers={"If-Match": '"v1"'})).status_code == 403
    changed = await omar.patch(path, json={"name": "Zes uur", "check_ins": None}, headers={"If-Match": '"v1"'})
    assert (changed.json()["version"], changed.json()["check_ins"]) == (2, None), changed.text
    stale = await omar.patch(path, json={"name": "Vijf uur"}, headers={"If-Match": '"v1"'})
    assert problem(stale) == (412, "version-changed")
    assert problem(await omar.get(f"/v1/engagement-templates/{new_id()}")) == (404, "template-not-found")
    assert [one["name"] for one in (await cas.get("/v1/engagement-templates")).json()["items"]] == ["Zes uur"]


async def test_a_contact_moment_needs_no_template(omar):
    refused = await omar.post("/v1/engagement-templates", json=make.SEVEN_HOURS | {"format": "contact_moment"})
    assert problem(refused) == (422, "contact-moment-alone")
    path = f"/v1/engagement-templates/{await make.template(omar)}"
    changed = await omar.patch(path, json={"format": "contact_moment"}, headers={"If-Match": '"v1"'})
    assert problem(changed) == (422, "contact-moment-alone")


async def test_what_starts_from_a_template_comes_with_its_agreement_or_not_at_all(cas, omar, start, house, cast):
    wanted = start(await make.template(omar, issues_agreement=True))
    refused = await cas.post("/v1/trajectories/from-template", json=wanted)
    assert problem(refused) == (409, "practice-not-identified")
    assert (await cas.get("/v1/trajectories")).json()["items"] == []
    await agreements.identify(house, cast)
    told = (await cas.post("/v1/trajectories/from-template", json=wanted)).json()
    [issued] = (await cas.get(f"/v1/trajectories/{told['trajectory']['id']}/agreements")).json()["items"]
    assert (issued["id"], issued["state"]) == (told["agreement_id"], "issued")


async def test_a_minor_starts_from_a_template_once_there_is_who_signs(cas, omar, start, house, cast):
    await agreements.identify(house, cast)
    child = await people.coachee(house, cast, minor=True)
    wanted = start(await make.template(omar, issues_agreement=True), coachee_id=str(child))
    assert problem(await cas.post("/v1/trajectories/from-template", json=wanted)) == (409, "guardian-needed")
    assert (await cas.get("/v1/trajectories")).json()["items"] == []
    await people.guardian(house, cast, child)
    assert (await cas.post("/v1/trajectories/from-template", json=wanted)).status_code == 201
