"""/packs: documents as YAML in a zip, sent and taken as raw bytes."""

import tempfile
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from orderloom.actions import packs
from orderloom.actions.documents import Saved
from orderloom.api import answers, bodies, pages, problems, schemas
from orderloom.api import documents as document_doors
from orderloom.api.callers import Caller, may
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

router = APIRouter(prefix="/packs", tags=["packs"])

ZIP = "application/zip"
Comment = Annotated[str, Query(max_length=limits.TEXT_CHARS_MAX, pattern=pages.NO_NUL, description="Why.")]


class DraftTold(msgspec.Struct, omit_defaults=True):
    """What became of one document of a pack that was kept as drafts."""

    kind: str = ""
    name: str = ""
    edition: int = 0
    findings: list[document_doors.FindingShown] = []
    refused: problems.Said | None = None


class Applied(msgspec.Struct, omit_defaults=True):
    """What a pack brought: a publication, or drafts; neither when nothing differed."""

    published: document_doors.Published | None = None
    drafts: list[DraftTold] = []


class Shipped(msgspec.Struct):
    """A pack that comes with the hub: a company like it, with so many documents."""

    name: str
    title: dict[str, str]
    documents: int


_ZIPPED = {
    "responses": {
        "200": {
            "description": "A zip of YAML files; the same documents make the same bytes.",
            "content": {ZIP: {"schema": {"type": "string", "contentMediaType": ZIP}}},
        }
    }
}


@router.get("/shipped", summary="The packs that come with the hub", openapi_extra=schemas.of(answer=list[Shipped]))
def shipped(request: Request, caller: Caller = may("documents:read")) -> Response:
    """Companies to begin from."""
    found = request.app.state.door.house.shipped_packs()
    return answers.json([Shipped(name, pack.title, len(pack.documents)) for name, pack in found.items()])


@router.get("/shipped/{name}", summary="One pack that comes with the hub", openapi_extra=_ZIPPED)
def take(request: Request, name: pages.Key, caller: Caller = may("documents:read")) -> Response:
    """As it can be compared, applied and changed like one's own."""
    found = request.app.state.door.house.shipped_packs()
    if name not in found:
        raise problems.Raised(404, Refused("pack.not_shipped", {"name": name, "names": ", ".join(found)}))
    return _zip(found[name], name)


@router.get("/export", summary="What is in force, as a pack", openapi_extra=_ZIPPED)
def export(
    caller: Caller = may("documents:read"),
    kind: pages.Names = None,
    name: pages.Names = None,
) -> Response:
    """All of it, or these kinds and names."""
    return _zip(packs.export(caller.hub, kinds=kind or (), names=name or ()), "pack")


@router.post(
    "/diff",
    summary="Compare a pack with what is in force",
    openapi_extra=schemas.of(body_kind="file", answer=packs.Comparison),
)
async def diff(request: Request, caller: Caller = may("documents:read")) -> Response:
    """Document by document and place by place; nothing is changed."""
    pack = await _pack(request)
    return answers.json(await run_in_threadpool(packs.compare, caller.hub, pack))


@router.post(
    "/apply",
    summary="Take over what a pack has differently",
    openapi_extra=schemas.of(body_kind="file", answer=Applied),
)
async def apply(
    request: Request,
    caller: Caller = may("documents:write"),
    publish: Annotated[bool, Query(description="Put all in force together; needs documents:publish.")] = False,
    comment: Comment = "",
) -> Response:
    """As drafts, each for itself, or published together in one revision."""
    if publish and not caller.viewer.may("documents:publish"):
        raise problems.Raised(403, Refused("key.verb_missing", {"verb": "documents:publish"}))
    pack = await _pack(request)
    if publish:
        retired = (each.partition("/")[0] for each in pack.retires)
        document_doors.require_giver(caller, [*(each.kind for each in pack.documents), *retired])
        return await run_in_threadpool(_publish, caller, pack, comment)
    return await run_in_threadpool(_draft, caller, pack)


def _zip(pack: packs.Pack, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return Response(packs.write(pack), 200, headers, ZIP)


def _publish(caller: Caller, pack: packs.Pack, comment: str) -> Response:
    made = problems.fit(
        packs.publish(caller.hub, pack, comment=comment, actor=caller.name, origin=caller.place, now=caller.now)
    )
    return answers.json(Applied(document_doors.published(made) if made is not None else None))


def _draft(caller: Caller, pack: packs.Pack) -> Response:
    saved = packs.draft(caller.hub, pack, actor=caller.name, origin=caller.place, now=caller.now)
    return answers.json(Applied(drafts=[_told(each) for each in saved]))


def _told(saved: Saved | Refused) -> DraftTold:
    if isinstance(saved, Refused):
        return DraftTold(refused=problems.say(saved))
    return DraftTold(saved.kind, saved.name, saved.edition, document_doors.shown_all(saved))


async def _pack(request: Request) -> packs.Pack:
    """The body as a pack. Raises a problem 413 when it is too large, 422 when it is none."""
    with tempfile.TemporaryFile(prefix="orderloom-") as file:
        await bodies.into(request, file)
        file.seek(0)
        read = await run_in_threadpool(packs.read, file.read(limits.PACK_BYTES_MAX + 1))
    if isinstance(read, Refused):
        raise problems.Raised(413 if read.code == "pack.too_large" else 422, read, errors=[("body", read)])
    return read
