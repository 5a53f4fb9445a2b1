"""Every kind of document there is. A kind's definition stands on the floor of its word; here it gets its line."""

from collections.abc import Mapping

from orderloom.domain import alerts, boards, reports, roles, stages
from orderloom.domain.documents.kinds import Kind
from orderloom.rules import channels, fields, flow_kind, forms, metrics, status_maps, templates
from orderloom.rules import kind as rules

_ALL = (
    fields.KIND, forms.KIND, channels.KIND, rules.KIND, flow_kind.KIND, status_maps.KIND, stages.KIND, templates.KIND,
    metrics.KIND, alerts.KIND, boards.KIND, reports.KIND, roles.KIND,
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
