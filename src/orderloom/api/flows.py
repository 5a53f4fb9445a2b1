"""/flows: what is in force, a try on a stored order with nothing saved, starting by hand; /flows/runs: runs that
outlived their transaction, each with every step; ending them, and moving them to the version in force."""

import uuid
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Request, Response

from orderloom.actions import documents, flows, judging, loading
from orderloom.api import answers, bodies, pages, problems, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.domain.documents.versions import Published
from orderloom.domain.flows import definition
from orderloom.domain.flows.definition import Plan
from orderloom.domain.orders import commands
from orderloom.inbox import order_bodies as ob
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import flows as flows_query
from orderloom.queries import scopes
from orderloom.trials import flows as trials

router = APIRouter(prefix="/flows", tags=["flows"])

Id = Annotated[uuid.UUID, Path()]
Comment = Annotated[str, msgspec.Meta(max_length=limits.TEXT_CHARS_MAX, pattern=pages.NO_NUL)]


class InForce(msgspec.Struct):
    """A flow in force, and what starts it."""

    name: str
    version: int
    title: definition.Text
    triggers: list[definition.Trigger]


class TestBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What to try on which order or record, none of both for a flow of the workspace: the draft in `content`, else the
    flow in force. `exits` say by node where people, partners and events lead; times pass by themselves. With `sample`
    it is tried as its cases are: these paths set over the ordinary order or an empty record."""

    name: ob.Named
    order_no: ob.Word = ""
    record_no: ob.Word = ""
    content: dict[str, Any] | None = None
    trigger: ob.Code = ""
    event: dict[str, Any] = {}
    exits: dict[str, str] = {}
    sample: dict[str, Any] | None = None


class StartBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Orders or records on which a flow begins by hand, none of both for a flow of the workspace; `event` is what its
    expressions see as the event."""

    order_nos: Annotated[list[ob.Named], msgspec.Meta(max_length=limits.BATCH_ORDERS_MAX)] = []
    record_nos: Annotated[list[ob.Named], msgspec.Meta(max_length=limits.COMMANDS_PER_REQUEST_MAX)] = []
    trigger: ob.Code = ""
    event: dict[str, Any] = {}


class EndBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Why a run is ended."""

    reason: Comment = ""


class MoveBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Without `apply` only the report is made. `after` is the last run of the report before."""

    apply: bool = False
    after: uuid.UUID | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=limits.BATCH_ORDERS_MAX)] = limits.BATCH_ORDERS_MAX


class Report(msgspec.Struct):
    """Runs on other versions with whether their history fits the one in force; those `moved` go by it now."""

    version: int
    runs: list[flows_query.Fit]
    moved: list[uuid.UUID] = []


_TEST_EXAMPLE = {
    "name": "risky_customer_countersign",
    "order_no": "OL-20260218-000001",
    "event": {"hold": {"code": "hold.risky_customer"}},
    "exits": {"countersign": "approved"},
}


@router.get("", summary="Flows in force", openapi_extra=schemas.of(answer=list[InForce]))
def listed(caller: Caller = may("flows:read")) -> Response:
    """With what starts each of them."""
    with caller.reading() as connection:
        plans = caller.hub.reference(connection).flows.plans
    return answers.json(
        [InForce(each.name, each.version, each.flow.title, each.triggers) for _, each in sorted(plans.items())]
    )


