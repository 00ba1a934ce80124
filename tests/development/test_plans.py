"""The development plan: drafted from the file, written on by both, finalised, printed."""

import asyncio
import random
import re
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import text

from domain import practice
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from tests.agreements import make as agreements
from tests.funding import make as funding
from tests.funding.make import told
from tests.trajectories.make import REVIEWED

pytestmark = pytest.mark.anyio
WHOLE = {"ideals": "- Rustig werken", "qualities": "- geduldig", "steps": "- Elke maandag plannen"}
HOSTILE = ("", '#read("/etc/passwd")', "{coachee_name}", "<b>x</b> & y", "- één\n- twee", "Ünïcode 🌱", "\\ $x$ *y*")


@pytest.fixture
async def engagement(house, cast):
    return await funding.engage(house, cast)


@pytest.fixture
async def trajectory(cas, house, cast, engagement):
    """One whose key question can be opened."""
    proposal = {
        "coachee_id": str(engagement.coachee_id),
        "coach_id": str(engagement.coach_id),
        "format": "trajectory",
        "domain": "professional",
        "key_question": "Hoe blijf ik rustig?",
        "planned_minutes": 240,
    }
    found = (await cas.post("/v1/trajectories", json=proposal)).json()
    assert (await cas.post(f"/v1/trajectories/{found['id']}/accept")).status_code == 200
    return found["id"]


async def draft(client, trajectory_id, **known):
    return await client.post(f"/v1/trajectories/{trajectory_id}/development-plans", json=known)


async def change(client, plan, **sections):
    seen = await client.get(f"/v1/development-plans/{plan['id']}")
    headers = {"If-Match": seen.headers["etag"]}
    return await client.patch(f"/v1/development-plans/{plan['id']}", json=sections, headers=headers)


async def finalised(client, trajectory_id, **known):
    plan = (await draft(client, trajectory_id, **known)).json()
    assert (await change(client, plan, **WHOLE)).status_code == 200
    answer = await client.post(f"/v1/development-plans/{plan['id']}/finalise")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def page_of(house, cast, plan):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return f"/d/{work.vault.token('development_plan', plan['id'])}"


async def test_the_first_draft_tells_what_is_in_the_file(cas, engagement, trajectory):
    path = f"/v1/coachees/{engagement.coachee_id}"
    for kind, said in (("ideal", "Rustig werken"), ("goal", "Elke maandag plannen")):
        answer = await cas.post(f"{path}/ideals", json={"kind": kind, "text": said})
        assert answer.status_code == 201, answer.text
    plan = (await draft(cas, trajectory)).json()
    assert "sections" not in plan
    sections = (await cas.get(f"/v1/development-plans/{plan['id']}")).json()["sections"]
    assert sections["question"] == "Hoe blijf ik rustig?"
    assert (sections["ideals"], sections["steps"]) == ("- Rustig werken", "- Elke maandag plannen")


async def test_coach_and_coachee_write_in_turn_and_every_save_is_a_revision(house, cast, cas, anonymous, trajectory):
    plan = (await draft(cas, trajectory)).json()
    page = await page_of(house, cast, plan)
    for _ in range(3):
        assert (await anonymous.get(page)).status_code == 200
    saved = await anonymous.post(page, data={"revision": "1", "steps": "- Nee durven zeggen"})
    assert saved.status_code == 200
    late = await anonymous.post(page, data={"revision": "1", "steps": "- Nee durven zeggen"})
    assert (late.status_code, "Bewaard" in late.text) == (200, True), "a second tap on the same words"
    assert (await change(cas, plan, ideals="- Rust")).status_code == 200
    sections = (await cas.get(f"/v1/development-plans/{plan['id']}")).json()["sections"]
    assert (sections["steps"], sections["ideals"]) == ("- Nee durven zeggen", "- Rust")
    found = (await cas.get(f"/v1/development-plans/{plan['id']}/revisions")).json()["items"]
    assert [(one["number"], one["author_kind"]) for one in found] == [(1, "staff"), (2, "coachee"), (3, "staff")]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        rows = await work.session.execute(text("SELECT sealed_text FROM development_revisions"))
        assert not any(b"durven" in bytes(row.sealed_text) for row in rows)


