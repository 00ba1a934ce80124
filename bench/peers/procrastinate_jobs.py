"""Procrastinate with one job a prompt."""

import asyncio
import time

from procrastinate import App, PsycopgConnector
from psycopg_pool import AsyncConnectionPool

from bench.peers.prompts import COUNT, PLANT, SEND, TABLES

CONCURRENCY = 10


def prompts_per_second(dsn: str, count: int) -> float:
    return asyncio.run(_measure(dsn, count))


async def _measure(dsn: str, count: int) -> float:
    app = App(connector=PsycopgConnector(conninfo=dsn, min_size=CONCURRENCY, max_size=CONCURRENCY))
    async with AsyncConnectionPool(dsn, min_size=CONCURRENCY, max_size=CONCURRENCY) as pool, app.open_async():

        @app.task(name="send")
        async def send(prompt: int) -> None:
            async with pool.connection() as connection:
                await connection.execute(SEND, [prompt])

        async with pool.connection() as connection:
            await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            await connection.execute(TABLES)
            await connection.execute(PLANT, [count])
        await app.schema_manager.apply_schema_async()
        await send.batch_defer_async(*[{"prompt": number} for number in range(1, count + 1)])
        started = time.perf_counter()
        await app.run_worker_async(wait=False, concurrency=CONCURRENCY, install_signal_handlers=False)
        spent = time.perf_counter() - started
        async with pool.connection() as connection:
            row = await (await connection.execute(COUNT)).fetchone()
        assert row == (count,), row
        return count / spent
