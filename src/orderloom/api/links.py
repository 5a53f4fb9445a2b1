"""Routes that whoever holds a link's token may ask, without a key: their problems, and the way in."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from fastapi import Request

from orderloom.actions import links
from orderloom.actions.hub import Hub
from orderloom.api import problems, schemas
from orderloom.api.door import Door
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.store import workspaces

Opening = TypeVar("Opening", covariant=True)
# Statuses that only the routes of links have.
STATUS = {"form.link_expired": 410, "form.link_used_up": 410, "form.too_fast": 429,
          "tracking.link_expired": 410, "tracking.too_fast": 429}  # fmt: skip


class Enter(Protocol[Opening]):
    """How a kind of links is entered."""

    def __call__(self, hub: Hub, token: str, *, now: dt.datetime) -> Opening | Refused:
        """The link of a token, counted."""
        ...


def of(extra: dict[str, Any], *, gone: str = "The link has expired.") -> dict[str, Any]:
    """What a route adds to its operation, with the problems that only a link has."""
    extra["security"] = []
    problem = {problems.MEDIA_TYPE: {"schema": schemas.ref(problems.Problem)}}
    extra["responses"]["410"] = {"description": gone, "content": problem}
    extra["responses"]["429"] = {"description": "Too many calls in this minute.", "content": problem}
    return extra


def entered(
    request: Request, token: str, *, enter: Enter[Opening], unknown: str, headers: Mapping[str, str] | None = None
) -> tuple[Hub, Opening]:
    """The hub and the link of a token, counted; raises a problem 404 (`unknown`), 410 or 429."""
    door: Door = request.app.state.door
    workspace = links.workspace_of(token)
    if workspace is None or workspaces.find(door.house.database, name=workspace) is None:
        raise raised(Refused(unknown), headers=headers)
    hub = door.house.hub(workspace)
    link = enter(hub, token, now=clock.now())
    if isinstance(link, Refused):
        raise raised(link, headers=headers)
    return hub, link


def raised(refused: Refused, *, headers: Mapping[str, str] | None = None) -> problems.Raised:
    """The problem that a link's route answers with."""
    status = STATUS.get(refused.code) or problems.status_of(refused)
    wait = {"Retry-After": "60"} if status == 429 else {}
    return problems.Raised(status, refused, headers={**(headers or {}), **wait})
