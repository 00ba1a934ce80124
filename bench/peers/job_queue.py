"""One peer that sends prompts: `python -m bench.peers.job_queue MODULE DSN COUNT` prints what it made, as JSON."""

import json
import resource
import sys
from importlib import import_module

module, dsn, count = sys.argv[1:]
rate: float = import_module(f"bench.peers.{module}").prompts_per_second(dsn, int(count))
print(json.dumps({"rate": rate, "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
