"""Writes that are no commands on one order: run in a thread, and at most once under an Idempotency-Key."""

from collections.abc import Callable
from typing import Any

import msgspec
from fastapi import Request, Response

from orderloom.actions import once as once_action
from orderloom.api import answers, bodies, problems
from orderloom.api.callers import Caller
from orderloom.kit.refusals import Refused


class _Answer(msgspec.Struct):
    status: int
    body: Any


def run(request: Request, caller: Caller, work: Callable[[], Response]) -> Response:
    """The response of the work, or the first one under the same key. Raises a problem 409 for another body."""
    once = bodies.once(request, request.state.raw, caller=str(caller.key_id))(0)
    if once is None:
        return work()

    def kept() -> bytes:
        response = work()
        return msgspec.json.encode(_Answer(response.status_code, msgspec.Raw(bytes(response.body))))

    answer = once_action.run(caller.hub, once, kept, now=caller.now)
    if isinstance(answer, Refused):
        raise problems.Raised(409, answer)
    read = msgspec.json.decode(answer, type=_Answer)
    return answers.json(read.body, read.status)
