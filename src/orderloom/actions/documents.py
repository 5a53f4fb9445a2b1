"""The verbs of documents: keep a draft, check it, publish several together, roll back, retire.

Publishing is the only way into force. What is published is checked, with its cases, against all that will be in force
beside it, and what stands beside it is checked against what is published; both outside the transaction, which then
makes sure that nothing else was published meanwhile.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.actions import flow_replays, indexings, judging
from orderloom.actions.hub import Hub
from orderloom.actions.kinds import KINDS
from orderloom.domain.documents import checking, diffs
from orderloom.domain.documents.findings import Finding
from orderloom.domain.mappings import channels
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import audit as audit_store
from orderloom.store import database as db
from orderloom.store import documents as documents_store
from orderloom.store import reference as reference_store
from orderloom.store.documents import Draft, Key, Newest, Version

_SHOWN = 20


class Proposal(msgspec.Struct, frozen=True):
    """A document to be put in force. `base_version` is the version it was made from, None for whatever is newest;
    `edition` that of the draft it is, 0 for none."""

    kind: str
    name: str
    content: dict[str, Any]
    cases: list[dict[str, Any]] = []
    base_version: int | None = None
    edition: int = 0


class Edit(msgspec.Struct, frozen=True):
    """A draft as someone saves it, over the `edition` they saw (0: none). Without a `base_version` a new draft is begun
    from the newest version and a known one keeps its own."""

    kind: str
    name: str
    content: dict[str, Any]
    cases: list[dict[str, Any]] = []
    edition: int = 0
    base_version: int | None = None


class Saved(msgspec.Struct, frozen=True):
    """A draft that is kept, and what is wrong with it so far; its cases are run when it is checked or published."""

    kind: str
    name: str
    edition: int
    base_version: int
    findings: list[Finding] = []


class Pick(msgspec.Struct, frozen=True):
    """A draft to be published; with an `edition` only that one."""

    kind: str
    name: str
    edition: int | None = None


class Entry(msgspec.Struct, frozen=True):
    """A document of a publication; a retired one names the version that was in force."""

    kind: str
    name: str
    version: int


class Publication(msgspec.Struct, frozen=True):
    """What came into force together, and in which revision of the workspace."""

    revision: int
    published: list[Entry]
    retired: list[Entry] = []
    findings: list[judging.Judged] = []


def save_drafts(
    hub: Hub, edits: Sequence[Edit], *, actor: str, origin: str = "", now: dt.datetime
) -> list[Saved | Refused]:
    """Keep drafts, each for itself; one with errors is kept as well. An answer for each, in order.

    Refuses a kind that there is not, a name or a size that cannot be, and an edition that is not the latest.
    """
    answers: dict[int, Saved | Refused] = {}
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
        for index, edit in enumerate(edits):
            refused = _refuse(edit.kind, edit.name, [edit.content, edit.cases])
            answers[index] = refused or _save(hub, connection, edit, reference, actor=actor, origin=origin, now=now)
    return [answers[index] for index in range(len(edits))]


def _save(
    hub: Hub, connection: db.Connection, edit: Edit, reference: Any, *, actor: str, origin: str, now: dt.datetime
) -> Saved | Refused:
    key = (edit.kind, edit.name)
    known = documents_store.drafts(connection, [key], lock=True).get(key)
    if (known.edition if known else 0) != edit.edition:
        return _edited(edit, known)
    newest = documents_store.newest(connection, [key]).get(key)
    version = newest.version if newest else 0
    base = edit.base_version if edit.base_version is not None else known.base_version if known else version
    if base > version:
        return Refused("document.version_unknown", {"kind": edit.kind, "name": edit.name, "version": base})
    draft = Draft(edit.kind, edit.name, edit.edition, base, edit.content, edit.cases)
    saved = documents_store.save_drafts(connection, [draft], by=actor, at=now)
    if key not in saved:  # Two began the same draft at once.
        return _edited(edit, documents_store.drafts(connection, [key]).get(key))
    _note(hub, connection, "document.draft_saved", [f"{edit.kind}/{edit.name}"], actor=actor, origin=origin, now=now)
    known_beside = judging.known(reference, adding=[edit])
    found = checking.check(KINDS[edit.kind], edit.name, edit.content, known_beside)
    return Saved(edit.kind, edit.name, saved[key], base, found)


def drop_drafts(
    hub: Hub, keys: Sequence[Key], *, actor: str, origin: str = "", now: dt.datetime
) -> list[Refused | None]:
    """Give drafts up. Refuses those that there are not."""
    with hub.database.workspace(hub.workspace) as connection:
        gone = documents_store.drop_drafts(connection, keys)
        _note(hub, connection, "document.draft_dropped", [f"{kind}/{name}" for kind, name in sorted(gone)],
              actor=actor, origin=origin, now=now)  # fmt: skip
    return [None if key in gone else Refused("document.no_draft", {"kind": key[0], "name": key[1]}) for key in keys]


def check(hub: Hub, proposals: Sequence[Proposal], *, cases: bool = True) -> list[judging.Judged] | Refused:
    """All that would be found if these were published together now: with their cases, unless those are left out."""
    refused = next((no for each in proposals if (no := _refuse_proposal(each))), None)
    if refused is not None:
        return refused
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
        found = judging.judge(reference, proposals, retired=(), cases=cases)
        return [*found, *_replayed(connection, proposals, found)] if cases else found


def check_drafts(hub: Hub, picks: Sequence[Pick]) -> list[judging.Judged] | Refused:
    """All that would be found if these drafts were published together now, cases and all."""
    proposals = proposals_of(hub, picks)
    return proposals if isinstance(proposals, Refused) else check(hub, proposals)


def publish_drafts(
    hub: Hub, picks: Sequence[Pick], *, comment: str, actor: str, origin: str = "", now: dt.datetime
) -> Publication | Refused:
    """Put drafts in force together; they are drafts no longer. Refuses as `publish` does, and drafts there are not."""
    proposals = proposals_of(hub, picks)
    if isinstance(proposals, Refused):
        return proposals
    return publish(hub, proposals, comment=comment, actor=actor, origin=origin, now=now)


def publish(
    hub: Hub,
    proposals: Sequence[Proposal],
    *,
    retired: Sequence[Key] = (),
    comment: str,
    actor: str,
    origin: str = "",
    now: dt.datetime,
) -> Publication | Refused:
    """Put documents in force, and take others out, from the next batch of every process on: all of it or nothing.

    Refuses with the first error's own code and place: not of its kind's shape, a bound that is broken, a reference to
    what will not be there, a case that fails; and what someone else published or edited meanwhile. Runs of flows stay
    on the version that they began with; the findings say how many could go on by the new one (`flow_replays.move`).
    """
    refused = _refuse_all(proposals, retired)
    if refused is not None:
        return refused
    for _ in range(limits.RERUNS_MAX + 1):
        with hub.database.workspace(hub.workspace) as connection:
            reference = hub.reference(connection)
        found = judging.judge(reference, proposals, retired=retired)
        if (refused := judging.refusal(found)) is not None:
            return refused
        with hub.database.workspace(hub.workspace) as connection:
            found = [*found, *_replayed(connection, proposals, found)]
        try:
            with hub.database.workspace(hub.workspace) as connection:
                revision = reference_store.raise_version(connection)
                made = _replace(connection, proposals, retired, judged_beside=judging.standing(reference))
                _write(hub, connection, made, comment=comment, actor=actor, origin=origin, now=now, revision=revision)
                before = {name: each.content for name, each in reference.documents.get("fields", {}).items()}
                indexings.ask(hub, connection, indexings.contents(made.versions), before=before, now=now)
        except _Moved as moved:
            if moved.refused is not None:
                return moved.refused
            continue
        return Publication(revision, made.published, made.retired, found)
    return Refused("document.busy", {})


def _replayed(
    connection: db.Connection, proposals: Sequence[Proposal], found: Sequence[judging.Judged]
) -> list[judging.Judged]:
    """What becomes of running flows, where nothing stands against publishing."""
    return flow_replays.findings(connection, proposals) if judging.refusal(found) is None else []


def found(
    hub: Hub, connection: db.Connection, proposals: Sequence[Proposal], *, comment: str, actor: str, now: dt.datetime
) -> None:
    """Put the documents that come with the hub in force in a new workspace, in the caller's transaction.

    They are not judged again: a test judges them, with their cases, wherever they change.
    """
    revision = reference_store.raise_version(connection)
    made = _replace(connection, proposals, ())
    _write(hub, connection, made, comment=comment, actor=actor, origin="", now=now, revision=revision)


def roll_back(
    hub: Hub, key: Key, version: int, *, comment: str, actor: str, origin: str = "", now: dt.datetime
) -> Publication | Refused:
    """Put what an old version said in force again, as a new version. Refuses as `publish` does."""
    kind, name = key
    with hub.database.workspace(hub.workspace) as connection:
        old = documents_store.versions(connection, [(kind, name, version)])
        newest = documents_store.newest(connection, [key]).get(key)
    if not old or newest is None:
        return Refused("document.version_unknown", {"kind": kind, "name": name, "version": version})
    if newest.version == version and newest.retired_at is None:
        return Refused("document.in_force_already", {"kind": kind, "name": name, "version": version})
    proposal = Proposal(kind, name, old[0].content, old[0].cases, base_version=newest.version)
    said = f"{comment} (v{version})" if comment else f"v{version}"
    return publish(hub, [proposal], comment=said, actor=actor, origin=origin, now=now)


class _Moved(Exception):
    """Something else was published or edited since this was judged; with a refusal it is of no use to judge again."""

    def __init__(self, refused: Refused | None = None) -> None:
        super().__init__()
        self.refused = refused


class _Made(msgspec.Struct):
    """What a publication writes: new versions, and the newest versions that are to be retired."""

    versions: list[Version]
    retiring: list[Newest]
    published_drafts: list[Key]

    @property
    def published(self) -> list[Entry]:
        return [Entry(each.kind, each.name, each.version) for each in self.versions]

    @property
    def retired(self) -> list[Entry]:
        return [Entry(each.kind, each.name, each.version) for each in self.retiring]


def _replace(
    connection: db.Connection,
    proposals: Sequence[Proposal],
    retired: Sequence[Key],
    *,
    judged_beside: Mapping[Key, int] | None = None,
) -> _Made:
    """The versions to write, over the newest ones. Raises _Moved when what is in force is not what they were judged
    beside, or a proposal was made from an older version."""
    if judged_beside is not None and documents_store.standing(connection) != judged_beside:
        raise _Moved
    newest = documents_store.newest(connection, [*((each.kind, each.name) for each in proposals), *retired])
    from_drafts = [(each.kind, each.name) for each in proposals if each.edition]
    drafts = documents_store.drafts(connection, from_drafts, lock=True)
    versions: list[Version] = []
    for each in proposals:
        key = (each.kind, each.name)
        last = newest.get(key)
        version = last.version if last else 0
        if each.base_version is not None and each.base_version != version:
            raise _Moved(_published_meanwhile(connection, each, last))
        if each.edition and (key not in drafts or drafts[key].edition != each.edition):
            raise _Moved(_edited(each, drafts.get(key)))
        versions.append(Version(each.kind, each.name, version + 1, each.content, each.cases))
    unknown = next((key for key in retired if key not in newest or newest[key].retired_at is not None), None)
    if unknown is not None:
        raise _Moved(Refused("document.unknown", {"kind": unknown[0], "name": unknown[1]}))
    return _Made(versions, [newest[key] for key in retired], from_drafts)


def _write(
    hub: Hub,
    connection: db.Connection,
    made: _Made,
    *,
    comment: str,
    actor: str,
    origin: str,
    now: dt.datetime,
    revision: int,
) -> None:
    if made.versions:
        documents_store.insert_versions(connection, made.versions, comment=comment, by=actor, at=now, revision=revision)
        _open_channels(connection, made.versions, actor=actor, now=now)
    if made.retiring:
        documents_store.retire(connection, made.retiring, because=comment, by=actor, at=now)
        _pause_channels(connection, made.retiring, actor=actor, now=now)
    documents_store.drop_drafts(connection, made.published_drafts)
    for what, entries in (("document.published", made.published), ("document.retired", made.retired)):
        subjects = [f"{each.kind}/{each.name}@{each.version}" for each in entries]
        _note(hub, connection, what, subjects, actor=actor, origin=origin, now=now)


def _pause_channels(connection: db.Connection, retiring: Sequence[Newest], *, actor: str, now: dt.datetime) -> None:
    """A channel whose document is retired takes no more orders; what it brought stays its own."""
    names = {each.name for each in retiring if each.kind == "channel"}
    closed = [msgspec.structs.replace(each, paused=True) for each in reference_store.channels(connection, names)]
    if closed:
        reference_store.write(connection, closed, kind="channel", actor=actor, at=now)


def _open_channels(connection: db.Connection, versions: Sequence[Version], *, actor: str, now: dt.datetime) -> None:
    """A channel is the row that its document makes."""
    opened = [channels.entered(each.name, each.version, each.content) for each in versions if each.kind == "channel"]
    if opened:
        reference_store.write(connection, opened, kind="channel", actor=actor, at=now)


def proposals_of(hub: Hub, picks: Sequence[Pick]) -> list[Proposal] | Refused:
    """What these drafts propose. Refuses drafts there are not, and an edition that is not the latest."""
    with hub.database.workspace(hub.workspace) as connection:
        drafts = documents_store.drafts(connection, [(each.kind, each.name) for each in picks])
    made: list[Proposal] = []
    for each in picks:
        draft = drafts.get((each.kind, each.name))
        if draft is None:
            return Refused("document.no_draft", {"kind": each.kind, "name": each.name})
        if each.edition is not None and each.edition != draft.edition:
            return _edited(each, draft)
        made.append(Proposal(draft.kind, draft.name, draft.content, draft.cases, draft.base_version, draft.edition))
    return made


def _refuse_all(proposals: Sequence[Proposal], retired: Sequence[Key]) -> Refused | None:
    keys = [*((each.kind, each.name) for each in proposals), *retired]
    if not 0 < len(keys) <= limits.DOCUMENTS_PER_PUBLICATION_MAX:
        return Refused("document.too_many_at_once", {"count": len(keys), "most": limits.DOCUMENTS_PER_PUBLICATION_MAX})
    twice = next((key for index, key in enumerate(keys) if key in keys[:index]), None)
    if twice is not None:
        return Refused("document.named_twice", {"kind": twice[0], "name": twice[1]})
    return next((no for each in proposals if (no := _refuse_proposal(each))), None)


def _refuse_proposal(proposal: Proposal) -> Refused | None:
    return _refuse(proposal.kind, proposal.name, [proposal.content, proposal.cases])


def _refuse(kind: str, name: str, content: Any) -> Refused | None:
    if kind not in KINDS:
        return Refused("document.kind_unknown", {"kind": kind[:80], "kinds": ", ".join(KINDS)})
    return checking.refuse(name, content)


def _edited(mine: Edit | Proposal | Pick, theirs: Draft | None) -> Refused:
    """Who saved meanwhile, when, and what differs between their draft and what was to be saved or published."""
    places: dict[str, Any] = {"kind": mine.kind, "name": mine.name}
    if theirs is None:
        return Refused("document.no_draft", places)
    content = mine.content if isinstance(mine, Edit | Proposal) else theirs.content
    differs = diffs.differences(content, theirs.content)[:_SHOWN]
    at = theirs.edited_at.isoformat(timespec="seconds") if theirs.edited_at else ""
    places |= {"by": theirs.edited_by, "at": at, "edition": theirs.edition}
    return Refused("document.edited_meanwhile", {**places, **_differing(differs)})


def _published_meanwhile(connection: db.Connection, mine: Proposal, newest: Newest | None) -> Refused:
    """Who published meanwhile, when, and what their version changed in the one that this was made from."""
    places: dict[str, Any] = {"kind": mine.kind, "name": mine.name, "base_version": mine.base_version}
    if newest is None:
        return Refused("document.version_unknown", {**places, "version": mine.base_version})
    wanted = [(mine.kind, mine.name, version) for version in (mine.base_version or 0, newest.version)]
    contents = {each.version: each.content for each in documents_store.versions(connection, wanted)}
    differs = diffs.differences(contents.get(mine.base_version or 0, {}), contents[newest.version])[:_SHOWN]
    places |= {"by": newest.published_by, "at": newest.published_at.isoformat(timespec="seconds")}
    return Refused("document.published_meanwhile", {**places, "version": newest.version, **_differing(differs)})


def _differing(differs: Iterable[diffs.Difference]) -> dict[str, Any]:
    told = [msgspec.to_builtins(each) for each in differs]
    return {"places": ", ".join(each["path"] or "/" for each in told) or "-", "differences": told}


def _note(
    hub: Hub,
    connection: db.Connection,
    what: str,
    subjects: Iterable[str],
    *,
    actor: str,
    origin: str,
    now: dt.datetime,
) -> None:
    for subject in subjects:
        audit_store.insert(connection, audit_store.Line(hub.ids.new(now), now, actor, origin, what, subject))
