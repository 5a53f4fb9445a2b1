"""The channel document: where orders come from, how they are read, what is checked and filled. A channel is never code.

Its case is a payload with the draft that it must become, or the code under which it must be put aside.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from orderloom.domain import channels, completion
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Known
from orderloom.domain.mappings import documents, drafts, judging, mappers
from orderloom.kit.refusals import Refused

_Word = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_DOORS = ("form", "desk", "api")
_CASE_DIFFERENCES_MAX = 20
_SHORT = ("platform", "priced_by", "currency", "tax_included", "history", "paused", "defaults")


class Transport(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How messages come: pushed to us, asked for on a schedule by a `connector`, or as files.

    A pushed channel that names a connector is caught up with as well: every `every_minutes` the source's own list of
    what changed is asked, `overlap_minutes` into what was asked before. `signature` is the scheme by which the platform
    signs its messages; with one, none comes in unsigned. The secret is kept apart (`channel signature`).
    """

    kind: Literal["push", "poll", "file"] = "push"
    connector: Annotated[str, msgspec.Meta(pattern="^([a-z][a-z0-9_]{0,39})?$")] = ""
    every_minutes: Annotated[int, msgspec.Meta(ge=1, le=1_440)] = 15
    overlap_minutes: Annotated[int, msgspec.Meta(ge=0, le=1_440)] = 10
    signature: Literal["", "shopify", "woocommerce", "douyin", "standard_webhooks"] = ""


