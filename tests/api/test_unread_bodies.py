"""A request that is refused before its body was read: the connection goes on, or the answer says that it ends."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import IO
from urllib.parse import urlsplit

import pytest
from tests.api.conftest import order

from orderloom.kit import limits

BODY = json.dumps(order()).encode()
PATHS = ["/api/v1/orders", "/api/v1/orders?wait=false", "/api/v1/customers", "/no-such-page"]


@contextlib.contextmanager
def _connected(address: str) -> Iterator[tuple[socket.socket, IO[bytes]]]:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as sending, sending.makefile("rb") as said:
        yield sending, said


def _head(path: str, length: int, *more: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: hub", "Content-Type: application/json", f"Content-Length: {length}", *more]
    return "\r\n".join([*lines, "", ""]).encode()


def _answer(said: IO[bytes]) -> tuple[int, dict[bytes, bytes]]:
    status = int(said.readline().split()[1])
    headers = {}
    while (line := said.readline()).strip():
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    said.read(int(headers[b"content-length"]))
    return status, headers


@pytest.mark.parametrize("path", PATHS)
def test_the_next_request_is_answered_however_late_the_body_of_a_refused_one_comes(address: str, path: str) -> None:
    with _connected(address) as (sending, said):
        for _ in range(3):
            sending.sendall(_head(path, len(BODY)))
            time.sleep(0.1)
            sending.sendall(BODY)
            status, headers = _answer(said)
            assert status in (401, 404, 405) and b"connection" not in headers


@pytest.mark.parametrize(
    ("length", "more"),
    [(limits.LEFTOVER_BYTES_MAX + 1, ()), (len(BODY), ("Expect: 100-continue",)), (2 * len(BODY), ())],
    ids=["too much", "asked first", "never comes"],
)
def test_an_answer_that_cannot_wait_for_the_body_says_that_the_connection_ends(
    address: str, length: int, more: tuple[str, ...]
) -> None:
    with _connected(address) as (sending, said):
        begun = time.monotonic()
        sending.sendall(_head("/api/v1/orders", length, *more) + (b"" if more else BODY))
        status, headers = _answer(said)
        assert (status, headers.get(b"connection")) == (401, b"close")
        assert said.read() == b"" and time.monotonic() - begun < limits.LEFTOVER_SECONDS_MAX + 10


def test_a_body_in_pieces_without_a_stated_length_is_taken_in_too(address: str) -> None:
    with _connected(address) as (sending, said):
        for _ in range(2):
            sending.sendall(_head("/api/v1/orders", 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked"))
            for each in (BODY[:10], BODY[10:], b""):
                time.sleep(0.05)
                sending.sendall(f"{len(each):x}\r\n".encode() + each + b"\r\n")
            assert _answer(said)[0] == 401
