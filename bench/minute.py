"""The coachee's minute: how many taps and seconds each flow costs a coachee by script, on the page itself in Chromium.

Each figure is beside its goal: 45 seconds for a success, 60 for an obstacle, in nine of ten.
"""

import random
import statistics
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench import check_ins
from bench.coachee import FLOWS, SECONDS, TAPS, Thumb
from bench.planting import VAULT, Planted
from bench.processes import served
from bench.rounds import Figure, Pace, Telling
from commands.story.browser import FLAGS, PHONE, found
from domain.checkins import CheckIn, CheckInState, Kind
from domain.kit.database import connect, house as make_house
from domain.kit.ids import CheckInId, CoacheeId, PlanId, new_id
from domain.kit.secrets import digest
from domain.kit.work import OPERATOR, House, begin, system_clock

NAME = "checkins.minute"
ANSWERS = 20  # of each flow
TENTH = 9  # of what statistics.quantiles(n=10) gives: the ninetieth percentile


@dataclass(frozen=True)
class Hers:
    """One coachee, who is asked again and again."""

    house: House
    planted: Planted
    coachee_id: CoacheeId
    plan_id: PlanId

    async def asked(self, kind: Kind, slot: int) -> str:
        """The path of a question that was sent just now."""
        check_in_id = CheckInId(new_id())
        token = VAULT.token("check_in", str(check_in_id))
        async with begin(self.house, self.planted.practice_id, OPERATOR) as work:
            sent = CheckIn(
                practice_id=work.practice_id,
                id=check_in_id,
                plan_id=self.plan_id,
                coachee_id=self.coachee_id,
                kind=kind,
                state=CheckInState.SENT,
                local_day=work.now.date(),
                slot=slot,
                wall_time=work.now.time().replace(microsecond=0),
                zone="UTC",
                due_at=work.now,
                sent_at=work.now,
                expires_at=work.now + timedelta(hours=8),
                token_digest=digest(token),
            )
            await work.store(sent)
        return f"/c/{token}"


async def measure(planted: Planted, _: Pace, telling: Telling) -> AsyncGenerator[Figure]:
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - for developers only
    except ImportError:
        telling.line(f"no figures of {NAME}: Playwright is not installed")
        return
    if (where := found()) is None:
        telling.line(f"no figures of {NAME}: no Chromium is installed")
        return
    engine = connect(planted.url)
    house = make_house(engine, system_clock, VAULT)
    hers = Hers(house, planted, *await check_ins.somebody(planted, house))
    with served("ours", "bench.ours", {"BENCH_URL": planted.url}) as server:
        async with async_playwright() as playwright:
            chromium = await playwright.chromium.launch(executable_path=where, args=FLAGS)
            context = await chromium.new_context(base_url=f"http://localhost:{server.port}", **PHONE)
            for place, kind in enumerate(map(Kind, FLOWS)):
                telling.step(f"{NAME}, {kind}")
                for figure in await _figures(hers, await context.new_page(), kind, place):
                    yield figure
            await chromium.close()
    await engine.dispose()


async def _figures(hers: Hers, page: Any, kind: Kind, place: int) -> list[Figure]:
    chance, visits = random.Random(place), list[Thumb]()  # the same coachee in every run
    for number in range(ANSWERS):
        thumb = Thumb(page)
        await thumb.open(await hers.asked(kind, 1 + place * ANSWERS + number))
        await FLOWS[kind](thumb, chance)
        visits.append(thumb)
    made: list[Figure] = []
    for unit, goal, values in (
        ("taps", float(TAPS[kind]), [float(one.taps) for one in visits]),
        ("seconds", SECONDS[kind], [one.seconds for one in visits]),
    ):
        tenth = statistics.quantiles(values, n=10, method="inclusive")[TENTH - 1]
        for name, figure in (("median", statistics.median(values)), ("p90", tenth)):
            made.append(Figure(f"{NAME}.{kind}.{unit}_{name}", figure, unit, "goal", figure / goal))
    return made
