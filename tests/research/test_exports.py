"""Exports for research: of who lends, under other names each time, without dates, words or anything about few."""

import re
from collections import Counter

import pytest
from sqlalchemy import select, text

from domain import audit, people
from domain.checkins import CheckIn, CheckInState, Reason, Success
from domain.kit.ids import new_id
from domain.kit.shares import share_of
from domain.kit.work import OPERATOR, begin
from domain.people import Coachee, Consent, GivenVia, Purpose
from domain.research import COLUMNS
from tests.funding.make import told as problem
from tests.progress import make as progress
from tests.research import make
from tests.research.make import SECRET

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("quiet")]


@pytest.fixture
async def lent(house, cast):
    """Six who lend; five of them told something."""
    found = await make.lenders(house, cast, 6)
    for one in found[:5]:
        await make.told(house, cast, one)
    return found


async def withdraw(house, cast, lender, purpose=Purpose.RESEARCH_EXPORT):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        mine = (Consent.coachee_id == lender.coachee_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
        given = (await work.session.scalars(select(Consent).where(*mine))).one()
        await people.withdraw_consent(work, lender.coachee_id, given.id)


async def test_every_prompt_is_a_row_also_what_was_not_answered(lena, anonymous, house, cast, sweep_house, lent):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for lender in lent[1:]:
            check_in = (await work.session.scalars(select(CheckIn).where(CheckIn.id == lender.check_in_id))).one()
            check_in.state, check_in.closed_at = CheckInState.EXPIRED, work.now
    export_id = await make.asked(lena)
    assert (await make.made(sweep_house)).done == 1
    told = await make.read(lena, export_id)
    assert (told["export"]["state"], told["export"]["participants"], told["export"]["prompts"]) == ("ready", 6, 21)
    found = await make.archive(lena, anonymous, export_id)
    rows = found["prompts"]
    async with begin(house, cast.practice_id, OPERATOR) as work:
        ledger = Counter(await work.session.scalars(text("SELECT state FROM check_ins")))
    guarded = Counter(row["state"] or "sent" for row in rows)  # one is still open: fewer than five
    assert guarded == ledger == {"answered": 15, "expired": 5, "sent": 1}
    assert list(rows[0]) == list(COLUMNS)
    assert {row["day"] for row in rows} == {"0"}
    compliance = found["checklist"]["compliance"]
    rate = share_of(0, 5)
    assert (compliance["answered"], compliance["asked"], compliance["wilson_95"]) == (0, 5, [rate.low, rate.high])
    assert found["checklist"]["missing"]["fewest_people_in_a_cell"] == 5


async def test_no_name_no_date_no_word_and_nothing_of_a_private_answer_is_in_it(
    lena, anonymous, house, cast, sweep_house, lent
):
    export_id = await make.asked(lena)
    await make.made(sweep_house)
    found = await make.archive(lena, anonymous, export_id)
    ids = [str(value) for one in lent for value in (one.coachee_id, one.plan_id, one.check_in_id)]
    for word in (SECRET, "Rust", "Amir", "Peeters", "example.org", "2026", *ids):
        assert word not in found["everything"], word
    private = [row for row in found["prompts"] if row["shared"] == "0"]
    assert len(private) == 5
    after = COLUMNS[COLUMNS.index("shared") + 1 :]
    assert {row[name] for row in private for name in after} == {""}
    shared = [row for row in found["prompts"] if row["shared"] == "1"]
    assert Counter(row["strength"] for row in shared) == {"4": 5, "": 5}
    assert Counter(row["locus"] for row in shared) == {"internal": 5, "": 5}


@pytest.mark.parametrize(
    ("undrawn", "told", "counted"),
    [
        (None, {("", "", "", "0"): 1, ("sending", "0.6", "1", "1"): 5}, {"sending kept": 5}),
        (1, {("", "", "", "0"): 1, ("", "", "", "1"): 5}, {}),  # of four kept ones nothing is told either
    ],
)
async def test_a_row_tells_what_was_drawn_with_which_probability_and_how_it_fell_but_nothing_of_few(
    lena, anonymous, house, cast, sweep_house, lent, undrawn, told, counted
):
    """The weights of a trial: only what a lot decided has one, whether it was sent or not. Here one was left out."""
    lot = {"of": "sending", "probability": 0.6, "seed": "a"}
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for number, lender in enumerate(lent):
            check_in = (await work.session.scalars(select(CheckIn).where(CheckIn.id == lender.check_in_id))).one()
            kept = number != 0
            drawn = {"drawn": True} if number != undrawn else {}
            check_in.decision = {"chosen": "success", "lot": lot | drawn | {"kept": kept}}
            if not kept:
                check_in.state, check_in.reason, check_in.sent_at = CheckInState.SKIPPED, Reason.BY_LOT, None
    export_id = await make.asked(lena)
    await make.made(sweep_house)
    found = await make.archive(lena, anonymous, export_id)
    rows = [row for row in found["prompts"] if row["chosen"]]
    names = ("drawn", "drawn_probability", "drawn_kept", "sent")
    assert Counter(tuple(row[name] for name in names) for row in rows) == told
    assert found["checklist"]["prompt_design"]["lots"] == counted


async def test_what_fewer_than_five_people_have_is_left_out(lena, anonymous, house, cast, sweep_house, lent):
    await progress.told(house, cast, lent[0], Success(text="x", strength=5, qualities=("patient", "creative")))
    async with begin(house, cast.practice_id, OPERATOR) as work:
        coachee = (await work.session.scalars(select(Coachee).where(Coachee.id == lent[0].coachee_id))).one()
        coachee.audience = people.Audience.PUPIL
    export_id = await make.asked(lena)
    await make.made(sweep_house)
    found = await make.archive(lena, anonymous, export_id)
    assert "5" not in {row["strength"] for row in found["prompts"]}
    assert {row["qualities"] for row in found["prompts"]} == {"", "patient"}
    assert {row["audience"] for row in found["persons"]} == {""}
    assert {row["language"] for row in found["persons"]} == {""}  # else the one without would stand out
    assert found["checklist"]["missing"]["cells_left_out"] > 0


async def test_names_hold_within_one_export_only(lena, anonymous, sweep_house, lent):
    names = []
    for _ in range(2):
        export_id = await make.asked(lena)
        await make.made(sweep_house)
        found = await make.archive(lena, anonymous, export_id)
        assert {row["person"] for row in found["prompts"]} == {row["person"] for row in found["persons"]}
        assert {row["plan"] for row in found["prompts"]} == {row["plan"] for row in found["plans"]}
        names.append({row["person"] for row in found["persons"]})
    assert names[0].isdisjoint(names[1])
    assert all(re.fullmatch("[0-9a-f]{16}", name) for name in names[0])


async def test_her_own_words_go_along_only_where_asked_for_and_agreed_to_twice(
    lena, anonymous, house, cast, sweep_house, lent
):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await people.give_consent(
            work, lent[0].coachee_id, Purpose.RESEARCH_TEXTS, wording_version=1, given_via=GivenVia.PAPER
        )
    export_id = await make.asked(lena, with_texts=True)
    await make.made(sweep_house)
    rows = (await make.archive(lena, anonymous, export_id))["prompts"]
    written = [row for row in rows if row["text"] or row["wished"]]
    assert len(written) == 2
    assert len({row["person"] for row in written}) == 1
    assert {row["shared"] for row in written} == {"1"}


async def test_who_takes_her_consent_back_is_in_no_later_export_and_ends_the_one_before(
    lena, anonymous, house, cast, sweep_house, lent
):
    export_id = await make.asked(lena)
    await make.made(sweep_house)
    path = (await make.read(lena, export_id))["download_path"]
    assert (await anonymous.get(path)).status_code == 200
    await withdraw(house, cast, lent[5])
    assert problem(await anonymous.get(path)) == (404, "research-link-over")
    assert (await make.made(sweep_house)).done == 1  # and is thrown away
    assert (await make.read(lena, export_id))["export"]["state"] == "expired"
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for table in ("research_pieces", "research_participants"):
            assert await work.session.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    later = await make.asked(lena)
    await make.made(sweep_house)
    assert (await make.read(lena, later))["export"]["participants"] == 5
    await withdraw(house, cast, lent[4])
    assert problem(await lena.post("/v1/research-exports", json=make.MARCH)) == (409, "too-few-participants")


async def test_what_she_no_longer_shares_or_was_destroyed_ends_it_too(lena, anonymous, house, cast, sweep_house, lent):
    for end in ("share", "destroy"):
        export_id = await make.asked(lena)
        await make.made(sweep_house)
        path = (await make.read(lena, export_id))["download_path"]
        if end == "share":
            await withdraw(house, cast, lent[0], Purpose.SHARE_CHECK_INS_WITH_COACH)
        else:
            await lena.post(f"/v1/coachees/{lent[1].coachee_id}/destroy-private-text")
        assert problem(await anonymous.get(path)) == (404, "research-link-over")


async def test_whoever_lent_sees_that_it_was_taken(lena, house, cast, lent):
    await make.asked(lena)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        for one in lent:
            assert [line.action for line in await audit.list_reads(work, one.coachee_id, 5)] == ["research_export_read"]


async def test_no_minor_is_in_it(lena, house, cast, sweep_house, lent):
    async with begin(house, cast.practice_id, OPERATOR) as work:
        (await people.get_coachee(work, lent[0].coachee_id)).minor = True
    export_id = await make.asked(lena)
    await make.made(sweep_house)
    assert (await make.read(lena, export_id))["export"]["participants"] == 5


async def test_where_too_few_are_left_when_it_is_made_nothing_is(lena, house, cast, sweep_house, lent):
    export_id = await make.asked(lena)
    for one in lent[:2]:
        await withdraw(house, cast, one)
    await make.made(sweep_house)
    told = await make.read(lena, export_id)
    assert (told["export"]["state"], told["download_path"]) == ("expired", None)


async def test_after_a_week_it_is_thrown_away_and_its_link_ends_before(lena, anonymous, sweep_house, lent, clock):
    export_id = await make.asked(lena)
    await make.made(sweep_house)
    path = (await make.read(lena, export_id))["download_path"]
    for forged in (path[:-3] + "AAA", "/research-exports/x", "/research-exports/" + "A" * 120):
        assert problem(await anonymous.get(forged)) == (404, "research-link-over"), forged
    clock.move(minutes=16)
    assert problem(await anonymous.get(path)) == (404, "research-link-over")
    clock.move(days=7)
    assert (await make.made(sweep_house)).done == 1
    assert (await make.read(lena, export_id))["export"]["state"] == "expired"


async def test_what_lies_in_the_database_is_sealed(lena, house, cast, sweep_house, lent):
    await make.asked(lena)
    await make.made(sweep_house)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        [piece] = await work.session.scalars(text("SELECT sealed_content FROM research_pieces"))
    assert b"prompts.csv" not in piece
    assert piece[:2] != b"PK"


async def test_what_cannot_be_made_is_tried_again_and_given_up_in_the_end(lena, sweep_house, lent, clock, monkeypatch):
    export_id = await make.asked(lena)

    async def broken(*_, **__):
        raise OSError

    monkeypatch.setattr("domain.research.asking.write_archive", broken)
    for _ in range(4):
        await make.made(sweep_house)
        assert (await make.read(lena, export_id))["export"]["state"] == "queued"
        clock.move(minutes=5)
    await make.made(sweep_house)
    assert (await make.read(lena, export_id))["export"]["state"] == "failed"


async def test_only_the_owner_asks_for_it_and_for_days_that_can_be(lena, omar, bea, cas, bo, lent):
    for client in (omar, bea, cas):
        assert problem(await client.post("/v1/research-exports", json=make.MARCH)) == (403, "scope-missing")
    backwards = await lena.post("/v1/research-exports", json=make.MARCH | {"last_day": "2026-02-01"})
    assert problem(backwards) == (422, "period-backwards", "/to")
    far = await lena.post("/v1/research-exports", json=make.MARCH | {"first_day": "1500-01-01"})
    assert problem(far) == (422, "day-out-of-range", "/from")
    export_id = await make.asked(lena)
    assert problem(await bo.get(f"/v1/research-exports/{export_id}")) == (404, "research-export-not-found")
    assert problem(await lena.get(f"/v1/research-exports/{new_id()}")) == (404, "research-export-not-found")
    assert [one["id"] for one in (await lena.get("/v1/research-exports")).json()["items"]] == [export_id]
    assert problem(await lena.get("/v1/research-exports?cursor=abc")) == (422, "invalid-cursor", "/cursor")


async def test_an_export_is_empty_where_nothing_was_asked_in_those_days(lena, anonymous, sweep_house, lent):
    export_id = await make.asked(lena, first_day="2026-01-01", last_day="2026-01-31")
    await make.made(sweep_house)
    found = await make.archive(lena, anonymous, export_id)
    assert (found["prompts"], len(found["persons"])) == ([], 6)
    assert found["checklist"]["compliance"]["share"] is None
