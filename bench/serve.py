"""One server process: `python -m bench.serve MODULE HTTP FD` serves `MODULE.app()` on the socket that it inherits."""

import socket
import sys
from importlib import import_module

import uvicorn

module, http, descriptor = sys.argv[1:]
config = uvicorn.Config(
    import_module(module).app,
    factory=True,
    loop="uvloop",
    http=http,  # the same for everybody: what the product runs with
    access_log=False,
    server_header=False,
    log_level="warning",
)
uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(descriptor))])
