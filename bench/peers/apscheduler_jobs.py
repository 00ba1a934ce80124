"""APScheduler with one job a coachee, kept in PostgreSQL; ten threads send."""

import threading
import time
from datetime import UTC, datetime

import psycopg
from apscheduler.events import EVENT_JOB_EXECUTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from psycopg_pool import ConnectionPool

from bench.peers.prompts import COUNT, PLANT, SEND, TABLES

THREADS = 10
LONGEST = 600.0
LONG_DUE = datetime(2026, 1, 1, tzinfo=UTC)
pools: list[ConnectionPool] = []  # a job is found again by its name, so what it needs stands beside it


def send(prompt: int) -> None:
    with pools[0].connection() as connection:
        connection.execute(SEND, [prompt])


def prompts_per_second(dsn: str, count: int) -> float:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.execute(TABLES)
        connection.execute(PLANT, [count])
    with ConnectionPool(dsn, min_size=THREADS, max_size=THREADS) as pool:
        pools.append(pool)
        spent = _run(dsn, count)
        with pool.connection() as connection:
            row = connection.execute(COUNT).fetchone()
    assert row == (count,), row
    return count / spent


def _run(dsn: str, count: int) -> float:
    left, over = count, threading.Event()

    def count_down(_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            over.set()

    keeper = _keeper(dsn)
    keeper.add_listener(count_down, EVENT_JOB_EXECUTED)
    keeper.start(paused=True)
    for number in range(1, count + 1):
        keeper.add_job(send, "date", run_date=LONG_DUE, args=[number], id=str(number))
    started = time.perf_counter()
    keeper.resume()
    over.wait(timeout=LONGEST)
    spent = time.perf_counter() - started
    keeper.shutdown()
    return spent


def _keeper(dsn: str) -> BackgroundScheduler:
    """Set up as well as it can be: no prompt is dropped for being late."""
    return BackgroundScheduler(
        timezone="UTC",
        jobstores={"default": SQLAlchemyJobStore(url=dsn.replace("postgresql://", "postgresql+psycopg://", 1))},
        executors={"default": ThreadPoolExecutor(THREADS)},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
    )
