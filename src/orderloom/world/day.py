"""A day at the company, in a minute: what comes in, what the hub answers, and what people do about it."""

import datetime as dt
import time
from collections import Counter
from typing import Any

from orderloom.actions import credit, orders, shipments
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.kit import clock, limits
from orderloom.queries import orders as orders_query
from orderloom.queries import shipments as shipments_query
from orderloom.queries import timeline, viewer
from orderloom.store import stock as stock_store
from orderloom.world import beile, wishes
from orderloom.world.door import Answer, Door
from orderloom.world.screen import Screen

_STAGES = ("received", "backordered", "confirmed", "allocated", "picked", "packed", "shipped", "delivered", "cancelled")


class Day:
    """One day. Each act is a method; `run` plays them in turn."""

    def __init__(self, hub: Hub, door: Door, screen: Screen, *, run: str) -> None:
        self.hub = hub
        self.door = door
        self.screen = screen
        self.customers = wishes.Customers(run, now=clock.now())
        self.run_name = run
        self.sent: list[dict[str, Any]] = []
        self.story = ""
        self._looking = viewer.everything("demo")

    def run(self, *, orders: int) -> None:
        """The whole day, with so many orders of the shops."""
        self.shops(orders)
        self.on_credit()
        self.gift_combo()
        self.vague_address()
        self.short_stock()
        self.again()
        self.warehouses()
        self.tell()

    def shops(self, count: int) -> None:
        """Four shops send their paid orders as one stream."""
        say = self.screen
        say.act("四个店铺同时进单（HTTP，一个流）", "Four shops send orders (HTTP, one stream)")
        self.sent = self.customers.shop_orders(count)
        took, told = self._stream(self.sent)
        done = [each for each in told if not each.get("refused")]
        stages = Counter(each["stage"] for each in done)
        say.done(
            f"{len(done)} 单，{took:.2f} 秒，每秒 {len(done) / took:.0f} 单：补全、检查、定级、计价、占库存、选仓、选承运商、给承诺",
            f"{len(done)} orders in {took:.2f} s, {len(done) / took:.0f} a second: completed, checked, graded, priced, "
            "stock reserved, sourced, carrier chosen, promised",
        )
        say.stages(dict(stages))
        self._shipments_by_warehouse()

    def on_credit(self) -> None:
        """A dealer's order beyond the limit: refused with what to do; a grant lets the same attempt go on."""
        say, dealer = self.screen, f"D-{self.run_name}"
        say.act("经销商账期下单，额度不够", "A dealer orders on credit, beyond the limit")
        name = f"杭州童趣连锁 {self.run_name} 店"
        beile.dealer(self.hub, dealer, name=name, limit_minor=1_000_000, now=clock.now())
        message = self.customers.order(
            "desk", [("K20", 12), ("K10", 4), ("K60", 20)], customer_no=dealer, payment_method="credit",
            custom={"gift_combo": "B"}, tags=["急"],
        )  # fmt: skip
        answer = self.door.post("/orders?wait=true", message)
        say.refused(f"{answer.status} {self._said(answer)}", f"{answer.status} {self._said(answer)}")
        given = credit.grant(self.hub, dealer, actor="销售总监", now=clock.now())
        amount = say.amount(given.amount_minor) if not isinstance(given, credit.Refused) else ""
        say.done(
            f"销售总监手机上批了临时授信 {amount}，24 小时后自动失效",
            f"The sales director grants {amount} for 24 hours",
        )
        answer = self.door.post("/orders?wait=true", message)
        self._placed(answer)
        self.story = answer.body.get("order_no", "")

    def gift_combo(self) -> None:
        """The company's own rule: from 599 on a gift combo has to be chosen."""
        say = self.screen
        say.act("满 599 没选赠品：公司自己的规则", "599 and no gift combo: the company's own rule")
        message = self.customers.order("desk", [("K10", 1)], payment_method="alipay", customer_no="R0001")
        answer = self.door.post("/orders?wait=true", message)
        say.refused(f"{answer.status} {self._said(answer)}", f"{answer.status} {self._said(answer)}")
        answer = self.door.post("/orders?wait=true", message | {"custom": {"gift_combo": "A"}})
        self._placed(answer)
        order_no = answer.body["order_no"]
        total = answer.body["total_minor"]
        self._order(order_no, "pay", {"payment_no": f"ALI-{order_no}", "method": "alipay", "amount_minor": total})
        with self.hub.database.workspace(self.hub.workspace) as connection:
            found = orders_query.detail(connection, viewer=self._looking, order_no=order_no)
        assert found is not None
        for line in found.order.lines:
            if line.gift:
                say.done(f"自动加赠品 {line.sku} × {line.quantity}", f"Gift added: {line.sku} × {line.quantity}")

    def vague_address(self) -> None:
        """A channel's message is never refused: it waits, and the person in charge lets it go."""
        say = self.screen
        say.act(
            "渠道来单地址不详：先收下，挂起，不拒绝",
            "A channel's order with a vague address: taken in, held, not refused",
        )
        message = self.customers.order("douyin", [("K50", 1)], paid=True)
        message["consignee"] = {**message["consignee"], "street": ""}
        answer = self.door.post("/orders", message)
        self._placed(answer)
        order_no, held = answer.body["order_no"], answer.body.get("holds", [])
        say.waits(f"挂起：{', '.join(held)}，发货等待", f"On hold: {', '.join(held)}; its shipment waits")
        for code in held:
            self._order(order_no, "release", {"code": code, "reason": "已电话确认门牌"})
        say.done("客服电话确认后解除，订单继续", "Service called the customer and released it; the order goes on")

    def short_stock(self) -> None:
        """More than there is: what is there is reserved, the rest waits for the factory and goes on by itself."""
        say = self.screen
        say.act("现货不够：待产单，到货后自动继续", "Not enough stock: backordered until the factory delivers")
        now = clock.now()
        beile.stocked(self.hub, {beile.SCARCE: beile.SCARCE_ON_HAND}, warehouses=("suzhou",), now=now)
        there = self._available(beile.SCARCE)
        message = self.customers.order("tmall", [(beile.SCARCE, there + 2)], paid=True)
        message["consignee"] |= {"province": "江苏省", "city": "苏州市", "district": "姑苏区", "adcode": "320508"}
        answer = self.door.post("/orders", message)
        self._placed(answer)
        order_no = answer.body["order_no"]
        say.waits(
            f"要 {there + 2} 件，现货 {there} 件：差的 2 件转待产单，不能下发",
            f"{there + 2} wanted, {there} there: 2 wait",
        )
        beile.stocked(self.hub, {beile.SCARCE: 2}, warehouses=("suzhou",), now=clock.now())
        answer = self._order(order_no, "retry", {})
        say.done(
            f"工厂到货 2 件：{order_no} → {answer.body['stage']}", f"2 arrive: {order_no} → {answer.body['stage']}"
        )
        for code in answer.body.get("holds", []):
            self._order(order_no, "release", {"code": code, "reason": "已到货"})

    def again(self) -> None:
        """The same messages once more: nothing changes."""
        say = self.screen
        say.act("同样的消息再来一遍", "The same messages again")
        took, told = self._stream(self.sent)
        repeated = sum(bool(each.get("repeated")) for each in told)
        say.done(
            f"{len(told)} 条重发：{repeated} 条认出是重复，新订单 {len(told) - repeated} 张（{took:.2f} 秒）",
            f"{len(told)} sent again: {repeated} known, {len(told) - repeated} new orders ({took:.2f} s)",
        )

    def warehouses(self) -> None:
        """Release, pick, pack, ship, deliver by scans of the trusted sources."""
        say = self.screen
        say.act("三个仓库：下发、拣货、打包、出库、签收（逐张扫描）", "Three warehouses: released and scanned through")
        numbers = self._shipments("allocated")
        took, done = self._timed(lambda now: shipments.release(self.hub, numbers, origin=_origin("console"), now=now))
        released = [number for number, each in zip(numbers, done, strict=True) if _went(each)]
        say.done(
            f"下发 {len(released)} 张发货单，选定批次与库位（{took:.2f} 秒）",
            f"{len(released)} shipments released to lots and bins",
        )
        refused = Counter(_code(each) for each in done if not _went(each))
        for code, count in refused.items():
            say.waits(f"{count} 张没下发：{code}", f"{count} not released: {code}")
        for stage, source, zh, en in (
            ("picked", "pda", "拣货", "picked"), ("packed", "pda", "打包", "packed"), ("shipped", "pda", "出库", "shipped"),
            ("delivered", "carrier", "签收", "delivered"),
        ):  # fmt: skip
            released = self._scan(released, stage, source, zh, en)
        say.stages(self._by_stage())

    def tell(self) -> None:
        """One order's whole story with the why."""
        say = self.screen
        say.act(f"订单 {self.story} 的来龙去脉", f"The story of {self.story}")
        with self.hub.database.workspace(self.hub.workspace) as connection:
            told = timeline.tell(connection, viewer=self._looking, order_no=self.story)
        assert told is not None
        say.timeline([{name: getattr(item, name) for name in ("at", "zh", "en", "actor", "why_not")} | {
            "why": [{"zh": each.zh, "en": each.en} for each in item.why]} for item in told.items])  # fmt: skip

    def _scan(self, numbers: list[str], stage: str, source: str, zh: str, en: str) -> list[str]:
        scans = [shipments.Scan(each, stage, clock.now(), f"{source}-07") for each in numbers]
        took, done = self._timed(lambda now: shipments.confirm(self.hub, scans, origin=_origin(source), now=now))
        went = [number for number, each in zip(numbers, done, strict=True) if _went(each)]
        self.screen.done(f"{zh} {len(went)} 张（{took:.2f} 秒）", f"{len(went)} {en} ({took:.2f} s)")
        return went

    def _stream(self, messages: list[dict[str, Any]]) -> tuple[float, list[dict[str, Any]]]:
        told: list[dict[str, Any]] = []
        began = time.monotonic()
        for start in range(0, len(messages), limits.COMMANDS_PER_REQUEST_MAX):
            answer = self.door.post("/orders", messages[start : start + limits.COMMANDS_PER_REQUEST_MAX])
            assert answer.status in (200, 207), answer.body
            told.extend(answer.body["outcomes"])
        return time.monotonic() - began, told

    def _timed(self, work: Any) -> tuple[float, list[Any]]:
        began = time.monotonic()
        done = work(clock.now())
        return time.monotonic() - began, done

    def _order(self, order_no: str, verb: str, body: dict[str, Any]) -> Answer:
        answer = self.door.post(f"/orders/{order_no}/{verb}", body)
        assert answer.status == 200, answer.body
        return answer

    def _placed(self, answer: Answer) -> None:
        assert answer.status in (200, 201), answer.body
        told = answer.body
        total = self.screen.amount(told["total_minor"], told["currency"])
        self.screen.done(
            f"{told['order_no']}  {told['stage']}  {total}", f"{told['order_no']}  {told['stage']}  {total}"
        )

    def _said(self, answer: Answer) -> str:
        return str(answer.body[self.screen.language])

    def _available(self, sku: str) -> int:
        with self.hub.database.workspace(self.hub.workspace) as connection:
            pools = stock_store.pools(connection, [sku], locked=False)
        return sum(pool.available for pool in pools.get(sku, {}).values())

    def _shipments(self, stage: str) -> list[str]:
        with self.hub.database.workspace(self.hub.workspace) as connection:
            found: list[str] = []
            cursor = None
            while True:
                page = shipments_query.page(
                    connection, viewer=self._looking, filters=shipments_query.Filters(stage=stage), cursor=cursor,
                    count=limits.PAGE_ROWS_MAX,
                )  # fmt: skip
                found.extend(each.shipment_no for each in page.rows)
                cursor = page.next
                if cursor is None:
                    return found

    def _shipments_by_warehouse(self) -> None:
        say = self.screen
        with self.hub.database.workspace(self.hub.workspace) as connection:
            page = shipments_query.page(
                connection, viewer=self._looking, filters=shipments_query.Filters(stage="allocated"), count=500
            )
        counted = Counter((each.warehouse, each.carrier) for each in page.rows)
        names = {each.warehouse: each.name for each in beile.WAREHOUSES}
        rows = [(names[warehouse], carrier, str(count)) for (warehouse, carrier), count in counted.most_common()]
        say.table(
            [say.say("仓库", "warehouse"), say.say("承运商", "carrier"), say.say("发货单", "shipments")],
            rows,
            right=(2,),
        )

    def _by_stage(self) -> dict[str, int]:
        with self.hub.database.workspace(self.hub.workspace) as connection:
            rows = orders_query.every(connection, viewer=self._looking, filters=orders_query.Filters())
            counted = Counter(each.stage for each in rows)
        return {stage: counted[stage] for stage in _STAGES if counted[stage]}


def _origin(source: str) -> orders.Origin:
    return orders.Origin("", "desk", "demo", source)


def _went(outcome: Any) -> bool:
    return isinstance(outcome, Outcome) and outcome.refused is None


def _code(outcome: Any) -> str:
    refused = outcome.refused if isinstance(outcome, Outcome) else outcome
    return refused.code if refused is not None else ""


def name_of(now: dt.datetime) -> str:
    """A run's name: its local second, so that two runs never share a number."""
    return f"{now.astimezone(dt.timezone(dt.timedelta(hours=8))):%m%d%H%M%S}"
