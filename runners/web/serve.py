"""How the page is served: one process on one port, to this machine alone as long as nobody signs in."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

KEEP_ALIVE = 5
MOST_AT_ONCE = 200
"""Connections; who comes later is told to come again."""


def serve_app(app: FastAPI, host: str, port: int) -> None:
    """Serve until a signal ends it."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE,
        limit_concurrency=MOST_AT_ONCE,
        server_header=False,
        proxy_headers=False,
    )
