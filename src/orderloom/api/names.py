"""/names: what the workspace calls its things, so that a screen speaks of them as people do."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from orderloom.actions.kinds import KINDS
from orderloom.api import answers, schemas
from orderloom.api.callers import Caller, with_any_key
from orderloom.domain import codes, roles, words
from orderloom.domain.documents.versions import Documents
from orderloom.domain.orders.stages import TRACK
from orderloom.domain.orders.state import Text
from orderloom.queries.viewer import Viewer

router = APIRouter(tags=["names"])


class Names(msgspec.Struct):
    """`track` are the stages that people see, in order; `stages` has the word of each that an order may be at, a hidden
    one that of the stage it is shown as. Channels and warehouses are those within the caller's scope. `holds`, `roles`,
    `flows`, `segments`, `suggestions` (what holds propose) and `kinds` (of documents) are for the house and not for
    its customers. `zone` is the one that days are counted in, `currency` the base currency. The words of carriers,
    services, payment methods, segments and suggestions are the hub's own: a code that is not among them stands for
    itself."""

    workspace: str
    zone: str
    currency: str
    track: list[str]
    stages: dict[str, Text]
    channels: dict[str, str]
    warehouses: dict[str, str]
    events: dict[str, Text]
    holds: dict[str, Text]
    roles: dict[str, Text]
    flows: dict[str, Text]
    carriers: dict[str, Text]
    services: dict[str, Text]
    payments: dict[str, Text]
    segments: dict[str, Text]
    suggestions: dict[str, Text]
    sources: dict[str, Text]
    kinds: dict[str, Text]


@router.get("/names", summary="What the workspace calls its things", openapi_extra=schemas.of(answer=Names))
def names(
    caller: Caller = with_any_key(),
    language: Annotated[codes.Language, Query(description="The language of what a channel is called.")] = "zh",
) -> Response:
    """Every key may ask; a name that was never given is the code itself."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    viewer, track = caller.viewer, reference.track
    inside = _of_the_house(viewer)
    return answers.json(
        Names(
            workspace=caller.hub.workspace,
            zone=reference.settings.zone,
            currency=reference.settings.currency,
            track=track.seen(),
            stages={
                **{each: track.word(track.shown(each)) for each in (*TRACK, "cancelled")},
                **{each.stage: track.word(each.stage) for each in track.marks},
            },
            channels={
                code: _labelled(reference.documents, code, language) or each.name or code
                for code, each in reference.channels.items()
                if viewer.sees_channel(code)
            },
            warehouses={
                code: each.name or code for code, each in reference.warehouses.items() if viewer.sees_warehouse(code)
            },
            events=words.whole("events"),
            holds=reference.hold_titles if inside else {},
            roles=_roles(reference.documents) if inside else {},
            flows=_flows(reference.documents) if inside else {},
            carriers=words.whole("carriers"),
            services=words.whole("services"),
            payments=words.whole("payments"),
            segments=words.whole("segments") if inside else {},
            suggestions=words.whole("suggestions") if inside else {},
            sources=words.whole("sources"),
            kinds={name: Text(each.label_zh, each.label_en) for name, each in KINDS.items()} if inside else {},
        )
    )


def _labelled(documents: Documents, channel: str, language: codes.Language) -> str:
    """What its document calls a channel; "" where no document says."""
    found = documents.get("channel", {}).get(channel)
    label = found.content.get("label") if found else None
    return str(label.get(language) or "") if isinstance(label, dict) else ""


def _roles(documents: Documents) -> dict[str, Text]:
    found = {name: roles.read(each.content).title for name, each in documents.get("role", {}).items()}
    return words.whole("duties") | {name: Text(title.zh, title.en) for name, title in found.items()}


def _flows(documents: Documents) -> dict[str, Text]:
    found = {name: each.content.get("title") for name, each in documents.get("flow", {}).items()}
    return {name: Text(said.get("zh", name), said.get("en", name)) for name, said in found.items() if said}


def _of_the_house(viewer: Viewer) -> bool:
    """Whether somebody works here: what the house thinks of an order is not told to its dealers."""
    return viewer.may("orders:read") and not any(each.startswith("customer/") for each in viewer.owners or ())
