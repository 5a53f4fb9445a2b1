"""The HTTP door: every router under /api/v1, the console at /, problems, bounds on every answer's headers."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orderloom.api import (
    advices,
    alerts,
    approvals,
    audit,
    backtests,
    breakers,
    callers,
    channels,
    console,
    credit,
    dealings,
    desk,
    divisions,
    document_previews,
    documents,
    events,
    express,
    files,
    flow_components,
    flows,
    forms,
    history,
    imports,
    keys,
    leaving,
    leftovers,
    messages,
    messengers,
    metrics,
    names,
    notices,
    order_reads,
    order_verbs,
    orders,
    outbox,
    overview,
    packs,
    page,
    points,
    previews,
    problems,
    providers,
    public_forms,
    pushes,
    records,
    reference,
    schemas,
    session,
    shadows,
    shipments,
    simulations,
    stock,
    subjects,
    tracking,
    users,
    views,
    webhooks,
)
from orderloom.api.door import Door, House
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

PREFIX = "/api/v1"
_DESCRIPTION = """
One router per word. Lists take many and answer with an outcome for each; a refusal is part of its outcome
(207 when there is one among many, 409 with a problem for a single command). Malformed shape is 422 with the places.
`Idempotency-Key` on a POST: the same key and body get the first answer for 30 days, another body is 409.
Amounts are integer minor units, times RFC 3339 with a zone, quantities decimals of the stated unit.
"""
ROUTERS: tuple[APIRouter, ...] = (
    orders.router,
    order_verbs.router,
    order_reads.router,
    tracking.router,
    dealings.router,
    advices.router,
    shipments.router,
    stock.router,
    credit.router,
    approvals.router,
    breakers.router,
    outbox.router,
    channels.router,
    history.router,
    reference.router,
    records.router,
    forms.router,
    divisions.router,
    subjects.router,
    files.router,
    events.router,
    notices.router,
    messengers.router,
    webhooks.router,
    messages.router,
    imports.router,
    overview.router,
    previews.router,
    desk.router,
    names.router,
    documents.router,
    simulations.router,
    flow_components.router,
    points.router,
    document_previews.router,
    flows.router,
    backtests.router,
    shadows.router,
    packs.router,
    alerts.router,
    metrics.router,
    keys.router,
    users.router,
    session.router,
    providers.router,
    leaving.router,
    audit.router,
    views.router,
)
# Beside them: the page, what is reached by a token in the address, and last the console, which takes all else.
ROOT_ROUTERS: tuple[APIRouter, ...] = (
    page.router, public_forms.router, tracking.by_link, dealings.page_router,
    pushes.router, files.tokens, console.router,
)  # fmt: skip
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
# Whoever came by https once asks by nothing else for a year.
_SECURED = (b"strict-transport-security", b"max-age=31536000")


def create(house: House) -> FastAPI:
    """The app over a house; its gatherers are closed when the server stops, the house itself stays open."""

    @contextlib.asynccontextmanager
    async def lifespan(made: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(made.state.door.close)

    app = FastAPI(
        title="OrderLoom 织单",
        version="1",
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.door = Door(house)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    for router in ROOT_ROUTERS:
        app.include_router(router)
    app.openapi = _once(app)  # type: ignore[method-assign]
    app.add_middleware(express.Express, path=f"{PREFIX}/orders")
    app.add_middleware(Addresses)
    app.add_middleware(leftovers.Leftovers)
    app.add_middleware(Headers)
    return app


class Headers:
    """Puts the headers on every answer that keep browsers from guessing, framing and storing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def started(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                headers = [*_HEADERS, _SECURED] if callers.secure(Request(scope)) else _HEADERS
                message["headers"] = [*message["headers"], *(each for each in headers if each[0] not in present)]
            await send(message)

        await self.app(scope, receive, started if scope["type"] == "http" else send)


class Addresses:
    """Refuses addresses that are longer than allowed, and those with U+0000, which no text of ours may hold."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with the problem."""
        refused = _refused(scope) if scope["type"] == "http" else None
        handler = self.app if refused is None else problems.answer(Request(scope), refused)
        await handler(scope, receive, send)


def _refused(scope: Scope) -> problems.Raised | None:
    query: bytes = scope["query_string"]
    if len(query) > limits.DOOR_QUERY_BYTES_MAX:
        most = {"bytes": len(query), "bytes_max": limits.DOOR_QUERY_BYTES_MAX}
        return problems.Raised(414, Refused("door.query_too_long", most))
    if b"%00" in query or "\0" in scope["path"]:
        return problems.Raised(422, Refused("door.nul_in_address", {}))
    return None


def _once(app: FastAPI) -> Any:
    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = schemas.document(app)
        return app.openapi_schema

    return openapi
