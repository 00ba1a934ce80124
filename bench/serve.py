"""One server process: `python -m bench.serve MODULE FD` serves `MODULE.app()` on the socket that it inherits."""

import socket
import sys
from importlib import import_module

import uvicorn

module, descriptor = sys.argv[1:]
config = uvicorn.Config(
    import_module(module).app,
    factory=True,
    loop="uvloop",
    access_log=False,
    server_header=False,
    log_level="warning",
)
uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(descriptor))])
