"""Coachees who lend their check-ins to research, and what became of an export."""

import csv
import io
import json
import zipfile

from domain.checkins import Free, Locus, Obstacle, Sharing, Success
from domain.people import Purpose
from scheduler.main import SWEEPS
from scheduler.sweep import Tools
from tests.phone import make as phone
from tests.progress import make as progress

MARCH = {"first_day": "2026-03-01", "last_day": "2026-03-31"}
LENDS = (Purpose.RESEARCH_EXPORT, Purpose.SHARE_CHECK_INS_WITH_COACH)
[SWEEP] = [one for one in SWEEPS if one.name == "make research exports"]
SECRET = "olifantje"


async def lenders(house, cast, count=5, *more):
    """So many coachees, each with an open check-in, and consent to lend."""
    return [await phone.plant(house, cast, consents=(*LENDS, *more)) for _ in range(count)]


async def told(house, cast, lender):
    """A success and an obstacle that she shares, and something that she keeps to herself."""
    await progress.told(house, cast, lender, Success(text=f"Wij en {SECRET}", qualities=("patient",), strength=4))
    await progress.told(house, cast, lender, Obstacle(happened=True, locus=Locus.INTERNAL, wished="Rust"))
    await progress.told(house, cast, lender, Free(text=SECRET, valence=1), sharing=Sharing.PRIVATE)


async def asked(owner, house=None, cast=None, **values):
    """The id of an export; of five who lend, where a house is named."""
    if house is not None:
        await lenders(house, cast)
    answer = await owner.post("/v1/research-exports", json=MARCH | values)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


async def made(sweep_house):
    return await SWEEP.act(Tools(sweep_house, None, None))


async def read(client, export_id):
    return (await client.get(f"/v1/research-exports/{export_id}")).json()


async def archive(client, anonymous, export_id):
    """What is in the ZIP: each table as a list of rows, and the rest as it is."""
    path = (await read(client, export_id))["download_path"]
    answer = await anonymous.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    found = zipfile.ZipFile(io.BytesIO(answer.content))
    assert found.testzip() is None
    tables = {
        name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(found.read(name).decode("utf-8-sig"))))
        for name in found.namelist()
        if name.endswith(".csv")
    }
    texts = b"".join(found.read(name) for name in found.namelist()).decode("utf-8", "ignore")
    return tables | {"checklist": json.loads(found.read("checklist.json")), "everything": texts}
