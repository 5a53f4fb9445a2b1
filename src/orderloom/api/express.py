"""The way of one plain order past the framework's layers.

`POST /orders` is asked more than all else together, and of its CPU in this process two thirds went between the server
and its function: matching routes, solving dependencies, exit stacks (docs/why/performance.md). The function is the
route's own. What is not plain, such as a request with parameters, goes the framework's way.
"""

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from orderloom.api import callers, orders, problems

_allowed = callers.Permission("orders:write")


class Express:
    """Takes plain orders out of the requests that come by; all others go on."""

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self.app = app
        self.path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a plain order, or pass the request on."""
        if scope["type"] == "http" and scope["path"] == self.path and _plain(scope):
            request = Request(scope, receive)
            response = await problems.guarded(request, _place(request))
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _plain(scope: Scope) -> bool:
    return scope["method"] == "POST" and not scope["query_string"]


async def _place(request: Request) -> Response:
    return await orders.place(request, await _allowed(request))
