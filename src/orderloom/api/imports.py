"""/imports: send a file, see first what it would do, follow how far it is, fetch the rows that did not go in."""

import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from orderloom.actions import audit
from orderloom.actions import imports as imports_action
from orderloom.api import answers, bodies, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain.mappings import drafts
from orderloom.inbox import imports as inbox_imports
from orderloom.inbox import uploads
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import imports

router = APIRouter(prefix="/imports", tags=["imports"])

ImportId = Annotated[uuid.UUID, Path()]
_SHEETS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class Stands(msgspec.Struct):
    """An import, and where its rows are: `orders + amendments + quarantine + discarded == rows` once it is done."""

    imported: imports.Row
    places: imports_action.Counts


class Uploaded(msgspec.Struct):
    """The import of the file; `again` when it was in the house already, or on its way in."""

    imported: imports.Row
    again: bool


class FieldProblem(msgspec.Struct):
    """What is wrong with a row, counted as a spreadsheet does; the field is one of the mapping's targets."""

    row: int
    field: str
    told: problems.Said


class OrderProblem(msgspec.Struct):
    """Why an order of the file would wait in quarantine: its rows, the reason, and each field at fault."""

    external_no: str
    rows: list[int]
    told: problems.Said
    errors: list[FieldProblem]


class Previewed(msgspec.Struct):
    """What a file would do: the mapping found and where, its first rows, the drafts made of them, what is wrong."""

    file: str
    kind: str
    encoding: str
    sheet: str
    header: list[str]
    rows: list[list[str]]
    rows_total: int
    mapping: str
    mapping_from: str
    intents: dict[str, int]
    drafts: list[drafts.Draft]
    problems: list[OrderProblem]
    known_file: bool


@router.post(
    "",
    summary="Send a file of orders: CSV or Excel, packed or not, as the body",
    openapi_extra=schemas.of(
        answer=(Uploaded, Previewed),
        status=202,
        also={200: "A preview; or the file's first import, which is done."},
        body_kind="file",
    ),
)
async def send(
    request: Request,
    channel: Annotated[str, Query(min_length=1, max_length=128, pattern=pages.NO_NUL)],
    caller: Caller = may("imports:write"),
    file_name: Annotated[str, Query(max_length=200, pattern=pages.NO_NUL, description="What it is called.")] = "",
    preview: Annotated[bool, Query(description="Only show what it would do; nothing is kept.")] = False,
    sheet: Annotated[str, Query(max_length=128, pattern=pages.NO_NUL, description="Of a workbook.")] = "",
    member: Annotated[str, Query(max_length=200, pattern=pages.NO_NUL, description="Of a zip.")] = "",
    mapping: Annotated[
        str, Query(max_length=140, pattern=pages.NO_NUL, description="One of `/imports/mappings`; else it is found.")
    ] = "",
    create_skus: Annotated[bool, Query(description="Enter SKUs that are not known; needs skus:write.")] = False,
    history: Annotated[bool, Query(description="Orders that were fulfilled long ago.")] = False,
) -> Response:
    """It is imported by a job, whose progress is read at `/imports/{import_id}`. The same file again is done once."""
    if not caller.viewer.has_channel(channel):
        raise problems.Raised(403, Refused("channel.out_of_scope", {"channel": channel}))
    if create_skus and not caller.viewer.may("skus:write"):
        raise problems.Raised(403, Refused("key.verb_missing", {"verb": "skus:write"}))
    if mapping.startswith("channel/") and not caller.viewer.has_channel(mapping.removeprefix("channel/")):
        raise problems.Raised(403, Refused("channel.out_of_scope", {"channel": mapping.removeprefix("channel/")}))
    stated = problems.fit(inbox_imports.chosen(caller.hub, mapping))
    wanted = inbox_imports.Wanted(
        channel=channel, mapping=stated, actor=caller.name, name=file_name or "upload", sheet=sheet, member=member,
        create_skus=create_skus, history=history,
    )  # fmt: skip
    with tempfile.NamedTemporaryFile(prefix="orderloom-") as file:
        await bodies.into(request, file)
        work = _preview if preview else _take
        return await run_in_threadpool(work, caller, FilePath(file.name), wanted)


