"""`bench door`: one order per HTTP request over a real socket, at 1, 8 and 32 connections.

The server is a process of its own; the load comes from this one, on the same cores, by a client that does no more
than write a request and read its answer.
"""

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from orderloom.actions import keys
from orderloom.actions.hub import Hub
from orderloom.bench import company, grounds
from orderloom.domain.mappings import drafts
from orderloom.kit import clock, limits, settings

WORKSPACE = "bench_door"
RUNS = 3
_SERVER = """
from orderloom import house as houses
from orderloom.api import serve
house = houses.build()
serve.run(house, host=house.settings.host, port=house.settings.port)
"""


class Extent(msgspec.Struct, frozen=True):
    """How much is measured: the company's size, orders by the number of connections, and how many go off the clock."""

    size: company.Size
    orders: dict[int, int]
    warm: int = 200
    runs: int = RUNS


FULL = Extent(company.Size(), {1: 400, 8: 2_000, 32: 6_000})
QUICK = Extent(company.QUICK, {1: 150, 8: 1_000, 32: 3_000}, runs=1)


def report(chosen: settings.Settings, *, quick: bool) -> dict[str, Any]:
    """The figures of performance.md."""
    return measure(chosen, QUICK if quick else FULL)


def measure(chosen: settings.Settings, extent: Extent) -> dict[str, Any]:
    """Orders a second and the latency that half and 99 of 100 stay under; medians of the runs."""
    with grounds.new(chosen, WORKSPACE) as hub:
        company.build(hub, size=extent.size, now=clock.now())
        key = _key(hub)
        with _server(chosen) as port:
            _shoot(port, _requests(extent, key, count=extent.warm, seed=1), connections=8)
            return {
                f"c{connections}": _median(
                    [
                        _shoot(
                            port,
                            _requests(extent, key, count=count, seed=100 * connections + run),
                            connections=connections,
                        )
                        for run in range(extent.runs)
                    ]
                )
                for connections, count in extent.orders.items()
            }


def _median(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 1) for name in runs[0]}


def _key(hub: Hub) -> str:
    wanted = keys.Wanted("bench", ["orders:write"])
    made = keys.make(hub.database, hub.ids, wanted, workspace=hub.workspace, now=clock.now())
    assert isinstance(made, keys.Made), made
    return made.text


@contextlib.contextmanager
def _server(chosen: settings.Settings) -> Iterator[int]:
    """A server process of its own, ended with the block; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    told = {"ORDERLOOM_DATA": str(chosen.data), "ORDERLOOM_HOST": "127.0.0.1", "ORDERLOOM_PORT": str(port)}
    if chosen.database_url:
        told["ORDERLOOM_DATABASE_URL"] = chosen.database_url
    if chosen.secret_key:
        told["ORDERLOOM_SECRET_KEY"] = chosen.secret_key
    process = subprocess.Popen([sys.executable, "-c", _SERVER], env={**os.environ, **told}, stdout=subprocess.DEVNULL)
    try:
        _await(process, port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(limits.WAIT_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + limits.WAIT_SECONDS_MAX
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        assert process.poll() is None, "the server ended before it listened"
        assert time.monotonic() < deadline, "the server did not listen in time"
        time.sleep(0.1)


def _requests(extent: Extent, key: str, *, count: int, seed: int) -> list[bytes]:
    """Whole HTTP requests, made before the clock starts."""
    head = (
        "POST /api/v1/orders HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\n"
    )
    bodies = [_body(each) for each in company.drafts_for(extent.size, count=count, seed=seed, now=clock.now())]
    return [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]


def _body(draft: drafts.Draft) -> bytes:
    person = {
        name: value for name, value in msgspec.to_builtins(draft.consignee).items() if name not in ("phone_state",)
    }
    return msgspec.json.encode(
        {
            "channel": "web",
            "external_no": draft.external_no,
            "customer_no": draft.customer_no,
            "consignee": person,
            "buyer": person,
            "payment_method": draft.payment_method,
            "placed_at": draft.placed_at,
            "lines": [
                {
                    "line_no": line.line_no,
                    "sku": line.sku,
                    "quantity": line.quantity,
                    "price": line.price,
                    "main": line.main,
                }
                for line in draft.lines
            ],
        }
    )


def _shoot(port: int, requests: Sequence[bytes], *, connections: int) -> dict[str, float]:
    """Send every request once; a connection sends its next when it has its answer."""
    taken, seconds = asyncio.run(_fire(port, requests, connections))
    ordered = sorted(taken)
    return {
        "orders_per_s": len(taken) / seconds,
        "p50_ms": ordered[len(ordered) // 2] * 1000,
        "p99_ms": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1000,
    }


async def _fire(port: int, requests: Sequence[bytes], connections: int) -> tuple[list[float], float]:
    left = iter(requests)
    taken: list[float] = []
    started = time.perf_counter()
    await asyncio.gather(*(_connection(port, left, taken) for _ in range(connections)))
    return taken, time.perf_counter() - started


async def _connection(port: int, left: Iterator[bytes], taken: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in left:
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        taken.append(time.perf_counter() - started)
        assert head.startswith(b"HTTP/1.1 201"), head + body
        assert b'"stage":"allocated"' in body, body
    writer.close()
    await writer.wait_closed()
