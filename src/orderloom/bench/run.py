"""The benches by name, and the one way to print them."""

import json as json_text
import os
from collections.abc import Callable
from typing import Any

from orderloom.bench import backtests, big, door, growth, hot, imports, publish, records, road, rules
from orderloom.kit import settings

Report = Callable[..., dict[str, Any]]

BENCHES: dict[str, Report] = {
    "backtest": backtests.report,
    "big": big.report,
    "door": door.report,
    "growth": growth.report,
    "hot": hot.report,
    "import": imports.report,
    "records": records.report,
    "publish": publish.report,
    "road": road.report,
    "rules": lambda chosen, *, quick: rules.report(quick=quick),
}


class Unknown(Exception):
    """There is no bench of this name."""


def main(name: str, quick: bool = False, json: bool = False, *, chosen: settings.Settings | None = None) -> None:
    """Measure and print: with `json` one object on the last line, else a line a figure.

    `chosen` are the settings of the process, by default those of the environment. Raises Unknown.
    """
    if name not in BENCHES:
        raise Unknown(f"there is no bench {name!r}; there are {', '.join(sorted(BENCHES))}")
    figures = measured(name, quick=quick, chosen=chosen or settings.read(os.environ))
    if json:
        print(json_text.dumps(figures))
        return
    for key, value in figures.items():
        print(f"{key:24} {value}")


def measured(name: str, *, quick: bool, chosen: settings.Settings) -> dict[str, Any]:
    """One bench's figures, with the load and the cores of the machine that took them."""
    load = os.getloadavg()[0]
    figures = BENCHES[name](chosen, quick=quick)
    return {"bench": name, "load": round(load, 2), "cores": os.cpu_count(), **figures}