async def test_what_she_wrote_while_her_coach_did_is_not_lost(house, cast, cas, anonymous, trajectory):
    plan = (await draft(cas, trajectory)).json()
    page = await page_of(house, cast, plan)
    await change(cas, plan, steps="- Een cursus", ideals="- Rust")
    hers = {"steps": "- Nee zeggen", "ideals": "", "obstacles": "- Te druk", "question": "Hoe blijf ik rustig?"}
    late = await anonymous.post(page, data={"revision": "1", **hers})
    assert (late.status_code, "intussen" in late.text) == (409, True)
    boxes = dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)<', late.text))
    assert {name: boxes[name].strip() for name in hers} == {
        "steps": "- Een cursus\n\n- Nee zeggen",
        "ideals": "- Rust",
        "obstacles": "- Te druk",
        "question": "Hoe blijf ik rustig?",
    }
    path = f"/v1/development-plans/{plan['id']}"
    assert (await cas.get(path)).json()["sections"]["steps"] == "- Een cursus", "nothing is kept before she says so"
    assert (await anonymous.post(page, data={"revision": "2", **boxes})).status_code == 200
    assert (await cas.get(path)).json()["sections"]["steps"] == "- Een cursus\n\n- Nee zeggen"


async def test_a_page_that_is_sent_back_to_her_overwrites_nothing_of_what_her_coach_wrote_since(
    house, cast, cas, anonymous, trajectory
):
    plan = (await draft(cas, trajectory)).json()
    page = await page_of(house, cast, plan)
    await change(cas, plan, steps="- Een cursus\r\n- Rust")
    hers = {"revision": "1", "steps": "- Nee zeggen"}
    back = await anonymous.post(page, data=hers | {"ideals": "x" * 4_001})
    assert back.status_code == 422
    hers["revision"] = re.search(r'name="revision" value="(\d*)"', back.text)[1]
    assert (await anonymous.post(page, data=hers | {"ideals": "- Rustig"})).status_code == 409
    sections = (await cas.get(f"/v1/development-plans/{plan['id']}")).json()["sections"]
    assert sections["steps"] == "- Een cursus\n- Rust"


