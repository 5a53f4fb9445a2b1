"""All that is kept beside the log by the relay."""

from orderloom.outbox import notes, retries, search, sums, webhooks

READERS = (search.READER, sums.READER, retries.READER, notes.READER, webhooks.READER)
