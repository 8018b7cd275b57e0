"""How the page is served: one process on one port, to this machine alone as long as nobody signs in."""

from __future__ import annotations

import asyncio
import sys

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

KEEP_ALIVE = 15
"""Seconds that a connection is kept open for the next request. Programs keep theirs for 5 (httpx) or less and ask on it
up to then: a server that hangs up as soon may lose requests that are under way."""
GRACE = 5
"""Seconds that requests under way are given when the server is to end."""
MOST_AT_ONCE = 400
"""Connections, those that are kept open too: some six for each browser. Who comes later is told to come again."""

TURN = 0.001
"""Seconds after which a thread that computes lets another have its turn. A page goes through several, one after the
other, and while a case is opened each would wait five times as long by Python's own habit."""


class TimedProtocol(H11Protocol):
    """HTTP in which the head of a request has to come within some seconds; who lets it trickle is hung up on."""

    patience = 10.0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on where a head has begun and not ended."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._wait()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.patience, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def make_server(app: FastAPI, host: str, port: int, protocol: type[TimedProtocol] = TimedProtocol) -> uvicorn.Server:
    """The server of an application, which has not begun yet."""
    sys.setswitchinterval(TURN)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=protocol,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=MOST_AT_ONCE,
        server_header=False,
        proxy_headers=False,
    )
    return uvicorn.Server(config)


def serve_app(app: FastAPI, host: str, port: int) -> None:
    """Serve until a signal ends it."""
    make_server(app, host, port).run()
