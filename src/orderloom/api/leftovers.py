"""What is left of a request's body when its answer is already known.

A request may be refused before its body was read: no key, no permission, too long an address. The server closes a
connection whose body is not at its end, without a word, and a client that keeps connections then loses the request
after that one. So what is left is taken in first; where it is too much or too slow, the answer says
`Connection: close` (RFC 9112, section 9.6).
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orderloom.kit import limits

_CLOSE = (b"connection", b"close")


class Leftovers:
    """Leaves every connection at the end of its request, or says that it ends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or not _has_body(scope):
            await self.app(scope, receive, send)
            return
        reading = True

        async def read() -> Message:
            nonlocal reading
            message = await receive()
            reading = message["type"] == "http.request" and message.get("more_body", False)
            return message

        async def started(message: Message) -> None:
            if message["type"] == "http.response.start" and reading and not await _taken_in(scope, read):
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *([] if b"connection" in present else [_CLOSE])]
            await send(message)

        await self.app(scope, read, started)


def _has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )


async def _taken_in(scope: Scope, read: Receive) -> bool:
    """Whether the body was read to its end, within bounds."""
    headers = dict(scope["headers"])
    stated = headers.get(b"content-length", b"0")
    # Who asks whether to send it (`Expect`) is better told at once not to.
    if b"expect" in headers or not stated.isdigit() or int(stated) > limits.LEFTOVER_BYTES_MAX:
        return False
    size = 0
    try:
        async with asyncio.timeout(limits.LEFTOVER_SECONDS_MAX):
            while size <= limits.LEFTOVER_BYTES_MAX:
                message = await read()
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return True
    except TimeoutError:
        pass
    return False
