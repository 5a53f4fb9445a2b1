"""/files: uploads, checked by what is in them; read back by a key, or by the token that was told at the upload."""

import urllib.parse
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from orderloom.actions import files
from orderloom.api import answers, bodies, callers, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.api.door import Door
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import files as files_query
from orderloom.store import files as files_store
from orderloom.store import workspaces

router = APIRouter(prefix="/files", tags=["files"])
tokens = APIRouter(prefix="/files", tags=["files"])

FileName = Annotated[
    str, Query(max_length=limits.NAME_CHARS_MAX, pattern=pages.NO_NUL, description="The file's name as people know it.")
]
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_READ: dict[str, Any] = {"responses": {"200": {"description": "The bytes.", "content": {"*/*": _BYTES}}}}


def upload_of() -> dict[str, Any]:
    """What a route that takes an upload adds to its operation."""
    content = {"application/octet-stream": _BYTES, "image/*": _BYTES}
    return {**schemas.of(answer=files.Kept, status=201), "requestBody": {"required": True, "content": content}}


async def raw(request: Request) -> bytes:
    """A parameter that is the whole body, within bounds."""
    return await bodies.read(request)


@router.post("", summary="Upload a file", openapi_extra=upload_of())
def upload(
    request: Request,
    name: FileName = "",
    caller: Caller = may("files:write"),
    data: bytes = Depends(raw),
) -> Response:
    """JPEG, PNG and WebP of at most 5 MB, PDF, Excel, Word and plain text: known by their content. The id goes into a
    field; what no record or order uses within a day is gone."""
    upload = files.Upload(data, name, stated(request), _origin(caller), caller.name, caller.now)
    return kept(files.keep(caller.hub, upload))


@router.get("/{file_id}", summary="Read a file", openapi_extra=_READ)
def read(file_id: uuid.UUID, caller: Caller = may("files:read")) -> Response:
    """Its bytes, never shown as a page of ours; a key with a scope reads what hangs on its orders."""
    if "name" in caller.viewer.masks or "street" in caller.viewer.masks:
        # Nobody can mask a name on a photo.
        raise problems.Raised(403, Refused("key.verb_missing", {"verb": "unmasked"}))
    with caller.reading() as connection:
        if not files_query.reachable(connection, file_id, viewer=caller.viewer, origin=_origin(caller)):
            raise problems.Raised(404, Refused("upload.unknown"))
    return sent(files.read(caller.hub, file_id))


@tokens.get(
    "/{token}",
    summary="Read a file by its token",
    openapi_extra={**_READ, "security": []},
    dependencies=[callers.for_everybody()],
)
def by_token(request: Request, token: pages.Key) -> Response:
    """Whoever holds the token may read the file."""
    door: Door = request.app.state.door
    workspace = files.workspace_of(token)
    if workspace is None or workspaces.find(door.house.database, name=workspace) is None:
        raise problems.Raised(404, Refused("upload.unknown"))
    return sent(files.by_token(door.house.hub(workspace), token))


def _origin(caller: Caller) -> str:
    """The door of a key."""
    return f"key:{caller.key_id}"


def stated(request: Request) -> str:
    """The type that the sender gives."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()[: limits.NAME_CHARS_MAX]


def kept(done: files.Kept | Refused) -> Response:
    """The answer to an upload. Raises a problem 413 for what is too large, 415 for what is not taken."""
    if isinstance(done, Refused):
        raise problems.Raised(problems.status_of(done), done)
    return answers.json(done, 201)


def sent(found: tuple[files_store.File, bytes] | None) -> Response:
    """A file's bytes, never shown as a page of ours. Raises a problem 404 where there is none."""
    if found is None:
        raise problems.Raised(404, Refused("upload.unknown"))
    file, data = found
    shown = file.media_type.startswith("image/")
    name = urllib.parse.quote(file.name)
    headers = {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, 200, headers, file.media_type)
