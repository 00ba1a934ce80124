"""What every kind of thing in a coachee's file has in common, and what is particular to ideals and obstacles."""

import pytest
from sqlalchemy import select, text

from domain.audit import AuditEntry
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Event
from domain.practice import Role
from tests.method import make
from tests.people import make as people
from tests.trajectories import make as trajectories

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("trajectory", "demonstration")]

each_kind = pytest.mark.parametrize("kind", make.KEPT)


@each_kind
async def test_it_is_added_without_its_text_in_the_answer_and_read_back_with_it(cas, amir, kind):
    body = await make.body(cas, amir, kind)
    added = await make.add(cas, amir, kind, body)
    assert added.status_code == 201, added.text
    assert not [private for private in make.PRIVATE if private in added.text]
    read = (await cas.get(f"/v1/{kind}/{added.json()['id']}")).json()
    assert read == read | added.json() | body
    assert (await cas.get(f"/v1/coachees/{amir}/{kind}")).json()["items"] == [read]


@each_kind
async def test_it_is_worded_anew_by_who_read_it(cas, amir, kind):
    body = await make.body(cas, amir, kind)
    path = f"/v1/{kind}/{await make.added(cas, amir, kind, body)}"
    changes = dict.fromkeys(make.SEALED & body.keys(), "Anders.")
    assert (await cas.patch(path, json=changes)).status_code == 428
    changed = await cas.patch(path, json=changes, headers={"If-Match": '"v1"'})
    assert (changed.status_code, changed.json()["version"]) == (200, 2), changed.text
    assert "Anders." not in changed.text
    read = (await cas.get(path)).json()
    assert {name: read[name] for name in changes} == changes
    stale = await cas.patch(path, json=changes, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-changed")


@each_kind
async def test_it_is_archived_once_and_can_still_be_read(cas, clock, amir, kind):
    kept, gone = [await make.added(cas, amir, kind, await make.body(cas, amir, kind)) for _ in range(2)]
    archived = (await cas.post(f"/v1/{kind}/{gone}/archive")).json()
    clock.move(days=1)
    assert (await cas.post(f"/v1/{kind}/{gone}/archive")).json() == archived
    assert archived["archived_at"].startswith("2026-03-02")
    for query, found in (("", [kept, gone]), ("?archived=true", [gone]), ("?archived=false", [kept])):
        items = (await cas.get(f"/v1/coachees/{amir}/{kind}{query}")).json()["items"]
        assert [item["id"] for item in items] == found


async def test_a_list_comes_in_pages_bound_to_its_filter(cas, amir):
    ids = [await make.added(cas, amir, "ideals", make.IDEAL) for _ in range(3)]
    path = f"/v1/coachees/{amir}/ideals"
    first = (await cas.get(f"{path}?limit=2")).json()
    second = (await cas.get(f"{path}?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["id"] for item in first["items"] + second["items"]] == ids
    wrong = await cas.get(f"{path}?archived=false&cursor={first['next_cursor']}")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/invalid-cursor")


@each_kind
async def test_nobody_but_the_coach_of_the_coachee_reads_or_changes_it(cas, lena, omar, bea, house, cast, amir, kind):
    thing = f"/v1/{kind}/{await make.added(cas, amir, kind, await make.body(cas, amir, kind))}"
    alone = kind == "coach-reflections"
    for client, status in ((lena, 404 if alone else 403), (omar, 403), (bea, 403)):
        assert (await client.get(thing)).status_code == status
        assert (await client.patch(thing, json={}, headers={"If-Match": '"v1"'})).status_code == status
        assert (await client.get(f"/v1/coachees/{amir}/{kind}")).status_code == 403
    noor = await people.coachee(house, cast)
    await trajectories.trajectory(house, cast, coachee_id=noor, coach=Role.OWNER)
    hers = f"/v1/{kind}/{await make.added(lena, noor, kind, await make.body(lena, noor, kind))}"
    assert (await cas.get(hers)).status_code == (await cas.post(f"{hers}/archive")).status_code == 404
    assert (await cas.get(f"/v1/coachees/{noor}/{kind}")).status_code == 403


@each_kind
async def test_once_its_text_is_destroyed_nobody_reads_it(cas, lena, amir, kind):
    thing = f"/v1/{kind}/{await make.added(cas, amir, kind, await make.body(cas, amir, kind))}"
    await lena.post(f"/v1/coachees/{amir}/destroy-private-text")
    answer = await cas.get(thing)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/text-destroyed")


@each_kind
async def test_its_events_and_audit_lines_tell_nothing_of_what_it_is_about(cas, house, cast, amir, kind):
    thing = f"/v1/{kind}/{await make.added(cas, amir, kind, await make.body(cas, amir, kind))}"
    await cas.get(thing)
    await cas.patch(thing, json={}, headers={"If-Match": '"v1"'})
    await cas.post(f"{thing}/archive")
    name = kind.removesuffix("s").replace("-", "_")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        events = (await work.session.scalars(select(Event).order_by(Event.id))).all()
        entries = (await work.session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    assert [event.kind for event in events][-3:] == [f"{name}_added", f"{name}_changed", f"{name}_archived"]
    assert f"{name}_read" in [entry.action for entry in entries]
    assert not [line for line in (*events, *entries) for private in make.PRIVATE if private in str(line.facts)]


async def test_the_coach_s_own_reflection_is_for_who_wrote_it_alone(cas, lena, house, cast, amir):
    await trajectories.trajectory(house, cast, coachee_id=amir, coach=Role.OWNER)
    mine = await make.added(cas, amir, "coach-reflections", make.COACH_REFLECTION)
    hers = await make.added(lena, amir, "coach-reflections", make.COACH_REFLECTION)
    for client, own, other in ((cas, mine, hers), (lena, hers, mine)):
        assert [
            item["id"] for item in (await client.get(f"/v1/coachees/{amir}/coach-reflections")).json()["items"]
        ] == [own]
        answer = await client.get(f"/v1/coach-reflections/{other}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/coach-reflection-not-found")
    assert (await lena.get(f"/v1/coachees/{amir}/ideals")).status_code == 200


async def test_no_text_of_any_kind_lies_open_in_the_database(cas, house, cast, amir):
    for kind in make.KEPT:
        body = await make.body(cas, amir, kind)
        await cas.post(f"/v1/coachees/{amir}/{kind}", json=body, headers={"Idempotency-Key": kind})
    async with begin(house, cast.practice_id, OPERATOR) as work:
        names = await work.session.scalars(
            text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^alembic'")
        )
        rows = [
            row for name in list(names) for row in await work.session.scalars(text(f"SELECT t::text FROM {name} t"))
        ]
    for private in make.PRIVATE:
        assert not [row for row in rows if private in row or private.encode().hex() in row]


async def test_what_is_not_there_is_not_found(cas):
    codes = {
        "coachee-qualities": "coachee-quality-not-found",
        "ideals": "ideal-not-found",
        "obstacles": "obstacle-not-found",
        "tensions": "tension-not-found",
        "anchors": "anchor-not-found",
        "insights": "insight-not-found",
        "layer-reflections": "layer-reflection-not-found",
        "coach-reflections": "coach-reflection-not-found",
        "experiences": "experience-not-found",
        "flow-moments": "flow-moment-not-found",
        "alignment-scans": "alignment-scan-not-found",
        "measure-results": "measure-result-not-found",
    }
    for path, code in codes.items():
        answer = await cas.get(f"/v1/{path}/{new_id()}")
        assert (answer.status_code, answer.json()["type"]) == (404, f"/problems/{code}")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"confidence": 11}, "confidence"), ({"stretch": 0}, "stretch"), ({"realistic": 6}, "realistic")],
)
async def test_a_number_beyond_its_scale_is_refused_by_name(cas, amir, wrong, field):
    answer = await make.add(cas, amir, "ideals", make.IDEAL | wrong)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == f"/{field}"


