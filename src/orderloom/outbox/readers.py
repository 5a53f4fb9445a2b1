"""All that is kept beside the log by the relay."""

from orderloom.outbox import facets, failures, flow_events, notes, retries, search, sums, tallies, webhooks

READERS = (failures.READER, search.READER, facets.READER, sums.READER, tallies.READER, retries.READER, notes.READER,
           flow_events.READER, webhooks.READER)  # fmt: skip
