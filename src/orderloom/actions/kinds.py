"""Every kind of document there is. A kind's definition stands on the floor of its word; here it gets its line."""

from collections.abc import Mapping

from orderloom.domain.documents.kinds import Kind
from orderloom.rules import kind as rules

_ALL = (rules.KIND,)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