@router.get("", summary="Imports of files", openapi_extra=schemas.of(answer=imports.Page))
def page(
    caller: Caller = may("imports:read"),
    channel: pages.Name = None,
    state: Literal["running", "done", "failed"] | None = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """The newest first."""
    filters = imports.Filters(channel=channel, state=state)
    with caller.reading() as connection:
        found = imports.page(connection, viewer=caller.viewer, filters=filters, cursor=cursor, count=count)
    return answers.json(found)


@router.get(
    "/mappings", summary="By what files can be read", openapi_extra=schemas.of(answer=list[inbox_imports.Choice])
)
def mappings(caller: Caller = may("imports:read")) -> Response:
    """The shipped mapping, and those of channels in scope that read tables; without one stated a file is read by what
    files of its shape were read by last, its channel's own, or the shipped one."""
    found = inbox_imports.choices(caller.hub)
    return answers.json([each for each in found if not each.channel or caller.viewer.has_channel(each.channel)])


@router.get("/{import_id}", summary="One import", openapi_extra=schemas.of(answer=Stands))
def one(import_id: ImportId, caller: Caller = may("imports:read")) -> Response:
    """How far it is and what became of its rows."""
    return answers.json(Stands(_found(caller, import_id), imports_action.counts(caller.hub, import_id)))


@router.get(
    "/{import_id}/errors",
    summary="The rows that wait in quarantine, as a sheet",
    openapi_extra={
        "responses": {
            "200": {
                "description": "To be corrected and sent again.",
                "content": {kind: {"schema": {"type": "string"}} for kind in _SHEETS.values()},
            }
        }
    },
)
def errors(
    import_id: ImportId, caller: Caller = may("messages:open"), form: Literal["csv", "xlsx"] = "xlsx"
) -> Response:
    """Each row with its reason in both languages; who looked is written into the audit trail."""
    _found(caller, import_id)
    audit.opened_sheet(caller.hub, import_id, actor=caller.name, origin=caller.place, now=caller.now)
    headers = {"Content-Disposition": f'attachment; filename="errors-{import_id}.{form}"'}
    return StreamingResponse(_sheet(caller, import_id, form), 200, headers, _SHEETS[form])


def _sheet(caller: Caller, import_id: uuid.UUID, form: str) -> Iterator[bytes]:
    with uploads.sheet(caller.hub, import_id, suffix=f".{form}") as path:
        assert isinstance(path, FilePath), "imports are never deleted"
        with path.open("rb") as file:
            while part := file.read(limits.FIELD_BYTES_MAX):
                yield part


def _take(caller: Caller, path: FilePath, wanted: inbox_imports.Wanted) -> Response:
    taken = problems.fit(uploads.take(caller.hub, path, wanted, now=caller.now))
    found = _found(caller, taken.import_id)
    location = {"Location": f"/api/v1/imports/{taken.import_id}"}
    return answers.json(Uploaded(found, taken.again), 200 if found.state == "done" else 202, location)


def _preview(caller: Caller, path: FilePath, wanted: inbox_imports.Wanted) -> Response:
    shown = problems.fit(inbox_imports.preview(caller.hub, path, wanted))
    plain = {name: getattr(shown, name) for name in shown.__struct_fields__ if name != "problems"}
    return answers.json(Previewed(**plain, problems=[_told(each) for each in shown.problems]))


def _told(problem: inbox_imports.Problem) -> OrderProblem:
    """Fields in error stand beside the reason, by rows of the message, which are counted from 0."""
    found = []
    for each in problem.refused.data.get("errors", ()):
        row = problem.rows[each["row"]] if each.get("row") is not None else problem.rows[0]
        said = problems.say(Refused(each["code"], {**each.get("data", {}), "excerpt": each.get("excerpt", "")}))
        found.append(FieldProblem(row, each["path"], said))
    bare = Refused(
        problem.refused.code, {name: each for name, each in problem.refused.data.items() if name != "errors"}
    )
    return OrderProblem(problem.external_no, problem.rows, problems.say(bare), found)


def _found(caller: Caller, import_id: uuid.UUID) -> imports.Row:
    with caller.reading() as connection:
        found = imports.one(connection, viewer=caller.viewer, import_id=import_id)
    if found is None:
        raise problems.Raised(404, Refused("import.unknown", {"import_id": str(import_id)}))
    return found
