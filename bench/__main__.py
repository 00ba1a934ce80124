"""Run the bench: one JSON line a figure on standard output, what goes on beside it on standard error."""

import argparse
import os
from collections.abc import AsyncGenerator
from dataclasses import replace

import uvloop
from rich.console import Console

from bench import (
    books,
    calendar,
    check_ins,
    dispatch,
    http_routes,
    invoices,
    lateness,
    materialise,
    minute,
    planting,
    processes,
)
from bench.rounds import Figure, Pace, Telling
from commands.serving import calm_the_collector

NAMES = (
    *http_routes.NAMES,
    minute.NAME,
    materialise.NAME,
    dispatch.NAME,
    lateness.NAME,
    *calendar.NAMES,
    *invoices.NAMES,
    *books.NAMES,
)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often (default 5)")
    parser.add_argument(
        "--seconds",
        type=float,
        default=5.0,
        help="how long each has in a round, in slices between the others (default 5)",
    )
    parser.add_argument("--only", action="append", choices=NAMES, help="measure this alone; may be given again")
    parser.add_argument(
        "--coachees",
        type=int,
        default=1_000_000,
        help=f"how many have a plan, each with {check_ins.EACH} check-ins, of which one falls due for every hundredth"
        " (default a million; planting them takes some minutes and 6 GB of disk)",
    )
    parser.add_argument("--invoices", type=int, help="how many have open items to sum (default 1,000,000)")
    parser.add_argument("--lines", type=int, help="how many a bank's file has (default 10,000)")
    parser.add_argument("--quick", action="store_true", help="a look in a minute: three short rounds on fewer rows")
    return parser.parse_args()


async def figures(url: str, pace: Pace, names: list[str], telling: Telling) -> AsyncGenerator[Figure]:
    telling.step("planting")
    planted = await planting.plant(url, pace.sessions)
    for several in (http_routes, calendar, invoices, books):
        if set(names) & set(several.NAMES):
            async for figure in several.measure(planted, pace, names, telling):
                yield figure
    for name, measure, planting_first in (
        (minute.NAME, minute.measure, 0),
        (materialise.NAME, materialise.measure, materialise.PLANTED),
        (dispatch.NAME, dispatch.measure, 0),  # which plants ever more itself
        (lateness.NAME, lateness.measure, pace.check_ins),
    ):
        if name in names:
            await check_ins.plant(planted, planting_first)
            async for figure in measure(planted, pace, telling):
                yield figure


async def run(url: str, pace: Pace, names: list[str]) -> None:
    console = Console(stderr=True)
    with console.status("starting") as status:
        async for figure in figures(url, pace, names, Telling(status.update, console.print)):
            print(figure, flush=True)


def main() -> None:
    chosen = options()
    pace = Pace(chosen.rounds, chosen.seconds, sessions=100_000, check_ins=chosen.coachees * check_ins.EACH)
    if chosen.quick:
        pace = Pace(3, 1.0, sessions=10_000, check_ins=min(100_000, pace.check_ins), lines=1_000, invoices=20_000)
    pace = replace(pace, lines=chosen.lines or pace.lines, invoices=chosen.invoices or pace.invoices)
    with planting.database(os.environ.get("DATABASE_URL")) as url:
        processes.pin(os.getpid(), server=False)
        calm_the_collector()  # as whoever serves does
        uvloop.run(run(url, pace, chosen.only or list(NAMES)))


main()
