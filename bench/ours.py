"""The product itself as the bench serves it: everything on, and a rate limit that is counted but never reached."""

import os

from api.app import create_app
from api.door import Door
from api.options import Options
from bench.planting import VAULT
from commands.serving import calm_the_collector
from domain.kit.database import connect, house
from domain.kit.work import system_clock


def app() -> Door:
    made = house(connect(os.environ["BENCH_URL"]), system_clock, VAULT)
    served = create_app(made, Options(requests_per_minute=10**9))
    calm_the_collector()
    return served