class Check(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One check of this channel's orders: while `when` (ZEN) is true, the order is held, refused or warned about."""

    name: _Word
    when: Annotated[str, msgspec.Meta(min_length=1)]
    message: documents.Words
    action: Literal["hold", "refuse", "warn"] = "hold"
    owner: Annotated[str, msgspec.Meta(max_length=100)] = "order_clerk"
    blocks: list[_Word] = []
    suggestion: Annotated[str, msgspec.Meta(max_length=200)] = ""


class Document(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A channel document. Without a `mapping` its orders come in the hub's own shape, or as the shipped plain sheet.

    `defaults` are fields of the order by path, filled where a message leaves them empty. `status_map` names the
    document that says what the channel's own statuses mean.
    """

    label: documents.Words
    platform: Annotated[str, msgspec.Meta(max_length=40)] = ""
    transport: Transport = msgspec.field(default_factory=Transport)
    mapping: documents.Mapping | None = None
    priced_by: Literal["hub", "channel"] = "hub"
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] = "CNY"
    tax_included: bool = True
    history: bool = False
    paused: bool = False
    defaults: Annotated[dict[str, Any], msgspec.Meta(max_length=50)] = {}
    checks: Annotated[list[Check], msgspec.Meta(max_length=50)] = []
    status_map: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Case(msgspec.Struct, forbid_unknown_fields=True):
    """A payload, and what must come of it: the fields of its draft, or the code that puts it aside.

    Only what `expect` names is compared; a payload that holds several orders is compared with its first.
    """

    name: _Text
    payload: Any
    expect: dict[str, Any] = {}
    quarantine: str = ""


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a channel document."""
    return msgspec.json.schema(Document)


def read(content: Content) -> Document:
    """The document as structs. Raises msgspec.ValidationError where it does not fit `schema`."""
    return msgspec.convert(content, Document)


def check(name: str, content: Content, known: Known) -> list[Finding]:
    """What a schema cannot say, all but the checks' expressions (`rules.channels` judges those)."""
    try:
        document = read(content)
    except msgspec.ValidationError as error:
        return [Finding("document.misshapen", data={"problem": str(error)[:300]})]
    found = [*_refers(document, known), *_defaults(document), *_twice(document)]
    if document.mapping is not None:
        found.extend(
            msgspec.structs.replace(each, path="/mapping" + each.path) for each in judging.judge(document.mapping)
        )
    return found


def run_cases(name: str, content: Content, cases: Sequence[Mapping[str, Any]], known: Known) -> list[Finding]:
    """Map each case's payload and compare. A document without a mapping has no cases."""
    document = read(content)
    if document.mapping is None or not cases:
        return []
    mapper = mappers.compile(document.mapping)
    if isinstance(mapper, Refused):
        return [Finding(mapper.code, "/mapping", data=mapper.data)]
    return [finding for at, case in enumerate(cases) for finding in _run(mapper, case, at)]


def entered(name: str, version: int, content: Content) -> channels.Channel:
    """The channel that a published document makes: the row that decisions and intake read."""
    document = read(content)
    return channels.Channel(
        channel=name,
        name=document.label.zh,
        platform=document.platform,
        label=document.label.en,
        priced_by=document.priced_by,
        currency=document.currency,
        tax_included=document.tax_included,
        paused=document.paused,
        defaults=document.defaults,
        mapping=dict(content["mapping"]) if document.mapping is not None else None,
        history=document.history,
        checks=[msgspec.to_builtins(each) for each in document.checks],
        status_map=document.status_map,
        transport=msgspec.structs.asdict(document.transport),
        version=version,
    )


def stated(channel: channels.Channel, *, before: Content | None = None) -> dict[str, Any]:
    """The content of a channel's document with what a short form of it says; the rest stays as it was `before`."""
    known: dict[str, Any] = dict(before or {})
    words = {"zh": channel.name or channel.channel, "en": channel.label or channel.name or channel.channel}
    plain = {name: getattr(channel, name) for name in _SHORT}
    said = {**known, **plain, "label": words, **({"mapping": channel.mapping} if channel.mapping else {})}
    return {name: value for name, value in said.items() if value not in ("", {}, [], None)}


def _refers(document: Document, known: Known) -> Iterator[Finding]:
    if document.status_map and not known.has("status_map", document.status_map):
        data = {"kind": "status_map", "name": document.status_map}
        yield Finding("channel.refers_to_nothing", "/status_map", data=data)
    if document.transport.kind == "poll" and not document.transport.connector:
        yield Finding("channel.no_connector", "/transport/connector")
    if document.status_map and document.mapping is not None and "status" not in document.mapping.fields:
        yield Finding("channel.status_unread", "/mapping/fields", data={"status_map": document.status_map})


def _defaults(document: Document) -> Iterator[Finding]:
    for path, value in document.defaults.items():
        refused = completion.unfit(path, value)
        if refused is not None:
            yield Finding(refused.code, pointer("defaults", path), data=refused.data)


def _twice(document: Document) -> Iterator[Finding]:
    names: set[str] = set()
    for at, each in enumerate(document.checks):
        if each.name in names:
            yield Finding("channel.check_twice", pointer("checks", at, "name"), data={"check": each.name})
        names.add(each.name)


def _run(mapper: mappers.Mapper, said: Mapping[str, Any], at: int) -> Iterator[Finding]:
    try:
        case = msgspec.convert(said, Case)
    except msgspec.ValidationError as error:
        yield Finding("document.cases_malformed", data={"reason": f"{at + 1}: {error}"[:200]})
        return
    records = mapper.records(case.payload)
    made = mapper.map(records[0]) if records else []
    if isinstance(made, drafts.Draft):
        if case.quarantine:
            yield _failed(case, "", case.quarantine, made.external_no)
        got = msgspec.to_builtins(made, str_keys=True)
        for path, wanted, value in list(_differences(case.expect, got, ""))[:_CASE_DIFFERENCES_MAX]:
            yield _failed(case, path, wanted, value)
        return
    codes = [each.code for each in made] or ["message.no_order"]
    if case.quarantine not in codes:
        first = f"{codes[0]} {made[0].path}" if made else codes[0]
        yield _failed(case, "", case.quarantine or "draft", first)


def _failed(case: Case, path: str, wanted: Any, got: Any) -> Finding:
    data = {"case": case.name, "field": path, "wanted": _shown(wanted), "got": _shown(got)}
    return Finding("channel.case_failed", "/mapping", data=data)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()[:200]


def _differences(wanted: Any, got: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Where the draft is other than what was named; numbers compare as numbers, however they are written."""
    if isinstance(wanted, Mapping):
        for key, value in wanted.items():
            below = got.get(key) if isinstance(got, Mapping) else None
            yield from _differences(value, below, f"{path}.{key}" if path else key)
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        for at, value in enumerate(wanted):
            yield from _differences(value, got[at], f"{path}.{at}")
    elif wanted != got and _plain(wanted) != _plain(got) and (wanted or got is not None):
        yield path, wanted, got


def _plain(value: Any) -> Any:
    """Amounts stand as text in a draft; 599, "599" and "599.00" are the same amount."""
    if isinstance(value, bool) or value is None or isinstance(value, list | dict):
        return value
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and text.replace(".", "", 1).lstrip("-").isdigit() else text
