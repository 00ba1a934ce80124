"""Exports: asked for, made by the scheduler, downloaded from a signed link, gone after a week."""

import csv
import io
import zipfile
from hashlib import sha256

import pytest
from sqlalchemy import text

from domain import invoicing, reporting
from domain.kit.ids import new_id
from domain.kit.tries import MOST
from domain.kit.work import OPERATOR, begin
from domain.reporting import exports
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.funding.make import told
from tests.payments import make
from tests.payments.make import amirs

pytestmark = pytest.mark.anyio
MARCH = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
[SWEEP] = [one for one in SWEEPS if one.name == "make exports"]


async def asked(client, **changes):
    answer = await client.post("/v1/exports", json=MARCH | changes)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


async def read(client, export_id):
    return (await client.get(f"/v1/exports/{export_id}")).json()


async def test_whoever_asks_for_an_export_is_told_where_to_follow_it(bea):
    answer = await bea.post("/v1/exports", json={"first_day": "2026-01-01", "last_day": "2026-03-31"})
    assert answer.status_code == 202
    followed = await bea.get(answer.headers["location"])
    assert followed.json()["export"]["id"] == answer.json()["id"]


async def test_a_period_is_downloaded_as_one_zip_with_every_file_as_it_was_issued(
    quiet, sweep_house, bea, anonymous, house, cast
):
    buyers, _ = await amirs(house, cast)
    await make.invoice(house, cast, 6050, sponsor_id=buyers.acme)
    export_id = await asked(bea)
    waiting = await read(bea, export_id)
    assert (waiting["export"]["state"], waiting["download_path"]) == ("queued", None)
    assert (await SWEEP.act(Tools(sweep_house, None, None))).done == 1
    ready = await read(bea, export_id)
    assert (ready["export"]["state"], ready["export"]["documents"]) == ("ready", 2)
    answer = await anonymous.get(ready["download_path"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert len(answer.content) == ready["export"]["size"]
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == [
        "invoices.csv",
        "pdf/F2026-0001.pdf",
        "pdf/F2026-0002.pdf",
        "ubl/F2026-0002.xml",
    ]
    rows = list(csv.DictReader(io.StringIO(archive.read("invoices.csv").decode("utf-8-sig"))))
    assert [row["gross"] for row in rows] == ["121.00", "60.50"]
    for row in rows:
        assert sha256(archive.read(f"pdf/{row['number']}.pdf")).hexdigest() == row["pdf_sha256"]
    assert await kinds_of(house, cast, export_id) == ["export_requested", "export_ready"]


async def kinds_of(house, cast, export_id):
    query = text("SELECT kind FROM events WHERE subject_id = :id ORDER BY id")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        return (await work.session.scalars(query, {"id": export_id})).all()


async def test_an_export_that_ends_its_process_is_not_tried_first_by_the_next(
    quiet, sweep_house, bea, house, cast, clock, monkeypatch, caplog
):
    class Killed(BaseException):
        pass

    async def dies(*_):
        raise Killed

    export_id = await asked(bea)
    tools = Tools(sweep_house, None, None)
    with monkeypatch.context() as patch:
        patch.setattr(exports, "_make", dies)
        for _ in range(MOST):
            with pytest.raises(Killed):
                await SWEEP.act(tools)
            assert (await SWEEP.act(tools)).done == 0
            clock.move(minutes=5)
        assert await SWEEP.act(tools) == (0, 1, "LaidAside")
    assert caplog.text == ""  # or it would be told every five seconds for a day
    clock.move(days=1)
    assert (await SWEEP.act(tools)).done == 1
    assert (await read(bea, export_id))["export"]["state"] == "ready"


async def test_a_large_export_is_kept_and_read_in_pieces(quiet, sweep_house, bea, anonymous, house, cast, monkeypatch):
    monkeypatch.setattr(exports, "PIECE", 4096)
    await amirs(house, cast)
    export_id = await asked(bea)
    await SWEEP.act(Tools(sweep_house, None, None))
    ready = await read(bea, export_id)
    assert ready["export"]["size"] > 3 * 4096
    answer = await anonymous.get(ready["download_path"])
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


async def test_a_link_opens_for_a_quarter_of_an_hour_and_no_other_opens_at_all(
    quiet, sweep_house, bea, bo, anonymous, house, cast, clock
):
    export_id = await asked(bea)
    await SWEEP.act(Tools(sweep_house, None, None))
    path = (await read(bea, export_id))["download_path"]
    assert (await anonymous.get(path)).status_code == 200
    assert told(await bo.get(f"/v1/exports/{export_id}")) == (404, "export-not-found")
    for forged in (path[:-3] + "AAA", path[:12] + "A" + path[13:], "/exports/x", "/exports/" + "A" * 120):
        assert told(await anonymous.get(forged)) == (404, "export-link-over"), forged
    clock.move(minutes=16)
    assert told(await anonymous.get(path)) == (404, "export-link-over")


async def test_after_a_week_it_is_thrown_away(quiet, sweep_house, bea, anonymous, house, cast, clock):
    export_id = await asked(bea)
    tools = Tools(sweep_house, None, None)
    await SWEEP.act(tools)
    async with sweep_house.sessions() as session:
        assert (await reporting.next_export_at(session)).isoformat() == "2026-03-09T11:00:00+00:00"
    path = (await read(bea, export_id))["download_path"]
    clock.move(days=7)
    assert (await SWEEP.act(tools)).done == 1
    gone = await read(bea, export_id)
    assert (gone["export"]["state"], gone["download_path"]) == ("expired", None)
    assert (await anonymous.get(path)).status_code == 404
    assert (await SWEEP.act(tools)).done == 0


async def test_what_cannot_be_made_is_tried_again_and_given_up_in_the_end(
    quiet, sweep_house, bea, house, cast, clock, monkeypatch
):
    export_id = await asked(bea)
    tools, true = Tools(sweep_house, None, None), invoicing.export_issued

    async def broken(*_):
        raise OSError
        yield

    monkeypatch.setattr(invoicing, "export_issued", broken)
    for _ in range(4):
        await SWEEP.act(tools)
        assert (await read(bea, export_id))["export"]["state"] == "queued"
        clock.move(minutes=5)
    await SWEEP.act(tools)
    assert (await read(bea, export_id))["export"]["state"] == "failed"
    monkeypatch.setattr(invoicing, "export_issued", true)
    assert (await SWEEP.act(tools)).done == 0


async def test_exports_are_for_the_office_and_of_a_period_that_can_be(bea, cas):
    assert (await cas.post("/v1/exports", json=MARCH)).status_code == 403
    backwards = await bea.post("/v1/exports", json=MARCH | {"last_day": "2026-02-01"})
    assert told(backwards) == (422, "period-backwards", "/to")
    far = await bea.post("/v1/exports", json=MARCH | {"first_day": "1500-01-01"})
    assert told(far) == (422, "day-out-of-range", "/from")
    assert told(await bea.get(f"/v1/exports/{new_id()}")) == (404, "export-not-found")
    export_id = await asked(bea)
    assert [one["id"] for one in (await bea.get("/v1/exports")).json()["items"]] == [export_id]
    assert told(await bea.get("/v1/exports?cursor=abc")) == (422, "invalid-cursor", "/cursor")
