"""The shop's own list of orders that changed, each in full, as the gateway's messages carry it."""

import datetime as dt
from collections.abc import Generator
from typing import Any

import msgspec

from orderloom.connectors import sources
from orderloom.connectors.taobao import client

_PAGE_ORDERS = 50
_LIST_FIELDS = "tid,tid_str,status,modified"
_FIELDS = (
    "tid,tid_str,type,status,step_trade_status,created,pay_time,modified,seller_nick,buyer_nick,buyer_open_uid,"
    "buyer_message,seller_memo,seller_flag,total_fee,post_fee,discount_fee,adjust_fee,payment,receiver_name,"
    "receiver_mobile,receiver_phone,receiver_state,receiver_city,receiver_district,receiver_town,receiver_address,"
    "receiver_zip,oaid,est_con_time,promotion_details,orders"
)


def changed(
    account: client.Account, since: dt.datetime, until: dt.datetime, now: dt.datetime
) -> Generator[sources.Page, None, None]:
    """Pages of orders modified between the two, from the last page to the first: while it is read, the list grows at
    its end, and what is on a page moves only away from its beginning. Raises sources.Busy and sources.Rejected."""
    total = _listed(account, since, until, page=1, now=now)[1]
    for page in range((total + _PAGE_ORDERS - 1) // _PAGE_ORDERS, 0, -1):
        tids, _ = _listed(account, since, until, page=page, now=now)
        found = [_full(account, tid, now=now) for tid in dict.fromkeys(tids)]
        yield sources.Page([each for each in found if each is not None], total)


def _listed(
    account: client.Account, since: dt.datetime, until: dt.datetime, *, page: int, now: dt.datetime
) -> tuple[list[str], int]:
    params = {
        "fields": _LIST_FIELDS, "start_modified": client.shown(since), "end_modified": client.shown(until),
        "page_no": str(page), "page_size": str(_PAGE_ORDERS), "use_has_next": "false",
    }  # fmt: skip
    answer = _ask(account, "taobao.trades.sold.increment.get", params, now=now)
    said: dict[str, Any] = answer.get("trades_sold_increment_get_response") or {}
    trades = (said.get("trades") or {}).get("trade") or []
    return [str(each.get("tid_str") or each["tid"]) for each in trades], int(said.get("total_results") or 0)


def _full(account: client.Account, tid: str, *, now: dt.datetime) -> bytes | None:
    """The order in full, as it is kept; None when the gateway no longer knows it.

    What the gateway says of the call, not of the order, is left out: an order that has not changed reads the same.
    """
    try:
        answer = _ask(account, "taobao.trade.fullinfo.get", {"fields": _FIELDS, "tid": tid}, now=now)
    except client.Unknown:
        return None
    trade = (answer.get("trade_fullinfo_get_response") or {}).get("trade")
    return msgspec.json.encode({"trade_fullinfo_get_response": {"trade": trade}}) if trade else None


def _ask(account: client.Account, method: str, params: dict[str, str], *, now: dt.datetime) -> dict[str, Any]:
    return sources.patiently(lambda: client.call(account, method, params, now=now))


SOURCE = sources.Source("taobao", client.Account, changed, dt.timedelta(days=1))
