"""Customers: who buys, on what terms, and the usual facts that complete their orders."""

from typing import Any

import msgspec

from orderloom.domain.orders import state


class Customer(msgspec.Struct, omit_defaults=True):
    """Reference data about a customer; personal text is sealed elsewhere. `owner` is the login of whose customer it
    is: who is limited to own customers reaches these."""

    customer_no: str
    name: str = ""
    level: str = ""
    segment: str = ""
    risk: str = ""
    account: str = ""
    owner: str = ""
    payment_method: str = ""
    payment_days_average: int | None = None
    address: state.Party | None = None
    invoice: state.Invoice | None = None
    custom: dict[str, Any] = {}
