"""How long tests wait for what has to happen: only one that fails waits so long, and a busy machine is no fault."""

import asyncio
import time
from collections.abc import Callable

PATIENCE = 120.0


def until(true: Callable[[], object], why: Callable[[], object] = lambda: "it did not come to pass") -> None:
    """Wait until something is so; when it is not for too long, say why."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, why()
        time.sleep(0.02)


async def eventually(true: Callable[[], object]) -> None:
    """The same beside what runs in the loop."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what it waits for has no event
            await asyncio.sleep(0.01)
