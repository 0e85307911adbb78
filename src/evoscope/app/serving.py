"""A server that listens until it is stopped."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from contextlib import closing

import uvicorn

from evoscope.app.factory import create_app
from evoscope.app.record import log_to_stderr
from evoscope.app.settings import Settings

MOST_WAITING_CONNECTIONS = 2048


class _Server(uvicorn.Server):
    """Says where it listens once it does, on a line that a person or a program can read."""

    def __init__(self, config: uvicorn.Config, where: str, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._where, self._ready = where, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            print(f"Evoscope listens at {self._where} (Ctrl-C ends it)", flush=True)
            self._ready(self._where)


def serve(settings: Settings, *, ready: Callable[[str], None] = lambda _: None) -> int:
    """Serve until Ctrl-C or SIGTERM; return the exit code.

    Args:
        settings: where to listen, what to keep where.
        ready: called with the page's address once it answers.

    Raises:
        OSError: the port is taken, or may not be used.
        StoreError: the store cannot be opened.
    """
    # Opened first: a port that is taken is said before a store is touched.
    with closing(_listen(settings.host, settings.port)) as listening:
        log_to_stderr()
        _allow_many_connections()
        host, port = listening.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        config = uvicorn.Config(
            create_app(settings),
            access_log=False,  # it would write down paths and peers
            log_config=None,  # its errors quote what was sent: ours say kind and place
            server_header=False,
            proxy_headers=False,  # a peer is who connects, not who a header says
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
            backlog=MOST_WAITING_CONNECTIONS,
        )
        server = _Server(config, f"http://{shown}:{port}/", ready)
        server.run(sockets=[listening])
    return 0 if server.started else 1


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server(
            (host, port), family=family, backlog=MOST_WAITING_CONNECTIONS, reuse_port=False
        )
    except OSError as error:
        raise OSError(
            f"The server should listen at {host}:{port}. Found: {error.strerror or error}. "
            "Choose another port: --port 0 takes a free one."
        ) from None


def _allow_many_connections() -> None:
    """Raise the limit on open files to what the system allows: every connection is one."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
