"""`bench rules`: what a decision table of 10,000 rows with a column of plain values costs an order (V-8)."""

import argparse
import json
import os
import statistics
import time
from typing import Any

from orderloom.rules import compile
from orderloom.rules.graphs import Document

_RUNS = 3
_REPEATS = 20


def measure(*, rows: int = 10_000, orders: int = 500) -> dict[str, Any]:
    """Ask a table of `rows` rows for `orders` orders at once: {"rows", "us_per_order"}.

    The figure is the median of three runs, each the mean of twenty batches. Every order's row is checked, and each
    hits another row, the last one included.
    """
    compiled = compile.compile([_table(rows)])
    wanted = [(number * 7919 + rows - 1) % rows for number in range(orders)]
    contexts: list[bytes | dict[str, Any]] = [
        {"order": {"consignee": {"adcode": _adcode(row)}, "total": 100}} for row in wanted
    ]
    for row, answers in zip(wanted, compiled.ask("supply", contexts), strict=True):
        assert isinstance(answers, dict)
        assert answers["freight"][0]["rule"] == f"zones#r{row}"
    return {"rows": rows, "us_per_order": round(statistics.median(_run(compiled, contexts) for _ in range(_RUNS)), 1)}


def report(*, quick: bool = False) -> dict[str, Any]:
    """The object that `--json` prints; `quick` asks for the same table with fewer orders."""
    figures = measure(orders=200 if quick else 500)
    return {"bench": "rules", "load": round(os.getloadavg()[0], 2), "cores": os.cpu_count(), **figures}


def _run(compiled: compile.Compiled, contexts: list[bytes | dict[str, Any]]) -> float:
    started = time.perf_counter()
    for _ in range(_REPEATS):
        compiled.ask("supply", contexts)
    return (time.perf_counter() - started) / _REPEATS / len(contexts) * 1e6


def _adcode(row: int) -> str:
    return f"{100_000 + row}"


def _table(rows: int) -> Document:
    outputs = ("base_minor", "per_kg_minor", "free_over_minor", "free_kg")
    content = {
        "hitPolicy": "first",
        "inputs": [
            {"id": "i1", "name": "adcode", "field": "order.consignee.adcode"},
            {"id": "i2", "name": "total", "field": "order.total"},
        ],
        "outputs": [{"id": name, "name": name, "field": name} for name in outputs],
        "rules": [
            {"_id": f"r{row}", "i1": f'"{_adcode(row)}"', "i2": "> 0"} | dict.fromkeys(outputs, str(row))
            for row in range(rows)
        ],
    }
    nodes = [
        {"id": "in", "type": "inputNode"},
        {"id": "table", "type": "decisionTableNode", "content": content},
        {"id": "out", "type": "outputNode"},
    ]
    edges = [{"sourceId": "in", "targetId": "table"}, {"sourceId": "table", "targetId": "out"}]
    return Document("zones", "freight", 1, {"nodes": nodes, "edges": edges})


def main(arguments: list[str] | None = None) -> None:
    """Print the figures, as a sentence or with `--json` as one object on the last line."""
    parser = argparse.ArgumentParser(prog="orderloom bench rules", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    figures = report(quick=asked.quick)
    if asked.json:
        print(json.dumps(figures))
    else:
        print(f"{figures['rows']} rows: {figures['us_per_order']} µs an order (load {figures['load']})")


if __name__ == "__main__":
    main()
