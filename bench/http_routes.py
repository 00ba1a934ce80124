"""Read one trajectory, list twenty sessions, create a session: ours, the raw driver and the usual stack in turns."""

import itertools
import json
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from bench import load
from bench.planting import HOURS, ZONE, Planted
from bench.processes import Served, ServerFailed, peers_python, served
from bench.rounds import Figure, Pace, Telling, compared, take_turns

OURS, RAW, PEER = "ours", "raw-driver", "fastapi-sqlalchemy"
CONNECTIONS = {32: "", 1: ".one_connection"}
PAGES = 50
FREE_FROM = date(2013, 1, 7)
WARM_UP_SECONDS = 0.5
Requests = Callable[[Served], Iterator[bytes]]
NAMES = ("http.read_one", "http.list_20", "http.create")


async def measure(planted: Planted, pace: Pace, names: list[str], telling: Telling) -> AsyncGenerator[Figure]:
    """Figures as they come about, one route after the other."""
    with ExitStack() as running:
        servers = _start(planted, running, telling)
        asking = _Asking(planted)
        await asking.walk(servers)
        for name in (each for each in NAMES if each in names):
            for connections, suffix in CONNECTIONS.items():
                for figure in await _one(name + suffix, asking.of(name), servers, connections, pace, telling):
                    yield figure
        if not set(NAMES) <= set(names):
            return
        memory = {server.name: [server.memory_mb] for server in servers}
        for against in [name for name in memory if name != OURS]:
            yield compared("http.memory", "MB", memory[OURS], against, memory[against])


def _start(planted: Planted, running: ExitStack, telling: Telling) -> list[Served]:
    environment = {"BENCH_URL": planted.url, "BENCH_DSN": planted.dsn, "BENCH_PRACTICE": str(planted.practice_id)}
    servers = [
        running.enter_context(served(OURS, "bench.ours", environment)),
        running.enter_context(served(RAW, "bench.peers.raw_driver", environment)),
    ]
    try:
        python: Path = peers_python()
    except ServerFailed as failure:
        telling.line(f"no figures against {PEER}: {failure}")
        return servers
    return [*servers, running.enter_context(served(PEER, "bench.peers.fastapi_sqlalchemy", environment, python=python))]


async def _one(
    bench: str, requests: Requests, servers: list[Served], connections: int, pace: Pace, telling: Telling
) -> list[Figure]:
    outcomes: dict[str, list[load.Outcome]] = {server.name: [] for server in servers}

    async def turn(server: Served) -> float:
        outcome = await load.run(server.port, requests(server), connections=connections, seconds=pace.slice_seconds)
        outcomes[server.name].append(outcome)
        return outcome.per_second

    for server in servers:
        await load.run(server.port, requests(server), connections=connections, seconds=WARM_UP_SECONDS)
    turns = {server.name: lambda server=server: turn(server) for server in servers}
    found = await take_turns(turns, pace.rounds, lambda what: telling.step(f"{bench}, {what}"))
    ours = found.pop(OURS)
    figures = [compared(bench, "requests/s", ours, against, theirs) for against, theirs in found.items()]
    slow, usual = ([each.quantile_ms(percent) for each in outcomes[OURS]] for percent in (99, 50))
    return [*figures, compared(f"{bench}.p99", "ms", slow, "own median", usual)]


class _Asking:
    """What is asked. Every session that is created takes a place of its own in its coach's calendar."""

    def __init__(self, planted: Planted) -> None:
        self.planted = planted
        self.places = itertools.count()
        self.cursors: dict[str, list[str]] = {}

    def of(self, name: str) -> Requests:
        return {"http.read_one": self.read_one, "http.list_20": self.list_20, "http.create": self.create}[name]

    async def walk(self, servers: list[Served]) -> None:
        """Note the cursors of the first pages of each server's list."""
        for server in servers:
            marks = self.cursors[server.name] = []
            path = "/v1/sessions?limit=20"
            for _ in range(PAGES):
                page = json.loads(await load.ask_once(server.port, load.get(path, self.planted.key)))
                marks.append(page["next_cursor"])
                path = f"/v1/sessions?limit=20&cursor={marks[-1]}"

    def read_one(self, _: Served) -> Iterator[bytes]:
        asked = [load.get(f"/v1/trajectories/{one}", self.planted.key) for one in self.planted.trajectories]
        return itertools.cycle(asked)

    def list_20(self, server: Served) -> Iterator[bytes]:
        marks = self.cursors[server.name]
        return itertools.cycle([load.get(f"/v1/sessions?limit=20&cursor={mark}", self.planted.key) for mark in marks])

    def create(self, _: Served) -> Iterator[bytes]:
        for place in self.places:
            turn, trajectory_id = divmod(place, len(self.planted.trajectories))
            yield self.new_session(turn, trajectory_id)

    def new_session(self, turn: int, number: int) -> bytes:
        """Four sessions an hour for each coach; twenty trajectories share one, so a turn takes five hours of each."""
        days, slot = divmod(turn * 20 + number // 10, len(HOURS) * 4)
        hour, quarter = divmod(slot, 4)
        when = {"day": str(FREE_FROM + timedelta(days=days)), "time": f"{HOURS[hour]:02}:{quarter * 15:02}"}
        body = json.dumps({"kind": "guidance", **when, "minutes": 15, "zone": ZONE, "in_hindsight": True})
        return load.post(f"/v1/trajectories/{self.planted.trajectories[number]}/sessions", body, self.planted.key)
