"""Every kind of document there is. A kind's definition stands on the floor of its word; here it gets its line."""

from collections.abc import Mapping

from orderloom.domain.documents.kinds import Kind
from orderloom.rules import channels, fields, flow_kind
from orderloom.rules import kind as rules
from orderloom.rules import status_maps
from orderloom.rules import templates

_ALL = (channels.KIND, fields.KIND, flow_kind.KIND, rules.KIND, status_maps.KIND, templates.KIND)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
