"""Serve the app with granian in this very process: one process, one event loop, a socket of its own."""

import asyncio
import contextlib
import signal
from pathlib import Path

import structlog
from fastapi import FastAPI
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from orderloom.api import app
from orderloom.api.door import House
from orderloom.kit import garbage, limits


def run(house: House, *, host: str, port: int, socket: Path | None = None) -> None:
    """Serve until SIGTERM or SIGINT; what is in hand is finished first. `socket` is a path in place of a port."""
    quiet_tracebacks()
    garbage.settle()
    asyncio.run(serve(app.create(house), host=host, port=port, socket=socket))


def quiet_tracebacks() -> None:
    """Log errors without the values of variables: an order's people stand in them."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])


async def serve(made: FastAPI, *, host: str, port: int, socket: Path | None = None) -> None:
    """Serve an app until this task is cancelled or the process is told to end."""
    server = Server(
        made,
        address=host,
        port=port,
        uds=socket,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=limits.WAIT_SECONDS_MAX * 1000),
        websockets=False,
        backlog=limits.DOOR_BACKLOG,
        backpressure=limits.DOOR_REQUESTS_MAX,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        # Only the main thread may, and not on every system.
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(each, server.stop)
    try:
        await server.serve()
    except asyncio.CancelledError:
        await server.shutdown()
        raise
