"""Each minute: every alert's metric is computed, and who is concerned is told."""

import datetime as dt

import structlog

from orderloom.actions import alerts
from orderloom.actions.hub import Hub
from orderloom.domain import alerts as alert_words
from orderloom.domain import metrics
from orderloom.kit.refusals import Refused
from orderloom.queries import metrics as metrics_query
from orderloom.queries import viewer

_log = structlog.get_logger(__name__)
_VIEWER = viewer.everything("alerts")


def look(hub: Hub, *, now: dt.datetime) -> int:
    """Look at the alerts whose turn it is; returns how many groups people are told of. A metric that takes too long is
    left out and logged."""
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
    found = reference.documents.get("alert", {})
    told = 0
    for name in sorted(alerts.claim(hub, sorted(found), now=now)):
        alert = alert_words.read(found[name].content)
        metric = metrics.read(reference.documents["metric"][alert.metric].content)
        with hub.database.workspace(hub.workspace) as connection:
            made = metrics_query.compute(connection, metric, viewer=_VIEWER, zone=reference.settings.zone, now=now)
        if isinstance(made, Refused):
            _log.warning("alert not computed", workspace=hub.workspace, alert=name, code=made.code)
            continue
        figures = {alert_words.key(each.groups): each.value for each in made.figures if each.value is not None}
        told += alerts.weigh(hub, name, alert, figures, now=now)
    return told
