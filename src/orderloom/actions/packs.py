"""Packs: documents as YAML in a zip, to be kept, compared and applied elsewhere.

`pack.yaml` names the format and the pack, and in `retires` the documents, as `kind/name`, that do not stand beside it;
`documents/<kind>/<name>.yaml` holds a document's content and cases. The same documents make the same bytes. A pack
from elsewhere is not trusted: its size, its number of files and values, its nesting and its paths are bounded while it
is read, nothing is unpacked to disk, and what it says is judged like any draft.
"""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any

import msgspec

from orderloom.actions import documents, yamls
from orderloom.actions.documents import Edit, Proposal, Publication, Saved
from orderloom.actions.hub import Hub
from orderloom.actions.kinds import KINDS
from orderloom.domain.documents import checking, diffs
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import documents as documents_store

FORMAT = "orderloom-pack-1"
_HEAD = "pack.yaml"
_PATH = re.compile(r"documents/([a-z][a-z0-9_]{0,63})/([a-z][a-z0-9_]{0,63})\.yaml")
_Key = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,63}/[a-z][a-z0-9_]{0,63}$")]
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class Head(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What `pack.yaml` says."""

    format: str
    name: str = ""
    title: dict[str, str] = {}
    retires: list[_Key] = []


class Pack(msgspec.Struct):
    """Documents that belong together, by kind and name; `retires` are those that go when it comes, as `kind/name`."""

    name: str
    documents: list[Proposal]
    title: dict[str, str] = {}
    retires: list[str] = []


class Compared(msgspec.Struct, omit_defaults=True):
    """One document of a pack beside the workspace's: "new", "changed" (and where), "same", "retired" when it goes."""

    kind: str
    name: str
    state: str
    title: dict[str, str] = {}
    version: int = 0
    content: list[diffs.Difference] = []
    cases: list[diffs.Difference] = []


class Comparison(msgspec.Struct):
    """All documents of a pack beside the workspace's, and what is in force there that the pack does not have."""

    pack: str
    documents: list[Compared]
    only_here: list[str]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    content: dict[str, Any]
    cases: list[dict[str, Any]] = []


def write(pack: Pack) -> bytes:
    """The pack as a zip, byte for byte the same for the same documents: stored, since packers differ by version."""
    head = msgspec.to_builtins(Head(FORMAT, pack.name, pack.title, pack.retires))
    files = {
        f"documents/{each.kind}/{each.name}.yaml": {"content": each.content, "cases": each.cases}
        for each in sorted(pack.documents, key=lambda each: (each.kind, each.name))
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path, value in {_HEAD: head, **files}.items():
            info = zipfile.ZipInfo(path, _LONG_AGO)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, yamls.write(msgspec.to_builtins(value)))
    return target.getvalue()


def read(raw: bytes) -> Pack | Refused:
    """The pack in these bytes. Refuses what is none, with the file and the place in it, and what is too large."""
    if len(raw) > limits.PACK_BYTES_MAX:
        return Refused("pack.too_large", {"bytes": len(raw), "most": limits.PACK_BYTES_MAX})
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _read(archive)
    # The zip reader says NotImplementedError of a compression that it does not know.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError) as problem:
        return Refused("pack.not_a_zip", {"problem": str(problem)[:200]})


def export(hub: Hub, *, kinds: Collection[str] = (), names: Collection[str] = (), pack_name: str = "") -> Pack:
    """What is in force, all of it or of these kinds and names, with its cases."""
    with hub.database.workspace(hub.workspace) as connection:
        wanted = [
            (kind, name, version)
            for (kind, name), version in sorted(documents_store.standing(connection).items())
            if (not kinds or kind in kinds) and (not names or name in names)
        ]
        found = documents_store.versions(connection, wanted)
    made = [Proposal(each.kind, each.name, each.content, each.cases) for each in found]
    return Pack(pack_name or hub.workspace, sorted(made, key=lambda each: (each.kind, each.name)))


def compare(hub: Hub, pack: Pack) -> Comparison:
    """The pack beside what is in force, document by document and place by place."""
    with hub.database.workspace(hub.workspace) as connection:
        standing = documents_store.standing(connection)
        here = [(each.kind, each.name, standing[key])
                for each in pack.documents if (key := (each.kind, each.name)) in standing]  # fmt: skip
        versions = {(each.kind, each.name): each for each in documents_store.versions(connection, here)}
    rows: list[Compared] = []
    for each in pack.documents:
        mine = versions.get((each.kind, each.name))
        if mine is None:
            rows.append(Compared(each.kind, each.name, "new", _title(each.content)))
            continue
        content, cases = diffs.differences(mine.content, each.content), diffs.differences(mine.cases, each.cases)
        state = "changed" if content or cases else "same"
        rows.append(Compared(each.kind, each.name, state, _title(each.content), mine.version, content, cases))
    packed = {(each.kind, each.name) for each in pack.documents}
    going = [(kind, name) for kind, name in sorted(standing) if f"{kind}/{name}" in pack.retires]
    rows += [Compared(kind, name, "retired", version=standing[kind, name]) for kind, name in going]
    packed.update(going)
    return Comparison(
        pack.name, rows, [f"{kind}/{name}" for kind, name in sorted(standing) if (kind, name) not in packed]
    )


def _title(content: Mapping[str, Any]) -> dict[str, str]:
    """What a document calls itself in both languages: a title, a label, or beside its parts; {} where it does not."""
    said = next((each for key in ("title", "label") if isinstance(each := content.get(key), Mapping)), content)
    return {language: said[language] for language in ("zh", "en") if isinstance(said.get(language), str)}


def publish(
    hub: Hub, pack: Pack, *, comment: str, actor: str, origin: str = "", now: dt.datetime
) -> Publication | Refused | None:
    """Put all that differs in force together and take out what the pack retires, in one revision; None when nothing
    differs.

    Refuses as `documents.publish` does.
    """
    found = compare(hub, pack)
    proposals = _differing(found, pack)
    retired = [(each.kind, each.name) for each in found.documents if each.state == "retired"]
    if not proposals and not retired:
        return None
    return documents.publish(
        hub, proposals, retired=retired, comment=comment or pack.name, actor=actor, origin=origin, now=now
    )


def draft(hub: Hub, pack: Pack, *, actor: str, origin: str = "", now: dt.datetime) -> list[Saved | Refused]:
    """Keep all that differs as drafts, an answer for each; what the pack retires stays for whoever publishes them.

    Refuses those that someone has a draft of.
    """
    edits = [Edit(each.kind, each.name, each.content, each.cases) for each in _differing(compare(hub, pack), pack)]
    return documents.save_drafts(hub, edits, actor=actor, origin=origin, now=now)


def _differing(found: Comparison, pack: Pack) -> list[Proposal]:
    same = {(each.kind, each.name) for each in found.documents if each.state == "same"}
    return [each for each in pack.documents if (each.kind, each.name) not in same]


def _read(archive: zipfile.ZipFile) -> Pack | Refused:
    entries = [each for each in archive.infolist() if not each.is_dir()]
    if len(entries) > limits.DOCUMENTS_PER_PUBLICATION_MAX + 1:
        return Refused("pack.too_many_files", {"count": len(entries), "most": limits.DOCUMENTS_PER_PUBLICATION_MAX})
    names = [each.filename for each in entries]
    for each in entries:
        if names.count(each.filename) > 1 or each.flag_bits & 1:
            return Refused("pack.bad_file", {"file": each.filename})
    room = limits.PACK_BYTES_MAX
    files: dict[str, bytes] = {}
    for each in entries:
        if (refused := _misplaced(each.filename)) is not None:
            return refused
        with archive.open(each) as file:
            # What the zip states of its size is not believed: no more than fits is ever unpacked.
            raw = file.read(min(room, limits.DOCUMENT_BYTES_MAX) + 1)
        room -= len(raw)
        if room < 0:
            return Refused("pack.too_large", {"bytes": limits.PACK_BYTES_MAX + 1, "most": limits.PACK_BYTES_MAX})
        files[each.filename] = raw
    return gathered(files)


def gathered(files: Mapping[str, bytes]) -> Pack | Refused:
    """The pack that these YAML files are, by their paths in it. Refuses what is none, with the file and the place."""
    budget = yamls.Budget()
    read: dict[str, Any] = {}
    for path, raw in files.items():
        if (refused := _misplaced(path)) is not None:
            return refused
        try:
            read[path] = yamls.read(raw, budget)
        except yamls.Unreadable as problem:
            return Refused(problem.refused.code, {"file": path, **problem.refused.data})
    return _made(read)


def _misplaced(path: str) -> Refused | None:
    if path == _HEAD or _PATH.fullmatch(path):
        return None
    return Refused("pack.bad_path", {"file": path[:200]})


def _made(read: dict[str, Any]) -> Pack | Refused:
    try:
        head = msgspec.convert(read.pop(_HEAD, None), Head)
    except msgspec.ValidationError as problem:
        return Refused("pack.no_head", {"file": _HEAD, "format": FORMAT, "problem": str(problem)[:200]})
    if head.format != FORMAT:
        return Refused("pack.no_head", {"file": _HEAD, "format": FORMAT, "problem": head.format[:80]})
    made: list[Proposal] = []
    for path, value in sorted(read.items()):
        found = _PATH.fullmatch(path)
        assert found is not None, "paths were looked at before"
        try:
            file = msgspec.convert(value, _File)
        except msgspec.ValidationError as problem:
            return Refused("pack.misshapen", {"file": path, "problem": str(problem)[:200]})
        if found[1] not in KINDS:
            return Refused("document.kind_unknown", {"kind": found[1], "kinds": ", ".join(KINDS), "file": path})
        if (refused := checking.refuse(found[2], [file.content, file.cases])) is not None:
            return Refused(refused.code, {"file": path, **refused.data})
        made.append(Proposal(found[1], found[2], file.content, file.cases))
    return Pack(head.name, made, head.title, head.retires)


def of(name: str, proposals: Sequence[Proposal], *, title: dict[str, str] | None = None) -> Pack:
    """A pack of these documents."""
    return Pack(name, list(proposals), title or {})
