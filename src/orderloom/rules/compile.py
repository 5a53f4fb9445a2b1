"""Documents to one compiled graph a stage, and the one question to it: `ask`, for a batch.

What makes it cheap, in the order of what it saved (docs/why/rules.md has the figures):

1. Documents that are one table each (nearly all) stand in one table together with the hit policy "collect"; "first"
   is read off afterwards, since rows keep their order. One node costs less than five.
2. The cells of a row are packed into one condition (`rules.packing`), which stops at the first part that fails.
3. A row whose outputs are constants answers only its number; the answer was built when the document compiled.
   Only cells that depend on the order are evaluated by the engine.
4. There is no output node: the engine returns what its last nodes hold.

Tables of more than TABLE_ROWS_MERGED_MAX rows keep a node and their columns, because the engine has an index on
cells that compare with values; other graphs are taken in node by node under ids of their own.
The engine treats a cell that fails (a text compared with a number) as not matching; `rules.bounds` refuses what
can be known beforehand.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import zen

from orderloom.rules import answers, graphs, merging, points, remembering

Document = graphs.Document
Answers = dict[str, list[dict[str, Any]]]
# The JSON of a dict, the dict, or the key of its values with a way to make it.
Context = bytes | dict[str, Any] | remembering.Valued


class RuleError(msgspec.Struct, frozen=True):
    """The rules gave no usable answer for one order: the document at fault, if known, and the reason."""

    stage: str
    document: str
    reason: str


class Stage:
    """The documents of one stage made ready: their graph in the engine, and what was answered before."""

    __slots__ = ("documents", "engine", "memory", "merged")

    def __init__(self, merged: merging.Merged, documents: Sequence[Document] = ()) -> None:
        self.documents = list(documents)
        self.merged = merged
        content = {merged.stage: merged.graph} if merged.asks else {}
        self.engine = zen.ZenEngine({"loader": {"type": "static", "content": content}})
        conditions = merged.conditions()
        self.memory = remembering.memory(conditions) if conditions is not None else None


class Compiled:
    """All documents of a workspace's revision, ready to be asked. Safe to share between threads."""

    def __init__(self, documents: Sequence[Document], stages: Mapping[str, Stage], *, zone: str) -> None:
        self.documents: Mapping[str, Document] = {document.name: document for document in documents}
        self.reads: Mapping[str, frozenset[str]] = {name: stage.merged.reads for name, stage in stages.items()}
        self.stages = stages
        self.zone = zone

    def keys(self, stage: str, paths: Sequence[str], lines: Sequence[str] | None) -> remembering.Keys | None:
        """The maker of keys for contexts of a stage whose values stand in this order (`remembering.Memory.keys`); None
        where the engine is always asked."""
        memory = self.stages[stage].memory
        return memory.keys(paths, lines) if memory is not None else None

    def ask(self, stage: str, contexts: Sequence[Context]) -> list[Answers | RuleError]:
        """The answers of all points of a stage for each context, in the order given.

        Every point of the stage is a key; a "first" point has at most one answer.
        An answer is shared between orders and must not be changed. One that fails is a RuleError in its place.

        What `complete` fills in is seen by the other points of the door: an order with something to fill in is
        asked twice, but only if another document reads what was filled.
        """
        merged = self.stages[stage].merged
        results = self._evaluate(stage, contexts)
        again = [
            (index, filled)
            for index, given in enumerate(results)
            if isinstance(given, dict) and given.get("complete")
            if (filled := _filled(contexts[index], given["complete"], merged.reads_beside_complete)) is not None
        ]
        for (index, _), given in zip(again, self._evaluate(stage, [filled for _, filled in again]), strict=True):
            before = results[index]
            if isinstance(given, dict) and isinstance(before, dict):
                given["complete"] = before["complete"]
            results[index] = given
        return results

    def _evaluate(self, stage: str, contexts: Sequence[Context]) -> list[Answers | RuleError]:
        made = self.stages[stage]
        merged, memory = made.merged, made.memory
        if not merged.asks:
            return [{name: [] for name in merged.points} for _ in contexts]
        if memory is None:
            return [_one(made, context) for context in contexts]
        return [
            _one(made, context)
            if isinstance(context, bytes)
            else memory.answers(context, functools.partial(_one, made, context), lasts=merged.lasts)
            for context in contexts
        ]


