"""Boxes of values over named variables, and what of a space no box covers.

A box gives some variables a region each; it is free in all others. `uncovered` cuts a space along one variable after
the other at the values where boxes begin and end, so that it looks at rows together and never at pairs. It counts
its steps and raises `Stopped` when they are used up: what it has not found by then is not known.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from orderloom.rules import regions
from orderloom.rules.regions import Interval, Region

Box = Mapping[str, Region]


class Stopped(Exception):
    """The steps that may be spent on a question are used up."""


class Effort(msgspec.Struct):
    """Steps left to look; a step is about a microsecond."""

    left: int

    def spend(self, steps: int) -> None:
        """Take steps away; raises Stopped when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise Stopped


def narrowed(box: Box, space: Box) -> dict[str, Region] | None:
    """The box within a space, without the variables that it leaves as they are; None when nothing is left."""
    found: dict[str, Region] = {}
    for name, region in box.items():
        whole = space.get(name, regions.EVERYTHING)
        part = region.met(whole)
        if part.empty:
            return None
        if part != whole:
            found[name] = part
    return found


def met(one: Box, other: Box) -> dict[str, Region] | None:
    """What both boxes hold; None when they do not meet."""
    found = dict(one)
    for name, region in other.items():
        part = found[name].met(region) if name in found else region
        if part.empty:
            return None
        found[name] = part
    return found


def contains(outer: Box, inner: Box) -> bool:
    """Whether every point of the inner box is in the outer one."""
    return all(name in inner and inner[name].within(region) for name, region in outer.items())


def uncovered(space: Box, boxes: Sequence[Box], effort: Effort) -> Iterator[Box]:
    """Parts of the space that lie in no box, each apart from the others; none when the boxes cover it.

    The boxes are narrowed to the space. Parts beyond all values that boxes name come first.
    """
    yield from _uncovered(dict(space), list(boxes), frozenset(), effort)


def _uncovered(space: dict[str, Region], boxes: list[Box], done: frozenset[str], effort: Effort) -> Iterator[Box]:
    effort.spend(len(boxes) + 1)
    if not boxes:
        yield space
        return
    counts: dict[str, int] = {}
    closed: list[bool] = []
    for box in boxes:
        left = [name for name in box if name not in done]
        if not left:
            return
        closed.append(len(left) == 1)
        for name in left:
            counts[name] = counts.get(name, 0) + 1
    name = max(counts, key=lambda each: (counts[each], each))
    bound = [(box, alone) for box, alone in zip(boxes, closed, strict=True) if name in box]
    free = [box for box in boxes if name not in box]
    for region, found in _atoms(space.get(name, regions.EVERYTHING), name, bound, effort):
        yield from _uncovered({**space, name: region}, found + free, done | {name}, effort)


def _atoms(
    whole: Region, name: str, bound: Sequence[tuple[Box, bool]], effort: Effort
) -> Iterator[tuple[Region, list[Box]]]:
    """The region in pieces, each wholly in or wholly out of every box, with the boxes it is in.

    Pieces that a box covers by this variable alone are left out.
    """
    regions_of = [(box[name], box, alone) for box, alone in bound]
    if whole.rest:
        yield from _piece(Region(rest=True), [(box, alone) for region, box, alone in regions_of if region.rest])
    if whole.null:
        yield from _piece(Region(null=True), [(box, alone) for region, box, alone in regions_of if region.null])
    yield from _texts(whole, regions_of, effort)
    yield from _numbers(whole, regions_of, effort)
    for flag in sorted(whole.flags):
        having = [(box, alone) for region, box, alone in regions_of if flag in region.flags]
        yield from _piece(Region(flags=frozenset({flag})), having)


def _piece(region: Region, having: Sequence[tuple[Box, bool]]) -> Iterator[tuple[Region, list[Box]]]:
    if not any(alone for _, alone in having):
        yield region, [box for box, _ in having]


def _texts(
    whole: Region, regions_of: Sequence[tuple[Region, Box, bool]], effort: Effort
) -> Iterator[tuple[Region, list[Box]]]:
    listed: dict[str, list[tuple[Box, bool]]] = {}
    others = [(region.texts, box, alone) for region, box, alone in regions_of if region.texts_but]
    for region, box, alone in regions_of:
        effort.spend(len(region.texts))
        for text in region.texts:
            having = listed.setdefault(text, [])
            if not region.texts_but:
                having.append((box, alone))
    if whole.texts_but:
        rest = Region(texts=whole.texts | frozenset(listed), texts_but=True)
        yield from _piece(rest, [(box, alone) for _, box, alone in others])
    for text in listed if whole.texts_but else whole.texts:
        if (text in whole.texts) == whole.texts_but:
            continue
        effort.spend(len(others))
        having = listed.get(text, []) + [(box, alone) for left_out, box, alone in others if text not in left_out]
        yield from _piece(Region(texts=frozenset({text})), having)


def _numbers(
    whole: Region, regions_of: Sequence[tuple[Region, Box, bool]], effort: Effort
) -> Iterator[tuple[Region, list[Box]]]:
    """Sweep over the ends of all intervals; a place is a number with 0, or just after it with 1."""
    ends: list[tuple[float, int, int, int]] = []
    for index, (region, _, _) in enumerate(regions_of):
        for one in region.numbers:
            ends.append((one.low, int(one.low_open), 1, index))
            ends.append((one.high, int(not one.high_open), -1, index))
    for one in whole.numbers:
        ends.append((one.low, int(one.low_open), 1, -1))
        ends.append((one.high, int(not one.high_open), -1, -1))
    ends.sort(key=lambda end: end[:2])
    active: dict[int, None] = {}
    inside = covering = 0
    for place, (number, after, change, index) in enumerate(ends):
        effort.spend(1)
        if index < 0:
            inside += change
        elif change > 0:
            active[index] = None
            covering += regions_of[index][2]
        else:
            del active[index]
            covering -= regions_of[index][2]
        following = ends[place + 1][:2] if place + 1 < len(ends) else (math.inf, 1)
        if inside and not covering and following > (number, after):
            effort.spend(len(active))
            piece = Interval(number, bool(after), following[0], not following[1])
            if not piece.empty:
                yield Region((piece,)), [regions_of[each][1] for each in active]
