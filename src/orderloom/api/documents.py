"""/kinds and /documents: what business people shape. A draft is saved over an edition, several published together."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from orderloom.actions import documents, flow_replays, flows, judging
from orderloom.actions.kinds import KINDS
from orderloom.api import answers, bodies, pages, problems, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.domain import codes, roles
from orderloom.domain.documents import checking
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import documents as documents_query
from orderloom.store.documents import Draft

router = APIRouter(tags=["documents"])

Word = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Comment = Annotated[str, msgspec.Meta(max_length=limits.TEXT_CHARS_MAX)]
Side = Annotated[int, Query(ge=0, le=2**31 - 1, description="A version; 0 is the draft.")]

_cases_of = msgspec.json.Decoder(list[dict[str, Any]])
_content_of = msgspec.json.Decoder(dict[str, Any])


class KindShown(msgspec.Struct):
    """A kind of document: what it is called, the JSON Schema of its content, an example, whether it has cases, and the
    example's."""

    name: str
    label_zh: str
    label_en: str
    schema: dict[str, Any]
    example: dict[str, Any]
    has_cases: bool
    cases: list[dict[str, Any]]


class FindingShown(msgspec.Struct, omit_defaults=True):
    """Something wrong with a document, in both languages; `path` is a JSON Pointer into its content. An error forbids
    publishing. `because_of` names the documents whose change would bring it to this one; `data` is what the sentence
    was made of."""

    kind: str
    name: str
    level: str
    path: str
    code: str
    zh: str
    en: str
    because_of: str = ""
    data: Mapping[str, Any] = {}


class DraftBody(msgspec.Struct, forbid_unknown_fields=True):
    """A draft as it is saved over the `edition` that was seen, 0 for none. `base_version` is the version it was made
    from; without it the newest, or what the draft had."""

    content: msgspec.Raw
    cases: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"[]"))
    edition: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] = 0
    base_version: Annotated[int, msgspec.Meta(ge=0, lt=2**31)] | None = None


class DraftSaved(msgspec.Struct):
    """The edition that was saved, and what is wrong with it so far; cases are run by `check`."""

    edition: int
    base_version: int
    findings: list[FindingShown]


class PickBody(msgspec.Struct, forbid_unknown_fields=True):
    """A document's draft; with an `edition` only that one."""

    kind: Name
    name: Name
    edition: Annotated[int, msgspec.Meta(ge=1, lt=2**31)] | None = None


Picks: Any = Annotated[list[PickBody], msgspec.Meta(min_length=1, max_length=limits.DOCUMENTS_PER_PUBLICATION_MAX)]


class PublishBody(msgspec.Struct, forbid_unknown_fields=True):
    """Drafts to be put in force together, and why. With `move_runs` running flows that fit go on by the new versions;
    without it they finish on those that they began with."""

    documents: Annotated[list[PickBody], msgspec.Meta(min_length=1, max_length=limits.DOCUMENTS_PER_PUBLICATION_MAX)]
    comment: Comment = ""
    move_runs: bool = False


class VersionBody(msgspec.Struct, forbid_unknown_fields=True):
    """A version of the document, and why."""

    version: Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
    comment: Comment = ""


class CommentBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why."""

    comment: Comment = ""


class Published(msgspec.Struct):
    """What came into force, what went, with which revision of the workspace; the warnings, among them how many runs of
    flows could go on by the new version; and those that were `moved` to it."""

    revision: int
    published: list[documents.Entry]
    retired: list[documents.Entry]
    findings: list[FindingShown]
    moved: list[flow_replays.Moved] = []


class Checked(msgspec.Struct):
    """Whether the drafts could be published together now, and all that was found."""

    publishable: bool
    findings: list[FindingShown]


@router.get("/kinds", summary="Kinds of documents", openapi_extra=schemas.of(answer=list[KindShown]))
def kinds(caller: Caller = may("documents:read")) -> Response:
    """Each with the JSON Schema of its content and an example that may be published as it is."""
    return answers.json(
        [
            KindShown(
                each.name, each.label_zh, each.label_en, dict(each.schema), dict(each.example),
                each.run_cases is not None, [dict(case) for case in each.cases],
            )
            for each in KINDS.values()
        ]
    )  # fmt: skip


@router.get("/documents", summary="Documents", openapi_extra=schemas.of(answer=documents_query.Rows))
def listing(
    caller: Caller = may("documents:read"),
    kind: pages.Name = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """By kind and name, with the drafts beside them."""
    with caller.reading() as connection:
        found = documents_query.listing(connection, viewer=caller.viewer, kind=kind, cursor=cursor, count=count)
    return answers.json(found)


@router.post(
    "/documents/check",
    summary="Check drafts and run their cases",
    openapi_extra=schemas.of(body=Picks, example=[{"kind": "rules", "name": "sourcing"}], answer=Checked),
)
def check(caller: Caller = may("documents:write"), body: list[PickBody] = bodies.one(Picks)) -> Response:
    """As if they were published together now, beside all that is in force; nothing is changed."""
    found = _done(documents.check_drafts(caller.hub, _picks(body)))
    return answers.json(Checked(judging.refusal(found) is None, [shown(each) for each in found]))


@router.post(
    "/documents/publish",
    summary="Publish drafts together",
    openapi_extra=schemas.of(
        body=PublishBody,
        example={"documents": [{"kind": "rules", "name": "sourcing", "edition": 3}], "comment": "半径 500 公里"},
        answer=Published,
    ),
)
def publish(
    request: Request, caller: Caller = may("documents:publish"), body: PublishBody = bodies.one(PublishBody)
) -> Response:
    """All of them in one revision, or none; in force with the next order, in every process within a second. Roles are
    published by those who also give them: `users:write`."""
    require_giver(caller, (each.kind for each in body.documents))

    def work() -> Response:
        picks = _picks(body.documents)
        made = _done(
            documents.publish_drafts(
                caller.hub, picks, comment=body.comment, actor=caller.name, origin=caller.place, now=caller.now
            )
        )
        moved: list[flow_replays.Moved] = []
        if body.move_runs:
            caller.require_whole_scope()
            teller = flows.Teller(caller.name, caller.source)
            moved = flow_replays.move(caller.hub, made.published, teller=teller, now=caller.now)
        return answers.json(msgspec.structs.replace(published(made), moved=moved))

    return writes.run(request, caller, work)


@router.get("/documents/{kind}/{name}", summary="A document", openapi_extra=schemas.of(answer=documents_query.Document))
def one(
    kind: Word,
    name: Word,
    caller: Caller = may("documents:read"),
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="None: the newest.")] = None,
) -> Response:
    """With its cases; a retired one too."""
    with caller.reading() as connection:
        found = documents_query.one(connection, kind, name, viewer=caller.viewer, version=version)
    return answers.json(_there(found, kind, name, version))


@router.get(
    "/documents/{kind}/{name}/history",
    summary="Versions of a document",
    openapi_extra=schemas.of(answer=documents_query.History),
)
def history(
    kind: Word,
    name: Word,
    caller: Caller = may("documents:read"),
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """The newest first: who published it, when and why."""
    with caller.reading() as connection:
        found = documents_query.history(connection, kind, name, viewer=caller.viewer, cursor=cursor, count=count)
    return answers.json(found)


@router.get(
    "/documents/{kind}/{name}/diff",
    summary="What two versions differ in",
    openapi_extra=schemas.of(answer=documents_query.Diff),
)
def diff(kind: Word, name: Word, before: Side, caller: Caller = may("documents:read"), after: Side = 0) -> Response:
    """Place by place; side 0 is the draft."""
    with caller.reading() as connection:
        found = documents_query.diff(connection, kind, name, viewer=caller.viewer, before=before, after=after)
    return answers.json(_there(found, kind, name, after or before))


@router.get("/documents/{kind}/{name}/draft", summary="The draft", openapi_extra=schemas.of(answer=Draft))
def draft(kind: Word, name: Word, caller: Caller = may("documents:read")) -> Response:
    """With its edition, to be saved over."""
    with caller.reading() as connection:
        found = documents_query.draft(connection, kind, name, viewer=caller.viewer)
    if found is None:
        raise problems.Raised(404, Refused("document.no_draft", {"kind": kind, "name": name}))
    return answers.json(found)


@router.put(
    "/documents/{kind}/{name}/draft",
    summary="Save the draft",
    openapi_extra=schemas.of(
        body=DraftBody, example={"content": {"point": "grade", "content": {"nodes": [], "edges": []}}, "edition": 0},
        answer=DraftSaved,
    ),
)  # fmt: skip
def save(
    kind: Word, name: Word, caller: Caller = may("documents:write"), body: DraftBody = bodies.one(DraftBody)
) -> Response:
    """Over the edition that was seen; 409 says who saved another, when, and what differs. One with errors is kept."""
    content = bodies.decode(_content_of, body.content, under="$.content")
    cases = bodies.decode(_cases_of, body.cases, under="$.cases")
    edit = documents.Edit(kind, name, content, cases, body.edition, body.base_version)
    [saved] = documents.save_drafts(caller.hub, [edit], actor=caller.name, origin=caller.place, now=caller.now)
    if isinstance(saved, Refused):
        raise problems.Raised(problems.status_of(saved), saved)
    return answers.json(DraftSaved(saved.edition, saved.base_version, shown_all(saved)))


@router.delete(
    "/documents/{kind}/{name}/draft", summary="Give the draft up", openapi_extra=schemas.of(answer=answers.Done)
)
def drop(kind: Word, name: Word, caller: Caller = may("documents:write")) -> Response:
    """What is in force stays as it is."""
    [refused] = documents.drop_drafts(
        caller.hub, [(kind, name)], actor=caller.name, origin=caller.place, now=caller.now
    )
    if refused is not None:
        raise problems.Raised(problems.status_of(refused), refused)
    return answers.json(answers.Done())


@router.post(
    "/documents/{kind}/{name}/roll-back",
    summary="Put an old version in force again",
    openapi_extra=schemas.of(body=VersionBody, example={"version": 1, "comment": "恢复 300 公里"}, answer=Published),
)
def roll_back(
    request: Request,
    kind: Word,
    name: Word,
    caller: Caller = may("documents:publish"),
    body: VersionBody = bodies.one(VersionBody),
) -> Response:
    """What it said is published as a new version."""
    require_giver(caller, [kind])

    def work() -> Response:
        made = documents.roll_back(
            caller.hub, (kind, name), body.version, comment=body.comment, actor=caller.name, origin=caller.place,
            now=caller.now,
        )  # fmt: skip
        return _published(made)

    return writes.run(request, caller, work)


@router.post(
    "/documents/{kind}/{name}/retire",
    summary="Take a document out of force",
    openapi_extra=schemas.of(body=CommentBody, example={"comment": "活动结束"}, answer=Published),
)
def retire(
    request: Request,
    kind: Word,
    name: Word,
    caller: Caller = may("documents:publish"),
    body: CommentBody = bodies.one(CommentBody),
) -> Response:
    """Refused while something in force refers to it. What runs keeps it; it may be rolled back to."""
    require_giver(caller, [kind])

    def work() -> Response:
        made = documents.publish(
            caller.hub, [], retired=[(kind, name)], comment=body.comment, actor=caller.name, origin=caller.place,
            now=caller.now,
        )  # fmt: skip
        return _published(made)

    return writes.run(request, caller, work)


def require_giver(caller: Caller, kinds: Iterable[str]) -> None:
    """Raises a problem 403 where a role is put in force by somebody who gives nobody roles: who shapes roles could else
    give himself all rights."""
    if roles.KIND.name in kinds:
        if not caller.viewer.may("users:write"):
            raise problems.Raised(403, Refused("key.verb_missing", {"verb": "users:write"}))
        caller.require_whole_scope()


def shown(found: judging.Judged) -> FindingShown:
    """A finding as callers read it."""
    one, data = found.finding, checking.places_of(found.kind, found.name, found.finding)
    zh, en = codes.text(one.code, data, "zh"), codes.text(one.code, data, "en")
    return FindingShown(found.kind, found.name, one.level, one.path, one.code, zh, en, found.because_of, one.data)


def shown_all(saved: documents.Saved) -> list[FindingShown]:
    """The findings of a draft as callers read them."""
    return [shown(judging.Judged(saved.kind, saved.name, each)) for each in saved.findings]


def published(made: documents.Publication) -> Published:
    """A publication as callers read it."""
    return Published(made.revision, made.published, made.retired, [shown(each) for each in made.findings])


def _published(made: documents.Publication | Refused) -> Response:
    return answers.json(published(_done(made)))


def _done(answer: Any) -> Any:
    if isinstance(answer, Refused):
        raise problems.Raised(problems.status_of(answer), answer)
    return answer


def _picks(body: list[PickBody]) -> list[documents.Pick]:
    return [documents.Pick(each.kind, each.name, each.edition) for each in body]


def _there(found: Any, kind: str, name: str, version: int | None) -> Any:
    if found is None:
        refused = Refused("document.version_unknown", {"kind": kind, "name": name, "version": version or 1})
        raise problems.Raised(404, refused)
    return found