def compile(
    documents: Sequence[Document],
    *,
    zone: str = "Asia/Shanghai",
    stages: Iterable[str] = points.STAGES,
    before: Compiled | None = None,
) -> Compiled:
    """Compile documents, at most one version of each name. `zone` is the workspace's: `d(x)` is read in it. A stage
    whose documents are those of `before` is taken over as it is, with all that it remembers.

    The documents have passed `rules.bounds`; one that has not raises msgspec.ValidationError or
    expressions.Unreadable. In a stage documents stand by priority, then name.
    """
    ordered = sorted(documents, key=lambda document: (document.priority, document.name))
    stood = before.stages if before is not None and before.zone == zone else {}
    made: dict[str, Stage] = {}
    for name in stages:
        answered = {point.name for point in points.of_stage(name)}
        mine = [each for each in ordered if each.point in answered]
        known = stood.get(name)
        if known is None or known.documents != mine:
            known = Stage(merging.merge(name, mine, zone=zone), mine)
        made[name] = known
    return Compiled(ordered, made, zone=zone)


def _one(stage: Stage, given: Context) -> Answers | RuleError:
    merged, context = stage.merged, _json(given)
    # One by one costs two thirds of the engine's own batches, which hand every context to another thread: processes
    # are what fills the cores here. It holds the interpreter, for as long as `rules.bounds` lets a document last.
    try:
        return _read(merged, stage.engine.evaluate(merged.stage, context)["result"])
    except RuntimeError:  # The engine's own batch says more about an error than its exception does.
        [answer] = stage.engine.evaluate_batch([{"key": merged.stage, "context": context}])
        return _failed(merged, answer.get("error"))


def trimmed(context: Mapping[str, Any], reads: Iterable[str]) -> dict[str, Any]:
    """The slim context: only what the paths of `reads` name, with every list kept at its length."""
    slim: dict[str, Any] = {}
    for path in reads:
        _copy(context, slim, path.removesuffix(".*").split("."))
    return slim


def _copy(source: Any, target: dict[str, Any], segments: list[str]) -> None:
    key, rest = segments[0], segments[1:]
    name = key.removesuffix("[]")
    if not isinstance(source, Mapping) or name not in source:
        return
    value = source[name]
    if not rest and name == key:
        target[name] = value
    elif name != key and isinstance(value, list):
        elements = target.setdefault(name, [{} for _ in value])
        for element, copied in zip(value, elements, strict=True):
            if rest:
                _copy(element, copied, rest)
    elif isinstance(value, Mapping):
        _copy(value, target.setdefault(name, {}), rest)
    else:
        target[name] = value


def _filled(context: Context, completions: list[dict[str, Any]], reads: frozenset[str]) -> dict[str, Any] | None:
    """The context with what was missing filled in, or None if no other document would see a difference."""
    seen = [one for one in completions if any(_meets(f"order.{one['field']}", path) for path in reads)]
    if not seen:
        return None
    filled = msgspec.json.decode(_json(context))
    changed = False
    for one in seen:
        place = filled.setdefault("order", {})
        *parents, last = one["field"].split(".")
        for parent in parents:
            place = place.setdefault(parent, {})
        if place.get(last) is None:
            place[last] = one["value"]
            changed = True
    return filled if changed else None


def _meets(path: str, read: str) -> bool:
    read = read.removesuffix(".*")
    return read == path or read.startswith(path + ".") or path.startswith(read + ".")


def _json(context: Context) -> bytes:
    # The engine takes JSON in faster than Python objects, also when the JSON is made for it.
    if isinstance(context, bytes):
        return context
    return _encode(context.whole() if isinstance(context, remembering.Valued) else context)


_encode = msgspec.json.Encoder().encode


def _read(merged: merging.Merged, result: Any) -> Answers | RuleError:
    try:
        return merged.answers(result)
    except answers.Unfit as unfit:
        return RuleError(merged.stage, unfit.document, unfit.reason)


def _failed(merged: merging.Merged, error: Any) -> RuleError:
    node = error.get("nodeId", "") if isinstance(error, dict) else ""
    reason = error.get("source", error) if isinstance(error, dict) else error
    return RuleError(merged.stage, merged.document_of(node), str(reason)[:500])
