"""/forms: forms in force, submissions by a key, and the links by which others fill one in."""

import datetime as dt
import tempfile
import uuid
from pathlib import Path as FilePath
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from orderloom.actions import form_links, forms, gather
from orderloom.api import answers, bodies, orders, pages, problems, records, schemas
from orderloom.api.callers import Caller, may
from orderloom.deciding.work import Outcome
from orderloom.domain.fields import dictionaries
from orderloom.domain.fields.dictionaries import Check, Field
from orderloom.domain.forms import definition, proposals
from orderloom.inbox import form_sheets
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import documents as documents_query
from orderloom.rules import forms as rules_forms
from orderloom.store import forms as forms_store

router = APIRouter(prefix="/forms", tags=["forms"])

_Meta = msgspec.Meta


class SubmissionBody(msgspec.Struct, forbid_unknown_fields=True):
    """A submission: an id of the sender's, which makes it the same one when it is sent again, and values by field."""

    submission_id: Annotated[str, _Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
    values: Annotated[dict[str, Any], _Meta(max_length=limits.FORM_FIELDS_MAX)]


class Part(msgspec.Struct):
    """A section with its fields as the form wants them."""

    zh: str
    en: str
    fields: list[Field]


class Shown(msgspec.Struct, omit_defaults=True):
    """A form as whoever fills it in needs it; expressions are ZEN."""

    form: str
    subject: str
    zh: str
    en: str
    sections: list[Part]
    checks: list[Check]
    entries: list[str] = []
    customer_no: str = ""


class TryBody(msgspec.Struct, forbid_unknown_fields=True):
    """A form that is being written and values to fill it with; `fields` is its subject's dictionary as it is being
    written, without it the one in force."""

    content: dict[str, Any]
    values: Annotated[dict[str, Any], _Meta(max_length=limits.FORM_FIELDS_MAX)] = {}
    fields: dict[str, Any] | None = None


class Tried(msgspec.Struct):
    """The form as whoever fills it in would see it, the fields that are not seen with these values, and what a
    submission would be told."""

    form: Shown
    hidden: list[str]
    errors: list[problems.FieldProblem]


class Links(msgspec.Struct):
    """Links of a form, the newest first."""

    links: list[forms_store.Link]


class Draft(msgspec.Struct):
    """A document to be saved as a draft over the edition that there is (0: none)."""

    kind: str
    name: str
    content: dict[str, Any]
    edition: int


class Proposed(msgspec.Struct):
    """The dictionary and the form that a sheet gives, and the columns that are beyond what a form may have."""

    drafts: list[Draft]
    left_out: list[str]


SUBMISSION_EXAMPLE = {
    "submission_id": "2f1c9e0a",
    "values": {
        "consignee.name": "王小明",
        "consignee.phone": "13800138000",
        "consignee.address": {"province": "江苏省", "city": "苏州市", "district": "姑苏区", "street": "人民路 1 号"},
        "lines": [{"sku": "S000001", "quantity": 2}],
        "payment_method": "credit",
    },
}


@router.get("", summary="Forms in force", openapi_extra=schemas.of(answer=list[Shown]))
def forms_in_force(caller: Caller = may("forms:read")) -> Response:
    """Each with its fields."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    found = ((name, forms.ready(reference, name)) for name in sorted(reference.documents.get("form", {})))
    return answers.json([shown(name, each) for name, each in found if each is not None])


@router.post(
    "/from-sheet",
    summary="Propose a form from a sheet: CSV or Excel, packed or not, as the body",
    openapi_extra=schemas.of(answer=Proposed, body_kind="file"),
)
async def from_sheet(
    request: Request,
    name: Annotated[str, Query(max_length=64, pattern=pages.NO_NUL, description="The form's.")],
    caller: Caller = may("documents:write"),
    subject: Annotated[
        str, Query(max_length=64, pattern=pages.NO_NUL, description="`order`, or a record type.")
    ] = "order",
    channel: Annotated[str, Query(max_length=128, pattern=pages.NO_NUL, description="Of an order.")] = "",
    title: Annotated[str, Query(max_length=limits.NAME_CHARS_MAX, pattern=pages.NO_NUL)] = "",
    file_name: Annotated[str, Query(max_length=200, pattern=pages.NO_NUL, description="What it is called.")] = "",
    sheet: Annotated[str, Query(max_length=128, pattern=pages.NO_NUL, description="Of a workbook.")] = "",
) -> Response:
    """Its header names the fields, its values their types. Nothing is kept: the documents are to be looked over and
    saved as drafts (`PUT /documents/{kind}/{name}/draft` with the `edition` beside them)."""
    wanted = proposals.Wanted(name, subject, title, channel)
    with tempfile.NamedTemporaryFile(prefix="orderloom-") as file:
        await bodies.into(request, file, bytes_max=limits.BODY_BYTES_MAX)
        return await run_in_threadpool(_propose, caller, FilePath(file.name), wanted, file_name or "upload", sheet)


@router.post(
    "/try",
    summary="Fill in a form that is being written",
    openapi_extra=schemas.of(body=TryBody, example={"content": definition.EXAMPLE, "values": {}}, answer=Tried),
)
def try_(caller: Caller = may("documents:read"), body: TryBody = bodies.one(TryBody)) -> Response:
    """Nothing is kept. Conditions that cannot be read yet are left out: `POST /documents/check` names them."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    try:
        form = definition.read(body.content)
        stated = dictionaries.read(body.fields) if body.fields is not None else None
    except msgspec.ValidationError as error:
        raise problems.Raised(422, Refused("document.misshapen", {"problem": str(error)[:300]})) from None
    known = reference.documents.get("fields", {})
    own = stated or definition.own_of(form, {name: each.content for name, each in known.items()})
    ready = rules_forms.Ready(*rules_forms.readable(form, own), zone=reference.settings.zone)
    tried = forms.attempt(caller.hub, ready, body.values)
    errors = [
        problems.FieldProblem(each.path, said.code, said.zh, said.en)
        for each in tried.wrong
        for said in [problems.say(Refused(each.code, dict(each.data)))]
    ]
    return answers.json(Tried(shown("", ready), tried.hidden, errors))


@router.get("/{form}", summary="One form", openapi_extra=schemas.of(answer=Shown))
def one(form: pages.Key, caller: Caller = may("forms:read")) -> Response:
    """With its sections, fields and checks."""
    with caller.reading() as connection:
        found = forms.ready(caller.hub.reference(connection), form)
    if found is None:
        raise problems.Raised(404, Refused("form.unknown", {"form": form}))
    return answers.json(shown(form, found))


@router.post(
    "/{form}/submissions",
    summary="Fill a form in",
    openapi_extra=schemas.of(
        body=SubmissionBody,
        example=SUBMISSION_EXAMPLE,
        answer=forms.Submitted,
        status=201,
        also={200: "Sent before: the first answer."},
    ),
)
def submit(
    request: Request,
    form: pages.Key,
    caller: Caller = may("forms:write"),
    body: SubmissionBody = bodies.one(SubmissionBody),
) -> Response:
    """It becomes an order or a record. A refusal names every field that is wrong in `errors`."""
    entry = forms.Entry("api", caller.name, caller.source)
    sent = forms.Sent(form, body.submission_id, body.values, request.state.raw, caller.now)
    return submitted(forms.submit(caller.hub, entry, sent, place=_own(caller)))


@router.get("/{form}/links", summary="A form's links", openapi_extra=schemas.of(answer=Links))
def links(form: pages.Key, caller: Caller = may("forms:links")) -> Response:
    """The newest first, with how often each was used."""
    return answers.json(Links(form_links.listed(caller.hub, form)))


@router.post(
    "/{form}/links",
    summary="Make a link into a form",
    openapi_extra=schemas.of(
        body=form_links.Wanted,
        example={"kind": "dealer", "customer_no": "C000123", "expires_at": "2030-12-31T00:00:00+08:00"},
        answer=form_links.Made,
        status=201,
    ),
)
def make_link(
    form: pages.Key,
    caller: Caller = may("forms:links"),
    body: form_links.Wanted = bodies.one(form_links.Wanted),
) -> Response:
    """The token is told this once; the form is then at `/f/<token>`."""
    made = form_links.make(caller.hub, form, body, actor=caller.name, now=caller.now)
    if isinstance(made, Refused):
        raise problems.Raised(problems.status_of(made), made)
    return answers.json(made, 201)


@router.delete("/{form}/links/{link_id}", summary="End a link", openapi_extra=schemas.of(answer=answers.Done))
def end_link(form: pages.Key, link_id: uuid.UUID, caller: Caller = may("forms:links")) -> Response:
    """At once and for good."""
    refused = form_links.revoke(caller.hub, form, link_id, now=caller.now)
    if refused is not None:
        raise problems.Raised(404, refused)
    return answers.json(answers.Done())


def shown(name: str, ready: rules_forms.Ready, *, customer_no: str = "") -> Shown:
    """A form as it is told."""
    form, fields = ready.form, {each.name: each for each in ready.dictionary.fields}
    sections = [
        Part(each.zh, each.en, [fields[item.field] for item in each.items if item.field in fields])
        for each in form.sections
    ]
    return Shown(name, form.subject, form.zh, form.en, sections, list(form.checks), list(form.entries), customer_no)


def submitted(done: forms.Submitted | Refused) -> Response:
    """The answer to a submission: 201, 200 for one that was sent before, or a problem that names the fields."""
    if isinstance(done, Refused):
        errors = [(each["field"], Refused(each["code"], each["data"])) for each in done.data.get("errors", ())]
        raise problems.Raised(problems.status_of(done), records.bare(done), errors=errors)
    return answers.json(done, 200 if done.repeated else 201)


def _own(caller: Caller) -> forms.Place:
    """How a form's orders are carried out for a caller: only those of customers in scope."""
    carry_out = placing(caller.gatherer, now=caller.now)

    def place(wish: gather.Placed) -> Outcome:
        draft = wish.placing.draft
        refused = orders.not_own(caller, draft.customer_no, channel=wish.origin.channel, external_no=draft.external_no)
        if refused is not None:
            return Outcome(wish.placing.command_id or caller.hub.ids.new(caller.now), refused=refused)
        return carry_out(wish)

    return place


def placing(gatherer: gather.Gatherer, *, now: dt.datetime) -> forms.Place:
    """How a form's orders are carried out: gathered with those of other people."""

    def place(wish: gather.Placed) -> Outcome:
        return gatherer.submit(wish, now=now).result()

    return place


def _propose(caller: Caller, path: FilePath, wanted: proposals.Wanted, file_name: str, sheet: str) -> Response:
    made = form_sheets.propose(caller.hub, path, wanted, file_name=file_name, sheet=sheet)
    if isinstance(made, Refused):
        raise problems.Raised(422, made, errors=[("$", made)])
    contents = (("fields", wanted.subject, made.fields), ("form", wanted.name, made.form))
    with caller.reading() as connection:
        found = [documents_query.draft(connection, kind, name, viewer=caller.viewer) for kind, name, _ in contents]
    drafts = [
        Draft(kind, name, content, draft.edition if draft is not None else 0)
        for (kind, name, content), draft in zip(contents, found, strict=True)
    ]
    return answers.json(Proposed(drafts, made.left_out))