async def test_saving_at_once_keeps_one_and_loses_none_unsaid(house, cast, cas, anonymous, trajectory):
    plan = (await draft(cas, trajectory)).json()
    page = await page_of(house, cast, plan)
    answers = await asyncio.gather(
        *(anonymous.post(page, data={"revision": "1", "steps": f"- {number}"}) for number in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]


async def test_a_plan_is_finalised_whole_and_never_changes_again(house, cast, cas, anonymous, trajectory):
    plan = (await draft(cas, trajectory)).json()
    path = f"/v1/development-plans/{plan['id']}"
    assert told(await cas.post(f"{path}/finalise")) == (409, "plan-incomplete")
    assert told(await cas.get(f"{path}/pdf")) == (409, "plan-not-finalised")
    assert told(await draft(cas, trajectory)) == (409, "draft-exists")
    await change(cas, plan, **WHOLE)
    assert (await cas.post(f"{path}/finalise")).json()["state"] == "finalised"
    assert (await cas.post(f"{path}/finalise")).json()["facts"]["state"] == "finalised"
    assert told(await change(cas, plan, steps="x")) == (409, "wrong-state")
    page = await page_of(house, cast, plan)
    assert "Elke maandag plannen" in (await anonymous.post(page, data={"revision": "2", "steps": "x"})).text
    pdf = (await cas.get(f"{path}/pdf")).content
    words = " ".join(" ".join(leaf.extract_text().split()) for leaf in PdfReader(BytesIO(pdf)).pages)
    for said in ("Persoonlijk ontwikkelingsplan", "Elke maandag plannen", "2 maart 2026"):
        assert said in words.replace("\u00a0", " ")
    assert (await cas.get(f"{path}/pdf")).content == pdf
    assert (await anonymous.get(f"{page}/pdf")).content == pdf


async def test_a_later_plan_goes_on_from_the_last_and_supersedes_it(cas, trajectory):
    first = await finalised(cas, trajectory)
    second = (await draft(cas, trajectory)).json()
    assert (await cas.get(f"/v1/development-plans/{second['id']}")).json()["sections"]["steps"] == WHOLE["steps"]
    await cas.post(f"/v1/development-plans/{second['id']}/finalise")
    found = (await cas.get(f"/v1/trajectories/{trajectory}/development-plans")).json()["items"]
    assert [(one["id"], one["state"]) for one in found] == [
        (first["id"], "superseded"),
        (second["id"], "finalised"),
    ]


async def test_a_plan_of_a_cheque_is_of_its_own_trajectory(cas, engagement, trajectory):
    cheque = await funding.issued(cas, engagement)
    assert told(await draft(cas, trajectory, cheque_id=cheque["id"])) == (422, "not-its-cheque", "/cheque_id")
    nobodys = await draft(cas, trajectory, cheque_id=str(new_id()))
    assert told(nobodys) == (404, "cheque-not-found", "/cheque_id")


async def test_a_cheque_is_closed_and_its_trajectory_completed_with_its_own_plan_alone(
    house, cast, cas, engagement, trajectory
):
    await agreements.signed(house, cast, trajectory)
    cheque = await funding.started(cas, replace(engagement, trajectory_id=trajectory))
    close, complete = f"/v1/cheques/{cheque['id']}/close", f"/v1/trajectories/{trajectory}/complete"
    given_up = {"forfeit_minutes": 240}
    plan = (await draft(cas, trajectory)).json()
    assert plan["cheque_id"] is None
    await change(cas, plan, **WHOLE)
    await cas.post(f"/v1/development-plans/{plan['id']}/finalise")
    assert told(await cas.post(close, json=given_up)) == (409, "development-plan-needed")
    refused = await cas.post(complete, json=REVIEWED)
    assert told(refused) == (409, "development-plan-needed")
    assert refused.json()["facts"]["cheque_id"] == cheque["id"]
    assert (await cas.get(f"/v1/trajectories/{trajectory}")).json()["state"] == "running"
    await finalised(cas, trajectory, cheque_id=cheque["id"])
    assert (await cas.post(close, json=given_up)).json()["state"] == "closed"
    assert (await cas.post(complete, json=REVIEWED)).json()["state"] == "completed"


async def test_nobody_but_her_own_coach_reads_it(cas, lena, omar, bo, trajectory):
    plan = (await draft(cas, trajectory)).json()
    path = f"/v1/development-plans/{plan['id']}"
    assert told(await lena.get(path)) == (403, "not-your-coachee")
    assert (await omar.get(path)).status_code == 403
    assert told(await bo.get(path)) == (404, "development-plan-not-found")
    assert (await cas.post(f"{path}/share")).json()["state"] == "draft"


@pytest.mark.parametrize("seed", range(2))
async def test_whoever_saves_whatever_in_whichever_order_the_last_words_are_those_saved(
    house, cast, cas, anonymous, trajectory, seed
):
    dice = random.Random(seed)
    plan = (await draft(cas, trajectory)).json()
    page, path = await page_of(house, cast, plan), f"/v1/development-plans/{plan['id']}"
    known, authors = (await cas.get(path)).json()["sections"], ["staff"]
    for _ in range(12):
        said = {name: dice.choice(HOSTILE) for name in dice.sample(sorted(known), dice.randint(1, 6))}
        seen = len(authors) - dice.choice([0, 0, 1])
        if dice.random() < 0.5:
            answer = await anonymous.post(page, data={"revision": str(seen), **said})
            author, late = "coachee", 200 if known | said == known else 409
        else:
            version = (await cas.get(path)).json()["version"] - (len(authors) - seen)
            answer = await cas.patch(path, json=said, headers={"If-Match": f'"v{version}"'})
            author, late = "staff", 412
        assert answer.status_code == (200 if seen == len(authors) else late)
        if seen == len(authors):
            known, authors = known | said, [*authors, author]
    assert (await cas.get(path)).json()["sections"] == known
    kept = (await cas.get(f"{path}/revisions")).json()["items"]
    assert [(one["number"], one["author_kind"]) for one in kept] == list(enumerate(authors, 1))


async def test_a_plan_keeps_the_colour_in_which_it_was_finalised(house, cast, cas, trajectory):
    async def paint(colour):
        async with begin(house, cast.practice_id, OPERATOR) as work:
            await practice.update_practice(work, {"brand_colour": colour})

    await paint("#7a1f3d")
    first = await finalised(cas, trajectory)
    printed = (await cas.get(f"/v1/development-plans/{first['id']}/pdf")).content
    await paint(None)
    assert (await cas.get(f"/v1/development-plans/{first['id']}/pdf")).content == printed
    second = await finalised(cas, trajectory)
    plain = (await cas.get(f"/v1/development-plans/{second['id']}/pdf")).content
    colours = [PdfReader(BytesIO(pdf)).pages[0].get_contents().get_data() for pdf in (printed, plain)]
    assert colours[0] != colours[1]
