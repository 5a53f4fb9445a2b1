"""The verbs of rule documents: publish a version, after its bounds and its cases were checked."""

import datetime as dt

import msgspec

from orderloom.actions.hub import Hub
from orderloom.kit.refusals import Refused
from orderloom.rules import bounds, cases, graphs
from orderloom.store import reference as reference_store


def publish(
    hub: Hub, document: graphs.Document, examples: cases.Cases, *, comment: str, actor: str, now: dt.datetime
) -> Refused | None:
    """Put a document in force from the next batch on, as the version after the one that is.

    Refuses with the first finding: a bound that is broken, a case that fails, a row that no case hits.
    """
    found = bounds.judge(document)
    if bounds.publishable(found):
        found = _findings_of_cases(document, examples)
    if not bounds.publishable(found):
        first = next(each for each in found if each.level == "error")
        places = {"document": first.document, "node": first.node, "row": first.row, "column": first.column}
        return Refused(first.code, {**places, **first.data})
    with hub.database.workspace(hub.workspace) as connection:
        versions = {name: version for name, version, _ in reference_store.read(connection).rules}
        content = {"point": document.point, "priority": document.priority, "content": document.content}
        made = (document.name, versions.get(document.name, 0) + 1, content, [msgspec.to_builtins(examples)])
        reference_store.publish_rules(connection, [made], comment=comment, by=actor, at=now)
    return None


def _findings_of_cases(document: graphs.Document, examples: cases.Cases) -> list[bounds.Finding]:
    ran = cases.run_apart(document, examples)
    outcomes = [each for each in ran if isinstance(each, cases.Outcome)]
    broken = [each for each in ran if isinstance(each, bounds.Finding)]
    return broken or cases.findings(document, outcomes)
