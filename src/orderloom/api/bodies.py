"""Bodies of requests: read within bounds, decoded by msgspec, refused with the place that is wrong."""

import hashlib
import urllib.parse
from collections.abc import AsyncIterator, Callable
from typing import IO, Annotated, Any, TypeVar

import msgspec
from fastapi import Depends, Request

from orderloom.api import problems
from orderloom.inbox import fitness
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import idempotency

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

JSON = "application/json"
NDJSON = "application/x-ndjson"
FILE = "application/octet-stream"
FORM = "application/x-www-form-urlencoded"


async def read(request: Request) -> bytes:
    """The whole body. Raises a problem 413 beyond `limits.BODY_BYTES_MAX`, before it is read where that can be seen."""
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > limits.BODY_BYTES_MAX:
        raise _too_large()
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limits.BODY_BYTES_MAX:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


async def into(request: Request, target: IO[bytes], *, bytes_max: int = limits.FILE_BYTES_MAX) -> None:
    """Write the body to a file, as it comes. Raises a problem 413 beyond `bytes_max`, 415 for a form."""
    if request.headers.get("content-type", "").strip().lower().startswith("multipart/"):
        kind(request, FILE)
    stated = request.headers.get("content-length", "")
    size = int(stated) if stated.isdigit() else 0
    if size <= bytes_max:
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > bytes_max:
                break
            target.write(part)
    if size > bytes_max:
        refused = Refused("file.too_large", {"bytes": size, "bytes_max": bytes_max})
        raise problems.Raised(413, refused, headers={"Connection": "close"})
    target.flush()


async def lines(request: Request) -> AsyncIterator[bytes]:
    """The lines of an NDJSON body as they come, empty ones left out; each, and their number, within bounds."""
    rest, count = b"", 0
    async for part in request.stream():
        *whole, rest = (rest + part).split(b"\n")
        if len(rest) > limits.BODY_BYTES_MAX:
            raise _too_large()
        for line in whole:
            if stripped := line.strip():
                count += 1
                yield stripped
        if count > limits.NDJSON_LINES_MAX:
            raise problems.Raised(413, Refused("body.too_many_lines", {"most": limits.NDJSON_LINES_MAX}))
    if stripped := rest.strip():
        yield stripped


def kind(request: Request, *allowed: str) -> str:
    """The body's content type, one of those allowed; raises a problem 415."""
    stated = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if stated not in allowed:
        raise problems.Raised(
            415,
            Refused(
                "body.wrong_type_stated", {"stated": stated[: limits.NAME_CHARS_MAX], "allowed": ", ".join(allowed)}
            ),
        )
    return stated


def decode(decoder: "msgspec.json.Decoder[T]", raw: bytes | msgspec.Raw, *, under: str = "$") -> T:
    """Decode; raises a problem 422 that names the place."""
    try:
        refuse_nul(bytes(raw))
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, Nul) as error:
        place, refused = (
            problems.malformed(error, under=under) if not isinstance(error, Nul) else (under, error.refused)
        )
        raise problems.Raised(422, refused, errors=[(place, refused)]) from None


class Nul(Exception):
    """The character U+0000, which no text of ours may hold (PostgreSQL cannot store it)."""

    refused = Refused("body.nul_character", {})


def refuse_nul(raw: bytes) -> None:
    """Raises Nul. A literal backslash before `u0000` is taken for it too: nobody writes that in an order."""
    if b"\0" in raw or b"\\u0000" in raw:
        raise Nul


def one(type_: type[T]) -> Any:
    """A parameter that is the JSON body as this type."""
    decoder = msgspec.json.Decoder(type_)

    async def body(request: Request) -> T:
        kind(request, JSON)
        raw = await read(request)
        request.state.raw = raw
        read_body = decode(decoder, raw)
        try:
            fitness.check(read_body)
        except fitness.Unfit as unfit:
            raise problems.Raised(422, unfit.refused, errors=[(unfit.place, unfit.refused)]) from None
        return read_body

    return Depends(body)


def form(type_: type[S]) -> Any:
    """A parameter that is a form's fields as this type. Fields that it does not know are left out, and what is wrong is
    a problem 400: forms come by other people's protocols, which want it so."""
    names = {each.name for each in msgspec.structs.fields(type_)}

    async def body(request: Request) -> S:
        kind(request, FORM)
        raw = await read(request)
        try:
            refuse_nul(raw)
            said = urllib.parse.parse_qsl(raw.decode("ascii"), max_num_fields=limits.BODY_PAIRS_MAX)
            return msgspec.convert({name: value for name, value in said if name in names}, type_)
        except (ValueError, Nul) as error:
            refused = Refused("body.unfit", {"place": "$", "problem": str(error)[: limits.NAME_CHARS_MAX]})
            raise problems.Raised(400, refused, errors=[("$", refused)]) from None

    return Depends(body)


def nothing() -> Any:
    """A parameter that takes no body; one that comes is read within bounds and ignored."""

    async def body(request: Request) -> None:
        request.state.raw = await read(request)

    return Depends(body)


def many(type_: type[T]) -> Any:
    """A parameter that is the JSON body as a list of at most `limits.COMMANDS_PER_REQUEST_MAX` of this type."""
    return one(list_of(type_))


def list_of(type_: Any) -> Any:
    """The type of a list of one to `limits.COMMANDS_PER_REQUEST_MAX`."""
    return Annotated[list[type_], msgspec.Meta(min_length=1, max_length=limits.COMMANDS_PER_REQUEST_MAX)]


def once(request: Request, raw: bytes, *, caller: str) -> Callable[[int], idempotency.Once | None]:
    """What makes the caller's Idempotency-Key hold for the n-th item of a request; nothing without the header.

    The hash covers method, path and the whole body, so another body, or another verb, under the key is refused.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return lambda _: None
    if not 0 < len(key) <= limits.NAME_CHARS_MAX or not key.isascii() or not key.isprintable():
        refused = Refused("idempotency.bad_key", {"most": limits.NAME_CHARS_MAX})
        raise problems.Raised(422, refused, errors=[("header.Idempotency-Key", refused)])
    hashed = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode() + raw).digest()
    return lambda number: idempotency.Once(caller, f"{key}#{number}" if number else key, hashed)


def _too_large() -> problems.Raised:
    return problems.Raised(
        413, Refused("body.too_large", {"most": limits.BODY_BYTES_MAX}), headers={"Connection": "close"}
    )
