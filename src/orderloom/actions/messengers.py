"""The verbs of messengers: enter an account, route audiences to it, try it, let what it rejected go again.

An account is sealed before it is written and is never shown again. Which fields it has is its connector's word, so
whoever enters one has it read there first (`outbox.messengers.account`).
"""

import base64
import datetime as dt
import re
from collections.abc import Mapping, Sequence

import msgspec

from orderloom.actions import notices
from orderloom.actions.hub import Hub
from orderloom.domain import messengers as messenger_words
from orderloom.domain.messengers import EMAIL, EVERYONE, Mentions, Message, Messenger, People, Route, Window
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import messengers as messengers_store
from orderloom.store import outbox as outbox_store
from orderloom.store import reference as reference_store

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_LANGUAGES = ("zh", "en")


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A route as it is asked for: what `audience` is told goes by `messenger` too, and mentions or mails `people`."""

    audience: str
    messenger: str
    templates: list[str] = []
    people: People = People()


def enter(
    hub: Hub, name: str, *, kind: str, account: msgspec.Struct, language: str = "zh", actor: str, now: dt.datetime
) -> Refused | None:
    """Enter a messenger, or give a known one another account. Refuses a bad name or language and one too many."""
    if not _NAME.fullmatch(name):
        return Refused("messenger.bad_name", {"name": name[: limits.NAME_CHARS_MAX]})
    if language not in _LANGUAGES:
        return Refused("messenger.bad_language", {"language": language[: limits.NAME_CHARS_MAX]})
    sealed = hub.sealer.seal(msgspec.json.encode(account), aad=place(name))
    made = Messenger(name, kind, base64.b64encode(sealed).decode(), language)
    with hub.database.workspace(hub.workspace) as connection:
        kept = [each for each in hub.reference(connection).settings.messengers if each.name != name]
        if len(kept) >= limits.MESSENGERS_MAX:
            return Refused("messenger.too_many", {"most": limits.MESSENGERS_MAX})
        _write(connection, "messengers", [*kept, made], actor=actor, now=now)
    return None


def remove(hub: Hub, name: str, *, actor: str, now: dt.datetime) -> Refused | None:
    """Forget a messenger and its routes; what still waits for it is closed when its turn comes."""
    with hub.database.workspace(hub.workspace) as connection:
        settings = hub.reference(connection).settings
        if all(each.name != name for each in settings.messengers):
            return Refused("messenger.unknown", {"messenger": name})
        left = [each for each in settings.messengers if each.name != name]
        _write(connection, "messengers", left, actor=actor, now=now)
        routes = [each for each in settings.routes if each.messenger != name]
        _write(connection, "routes", routes, actor=actor, now=now)
    return None


def route(hub: Hub, wanted: Sequence[Wanted], *, actor: str, now: dt.datetime) -> list[Refused | None]:
    """Add routes or change those between the same audience and messenger; an answer for each."""
    answers: list[Refused | None] = []
    with hub.database.workspace(hub.workspace) as connection:
        settings = hub.reference(connection).settings
        known = {each.name: each for each in settings.messengers}
        routes = {(each.audience, each.messenger): each for each in settings.routes}
        for each in wanted:
            refused = _unfit(each, known)
            if refused is None and len(routes) >= limits.ROUTES_MAX and (each.audience, each.messenger) not in routes:
                refused = Refused("route.too_many", {"most": limits.ROUTES_MAX})
            if refused is None:
                routes[each.audience, each.messenger] = _sealed(hub, each)
            answers.append(refused)
        _write(connection, "routes", list(routes.values()), actor=actor, now=now)
    return answers


def unroute(hub: Hub, audience: str, messenger: str, *, actor: str, now: dt.datetime) -> Refused | None:
    """Let an audience be told by a messenger no more."""
    with hub.database.workspace(hub.workspace) as connection:
        routes = hub.reference(connection).settings.routes
        left = [each for each in routes if (each.audience, each.messenger) != (audience, messenger)]
        if len(left) == len(routes):
            return Refused("route.unknown", {"audience": audience, "messenger": messenger})
        _write(connection, "routes", left, actor=actor, now=now)
    return None


def ping(hub: Hub, name: str, *, to: str = "", actor: str, now: dt.datetime) -> Refused | str:
    """Send a short message to try a messenger, `to` being the mailbox; returns its key in the log of deliveries."""
    with hub.database.workspace(hub.workspace) as connection:
        known = {each.name: each for each in hub.reference(connection).settings.messengers}
        messenger = known.get(name)
        if messenger is None:
            return Refused("messenger.unknown", {"messenger": name})
        if messenger.kind == EMAIL and not to:
            return Refused("messenger.ping_needs_address", {"messenger": name})
        outbox_id = hub.ids.new(now)
        zh, en = f"织单试发消息（{actor}）", f"A message from OrderLoom to try this messenger ({actor})"
        text = en if messenger.language == "en" else zh
        message = Message(key=f"ping-{outbox_id}", title=text, text=text, to=to, mentions=Mentions())
        sealed = hub.sealer.seal(msgspec.json.encode(message), aad=notices.place(outbox_id))
        payload = {"messenger": name, "template": "ping", "sealed": base64.b64encode(sealed).decode()}
        row = outbox_store.Row(
            outbox_id, "messenger", f"{name} ping {outbox_id}", 0, message.key, {**payload, "audience": ""}, now
        )
        outbox_store.insert(connection, [row])
        outbox_store.wake(connection)
    return message.key


def retry(hub: Hub, name: str, *, actor: str, now: dt.datetime) -> int | Refused:
    """Let all that a messenger rejected go again, the oldest first, as many as one call takes; returns how many."""
    with hub.database.workspace(hub.workspace) as connection:
        if all(each.name != name for each in hub.reference(connection).settings.messengers):
            return Refused("messenger.unknown", {"messenger": name})
        result = {"requeued_by": actor, "at": now.isoformat()}
        count = outbox_store.requeue_all(connection, name, result=result, count=limits.MESSAGES_RETRIED_MAX, now=now)
        outbox_store.wake(connection)
    return count


def take(
    hub: Hub, wanted: Mapping[str, tuple[Sequence[Window], int]], *, now: dt.datetime
) -> dict[str, tuple[int, dt.datetime]]:
    """Take turns of messengers: of each as many as wanted and its windows allow, and when the next may be had."""
    if not wanted:
        return {}
    with hub.database.workspace(hub.workspace) as connection:
        paces = messengers_store.lock_paces(connection, wanted)
        taken = {
            name: messenger_words.take(paces[name], windows, wanted=count, now=now)
            for name, (windows, count) in wanted.items()
        }
        messengers_store.keep_paces(connection, {name: pace for name, (pace, _, _) in taken.items()})
    return {name: (granted, free_at) for name, (_, granted, free_at) in taken.items()}


def rest(hub: Hub, until: Mapping[str, dt.datetime]) -> None:
    """Let messengers rest that say they are used too fast."""
    with hub.database.workspace(hub.workspace) as connection:
        messengers_store.block(connection, until)


def place(name: str) -> bytes:
    """What the seal of a messenger's account is bound to."""
    return b"messenger " + name.encode()


