"""Run a job queue's own measurement in the peers' virtual environment."""

import asyncio
import json
import subprocess
from pathlib import Path

from bench.processes import ROOT


async def prompts_per_second(python: Path, module: str, dsn: str, count: int) -> float:
    words = [str(python), "-m", "bench.peers.job_queue", module, dsn, str(count)]
    ran = await asyncio.to_thread(subprocess.run, words, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise ChildProcessError(f"{module}: {ran.stderr.strip()[-300:]}")
    return float(json.loads(ran.stdout)["rate"])
