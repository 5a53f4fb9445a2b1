"""Which topic leaves how. What is for the house itself becomes a record in it; the rest is called from here."""

from collections.abc import Mapping

from orderloom.outbox import alerts, calls, flow_events, flows, jobs, messengers, notices, webhooks
from orderloom.outbox.drain import Sender

SENDERS: Mapping[str, Sender] = {
    "receipt": Sender(notices.receipts),
    "warehouse": Sender(notices.warehouse),
    "planning": Sender(notices.planning),
    "transfer": Sender(notices.planning),
    "notice": Sender(notices.reminders),
    "message": Sender(notices.messages),
    "messenger": Sender(messengers.send, outside=True),
    "job": Sender(jobs.send),
    "flow": Sender(flows.send),
    "alert": Sender(alerts.send),
    flow_events.TOPIC: Sender(flow_events.send),
    "http": Sender(calls.send, outside=True),
    "webhook": Sender(webhooks.send, outside=True, retry_seconds=webhooks.RETRY_SECONDS),
}
