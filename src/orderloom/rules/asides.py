"""Documents that are asked beside the road: those of the page, and any draft by itself, whatever its point.

The road compiles its own stages only (`rules.compile`), so that what a page asks costs an order nothing.
"""

from collections.abc import Sequence

from orderloom.rules import compile, graphs, points


def compiled(documents: Sequence[graphs.Document], *, zone: str = "Asia/Shanghai") -> compile.Compiled:
    """Documents compiled for every stage, the page among them; they have passed `rules.bounds`."""
    return compile.compile(documents, zone=zone, stages=(*points.STAGES, points.PAGE))


def of_page(documents: Sequence[graphs.Document]) -> list[graphs.Document]:
    """Those that only a page asks."""
    return [each for each in documents if points.POINTS[each.point].stage == points.PAGE]
