"""Documents that are asked beside the road: those of the page, and any draft by itself, whatever its point.

The road compiles its own stages only (`rules.compile`), so that what a page asks costs an order nothing.
"""

from collections.abc import Sequence

from orderloom.rules import compile, graphs, merging, points


def compiled(documents: Sequence[graphs.Document], *, zone: str = "Asia/Shanghai") -> compile.Compiled:
    """Documents compiled for every stage, the page among them; they have passed `rules.bounds`."""
    ordered = sorted(documents, key=lambda document: (document.priority, document.name))
    stages = (*points.STAGES, points.PAGE)
    return compile.Compiled(ordered, {stage: merging.merge(stage, ordered, zone=zone) for stage in stages})


def of_page(documents: Sequence[graphs.Document]) -> list[graphs.Document]:
    """Those that only a page asks."""
    return [each for each in documents if points.POINTS[each.point].stage == points.PAGE]
