"""What an alert begins: its flow, on the orders behind the figure that was told."""

from collections.abc import Sequence

from orderloom.actions import alerts, flows
from orderloom.actions.hub import Hub
from orderloom.domain import alerts as alert_words
from orderloom.domain import metrics
from orderloom.domain.flows import definition
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.outbox.drain import Answer, Later, Recorded, Sent, Turn
from orderloom.queries import metrics as metrics_query
from orderloom.queries import viewer
from orderloom.store.outbox import Claimed

_VIEWER = viewer.everything("alerts")


def send(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Begin the flow of each row on its orders; a row whose alert is gone begins nothing."""
    return [_begin(hub, row, turn) for row in rows]


def _errand(hub: Hub, row: Claimed, turn: Turn) -> Answer:
    flows.begin_errand(hub, row, actor=f"alert:{row.payload['alert']}", until=turn.until, now=turn.now)
    return Recorded()


def _begin(hub: Hub, row: Claimed, turn: Turn) -> Answer:
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
        plan = reference.flows.plans.get(str(row.payload["flow"]))
        published = reference.documents.get("alert", {}).get(str(row.payload["alert"]))
        if published is None:
            return Sent({"begun": 0})
        if plan is not None and plan.of == definition.WORKSPACE:
            return _errand(hub, row, turn)
        alert = alert_words.read(published.content)
        metric = metrics.read(reference.documents["metric"][alert.metric].content)
        groups = alert_words.groups(str(row.payload["key"]), metric.by)
        numbers = metrics_query.behind(
            connection,
            metric,
            of=metrics_query.Group(groups),
            viewer=_VIEWER,
            zone=reference.settings.zone,
            now=turn.now,
            count=limits.PAGE_ROWS_MAX,
        )
    if isinstance(numbers, Refused):
        return Later(numbers.code)
    begun = alerts.begin(hub, row, numbers, until=turn.until, now=turn.now)
    return Recorded() if begun else Sent({"begun": 0})
