"""`krachtlijn export-invoices`: the documents of a period as files for the accountant."""

import asyncio
import csv
import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from domain import invoicing
from domain.invoicing import NewLine
from domain.kit.database import connect, house as make_house
from domain.kit.money import Money
from domain.kit.secrets import Vault
from domain.kit.work import OPERATOR, begin
from tests import database as databases, factories
from tests.commands.processes import environment, krachtlijn
from tests.invoicing import make

MASTER_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
LINE = NewLine(description="Coachinggesprek", quantity=Decimal(1), unit="h", unit_price=Money(10000))


async def issue_some(url: str) -> None:
    """Three invoices on three days, the last with a credit note."""
    engine = connect(url)
    now = datetime(2026, 3, 1, 11, tzinfo=UTC)
    house = make_house(engine, lambda: now, Vault(b"0123456789" * 3 + b"01"))
    cast = await factories.found_cast(house, name="Linde")
    buyers = await make.open_books(house, cast)
    for _ in range(3):
        now += timedelta(days=1)
        last = await make.draft(house, cast, LINE, sponsor_id=buyers.acme)
        await make.issue(house, cast, last)
    async with begin(house, cast.practice_id, OPERATOR) as work:
        await invoicing.credit_invoice(work, last, None, "Wrong price")
    await engine.dispose()


@pytest.fixture(scope="module")
def url():
    name = f"krachtlijn_export_{os.getpid()}"
    url = databases.copy_template(name)
    asyncio.run(issue_some(url))
    yield url
    databases.drop(name)


def export(url: str, home: Path, *words: str, check: bool = True):
    env = environment(home, url=url, KRACHTLIJN_MASTER_KEY=MASTER_KEY)
    return krachtlijn("export-invoices", *words, env=env, check=check)


def test_the_files_of_a_period_are_written_as_they_were_issued(url, tmp_path):
    words = (
        "--from",
        "2026-03-03",
        "--to",
        "2026-03-04",
        "--ubl",
        str(tmp_path / "ubl"),
        "--pdf",
        str(tmp_path / "pdf"),
    )
    told = export(url, tmp_path, *words, "--csv", str(tmp_path / "books.csv"))
    assert "3 documents from 2026-03-03 to 2026-03-04; 7 files written." in told.stderr
    names = ["C2026-0001", "F2026-0002", "F2026-0003"]
    assert sorted(path.name for path in (tmp_path / "pdf").iterdir()) == [f"{name}.pdf" for name in names]
    assert sorted(path.name for path in (tmp_path / "ubl").iterdir()) == [f"{name}.xml" for name in names]
    with (tmp_path / "books.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["number"], row["base"], row["vat"], row["gross"]) for row in rows] == [
        ("F2026-0002", "100.00", "21.00", "121.00"),
        ("C2026-0001", "-100.00", "-21.00", "-121.00"),
        ("F2026-0003", "100.00", "21.00", "121.00"),
    ]
    assert rows[1]["refers_to"] == "F2026-0003"


def test_exporting_again_writes_only_what_is_missing(url, tmp_path):
    words = ("--practice", "Linde", "--from", "2026-03-02", "--to", "2026-03-04", "--pdf", str(tmp_path / "pdf"))
    export(url, tmp_path, *words)
    (tmp_path / "pdf" / "F2026-0002.pdf").write_bytes(b"half")
    assert "4 documents" in (told := export(url, tmp_path, *words)).stderr
    assert "1 files written" in told.stderr
    assert (tmp_path / "pdf" / "F2026-0002.pdf").read_bytes().startswith(b"%PDF")


def test_a_period_that_runs_backwards_and_nothing_to_write_are_told(url, tmp_path):
    backwards = export(url, tmp_path, "--from", "2026-03-04", "--to", "2026-03-02", "--csv", "x.csv", check=False)
    assert (backwards.returncode, "PeriodBackwards" in backwards.stderr) == (1, True)
    nothing = export(url, tmp_path, "--from", "2026-03-02", "--to", "2026-03-04", check=False)
    assert (nothing.returncode, "Say what to write" in nothing.stderr) == (1, True)


def test_the_period_counts_the_days_of_issue(url, tmp_path):
    assert (
        "0 documents"
        in export(
            url, tmp_path, "--from", "2020-01-01", "--to", str(date(2020, 12, 31)), "--csv", str(tmp_path / "none.csv")
        ).stderr
    )
    assert (tmp_path / "none.csv").read_text(encoding="utf-8-sig").startswith("number,kind")


def test_where_there_are_several_practices_one_is_named(fresh, tmp_path):
    async def found_two():
        engine = connect(fresh)
        house = make_house(engine, lambda: datetime(2026, 3, 1, 11, tzinfo=UTC), Vault(b"0123456789" * 3 + b"01"))
        for name in ("Linde", "Eik"):
            await factories.found_cast(house, name=name)
        await engine.dispose()

    asyncio.run(found_two())
    told = export(fresh, tmp_path, "--from", "2026-03-02", "--to", "2026-03-04", "--csv", "x.csv", check=False)
    assert (told.returncode, "2 practices here; say with --practice" in told.stderr) == (1, True)
