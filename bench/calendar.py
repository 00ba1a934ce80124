"""The calendar: ask when somebody is free, book where twenty want to, and page through ten years of sessions.

Each beside bare SQL that reads, or locks and writes, the same rows: it works out no hours, and tells nobody anything.
"""

import asyncio
import itertools
import time as clocks
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from bench import load
from bench.planting import COLUMNS, VAULT, Planted
from bench.processes import served
from bench.rounds import Figure, Pace, Telling, Turn, compared, take_turns
from domain import availability, practice, trajectories
from domain.availability import Hours
from domain.kit.database import connect, house as make_house
from domain.kit.ids import PracticeId, StaffId, TrajectoryId, new_id
from domain.kit.work import OPERATOR, House, begin, system_clock
from domain.practice import NewStaff, Role
from domain.trajectories import CoachNotFree, NewSession, SessionKind

WEEKS_8, COACHES_20, ONE_SLOT, SLOTS_20, TEN_YEARS = NAMES = (
    "calendar.availability_8_weeks",
    "calendar.availability_20_coaches",
    "calendar.book_one_slot",
    "calendar.book_20_slots",
    "calendar.ten_years",
)
CLIENTS = 20
BOOKED = 200  # of each coach: five a day on the working days of eight weeks
AT = (9, 10, 11, 13, 15)
OLDEST, YEARS = date(2000, 1, 3), 10  # before everything else that is planted
SLOTS_FROM = datetime(2018, 1, 1, tzinfo=UTC)  # after it
TAKEN = """
SELECT coach_id, starts_at, ends_at FROM sessions
 WHERE practice_id = $1 AND coach_id = ANY($2::uuid[]) AND state IN ('planned', 'held')
   AND starts_at > $3 AND starts_at < $4
"""
PAGE = "SELECT * FROM sessions WHERE practice_id = $1 AND starts_at >= $2 ORDER BY starts_at, id LIMIT 20"
QUEUE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
STANDING = """
SELECT id FROM sessions
 WHERE practice_id = $1 AND coach_id = $2 AND state IN ('planned', 'held', 'on_hold')
   AND starts_at < $4 AND ends_at > $3 AND starts_at > $3 - interval '8 hours'
"""
ADD = f"INSERT INTO sessions ({', '.join(COLUMNS)}) VALUES ({', '.join(f'${n + 1}' for n in range(len(COLUMNS)))})"


@dataclass(frozen=True)
class Ground:
    """The coaches, her first whose trajectories are booked on, and a way to the same rows past the product."""

    planted: Planted
    house: House
    pool: Any
    coaches: Sequence[StaffId]
    courses: Sequence[tuple[TrajectoryId, UUID]]  # with the coachee of each

    @property
    def practice_id(self) -> PracticeId:
        return self.planted.practice_id


async def measure(planted: Planted, pace: Pace, names: list[str], telling: Telling) -> AsyncGenerator[Figure]:
    engine = connect(planted.url, pool_size=CLIENTS)
    driver: Any = asyncpg
    pool = await driver.create_pool(planted.dsn, min_size=CLIENTS, max_size=CLIENTS)
    try:
        telling.step("planting calendars")
        ground = await _plant(planted, make_house(engine, system_clock, VAULT), pool, pace)
        async for figure in _asked(ground, pace, names, telling):
            yield figure
        booking = _Booking(ground)
        for name, one_slot in ((ONE_SLOT, True), (SLOTS_20, False)):
            if name in names:
                yield await booking.compare(name, pace, telling, one_slot=one_slot)
    finally:
        await pool.close()
        await engine.dispose()


