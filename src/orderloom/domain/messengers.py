"""Messengers: robots and mailboxes of the workspace, who is reached by which, how fast they may be used. Pure."""

import datetime as dt
from collections.abc import Sequence

import msgspec

# The connector whose messages go to mailboxes, one each.
EMAIL = "email"
# The audience of a route that hears all that the house is told.
EVERYONE = "*"


class Messenger(msgspec.Struct, frozen=True, omit_defaults=True):
    """A robot or mailbox by the name people gave it. `kind` is its connector; `account` is sealed and never shown."""

    name: str
    kind: str
    account: str
    language: str = "zh"


class Route(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is told to an audience goes by this messenger too; in the inbox it stands always.

    An audience is a role (operations, planning), a person's name, `warehouse:<name>`, or `customer`. `people` are those
    to mention, or whose mailboxes to write to: sealed, `reached` is how many. `templates` empty means all of them.
    """

    audience: str
    messenger: str
    templates: list[str] = []
    people: str = ""
    reached: int = 0


class Mentions(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Whom a message calls by name: phones, the messenger's own user ids, or everybody."""

    phones: list[str] = []
    users: list[str] = []
    everybody: bool = False


class People(Mentions, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Those a route reaches: whom to mention, and whose mailboxes to write to."""

    emails: list[str] = []


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message to one account. `key` is its own for ever; `markdown` is empty where it has no such form; `to` is an
    e-mail's recipient."""

    key: str
    title: str
    text: str
    markdown: str = ""
    level: str = "info"
    mentions: Mentions = Mentions()
    to: str = ""


class Window(msgspec.Struct, frozen=True):
    """At most `most` messages within any `seconds`."""

    seconds: float
    most: int


class Pace(msgspec.Struct, frozen=True):
    """How a messenger was used of late: when, the latest last, and until when it takes nothing."""

    taken: list[dt.datetime] = []
    blocked_until: dt.datetime | None = None


def take(pace: Pace, windows: Sequence[Window], *, wanted: int, now: dt.datetime) -> tuple[Pace, int, dt.datetime]:
    """Take up to `wanted` turns now: the pace after it, how many are granted, and when the next one may be had.

    Within any window there are never more turns than it allows, whoever takes them.
    """
    longest = max(each.seconds for each in windows)
    taken = [each for each in pace.taken if each > now - dt.timedelta(seconds=longest)]
    if pace.blocked_until is not None and pace.blocked_until > now:
        return msgspec.structs.replace(pace, taken=taken), 0, pace.blocked_until
    granted = max(0, min([wanted, *(each.most - _within(taken, each, now) for each in windows)]))
    taken = sorted([*taken, *[now] * granted])
    return Pace(taken), granted, _free_at(taken, windows, now)


def _within(taken: Sequence[dt.datetime], window: Window, now: dt.datetime) -> int:
    return sum(each > now - dt.timedelta(seconds=window.seconds) for each in taken)


def _free_at(taken: Sequence[dt.datetime], windows: Sequence[Window], now: dt.datetime) -> dt.datetime:
    """The earliest instant at which every window has room again."""
    free = now
    for window in windows:
        if len(taken) >= window.most:
            free = max(free, taken[-window.most] + dt.timedelta(seconds=window.seconds))
    return free
