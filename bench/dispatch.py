"""Send due check-ins: one, two and four of the product's senders, as many bare updates of the same rows, and job
queues, in turns.

A million coachees have five check-ins each, and one of them falls due for every hundredth coachee. What makes them due
is not timed.
"""

import itertools
import statistics
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from bench import check_ins
from bench.peers.queues import prompts_per_second
from bench.planting import Planted
from bench.processes import ServerFailed, peers_python
from bench.rounds import Figure, Pace, Telling, Turn, compared, take_turns
from bench.senders import Senders, senders

NAME, GROWTH, MEMORY = "checkins.dispatch", "checkins.dispatch.growth", "checkins.dispatch.memory"
WRITING = f"{NAME}.writing_alone"  # what sending must write, with nothing judged: how much of the limit that leaves
UNIT = "check-ins/s"
SCHEDULERS = (1, 2, 4)
ONE_IN = 100  # coachees of whom one has a check-in due
SIZES = (10_000, 100_000, 1_000_000)  # check-ins, on the way to all of them
STEADY = 100_000  # from here on it should not matter how many there are
MEMORY_GOAL_MB = 150
QUEUES = {"procrastinate": "procrastinate_jobs", "apscheduler-per-coachee": "apscheduler_jobs"}
QUEUED = 2_000


async def measure(planted: Planted, pace: Pace, telling: Telling) -> AsyncGenerator[Figure]:
    with ExitStack() as running:
        ours = running.enter_context(senders("ours", planted.url, max(SCHEDULERS)))
        bare = running.enter_context(senders("bare", planted.url, max(SCHEDULERS)))
        writing = running.enter_context(senders("writing", planted.url, 1))
        owner = await check_ins.owner_of(planted)
        contest = _Contest(owner, pace.check_ins // check_ins.EACH)
        for who in (ours, bare, writing):
            await _settle(who)
        for figure in await _growth(planted, pace, contest, ours, telling):
            yield figure
        turns: dict[str, Turn] = await _queues(planted, telling)
        turns |= {"writing": partial(contest.turn, writing, 1)}
        for count in SCHEDULERS:
            turns |= {f"ours, {count}": partial(contest.turn, ours, count)}
            turns |= {f"bare, {count}": partial(contest.turn, bare, count)}
        found = await take_turns(turns, pace.rounds, lambda what: telling.step(f"{NAME}, {what}"))
        for figure in _compared(found):
            yield figure
        yield Figure(MEMORY, contest.memory_mb, "MB", "goal", contest.memory_mb / MEMORY_GOAL_MB)
        await owner.close()


async def _settle(who: Senders) -> None:
    """The server plans a statement for its values five times, and then once and for all."""
    for _ in range(6):
        await who.send(max(SCHEDULERS))


def _compared(found: dict[str, list[float]]) -> list[Figure]:
    """The queues run once however many schedulers: neither is made to share its work as ours is."""
    figures: list[Figure] = []
    for count in SCHEDULERS:
        name = NAME if count == 1 else f"{NAME}.{count}_schedulers"
        against = {"bare-update": found[f"bare, {count}"]} | {name: found[name] for name in QUEUES if name in found}
        figures += [compared(name, UNIT, found[f"ours, {count}"], who, theirs) for who, theirs in against.items()]
    return [*figures, compared(WRITING, UNIT, found["writing"], "bare-update", found["bare, 1"])]


async def _queues(planted: Planted, telling: Telling) -> dict[str, Turn]:
    try:
        python: Path = peers_python()
    except ServerFailed as failure:
        telling.line(f"no figures against {', '.join(QUEUES)}: {failure}")
        return {}
    database = await planted.beside()
    return {name: partial(prompts_per_second, python, module, database, QUEUED) for name, module in QUEUES.items()}


async def _growth(planted: Planted, pace: Pace, contest: "_Contest", ours: Senders, telling: Telling) -> list[Figure]:
    """The same hundredth part due, of ever more: each size beside the one from which on it should not matter."""
    rates: dict[int, float] = {}
    for size in [*[size for size in SIZES if size < pace.check_ins], pace.check_ins]:
        telling.step(f"{GROWTH}: planting {size} check-ins")
        await check_ins.plant(planted, size)
        contest.coachees = size // check_ins.EACH
        await contest.turn(ours, 1)
        rates[size] = statistics.median([await contest.turn(ours, 1) for _ in range(pace.rounds)])
        telling.line(f"{GROWTH}: {size} check-ins, {rates[size]:.0f} {UNIT}")
    steady = rates.get(STEADY, rates[min(rates)])
    return [
        Figure(f"{GROWTH}.{size}", rate, UNIT, f"{STEADY} check-ins", rate / steady) for size, rate in rates.items()
    ]


class _Contest:
    def __init__(self, owner: Any, coachees: int) -> None:
        self.owner, self.coachees = owner, coachees
        self.numbers = itertools.count()
        self.memory_mb = 0.0

    async def turn(self, who: Senders, count: int) -> float:
        """Emptied tables undo what the server keeps of a statement: who is to send looks once while nothing is due."""
        await check_ins.take_back(self.owner)
        await who.send(count)
        await check_ins.make_due(self.owner, next(self.numbers), one_in=ONE_IN)
        sent = await who.send(count)
        assert sent.count == self.coachees // ONE_IN, (sent, self.coachees)
        self.memory_mb = max(self.memory_mb, sent.memory_mb)
        return sent.per_second
