"""All that is kept beside the log by the relay."""

from orderloom.outbox import facets, failures, notes, retries, search, sums, webhooks

READERS = (failures.READER, search.READER, facets.READER, sums.READER, retries.READER, notes.READER, webhooks.READER)
