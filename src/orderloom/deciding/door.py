"""Stage one: complete, check, grade, hold, price."""

from collections.abc import Sequence

from orderloom.deciding import contexts, pages, pricing
from orderloom.deciding.state import Missing, State
from orderloom.deciding.work import Work
from orderloom.domain import completion, windows
from orderloom.domain.orders import commands, door, events
from orderloom.domain.orders.state import Order
from orderloom.kit.refusals import Refused
from orderloom.rules.compile import Answers, Context, RuleError


def decide(works: Sequence[Work], state: State) -> None:
    """Take the batch through the door: one question to the rules for all, then each order by itself."""
    for work in works:
        _prepare(work, state)
    for work in works:
        if work.refused is None and _of(work).history:
            pricing.price(work, state)  # It is recorded as it was: today's rules say nothing of it.
    asked = [work for work in works if work.refused is None and not _of(work).history]
    for work, answers in zip(asked, ask("door", asked, state), strict=True):
        if isinstance(answers, RuleError):
            work.say(*door.hold(_of(work), [_broken(answers)], now=state.now))
            pricing.price(work, state)
            continue
        _admit(work, answers, state)
    _know_gifts(works, state)


def _know_gifts(works: Sequence[Work], state: State) -> None:
    """A gift that a promotion adds is a SKU that nobody asked for: it must be loaded before it can be sourced."""
    if state.looked_up is None:
        return
    gifts = {gift.sku for work in works if work.priced is not None for gift in work.priced.gifts}
    if gifts - state.looked_up:
        raise Missing(gifts - state.looked_up)


def ask(stage: str, works: Sequence[Work], state: State) -> list[Answers | RuleError]:
    """One question to the rules of a stage for the whole batch; each order keeps what was asked of it."""
    reference = state.reference
    builder = contexts.of(reference).by_stage[stage]
    asked: list[Context] = []
    for work in works:
        values = builder.values(work, state)
        if state.recalled is None:
            work.inputs[stage] = values
            asked.append(builder.asked(values))
        else:
            context = builder.context(values)
            contexts.recall(context, state.recalled, stage=stage, order_id=work.subject)
            asked.append(context)
    answered = reference.rules.ask(stage, asked)
    if state.recalled is not None:
        state.recalled.asked.append((stage, [work.subject for work in works], asked, answered))
    return answered


def _prepare(work: Work, state: State) -> None:
    order = work.order
    if order is None and isinstance(work.command, commands.Place):
        received = door.receive(work.command.received, now=state.now)
        if isinstance(received, Refused):
            work.refused = received
            return
        work.say(*received)
        work.say(*(events.PaymentReceived(payment) for payment in work.command.payments))
        order = work.order
    assert order is not None
    work.customer = state.customers.get(order.customer_no)
    work.account = work.customer.account if work.customer else ""
    if not work.existed:
        channel = state.reference.channels.get(order.channel)
        defaults = channel.defaults if channel is not None else None
        completed = completion.complete(order, customer=work.customer, channel_values=defaults)
        if completed is not None:
            work.say(completed)
    _look_through_window(work, state)


def _look_through_window(work: Work, state: State) -> None:
    order = _of(work)
    window = state.windows.get(order.consignee.address_key)
    if window is None:
        return
    hours = state.reference.settings.window_hours
    at = order.placed_at or state.now
    if not work.existed:
        entry = windows.Entry(order.order_id, at, order.consignee.phone_key)
        window = state.windows[window.key] = windows.add(window, entry, hours=hours)
        state.windows_changed.add(window.key)
    work.window_orders, work.window_phones = windows.seen(window, at=at, hours=hours)


def _admit(work: Work, answers: Answers, state: State) -> None:
    if not work.existed and answers["complete"]:
        filled = completion.complete(_of(work), customer=None, rule_values=answers["complete"])
        if filled is not None:
            work.say(filled)
    # A change to an order in the house may be held for what it brings, never lost at the door.
    checked = door.check(_of(work), answers["check"], now=state.now)
    if isinstance(checked, Refused):
        if work.waits:
            work.refused = checked
            return
        checked = []
    holds = [*answers["hold"], *state.reference.breakers.hits(_of(work), now=state.now)]
    if work.existed:
        work.say(*door.lift(_of(work), [*answers["check"], *holds]))
    work.say(*pages.owned(checked, work, state))
    graded = door.grade(_of(work), answers["grade"])
    work.say(*graded)
    if graded and answers["grade"]:
        work.why["grade"] = answers["grade"][0].get("rule", "")
    work.say(*pages.owned(door.hold(_of(work), holds, now=state.now), work, state))
    work.offers = answers["price"]
    pricing.price(work, state)


def _of(work: Work) -> Order:
    assert work.order is not None
    return work.order


def _broken(error: RuleError) -> dict[str, object]:
    return {
        "code": "rules.failed",
        "reason_zh": f"规则 {error.document} 未能给出答案：{error.reason}",
        "reason_en": f"The rule {error.document} gave no answer: {error.reason}",
        "owner": "operations",
        "blocks": ["confirm", "release", "reserve"],
        "rule": error.document,
    }
