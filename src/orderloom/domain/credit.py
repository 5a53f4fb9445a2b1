"""Credit: accounts, grants, and whether an order may be carried."""

import datetime as dt
import uuid

import msgspec

from orderloom.domain.orders.events import Event


class Grant(msgspec.Struct):
    """A temporary limit that a person with the right gave; it expires by itself."""

    grant_id: uuid.UUID
    account: str
    amount_minor: int
    valid_from: dt.datetime
    expires_at: dt.datetime
    granted_by: str
    scope: str = ""
    withdrawn_at: dt.datetime | None = None

    def valid(self, at: dt.datetime, order_no: str = "") -> bool:
        """Whether the grant counts at that instant for that order; an empty scope serves every order."""
        if self.withdrawn_at is not None and self.withdrawn_at <= at:
            return False
        return self.valid_from <= at < self.expires_at and self.scope in ("", order_no)


class Account(msgspec.Struct):
    """A credit or prepaid account. Deposits make `used_minor` negative, so one formula serves both."""

    account: str
    currency: str
    limit_minor: int
    used_minor: int = 0
    reserved_minor: int = 0
    grants: list[Grant] = []

    def granted(self, at: dt.datetime, order_no: str = "") -> int:
        """The grants valid then, added up."""
        return sum(grant.amount_minor for grant in self.grants if grant.valid(at, order_no))

    def available(self, at: dt.datetime, order_no: str = "") -> int:
        """What a new reservation may take."""
        return self.limit_minor + self.granted(at, order_no) - self.used_minor - self.reserved_minor


class CreditGranted(Event, tag="credit.granted"):
    """A temporary limit was approved."""

    grant_id: uuid.UUID
    amount_minor: int
    valid_from: dt.datetime
    expires_at: dt.datetime
    granted_by: str
    scope: str = ""


class GrantWithdrawn(Event, tag="credit.expired"):
    """A grant ended, by time or by a person."""

    grant_id: uuid.UUID
    at: dt.datetime


class LimitChanged(Event, tag="credit.limited"):
    """The account's own limit was set."""

    limit_minor: int
    currency: str = "CNY"
    reason: str = ""


class AccountCharged(Event, tag="credit.charged"):
    """Money moved on the account beside any order: a deposit (negative) or an opening debt (positive)."""

    amount_minor: int
    reference: str = ""


AccountEvent = CreditGranted | GrantWithdrawn | LimitChanged | AccountCharged


def shortfall(account: Account, *, amount_minor: int, at: dt.datetime, order_no: str) -> int:
    """How much is missing to reserve the amount; 0 when it fits. Sequence of reservations matters, nothing else."""
    return max(0, amount_minor - account.available(at, order_no))