def _unfit(wanted: Wanted, known: Mapping[str, Messenger]) -> Refused | None:
    if wanted.messenger not in known:
        return Refused("messenger.unknown", {"messenger": wanted.messenger})
    if not 0 < len(wanted.audience) <= limits.NAME_CHARS_MAX or not wanted.audience.isprintable():
        return Refused("route.bad_audience", {"most": limits.NAME_CHARS_MAX})
    if _reached(wanted.people) > limits.ROUTE_PEOPLE_MAX:
        return Refused("route.too_many_people", {"most": limits.ROUTE_PEOPLE_MAX})
    mails = known[wanted.messenger].kind == EMAIL
    if wanted.audience == notices.CUSTOMER and not mails:
        return Refused("route.customers_by_mail_only", {"messenger": wanted.messenger})
    if mails and not wanted.people.emails and wanted.audience not in (notices.CUSTOMER, EVERYONE):
        return Refused("route.needs_addresses", {"messenger": wanted.messenger})
    return None


def _sealed(hub: Hub, wanted: Wanted) -> Route:
    reached = _reached(wanted.people)
    if not reached:
        return Route(wanted.audience, wanted.messenger, wanted.templates)
    aad = notices.route_place(wanted.audience, wanted.messenger)
    sealed = base64.b64encode(hub.sealer.seal(msgspec.json.encode(wanted.people), aad=aad)).decode()
    return Route(wanted.audience, wanted.messenger, wanted.templates, sealed, reached)


def _reached(people: People) -> int:
    return len(people.phones) + len(people.users) + len(people.emails) + people.everybody


def _write(
    connection: db.Connection, key: str, values: Sequence[Messenger | Route], *, actor: str, now: dt.datetime
) -> None:
    reference_store.enter_settings(connection, {key: msgspec.to_builtins(values)}, actor=actor, at=now)
