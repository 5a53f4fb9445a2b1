"""Back-test: what a draft would have made of past orders, beside what the documents in force make of them (W-4).

Two worlds decide the same orders over the same stock, one by what is in force, one with the drafts in its place; what
differs between them is the drafts' doing. How many orders the first world decides as they really were is told too:
where goods, customers or documents have changed since, it shows.
"""

import time
from collections.abc import Iterator, Sequence

import msgspec

from orderloom.kit import apart
from orderloom.trials import baselines, drafts, pairs, sums, worlds

Change = sums.Change
Summary = sums.Summary

_read = msgspec.msgpack.Decoder(pairs.Told).decode


def run(
    url: str, workspace: str, tried: Sequence[drafts.Draft], *, period: worlds.Period
) -> Iterator[Change | Summary]:
    """Every order that changes, as it is found, and the summary at the end. Raises apart.Broke."""
    began = time.monotonic()
    with apart.Process(pairs.__name__, baselines.Asked(url, workspace, period, list(tried))) as process:
        for frame in process.told():
            told = _read(frame)
            yield from told.changes
            if told.summary is not None:
                told.summary.seconds = round(time.monotonic() - began, 2)
                yield told.summary