async def test_a_number_is_taken_back_by_leaving_it_empty(cas, amir):
    path = f"/v1/ideals/{await make.added(cas, amir, 'ideals', make.IDEAL)}"
    changed = await cas.patch(path, json={"confidence": None, "kind": "goal"}, headers={"If-Match": '"v1"'})
    assert (changed.json()["confidence"], changed.json()["stretch"], changed.json()["kind"]) == (None, 3, "goal")


@pytest.mark.parametrize(
    ("locus", "kinds", "field"),
    [
        ("external", {"internal_kind": "feeling"}, "internal_kind"),
        ("internal", {"external_kind": "time"}, "external_kind"),
        ("both", {"internal_kind": "feeling", "external_kind": "time"}, None),
    ],
)
async def test_the_kind_of_an_obstacle_goes_with_where_it_comes_from(cas, amir, locus, kinds, field):
    body = {"locus": locus, "awareness": "noticed_after", "text": make.FEAR}
    added = await make.added(cas, amir, "obstacles", body)
    answers = [
        await make.add(cas, amir, "obstacles", body | kinds),
        await cas.patch(f"/v1/obstacles/{added}", json={"text": "Anders."} | kinds, headers={"If-Match": '"v1"'}),
    ]
    if field is None:
        assert [answer.status_code for answer in answers] == [201, 200]
        return
    for answer in answers:
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/kind-beside-locus")
        assert answer.json()["errors"][0]["pointer"] == f"/{field}"


