"""The plots of how it goes, as a coach gets them."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from api import publishing
from domain import audit, people, plots, progress
from domain.checkins import CheckInState, Kind, Source
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.messaging import Channel, Language, Message, MessageState
from domain.practice import Role
from domain.progress.wording import FILE, said
from tests.checkins import make

pytestmark = pytest.mark.anyio
SVG = "{http://www.w3.org/2000/svg}"


def address(trajectory_id, file=""):
    return f"/v1/trajectories/{trajectory_id}/reports/plots{file and '/'}{file}"


@pytest.fixture
async def asked(house, cast):
    """Three check-ins: one answered, one expired, one that she began herself."""
    [planted] = await make.plant(house, cast, each=3)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.let_see(work, planted.coachee_id, [cast.staff[Role.COACH]])
    was = house.clock() - timedelta(hours=2)
    sent = {"sent_at": was, "opened_at": was}
    rows = [
        sent | {"state": CheckInState.ANSWERED, "started_at": was, "answered_at": was + timedelta(seconds=40)},
        sent | {"state": CheckInState.EXPIRED, "closed_at": house.clock()},
        {"state": CheckInState.ANSWERED, "source": Source.SELF_INITIATED, "kind": Kind.OBSTACLE, "answered_at": was},
    ]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for check_in_id, values in zip(planted.check_in_ids, rows, strict=True):
            check_in = await make.checkins.get_check_in(work, check_in_id, lock=True)
            for name, value in values.items():
                setattr(check_in, name, value)
    return planted


async def test_every_plot_is_there_as_a_picture_and_as_tables_that_tell_the_same(cas, asked):
    told = (await cas.get(address(asked.trajectory_id), params={"language": "en"})).json()
    assert [one["name"] for one in told] == list(progress.PLOT_NAMES)
    for one in told:
        answer = await cas.get(address(asked.trajectory_id, f"{one['name']}.svg"), params={"language": "en"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert ET.fromstring(answer.text).find(f"{SVG}title").text == one["title"]
        for table in one["tables"]:
            assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    [weeks] = next(one for one in told if one["name"] == "answers-by-week")["tables"]
    assert weeks["rows"] == [["2\u00a0Mar", 1, 0, 0, 1, 0, 0]]


@pytest.mark.parametrize(
    ("report", "first", "another"),
    [("check-ins", "ledger", "answer-rate"), ("method", "qualities", "ladder"), ("answers", "trend", "words")],
)
async def test_a_report_is_drawn_at_its_own_address_where_svg_is_accepted(cas, asked, report, first, another):
    at = f"/v1/trajectories/{asked.trajectory_id}/reports/{report}"
    told = {one["name"]: one["title"] for one in (await cas.get(address(asked.trajectory_id))).json()}
    for params, name in (({}, first), ({"plot": another}, another)):
        answer = await cas.get(at, params=params, headers={"Accept": "image/svg+xml"})
        assert (answer.headers["content-type"], answer.headers["vary"]) == ("image/svg+xml", "Accept")
        assert ET.fromstring(answer.text).find(f"{SVG}title").text == told[name]
    for accepted in ("*/*", "application/json, image/svg+xml;q=0.5"):
        answer = await cas.get(at, headers={"Accept": accepted})
        assert (answer.headers["content-type"], answer.headers["vary"]) == ("application/json", "Accept")
    of_another = await cas.get(at, params={"plot": "nothing"}, headers={"Accept": "image/svg+xml"})
    assert (of_another.status_code, of_another.json()["type"]) == (404, "/problems/plot-not-found")
    neither = await cas.get(at, headers={"Accept": "text/csv"})
    assert (neither.status_code, neither.json()["type"]) == (406, "/problems/not-acceptable")


async def test_a_plot_is_a_picture_or_its_tables_as_is_accepted(cas, asked):
    at = address(asked.trajectory_id, "ledger")
    assert (await cas.get(at)).json()["name"] == "ledger"
    drawn = await cas.get(at, headers={"Accept": "image/svg+xml,image/*;q=0.8"})
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert (await cas.get(at, headers={"Accept": "image/png"})).status_code == 406


def test_the_document_tells_in_what_a_report_answers():
    paths = publishing.published()["paths"]
    for end in ("check-ins", "method", "answers", "plots/{file}"):
        answers = paths[f"/v1/trajectories/{{trajectory_id}}/reports/{end}"]["get"]["responses"]
        assert set(answers["200"]["content"]) == {"application/json", "image/svg+xml"}
        assert "not-acceptable" in answers["406"]["description"]


async def test_a_picture_carries_a_policy_under_which_it_runs_nothing(cas, asked):
    answer = await cas.get(address(asked.trajectory_id, "ledger.svg"))
    assert answer.headers["content-security-policy"] == f"default-src 'none'; style-src '{plots.STYLE_DIGEST}'; sandbox"
    assert plots.STYLE in answer.text
    dark = await cas.get(address(asked.trajectory_id, "ledger.svg"), params={"theme": "dark"})
    assert "<style" not in dark.text
    assert plots.palette.INKS["ink"][2] in dark.text


async def test_latency_stands_by_the_channel_through_which_it_came(cas, house, cast, asked):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for channel, minutes, state in (("push", 1, "sent"), ("email", 30, "sent"), ("sms", 0, "cancelled")):
            await work.store(
                Message(
                    practice_id=work.practice_id,
                    kind="check_in",
                    channel=Channel(channel),
                    state=MessageState(state),
                    recipient_id=asked.coachee_id,
                    address=None,
                    language=Language.NL,
                    facts={"link": f"check_in:{asked.check_in_ids[0]}"},
                    created_at=work.now,
                    due_at=work.now,
                    sent_at=work.now + timedelta(minutes=minutes) if state == "sent" else None,
                )
            )
    report = (await cas.get(f"/v1/trajectories/{asked.trajectory_id}/reports/check-ins")).json()
    found = {one["channel"]: one["latency"]["answers"] for one in report["timing"]["latency_by_channel"]}
    assert found["push"] == 1
    assert found.get("sms", 0) == 0


async def test_that_they_were_read_is_told_to_her(cas, house, cast, asked):
    await cas.get(address(asked.trajectory_id, "ledger.svg"))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        reads = await audit.list_reads(work, asked.coachee_id, 5)
    assert [(one.action, one.facts["report"]) for one in reads] == [("report_read", "check_ins")]


async def test_only_the_own_coach_gets_them_and_only_those_there_are(lena, omar, cas, asked):
    for file in ("", "ledger.svg"):
        for client, code in ((lena, "not-your-coachee"), (omar, "scope-missing")):
            answer = await client.get(address(asked.trajectory_id, file))
            assert (answer.status_code, answer.json()["type"]) == (403, f"/problems/{code}")
        missing = await cas.get(address(new_id(), file))
        assert (missing.status_code, missing.json()["type"]) == (404, "/problems/trajectory-not-found")
    unknown = await cas.get(address(asked.trajectory_id, "score.svg"))
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/plot-not-found")


def keys(part, path=""):
    if not isinstance(part, dict):
        return {path}
    return {key for name, inner in part.items() for key in keys(inner, f"{path}.{name}")}


def test_every_language_has_the_same_words():
    found = {language: keys(said(language).texts) for language in Language}
    assert FILE.exists()
    assert all(mine == found[Language.NL] for mine in found.values())
    for language in Language:
        assert len(said(language).texts["months"]) == 12
        assert len(said(language).weekdays) == 7
        assert set(said(language)["plots"]) >= set(progress.PLOT_NAMES)
