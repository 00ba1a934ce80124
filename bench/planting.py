"""The practice that every server of the bench serves: a hundred thousand sessions and what belongs to them."""

import asyncio
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import asyncpg
from sqlalchemy import make_url

from commands import embedded
from commands.migrations import migrate
from domain import people, practice, trajectories
from domain.kit.database import connect, house as make_house
from domain.kit.ids import CoacheeId, PracticeId, StaffId, TrajectoryId, new_id
from domain.kit.secrets import Vault
from domain.kit.work import OPERATOR, House, Work, begin, system_clock
from domain.messaging import Language
from domain.people import NewCoachee
from domain.practice import NewStaff, Role
from domain.trajectories import Domain, Format, NewTrajectory

VAULT = Vault(b"a master key of thirty-two bytes")
ZONE = "Europe/Brussels"
COACHES, COACHEES, TRAJECTORIES = 10, 50, 200
FIRST_DAY = date(2010, 1, 4)  # of the planted sessions; they end before 2013
HOURS = range(8, 18)
COLUMNS = [
    *("practice_id", "id", "version", "trajectory_id", "coachee_id", "coach_id", "kind", "state"),
    *("day", "time", "zone", "minutes", "starts_at", "ends_at"),
]


@dataclass(frozen=True)
class Planted:
    """Where the practice is, and how one enters it: the address as its owner has it, the practice, a coach's key."""

    url: str
    practice_id: PracticeId
    key: str
    trajectories: tuple[TrajectoryId, ...]

    @property
    def dsn(self) -> str:
        """The address as the plain driver writes it."""
        return make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)

    async def beside(self) -> str:
        """An empty database beside the planted one, as the plain driver writes its address."""
        name = f"{make_url(self.url).database}_beside"
        await _on(self.url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await _on(self.url, f"CREATE DATABASE {name}")
        url = make_url(self.url).set(drivername="postgresql", database=name)
        return url.render_as_string(hide_password=False)


@dataclass(frozen=True)
class Course:
    """A running trajectory."""

    id: TrajectoryId
    coachee_id: CoacheeId
    coach_id: StaffId


@contextmanager
def database(server_url: str | None) -> Generator[str]:
    """The owner's address of a migrated, empty database, which goes afterwards."""
    if server_url is None:
        with embedded.throwaway(settings=(f"shared_buffers={_quarter_of_the_memory()}MB",)) as server:
            migrate(server.url())
            yield server.url()
        return
    name = f"krachtlijn_bench_{new_id().hex}"
    asyncio.run(_on(server_url, f"CREATE DATABASE {name}"))
    try:
        url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
        migrate(url)
        yield url
    finally:
        asyncio.run(_on(server_url, f"DROP DATABASE {name} WITH (FORCE)"))


def _quarter_of_the_memory() -> int:
    """In MB: what PostgreSQL's manual gives a server that does nothing else. Whoever is measured here has the same."""
    return max(128, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4 // 2**20)


async def _on(server_url: str, statement: str) -> None:
    connection: Any = await asyncpg.connect(
        make_url(server_url).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    await connection.execute(statement)
    await connection.close()


async def plant(url: str, sessions: int) -> Planted:
    """Found a practice and fill it."""
    engine = connect(url)
    try:
        house = make_house(engine, system_clock, VAULT)
        practice_id = PracticeId(new_id())
        key, coaches = await _found(house, practice_id)
        courses = await _courses(house, practice_id, coaches)
    finally:
        await engine.dispose()
    planted = Planted(url, practice_id, key, tuple(course.id for course in courses))
    await _fill(planted, courses, sessions)
    return planted


async def _found(house: House, practice_id: PracticeId) -> tuple[str, list[StaffId]]:
    async with begin(house, practice_id, OPERATOR) as work:
        owner = NewStaff(name="Lena", email="lena@example.org", role=Role.OWNER)
        await practice.found_practice(work, name="Bench", zone=ZONE, language=Language.NL, owner=owner)
        lena = await practice.find_staff_by_email(work, owner.email)
        assert lena is not None
        _, key = await practice.create_key(work, lena.id, name="bench")
        new = [NewStaff(name="Cas", email=f"cas{number}@example.org", role=Role.COACH) for number in range(COACHES - 1)]
        return key, [lena.id, *[(await practice.add_staff(work, one)).id for one in new]]


async def _courses(house: House, practice_id: PracticeId, coaches: list[StaffId]) -> list[Course]:
    async with begin(house, practice_id, OPERATOR) as work:
        ids = [
            (
                await people.create_coachee(
                    work, NewCoachee(given_name="Amir", family_name="H.", email=f"a{number}@example.org")
                )
            ).id
            for number in range(COACHEES)
        ]
        return [
            await _course(work, ids[number % COACHEES], coaches[number % COACHES]) for number in range(TRAJECTORIES)
        ]


async def _course(work: Work, coachee_id: CoacheeId, coach_id: StaffId) -> Course:
    new = NewTrajectory(
        coachee_id=coachee_id,
        coach_id=coach_id,
        format=Format.TRAJECTORY,
        domain=Domain.PROFESSIONAL,
        key_question="How do I use my strengths in work that changes, without losing what gives me energy?",
        planned_minutes=420,
    )
    proposed = await trajectories.propose_trajectory(work, new)
    await trajectories.accept_trajectory(work, proposed.id)
    return Course(proposed.id, coachee_id, coach_id)


async def _fill(planted: Planted, courses: list[Course], sessions: int) -> None:
    """Straight into the tables, and counted at once, so that plans are those of a practice that has run for years."""
    connection: Any = await asyncpg.connect(planted.dsn)
    tables = await connection.fetch("SELECT relname FROM pg_class WHERE relforcerowsecurity")
    for (table,) in tables:  # the peers are the owner, who has row-level security forced on it as well
        await connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    rows = [_row(planted.practice_id, courses[number % TRAJECTORIES], number) for number in range(sessions)]
    await connection.copy_records_to_table("sessions", records=rows, columns=COLUMNS)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def _row(practice_id: PracticeId, course: Course, number: int) -> tuple[Any, ...]:
    """One hour after another for each coach; courses take turns, so coaches do."""
    days, hour = divmod(number // COACHES, len(HOURS))
    day, at = FIRST_DAY + timedelta(days=days), time(HOURS[hour])
    starts_at = datetime.combine(day, at, UTC)
    who = (practice_id, new_id(), 1, course.id, course.coachee_id, course.coach_id)
    return (*who, "guidance", "planned", day, at, "UTC", 50, starts_at, starts_at + timedelta(minutes=50))
