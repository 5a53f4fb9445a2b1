"""Channels: where a customer bought. Two shops on one platform are two channels."""

from typing import Any

import msgspec


class Channel(msgspec.Struct, omit_defaults=True):
    """A channel as decisions see it; its transport and mapping are read on the inbox's floor.

    `priced_by` says whose prices count: "hub" prices by the promotions in force, "channel" takes the
    channel's totals and books what they leave unexplained as an adjustment. What a channel document says beyond this
    (`checks`, `status_map`, `transport`) stands here as it was published in `version` of it.
    """

    channel: str
    name: str = ""
    platform: str = ""
    kind: str = "order"
    label: str = ""
    priced_by: str = "hub"
    currency: str = "CNY"
    tax_included: bool = True
    paused: bool = False
    defaults: dict[str, Any] = {}
    mapping: dict[str, Any] | None = None
    history: bool = False
    checks: list[dict[str, Any]] = []
    status_map: str = ""
    transport: dict[str, Any] = {}
    version: int = 0