async def test_a_coachee_comes_to_notice_an_obstacle_earlier_and_every_move_is_dated(cas, clock, cast, amir):
    path = f"/v1/obstacles/{await make.added(cas, amir, 'obstacles', make.OBSTACLE)}"
    for version, awareness in enumerate(("noticed_after", "noticed_during", "chosen_otherwise"), start=1):
        clock.move(days=1)
        changed = await cas.patch(path, json={"awareness": awareness}, headers={"If-Match": f'"v{version}"'})
        assert changed.json()["awareness"] == awareness
    await cas.patch(path, json={"awareness": "chosen_otherwise", "layer": "core"}, headers={"If-Match": '"v4"'})
    steps = (await cas.get(f"{path}/history")).json()["items"]
    assert [(step["awareness"], step["noted_at"][:10]) for step in steps] == [
        ("unaware", "2026-03-02"),
        ("noticed_after", "2026-03-03"),
        ("noticed_during", "2026-03-04"),
        ("chosen_otherwise", "2026-03-05"),
    ]
    assert {step["noted_by"] for step in steps} == {str(cast.staff[Role.COACH])}


async def test_a_tension_is_noticed_worked_with_and_may_come_back(cas, amir):
    path = f"/v1/tensions/{await make.added(cas, amir, 'tensions', await make.body(cas, amir, 'tensions'))}"
    for version, status in enumerate(("felt", "overcome", "recurring"), start=1):
        await cas.patch(path, json={"status": status}, headers={"If-Match": f'"v{version}"'})
    first = (await cas.get(f"{path}/history?limit=2")).json()
    second = (await cas.get(f"{path}/history?limit=2&cursor={first['next_cursor']}")).json()
    steps = first["items"] + second["items"]
    assert [step["status"] for step in steps] == ["noticed", "felt", "overcome", "recurring"]


async def test_the_qualities_that_a_thing_asks_for_are_linked_and_linked_anew(cas, amir):
    calm = await make.added(cas, amir, "qualities", make.QUALITY)
    own = await make.added(cas, amir, "qualities", make.OWN_QUALITY)
    for kind in ("ideals", "tensions"):
        body = await make.body(cas, amir, kind) | {"quality_ids": [calm, own, calm]}
        path = f"/v1/{kind}/{await make.added(cas, amir, kind, body)}"
        assert (await cas.get(path)).json()["quality_ids"] == [calm, own]
        await cas.patch(path, json={"quality_ids": [own]}, headers={"If-Match": '"v1"'})
        assert (await cas.get(path)).json()["quality_ids"] == [own]


