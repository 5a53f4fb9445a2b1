"""Stages as a workspace calls them: the anchors of the track renamed or hidden, marks added between them, each stage
with the sources that are trusted for it and the role that confirms it.

The anchors themselves (`domain.orders.stages`) stay what the hub decides by.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec

from orderloom.domain import words
from orderloom.domain.documents import shapes
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.documents.shapes import Name, Titled
from orderloom.domain.documents.versions import Documents
from orderloom.domain.orders.stages import RANK, SHIPMENT_TRACK, TRACK
from orderloom.domain.orders.state import Text

# The one document of this kind that counts.
ORDER = "order"
# Waiting for production is a side track: what follows it is never shown as it.
_WAY = tuple(each for each in TRACK if each != "backordered")
_NEVER_HIDDEN = ("received", "delivered")
Anchor = Literal["received", "confirmed", "backordered", "allocated", "picked", "packed", "shipped", "delivered"]


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An anchor as it is shown, who may say that it was reached (`sources`, for picked to delivered), and the role that
    confirms it. What is `hidden` is shown as the stage before it."""

    anchor: Anchor
    title: Titled | None = None
    hidden: bool = False
    sources: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=64)]], msgspec.Meta(max_length=10)
    ] = []
    role: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stage of the workspace's own: shown from `after` on, as soon as the fact `when` holds, until the next one."""

    stage: Name
    title: Titled
    after: Anchor
    when: Literal["paid", "released"]


class Track(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of anchors, each at most once, and the marks between them."""

    stages: Annotated[list[Stage], msgspec.Meta(max_length=8)] = []
    marks: Annotated[list[Mark], msgspec.Meta(max_length=8)] = []

    def word(self, stage: str) -> Text:
        """What people call a stage."""
        for each in (*self.stages, *self.marks):
            if stage == (each.anchor if isinstance(each, Stage) else each.stage) and each.title is not None:
                return Text(each.title.zh, each.title.en)
        return words.stage(stage)

    def shown(self, stage: str, *, paid: bool = False, released: bool = False) -> str:
        """The stage that people see for an anchor: itself, the one before a hidden one, or a mark that holds."""
        facts = {"paid": paid, "released": released}
        mark = next((each for each in reversed(self.marks) if each.after == stage and facts[each.when]), None)
        if mark is not None:
            return mark.stage
        hidden = {each.anchor for each in self.stages if each.hidden}
        while stage in hidden:
            stage = _WAY[_WAY.index(stage) - 1] if stage in _WAY else "confirmed"
        return stage

    def seen(self) -> list[str]:
        """The anchors that are not hidden, in order, each with the marks that follow it."""
        seen: list[str] = []
        for anchor in TRACK:
            if self.shown(anchor) == anchor:
                seen.append(anchor)
            seen.extend(each.stage for each in self.marks if each.after == anchor)
        return seen

    def roles(self) -> dict[str, str]:
        """The role that confirms a stage, by stage."""
        return {each.anchor: each.role for each in self.stages if each.role}

    def trusted(self) -> dict[str, list[str]]:
        """The sources named for a stage, by stage."""
        return {each.anchor: each.sources for each in self.stages if each.sources}


PLAIN = Track()


def read(content: Mapping[str, Any]) -> Track:
    """The track of a document's content. Raises msgspec.ValidationError."""
    return msgspec.convert(content, Track)


def of(documents: Documents) -> Track:
    """The track in force; the plain anchors without a document."""
    found = documents.get("stages", {}).get(ORDER)
    return read(found.content) if found is not None else PLAIN


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    return list(_found(name, read(content), known))


def _found(name: str, track: Track, known: Known) -> Iterator[Finding]:
    if name != ORDER:
        yield Finding("stages.one_document", data={"wanted": ORDER})
    seen: set[str] = set()
    for index, each in enumerate(track.stages):
        if each.anchor in seen:
            yield Finding("stages.named_twice", pointer("stages", index, "anchor"), data={"stage": each.anchor})
        seen.add(each.anchor)
        if each.hidden and each.anchor in _NEVER_HIDDEN:
            yield Finding("stages.never_hidden", pointer("stages", index, "hidden"), data={"stage": each.anchor})
        if each.sources and each.anchor not in SHIPMENT_TRACK[1:]:
            yield Finding("stages.not_confirmed", pointer("stages", index, "sources"), data={"stage": each.anchor})
        if each.role and each.anchor not in SHIPMENT_TRACK[1:]:
            yield Finding("stages.not_confirmed", pointer("stages", index, "role"), data={"stage": each.anchor})
        elif each.role and not known.has("role", each.role):
            path = pointer("stages", index, "role")
            yield Finding("document.reference_missing", path, data={"to": f"role/{each.role}"})
    for index, each in enumerate(track.marks):
        if each.stage in seen or each.stage in RANK or each.stage == "cancelled":
            yield Finding("stages.named_twice", pointer("marks", index, "stage"), data={"stage": each.stage})
        seen.add(each.stage)


_EXAMPLE = {
    "stages": [
        {"anchor": "received", "title": {"zh": "待审", "en": "To be checked"}},
        {"anchor": "allocated", "title": {"zh": "已分仓", "en": "Allocated"}, "hidden": True},
        {"anchor": "picked", "title": {"zh": "已拣货", "en": "Picked"}, "sources": ["pda"]},
        {"anchor": "delivered", "sources": ["carrier"]},
    ],
    "marks": [{"stage": "paid", "title": {"zh": "已支付", "en": "Paid"}, "after": "received", "when": "paid"}],
}
KIND = Kind(
    name="stages",
    label_zh="阶段",
    label_en="Stages",
    schema=shapes.schema(Track),
    example=_EXAMPLE,
    check=_check,
    refers_to=frozenset({"role"}),
)
