"""The workspace's settings: what every decision takes for granted."""

import datetime as dt
import zoneinfo

import msgspec

from orderloom.domain import approvals, ballots, breakers
from orderloom.domain.messengers import Messenger, Route


class Webhook(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a partner wants to be told of events. `secret` is sealed; an empty `types` means every event of orders.

    `private` allows an address inside one's own network, which is refused otherwise. While a secret is changed, the
    `previous` one signs too, until its time. A `disabled` one is told nothing.
    """

    name: str
    url: str
    secret: str
    types: list[str] = []
    private: bool = False
    previous: str = ""
    previous_until: dt.datetime | None = None
    disabled: bool = False


class Seller(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who stands behind the pages that outsiders see, and how they reach it: `address` is where they find this hub
    ("https://orders.example.com"), which messages need for their links; `hours` is when somebody answers, `website` a
    page of the seller's own. `files` names own fields of orders whose files the tracking page offers, `channel` is the
    one that orders of the dealers' page come in by, `frames` the sites ("https://shop.example.com") that may show a
    public form within their own pages."""

    name: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""
    website: str = ""
    address: str = ""
    channel: str = "dealer"
    files: list[str] = []
    frames: list[str] = []


# A host that failed five times within five minutes is left alone for two.
_CALLS = breakers.Rule("call.failed", "host", count=5, minutes=5, stop_minutes=2)


def _by_a_director() -> approvals.Spec:
    return approvals.Spec([ballots.Step(roles=["sales_director"])], approvals.Deadline(24 * 60, "reject"))


class Settings(msgspec.Struct, omit_defaults=True):
    """Zone of days, windows and numbers; base currency; how numbers read; the revision in force. With `codes_required`
    nobody who signs in does anything before a one-time code was shown."""

    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    locale: str = "zh-CN"
    order_series: str = "OL"
    shipment_series: str = "SH"
    window_hours: int = 72
    grant_minor_default: int = 5_000_000
    grant_hours_default: int = 24
    tax_rate_percent: int = 13
    sandbox: bool = False
    codes_required: bool = False
    trusted_sources: dict[str, list[str]] = {}
    webhooks: list[Webhook] = []
    messengers: list[Messenger] = []
    routes: list[Route] = []
    private_hosts: list[str] = []
    seller: Seller = Seller()
    breaker_rules: list[breakers.Rule] = msgspec.field(default_factory=lambda: [_CALLS])
    credit_approval: approvals.Spec = msgspec.field(default_factory=_by_a_director)
    revision: int = 1

    @property
    def timezone(self) -> zoneinfo.ZoneInfo:
        """The workspace's zone."""
        return zoneinfo.ZoneInfo(self.zone)
