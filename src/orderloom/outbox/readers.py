"""All that is kept beside the log by the relay."""

from orderloom.outbox import retries, search, sums, webhooks

READERS = (search.READER, sums.READER, retries.READER, webhooks.READER)