async def _plant(planted: Planted, house: House, pool: Any, pace: Pace) -> Ground:
    async with begin(house, planted.practice_id, OPERATOR) as work:
        for number in range(CLIENTS):
            new = NewStaff(name="Noor", email=f"noor{number}@example.org", role=Role.COACH)
            coach = await practice.add_staff(work, new)
            week = [Hours(day, time(9), time(17)) for day in range(1, 6)]
            await availability.set_week(work, coach.id, week)
    found = await pool.fetch("SELECT id FROM staff WHERE email LIKE 'noor%' ORDER BY id")
    lena = await pool.fetchval("SELECT id FROM staff WHERE email = 'lena@example.org'")
    rows = await pool.fetch("SELECT id, coachee_id FROM trajectories WHERE coach_id = $1 ORDER BY id", lena)
    ground = Ground(planted, house, pool, [lena, *(row[0] for row in found)], [tuple(row) for row in rows])
    planted_rows = [*_booked(ground), *_ten_years(ground, a_day=max(1, pace.sessions // 1_000))]
    async with pool.acquire() as connection:
        await connection.copy_records_to_table("sessions", records=planted_rows, columns=COLUMNS)
        await connection.execute("VACUUM ANALYZE sessions")
    return ground


def _row(ground: Ground, coach_id: UUID, starts_at: datetime, number: int = 0) -> tuple[Any, ...]:
    trajectory_id, coachee_id = ground.courses[number % len(ground.courses)]
    who = (ground.practice_id, new_id(), 1, trajectory_id, coachee_id, coach_id, "guidance", "planned")
    return (*who, starts_at.date(), starts_at.time(), "UTC", 50, starts_at, starts_at + timedelta(minutes=50))


def _booked(ground: Ground) -> Iterator[tuple[Any, ...]]:
    """Two hundred sessions of each coach, from tomorrow on."""
    days = (_tomorrow() + timedelta(days=number) for number in itertools.count())
    working = itertools.islice((day for day in days if day.isoweekday() < 6), BOOKED // len(AT))
    for day, hour, coach_id in itertools.product(working, AT, ground.coaches[1:]):
        yield _row(ground, coach_id, datetime.combine(day, time(hour), UTC))


def _ten_years(ground: Ground, *, a_day: int) -> Iterator[tuple[Any, ...]]:
    """As many sessions every day of them, ten minutes apart; the twenty coaches take turns."""
    for day, number in itertools.product(range(YEARS * 365), range(a_day)):
        begins = datetime.combine(OLDEST + timedelta(days=day), time(8), UTC) + timedelta(hours=number // CLIENTS)
        yield _row(ground, ground.coaches[1 + number % CLIENTS], begins, number)


def _tomorrow() -> date:
    return system_clock().date() + timedelta(days=1)


async def _asked(ground: Ground, pace: Pace, names: list[str], telling: Telling) -> AsyncGenerator[Figure]:
    """What is read, over HTTP on one connection."""
    planted = ground.planted
    environment = {"BENCH_URL": planted.url}
    questions = {
        WEEKS_8: (_free(ground, 1, 56), _taken(ground, 1, 56)),
        COACHES_20: (_free(ground, CLIENTS, 14), _taken(ground, CLIENTS, 14)),
        TEN_YEARS: (_pages(ground), _bare_pages(ground)),
    }
    wanted = [name for name in questions if name in names]
    if not wanted:
        return
    with served("ours", "bench.ours", environment) as server:
        for name in wanted:
            requests, bare = questions[name]

            async def ours(requests: Iterator[bytes] = requests) -> float:
                return (await load.run(server.port, requests, connections=1, seconds=pace.slice_seconds)).per_second

            async def theirs(bare: Callable[[], Awaitable[object]] = bare) -> float:
                return await _per_second(bare, pace.slice_seconds)

            await ours()
            turns: dict[str, Turn] = {"ours": ours, "bare-sql": theirs}
            found = await take_turns(turns, pace.rounds, lambda what, name=name: telling.step(f"{name}, {what}"))
            yield compared(name, "requests/s", found["ours"], "bare-sql", found["bare-sql"])


async def _per_second(act: Callable[[], Awaitable[object]], seconds: float) -> float:
    started = clocks.perf_counter()
    for done in itertools.count(1):
        await act()
        if (spent := clocks.perf_counter() - started) >= seconds:
            return done / spent
    raise AssertionError


def _free(ground: Ground, coaches: int, days: int) -> Iterator[bytes]:
    of = "&".join(f"coach_id={one}" for one in ground.coaches[1 : 1 + coaches])
    last = _tomorrow() + timedelta(days=days - 1)
    path = f"/v1/availability?kind=guidance&from_day={_tomorrow()}&to_day={last}&{of}"
    return itertools.repeat(load.get(path, ground.planted.key))


def _taken(ground: Ground, coaches: int, days: int) -> Callable[[], Awaitable[object]]:
    begins = datetime.combine(_tomorrow(), time(0), UTC)
    whose = list(ground.coaches[1 : 1 + coaches])
    return lambda: ground.pool.fetch(TAKEN, ground.practice_id, whose, begins, begins + timedelta(days=days))


def _days() -> Iterator[date]:
    """Here and there in the ten years."""
    return itertools.cycle(OLDEST + timedelta(days=number * 997 % (YEARS * 360)) for number in range(100))


def _pages(ground: Ground) -> Iterator[bytes]:
    for day in _days():
        yield load.get(f"/v1/sessions?limit=20&from_day={day}", ground.planted.key)


def _bare_pages(ground: Ground) -> Callable[[], Awaitable[object]]:
    begins = (datetime.combine(day, time(0), UTC) for day in _days())
    return lambda: ground.pool.fetch(PAGE, ground.practice_id, next(begins))


class _Booking:
    """Rounds of twenty clients at once, in this process: each round has hours that nobody has had."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.hours = (SLOTS_FROM + timedelta(hours=number) for number in itertools.count())

    async def compare(self, name: str, pace: Pace, telling: Telling, *, one_slot: bool) -> Figure:
        async def turn(book: Callable[[int, datetime], Awaitable[bool]]) -> float:
            return await self.rounds(book, pace.slice_seconds, one_slot=one_slot)

        turns: dict[str, Turn] = {"ours": lambda: turn(self.ours), "bare-sql": lambda: turn(self.bare)}
        found = await take_turns(turns, pace.rounds, lambda what: telling.step(f"{name}, {what}"))
        return compared(name, "answers/s", found["ours"], "bare-sql", found["bare-sql"])

    async def rounds(
        self, book: Callable[[int, datetime], Awaitable[bool]], seconds: float, *, one_slot: bool
    ) -> float:
        """Answers a second; of one slot one client is the winner, of twenty everybody."""

        async def once() -> None:
            hours = [next(self.hours)] * CLIENTS if one_slot else list(itertools.islice(self.hours, CLIENTS))
            won = await asyncio.gather(*(book(number, hour) for number, hour in enumerate(hours)))
            assert sum(won) == len(set(hours)), won

        return CLIENTS * await _per_second(once, seconds)

    async def ours(self, number: int, begins: datetime) -> bool:
        trajectory_id, _ = self.ground.courses[number]
        when = {"day": begins.date(), "time": begins.time(), "zone": "UTC", "minutes": 50}
        new = NewSession(kind=SessionKind.GUIDANCE, **when, in_hindsight=True)
        try:
            async with begin(self.ground.house, self.ground.practice_id, OPERATOR) as work:
                await trajectories.plan_session(work, trajectory_id, new)
        except CoachNotFree:
            return False
        return True

    async def bare(self, number: int, begins: datetime) -> bool:
        lena, practice_id = self.ground.coaches[0], self.ground.practice_id
        async with self.ground.pool.acquire() as connection, connection.transaction():
            await connection.execute(QUEUE, str(lena))
            ends = begins + timedelta(minutes=50)
            if await connection.fetch(STANDING, practice_id, lena, begins, ends):
                return False
            await connection.execute(ADD, *_row(self.ground, lena, begins, number))
            return True
