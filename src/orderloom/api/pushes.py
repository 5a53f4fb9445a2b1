"""/push: a platform's own messages without a key, let in by their signature. Nothing else of the hub can be reached
from here."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from orderloom.actions import orders, pushes
from orderloom.actions.hub import Hub
from orderloom.api import answers, bodies, callers, channels, pages, problems, schemas
from orderloom.api.door import Door
from orderloom.domain import pushes as schemes
from orderloom.inbox import orders as inbox_orders
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.store import workspaces

router = APIRouter(prefix="/push", tags=["pushes"])

Workspace = Annotated[str, Path(max_length=40, pattern=r"^[a-z][a-z0-9_]{0,39}$")]
# What a platform's test call comes as; a message is JSON.
_FORM = "application/x-www-form-urlencoded"
_DOCUMENTED = schemas.of(body=dict[str, Any], example={"id": 450789469, "name": "#1001"}, answer=channels.Received)


@router.post(
    "/{workspace}/{channel}",
    summary="A platform's own message, signed",
    openapi_extra={**_DOCUMENTED, "security": []},
    dependencies=[callers.for_everybody()],
)
async def push(request: Request, workspace: Workspace, channel: pages.Key) -> Response:
    """For a channel whose document names a `signature`: read and kept as by `/channels/{channel}/messages`, if the
    signature holds over the bytes as they came. What is not signed is answered with 401 and counted, nothing more."""
    bodies.kind(request, bodies.JSON, _FORM)
    raw = await bodies.read(request)
    return await run_in_threadpool(_push, request, workspace, channel, raw)


def _push(request: Request, workspace: str, channel: str, raw: bytes) -> Response:
    door: Door = request.app.state.door
    if workspaces.find(door.house.database, name=workspace) is None:
        raise _nowhere(channel)
    hub = door.house.hub(workspace)
    named = pushes.scheme(hub, channel)
    if not named:
        raise _nowhere(channel)
    if schemes.is_test_call(named, raw):
        return answers.json(channels.Received([], 0))
    signed(hub, channel, request, raw)
    bodies.kind(request, bodies.JSON)
    origin = orders.Origin(channel, "channel", f"push {channel}", channel)
    taken = inbox_orders.receive(hub, [raw], origin=origin, now=clock.now())
    return channels.received(taken)


def signed(hub: Hub, channel: str, request: Request, raw: bytes) -> None:
    """Raises a problem 401 for a message that is not signed as the channel's document says."""
    refused = pushes.admit(hub, channel, headers=request.headers, raw=raw, now=clock.now())
    if refused is not None:
        raise problems.Raised(401, refused)


def _nowhere(channel: str) -> problems.Raised:
    """The same for no workspace, no channel, and one whose messages are not signed: nobody learns what there is."""
    return problems.Raised(404, Refused("channel.not_pushed", {"channel": channel}))