@router.get("/runs", summary="Runs of flows", openapi_extra=schemas.of(answer=flows_query.Page))
def runs(
    caller: Caller = may("flows:read"),
    flow: pages.Name = None,
    state: Literal["waiting", "finished", "failed", "cancelled", "all"] = "all",
    order_no: pages.Name = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """The newest first. A flow that ended at once has no run: its path stands in the order's timeline."""
    filters = flows_query.Filters(flow=flow, state=None if state == "all" else state, order_no=order_no)
    with caller.reading() as connection:
        found = flows_query.page(connection, viewer=caller.viewer, filters=filters, cursor=cursor, count=count)
    return answers.json(found)


@router.get("/runs/{run_id}", summary="One run", openapi_extra=schemas.of(answer=flows_query.Shown))
def one(run_id: Id, caller: Caller = may("flows:read")) -> Response:
    """Every step that it went, with what was answered and who let it go on."""
    return answers.json(_found(caller, run_id))


@router.post(
    "/runs/{run_id}/cancel",
    summary="End a run",
    openapi_extra=schemas.of(body=EndBody, example={"reason": "客户已来电"}, answer=flows_query.Shown),
)
def cancel(
    request: Request, run_id: Id, caller: Caller = may("flows:write"), body: EndBody = bodies.one(EndBody)
) -> Response:
    """What it has done stays; what it waits for is not waited for any more."""

    def work() -> Response:
        _found(caller, run_id)
        [ended] = flows.end(caller.hub, [run_id], reason=body.reason, teller=_teller(caller), now=caller.now)
        refused = ended if isinstance(ended, Refused) else ended.refused
        if refused is not None:
            raise problems.Raised(problems.status_of(refused), refused)
        return answers.json(_found(caller, run_id))

    return writes.run(request, caller, work)


@router.post(
    "/test",
    summary="Try a flow",
    openapi_extra=schemas.of(body=TestBody, example=_TEST_EXAMPLE, answer=trials.Tried),
)
def test(caller: Caller = may("flows:test"), body: TestBody = bodies.one(TestBody)) -> Response:
    """The way that a draft would go on a stored order or record, and what it would do. Nothing is saved or told."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    draft = reference.documents.get("flow", {}).get(body.name)
    if body.content is not None:
        draft = Published(body.name, draft.version + 1 if draft is not None else 1, body.content)
        judged = documents.check(caller.hub, [documents.Proposal("flow", body.name, body.content)], cases=False)
        _refuse(judged)
    if draft is None:
        raise problems.Raised(404, Refused("flow.unknown", {"flow": body.name}))
    trial = trials.Trial(body.trigger, body.event, body.exits)
    if body.sample is not None:
        return answers.json(trials.on_sample(reference, draft=draft, trial=trial, values=body.sample))
    if draft.content.get("of", definition.ORDER) != definition.ORDER:
        caller.require_whole_scope()
        with caller.reading() as connection:
            tried = trials.on_record(connection, reference, body.record_no, draft=draft, trial=trial, now=caller.now)
        if isinstance(tried, Refused):
            raise problems.Raised(problems.status_of(tried), tried)
        return answers.json(tried)
    order = _orders(caller, [body.order_no])[0]
    asked = commands.Retry(
        command_id=caller.hub.ids.new(caller.now), actor=caller.name, source="hub", at=caller.now, order_id=order
    )
    with caller.hub.database.workspace(caller.hub.workspace) as connection:
        loaded = loading.load(connection, caller.hub, [asked], now=caller.now, locked=False)
    return answers.json(trials.run(loaded, order, draft=draft, trial=trial))


@router.post(
    "/{name}/start",
    summary="Start a flow",
    openapi_extra=schemas.of(
        body=StartBody,
        example={"order_nos": ["OL-20260218-000001"]},
        answer=answers.Outcomes,
        also={207: "Some were refused."},
    ),
)
def start(
    request: Request, name: pages.Key, caller: Caller = may("flows:write"), body: StartBody = bodies.one(StartBody)
) -> Response:
    """By hand, on each of these orders or records, or once for the workspace, whatever the trigger's filter says."""

    def work() -> Response:
        asked: dict[str, Any] = {"flow": name, "trigger": body.trigger, "event": body.event or None,
                                 "teller": _teller(caller), "now": caller.now}  # fmt: skip
        if body.order_nos:
            return answers.many(flows.start(caller.hub, _orders(caller, body.order_nos), **asked))
        # A record has no channel of its own, the workspace none at all: who begins a flow on them reaches all.
        caller.require_whole_scope()
        if body.record_nos:
            return answers.many(flows.start_on_records(caller.hub, body.record_nos, **asked))
        return answers.many([flows.start_errand(caller.hub, **asked)])

    return writes.run(request, caller, work)


@router.post(
    "/{name}/move",
    summary="Move runs to the version in force",
    openapi_extra=schemas.of(body=MoveBody, example={"apply": False}, answer=Report),
)
def move(
    request: Request, name: pages.Key, caller: Caller = may("flows:write"), body: MoveBody = bodies.one(MoveBody)
) -> Response:
    """The history of each run on another version is replayed on the one in force; with `apply` those that fit go on by
    it, the others finish on the version that they began with."""

    def work() -> Response:
        with caller.reading() as connection:
            plan: Plan | None = caller.hub.reference(connection).flows.plans.get(name)
            if plan is None:
                raise problems.Raised(404, Refused("flow.unknown", {"flow": name}))
            after = body.after or uuid.UUID(int=0)
            fits = flows_query.fitting(connection, viewer=caller.viewer, plan=plan, after=after, count=body.count)
        report = Report(plan.version, fits)
        if body.apply:
            fitting = [each.run_id for each in fits if each.fits]
            moved = flows.move(caller.hub, fitting, version=plan.version, teller=_teller(caller), now=caller.now)
            report.moved = [
                run_id
                for run_id, each in zip(fitting, moved, strict=True)
                if not isinstance(each, Refused) and each.refused is None
            ]
        return answers.json(report)

    return writes.run(request, caller, work)


def _teller(caller: Caller) -> flows.Teller:
    return flows.Teller(caller.name, caller.source)


def _found(caller: Caller, run_id: uuid.UUID) -> flows_query.Shown:
    with caller.reading() as connection:
        found = flows_query.one(connection, run_id, viewer=caller.viewer)
    if found is None:
        raise problems.Raised(404, Refused("flow.run_unknown", {"run_id": str(run_id)}))
    return found


def _orders(caller: Caller, order_nos: list[str]) -> list[uuid.UUID]:
    with caller.reading() as connection:
        found = scopes.orders(connection, caller.viewer, order_nos)
    for each in order_nos:
        if each not in found:
            raise problems.Raised(404, Refused("order.unknown", {"order_id": each}))
    return [found[each].order_id for each in order_nos]


def _refuse(judged: list[judging.Judged] | Refused) -> None:
    """Raise a problem for the first error in a draft, with its place."""
    if isinstance(judged, Refused):
        raise problems.Raised(problems.status_of(judged), judged)
    first = next((each for each in judged if each.finding.level == "error"), None)
    if first is not None:
        found = first.finding
        raise problems.Raised(409, Refused(found.code, {"path": found.path, **found.data}))
