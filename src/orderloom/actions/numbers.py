"""Order numbers: blocks are taken in short transactions of their own, so no order waits for another's number."""

import datetime as dt

from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.store import orders as orders_store


def take(hub: Hub, count: int, *, series: str, day: dt.date) -> list[str]:
    """Numbers like OL-20260218-000123, each given once for ever; gaps are allowed. `day` is the workspace's."""
    name = f"{series}-{day:%Y%m%d}"
    with hub.numbering:
        start, end = hub.numbers.get(name, (0, 0))
        numbers = list(range(start, min(end, start + count)))
        missing = count - len(numbers)
        if missing:
            block = max(missing, limits.NUMBER_BLOCK)
            with hub.database.workspace(hub.workspace) as connection:
                first = orders_store.take_numbers(connection, series=name, count=block)
            numbers.extend(range(first, first + missing))
            start, end = first + missing, first + block
        else:
            start += count
        for old in [each for each in hub.numbers if each.startswith(series) and each != name]:
            del hub.numbers[old]
        hub.numbers[name] = (start, end)
    return [f"{name}-{number:06d}" for number in numbers]