async def test_what_shows_in_an_experience_is_evidence_of_a_quality(cas, amir):
    calm = await make.added(cas, amir, "qualities", make.QUALITY)
    told = await make.added(cas, amir, "experiences", make.EXPERIENCE | {"quality_ids": [calm]})
    [evidence] = (await cas.get(f"/v1/coachee-qualities/{calm}/evidence")).json()["items"]
    assert (evidence["source_type"], evidence["source_id"]) == ("experience", told)
    read = (await cas.get(f"/v1/experiences/{told}")).json()
    assert (read["quality_ids"], read["dimension_coverage"], read["switch_reached"]) == ([calm], 1, True)
    seen = {"source_type": "experience", "source_id": told}
    assert (await cas.post(f"/v1/coachee-qualities/{calm}/evidence", json=seen)).status_code == 201


async def test_a_thing_is_linked_within_the_coachee_s_file_only_and_not_to_itself(cas, house, cast, amir):
    noor = await people.coachee(house, cast)
    hers = await trajectories.session(house, cast, await trajectories.trajectory(house, cast, coachee_id=noor))
    obstacle = await make.added(cas, noor, "obstacles", make.OBSTACLE)
    quality = await make.added(cas, noor, "qualities", make.QUALITY)
    tries = [
        ("obstacles", make.OBSTACLE | {"triggered_by_id": obstacle}, "triggered_by_id"),
        ("ideals", make.IDEAL | {"quality_ids": [quality]}, "quality_ids"),
        ("tensions", make.TENSION | {"obstacle_id": obstacle}, "obstacle_id"),
        ("anchors", make.ANCHOR | {"quality_id": quality}, "quality_id"),
        ("insights", make.INSIGHT | {"session_id": str(hers)}, "session_id"),
        ("flow-moments", make.FLOW_MOMENT | {"experience_id": str(new_id())}, "experience_id"),
    ]
    for kind, body, field in tries:
        answer = await make.add(cas, amir, kind, body)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/not-in-this-file"), kind
        assert answer.json()["errors"][0]["pointer"].startswith(f"/{field}")
    own = await cas.patch(f"/v1/obstacles/{obstacle}", json={"triggered_by_id": obstacle}, headers={"If-Match": '"v1"'})
    assert own.json()["type"] == "/problems/not-in-this-file"


@pytest.mark.parametrize(
    ("kind", "wrong", "code"),
    [
        ("experiences", {"went_well": None, "feeling": None, "ideal_text": None, "intensity": None}, "nothing-told"),
        ("experiences", {"internal_kind": "feeling"}, "kind-beside-locus"),
        ("experiences", {"occurred_on": "1026-03-01"}, "day-out-of-range"),
        ("measure-results", {"measure_key": "pcq"}, "no-such-measure"),
        ("measure-results", {"answers": [7, 7]}, "answers-do-not-fit"),
        ("measure-results", {"answers": [11]}, "answers-do-not-fit"),
    ],
)
async def test_what_does_not_hold_together_is_refused_by_name(cas, amir, kind, wrong, code):
    answer = await make.add(cas, amir, kind, make.KEPT[kind] | wrong)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{code}")


async def test_only_an_experience_that_was_told_in_a_session_names_it(cas, house, cast, amir, trajectory):
    session = {"session_id": str(await trajectories.session(house, cast, trajectory))}
    refused = await make.add(cas, amir, "experiences", make.EXPERIENCE | session)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/session-of-source")
    await make.added(cas, amir, "experiences", make.EXPERIENCE | session | {"source": "session"})


async def test_who_reads_a_measure_is_told_that_its_translation_was_not_validated(cas, amir):
    catalogue = (await cas.get("/v1/method/measures?language=fr")).json()
    assert catalogue["items"][0]["key"] == "self_efficacy"
    assert not catalogue["items"][0]["translation_validated"]
    assert "free to use" in catalogue["items"][0]["licence"]
    result = await make.add(cas, amir, "measure-results", make.MEASURE_RESULT)
    assert (result.json()["translation_validated"], result.json()["measure_version"]) == (False, 1)
