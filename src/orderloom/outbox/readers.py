"""All that is kept beside the log by the relay."""

from orderloom.outbox import facets, failures, flow_events, notes, retries, search, sums, tallies, webhooks

# Fed as soon as there is something to read.
PROMPT = (failures.READER, search.READER, facets.READER, sums.READER, retries.READER, notes.READER,
          flow_events.READER, webhooks.READER)  # fmt: skip
# Fed at intervals: what an order went through in between is counted once, and the cells that all orders share are
# written once. A board is as old as that at most.
GATHERED = (tallies.READER,)
READERS = PROMPT + GATHERED
