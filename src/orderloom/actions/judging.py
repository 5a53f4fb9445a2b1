"""Whether documents may come into force together, and others go, beside all that is in force. Nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from orderloom.actions.kinds import KINDS
from orderloom.deciding.reference import Reference
from orderloom.domain.documents import checking
from orderloom.domain.documents.findings import Finding
from orderloom.domain.documents.kinds import Content, Known
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

Key = tuple[str, str]
Contents = dict[str, dict[str, Content]]


class Proposed(Protocol):
    """A document that is to be judged."""

    @property
    def kind(self) -> str:
        """The name of its kind."""
        ...

    @property
    def name(self) -> str:
        """Its own name."""
        ...

    @property
    def content(self) -> dict[str, Any]:
        """What it says."""
        ...


class WithCases(Proposed, Protocol):
    """A document that is to be judged with its cases."""

    @property
    def cases(self) -> list[dict[str, Any]]:
        """Its examples, which are its tests."""
        ...


class Judged(msgspec.Struct, frozen=True):
    """A finding, and the document it is about. `because_of` names the document whose change brought it to another."""

    kind: str
    name: str
    finding: Finding
    because_of: str = ""


def known(reference: Reference, *, adding: Sequence[Proposed] = (), without: Sequence[Key] = ()) -> Known:
    """What documents may refer to when these come into force and those go."""
    contents: Contents = {
        kind: {name: each.content for name, each in named.items() if (kind, name) not in without}
        for kind, named in reference.documents.items()
    }
    before = {kind: {name: each.content for name, each in named.items()} for kind, named in reference.documents.items()}
    for each in adding:
        contents.setdefault(each.kind, {})[each.name] = each.content
    places = {
        # A channel may come with what names it, as in a pack.
        "channel": frozenset((*reference.channels, *contents.get("channel", ()))),
        "warehouse": frozenset(reference.warehouses),
        "calendar": frozenset(reference.worktimes),
    }
    return Known(contents, places, reference.settings.zone, before)


def standing(reference: Reference) -> dict[Key, int]:
    """The versions in force that a snapshot knows."""
    return {(kind, name): each.version for kind, named in reference.documents.items() for name, each in named.items()}


def judge(
    reference: Reference, proposals: Sequence[WithCases], *, retired: Sequence[Key] = (), cases: bool = True
) -> list[Judged]:
    """All findings: of what is proposed, then of what stands beside it, then of cases (unless an error came before)."""
    beside = known(reference, adding=proposals, without=retired)
    found = [
        Judged(each.kind, each.name, finding)
        for each in proposals
        for finding in checking.check(KINDS[each.kind], each.name, each.content, beside)
    ]
    found += _left_broken(reference, beside, [*((each.kind, each.name) for each in proposals), *retired])
    if not cases or any(each.finding.level == "error" for each in found):
        return found
    for each in proposals:
        run = KINDS[each.kind].run_cases
        if run is not None:
            found += [Judged(each.kind, each.name, finding)
                      for finding in run(each.name, each.content, each.cases, beside)]  # fmt: skip
    return found


def refusal(found: Sequence[Judged]) -> Refused | None:
    """The refusal that the first error makes, with all errors in its data; None when there is no error."""
    errors = [each for each in found if each.finding.level == "error"]
    if not errors:
        return None
    first = errors[0]
    told = [msgspec.to_builtins(each) for each in errors[: limits.DOCUMENT_FINDINGS_MAX]]
    places = checking.places_of(first.kind, first.name, first.finding)
    return Refused(first.finding.code, {**places, "because_of": first.because_of, "findings": told})


def _left_broken(reference: Reference, beside: Known, changed: Sequence[Key]) -> Iterator[Judged]:
    """Errors that documents in force would have only after the change."""
    kinds = {kind for kind, _ in changed}
    because_of = ", ".join(f"{kind}/{name}" for kind, name in changed)
    before = known(reference)
    for kind_name, named in reference.documents.items():
        kind = KINDS.get(kind_name)
        if kind is None or (kind.refers_to is not None and not kind.refers_to & kinds):
            continue
        for name, each in named.items():
            if (kind_name, name) in changed:
                continue
            after = _errors(kind, name, each.content, beside)
            had = _errors(kind, name, each.content, before) if after else []
            yield from (Judged(kind_name, name, one, because_of) for one in after if one not in had)


def _errors(kind: Any, name: str, content: Mapping[str, Any], beside: Known) -> list[Finding]:
    return [each for each in checking.check(kind, name, content, beside) if each.level == "error"]
