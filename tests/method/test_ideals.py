"""Ideals and obstacles: what a coachee longs for, and what stands between."""

import pytest

from domain.kit.ids import new_id
from tests.method import make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("trajectory")]

KINDS = [("ideals", make.IDEAL, ("text",)), ("obstacles", make.OBSTACLE, ("text", "positive_intention"))]
each_kind = pytest.mark.parametrize(("kind", "body", "sealed"), KINDS, ids=["ideals", "obstacles"])


@each_kind
async def test_it_is_added_without_its_text_in_the_answer_and_read_back_with_it(cas, amir, kind, body, sealed):
    added = await make.add(cas, amir, kind, body)
    assert added.status_code == 201, added.text
    assert not [private for private in make.PRIVATE if private in added.text]
    read = (await cas.get(f"/v1/{kind}/{added.json()['id']}")).json()
    assert read == added.json() | {name: body[name] for name in sealed}
    assert {name: read[name] for name in body} == body
    assert (await cas.get(f"/v1/coachees/{amir}/{kind}")).json()["items"] == [read]


@each_kind
async def test_it_is_worded_anew_by_who_read_it(cas, amir, kind, body, sealed):
    path = f"/v1/{kind}/{await make.added(cas, amir, kind, body)}"
    changes = dict.fromkeys(sealed, "Anders.")
    assert (await cas.patch(path, json=changes)).status_code == 428
    changed = await cas.patch(path, json=changes, headers={"If-Match": '"v1"'})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert "Anders." not in changed.text
    assert (await cas.get(path)).json() == changed.json() | changes
    stale = await cas.patch(path, json=changes, headers={"If-Match": '"v1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/version-changed")


@each_kind
async def test_it_is_archived_once_and_can_still_be_read(cas, clock, amir, kind, body, sealed):
    kept, gone = [await make.added(cas, amir, kind, body) for _ in range(2)]
    archived = (await cas.post(f"/v1/{kind}/{gone}/archive")).json()
    clock.move(days=1)
    assert (await cas.post(f"/v1/{kind}/{gone}/archive")).json() == archived
    assert archived["archived_at"].startswith("2026-03-02")
    for query, found in (("", [kept, gone]), ("?archived=true", [gone]), ("?archived=false", [kept])):
        items = (await cas.get(f"/v1/coachees/{amir}/{kind}{query}")).json()["items"]
        assert [item["id"] for item in items] == found


@each_kind
async def test_a_list_comes_in_pages_bound_to_its_filter(cas, amir, kind, body, sealed):
    ids = [await make.added(cas, amir, kind, body) for _ in range(3)]
    path = f"/v1/coachees/{amir}/{kind}"
    first = (await cas.get(f"{path}?limit=2")).json()
    second = (await cas.get(f"{path}?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["id"] for item in first["items"] + second["items"]] == ids
    wrong = await cas.get(f"{path}?archived=false&cursor={first['next_cursor']}")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/invalid-cursor")


async def test_what_is_not_there_is_not_found(cas):
    for path, code in (
        ("coachee-qualities", "coachee-quality-not-found"),
        ("ideals", "ideal-not-found"),
        ("obstacles", "obstacle-not-found"),
    ):
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


async def test_a_coachee_comes_to_notice_an_obstacle_earlier(cas, amir):
    path = f"/v1/obstacles/{await make.added(cas, amir, 'obstacles', make.OBSTACLE)}"
    for version, awareness in enumerate(("noticed_after", "noticed_during", "chosen_otherwise"), start=1):
        changed = await cas.patch(path, json={"awareness": awareness}, headers={"If-Match": f'"v{version}"'})
        assert changed.json()["awareness"] == awareness
