"""A day at the company, in a minute: what comes in, what the hub answers, and what people do about it."""

import datetime as dt
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from orderloom.domain import words
from orderloom.domain.orders import stages as track
from orderloom.inbox import imports
from orderloom.kit import limits
from orderloom.world import beile, wishes
from orderloom.world.door import Answer, Door
from orderloom.world.screen import Screen

# Who comes in by the door: what they are called, the system they speak for, what they may do.
ROLES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "shops": ("店铺接口", "shops", ("orders:*",)),
    "desk": ("销售 小周", "desk", ("orders:*", "payments:*")),
    "director": ("销售总监", "desk", ("credit:*",)),
    "clerk": ("单证 小李", "console", ("*",)),
    "wms": ("仓库系统", "wms", ("stock:*", "shipments:*")),
    "pda": ("仓库 PDA-07", "pda", ("shipments:*",)),
    "carrier": ("快递回传", "carrier", ("shipments:*",)),
}
# The roles that a key holds: the pack says who confirms each stage.
HELD: Mapping[str, list[str]] = {"pda": ["picker", "packer", "shipper"]}
_SCANS = (
    ("pda", "picked", "拣货", "picked"),
    ("pda", "packed", "打包", "packed"),
    ("pda", "shipped", "出库", "shipped"),
    ("carrier", "delivered", "签收", "delivered"),
)
_WAIT_SECONDS_MAX = 15
_LOOK_SECONDS = 0.1

_FILE_ORDERS = 60

Outcome = dict[str, Any]
TakeFile = Callable[[Path], imports.Report]


class Day:
    """One day. Each act is a method; `play` plays them in turn. `story` is the order that is told at the end."""

    def __init__(
        self, doors: Mapping[str, Door], screen: Screen, *, run: str, now: dt.datetime, take_file: TakeFile
    ) -> None:
        self.screen = screen
        self.run = run
        self.story = ""
        self._doors = doors
        self._take_file = take_file
        self._customers = wishes.Customers(run, now=now)
        self._sent: list[wishes.Message] = []

    def play(self, *, orders: int) -> None:
        """The whole day, with so many orders of the shops."""
        self.shops(orders)
        self.gifts_missing()
        self.on_credit()
        self.gift_combo()
        self.vague_address()
        self.short_stock()
        self.again()
        self.file()
        self.warehouses()
        self.tell()

    def shops(self, count: int) -> None:
        """Four shops send their paid orders."""
        say = self.screen
        say.act("四个店铺同时进单（HTTP）", "Four shops send their orders (HTTP)")
        self._sent = self._customers.shop_orders(count)
        took, told = self._send(self._sent)
        rate = len(told) / took
        say.done(
            f"{len(told)} 单，{took:.2f} 秒，每秒 {rate:.0f} 单；每单：",
            f"{len(told)} orders in {took:.2f} s, {rate:.0f} a second; each:",
        )
        say.note(
            "补全 → 12 项检查 → 定级 → 计价 → 占库存 → 选仓 → 选承运商 → 承诺时间",
            "completed → 12 checks → graded → priced → stock reserved → sourced → carrier → promised",
        )
        say.stages(Counter(each["stage"] for each in told))
        for code, held in Counter(code for each in told for code in each.get("holds", ())).items():
            say.waits(f"{held} 单挂起：{code}", f"{held} on hold: {code}")
        self._by_warehouse()

    def gifts_missing(self) -> None:
        """What the shop forgot is put right by a person, and the hold ends by itself."""
        self.screen.act("店铺漏选赠品的订单：补上就走", "Orders that lack their gift combo: put right, they go on")
        self._put_right()

    def _put_right(self) -> None:
        say = self.screen
        held = self._get("clerk", "/orders?held=true&count=200").body["rows"]
        mine = [each for each in held if any(hold["code"] == "check.gift_combo_missing" for hold in each["holds"])]
        moved: Counter[str] = Counter()
        for each in mine:
            answer = self._order(
                "clerk", each["order_no"], "amend", {"reason": "补选赠品", "custom": {"gift_combo": "A"}}
            )
            moved[answer["stage"]] += 1
        say.done(
            f"单证补选赠品 {len(mine)} 单，冻结自动解除", f"{len(mine)} orders amended; their holds end by themselves"
        )
        say.stages(moved)

    def on_credit(self) -> None:
        """A dealer's order beyond the limit: refused with what to do; a grant lets it go on."""
        say, dealer = self.screen, f"D{self.run}"
        say.act("经销商账期下单，额度不够", "A dealer orders on credit, beyond the limit")
        self._dealer(dealer)
        message = self._customers.order(
            "desk", [("K20", 12), ("K10", 4), ("K60", 20)], customer_no=dealer, payment_method="credit",
            custom={"gift_combo": "B"}, minutes_ago=0,
        )  # fmt: skip
        self._refused(self._place("desk", message))
        given = self._doors["director"].post(f"/credit/accounts/{dealer}/grants", {}).body
        amount = say.amount(given["amount_minor"])
        say.done(
            f"销售总监批了临时授信 {amount}，24 小时后自动失效", f"The sales director grants {amount} for 24 hours"
        )
        self.story = self._placed(self._place("desk", message))["order_no"]

    def gift_combo(self) -> None:
        """The company's own rule: from 599 on a gift combo has to be chosen, and the gift is added."""
        say = self.screen
        say.act("满 599 没选赠品：公司自己的规则", "599 and no gift combo: the company's own rule")
        message = self._customers.order(
            "desk", [("K10", 1)], payment_method="alipay", customer_no="R0001", minutes_ago=0
        )
        self._refused(self._place("desk", message))
        order_no = self._placed(self._place("desk", message | {"custom": {"gift_combo": "A"}}))["order_no"]
        order = self._get("desk", f"/orders/{order_no}").body["order"]
        for line in order["lines"]:
            if line.get("gift"):
                say.done(
                    f"自动加上赠品 {line['sku']} × {line['quantity']}",
                    f"Gift added: {line['sku']} × {line['quantity']}",
                )
        paid = {"payment_no": f"ALI-{order_no}", "method": "alipay", "amount_minor": order["total_minor"]}
        done = self._order("desk", order_no, "pay", paid)
        say.done(f"支付宝到账 {say.amount(order['total_minor'])} → {self._stage(done)}", f"Paid → {self._stage(done)}")

    def vague_address(self) -> None:
        """A channel's message is never refused: it waits, and the person in charge lets it go."""
        say = self.screen
        say.act("渠道来单地址不详：先收下再挂起", "A channel's order with a vague address: taken in, then held")
        message = self._customers.order("douyin", [("K50", 1)], paid=True)
        message["consignee"] = {**message["consignee"], "street": ""}
        told = self._placed(self._place("shops", message, wait=False))
        for code in told["holds"]:
            say.waits(f"挂起 {code}：不能下发仓库", f"On hold {code}: cannot be released to the warehouse")
            self._order("clerk", told["order_no"], "release", {"code": code, "reason": "已电话确认门牌"})
        say.done(
            "客服电话确认后解除，写进日志", "Service calls the customer and takes it off; the log says who and why"
        )

    def short_stock(self) -> None:
        """More than there is: what is there is reserved, the rest waits and goes on by itself when it comes."""
        say, sku = self.screen, beile.SCARCE
        say.act("现货不够：待产单，到货自动继续", "Not enough stock: backordered, goes on when it comes")
        self._stock_in(sku, beile.SCARCE_ON_HAND)
        steps = self._get("wms", f"/stock/{sku}/promisable").body["steps"]
        there = steps[0]["available"]
        message = self._customers.order("tmall", [(sku, there + 2)], paid=True, custom={"gift_combo": "B"})
        message["consignee"] |= {"province": "江苏省", "city": "苏州市", "district": "姑苏区", "adcode": "320508"}
        order_no = self._placed(self._place("shops", message, wait=False))["order_no"]
        say.waits(
            f"要 {there + 2} 件，现货 {there} 件，差 2 件等工厂",
            f"{there + 2} wanted, {there} there, 2 wait for the factory",
        )
        self._stock_in(sku, 2)
        began = time.monotonic()
        order = self._until(order_no, lambda order: order["stage"] == "allocated")
        took = time.monotonic() - began
        tell = say.done if order["stage"] == "allocated" else say.waits
        tell(
            f"工厂入库 2 件，没人碰它：{took:.1f} 秒后 {order_no} → {self._stage(order)}",
            f"2 come in and nobody touches it: {order_no} → {self._stage(order)} after {took:.1f} s",
        )

    def again(self) -> None:
        """The same messages once more: nothing changes."""
        say = self.screen
        say.act("同样的消息再来一遍", "The same messages again")
        took, told = self._send(self._sent)
        repeated = sum(bool(each.get("repeated")) for each in told)
        say.done(
            f"{len(told)} 条重发：{repeated} 条认出是重复，新订单 {len(told) - repeated} 张（{took:.2f} 秒）",
            f"{len(told)} sent again: {repeated} known, {len(told) - repeated} new orders ({took:.2f} s)",
        )

    def file(self) -> None:
        """A CSV file as an agent sends it, with one row that is wrong; then the same file again."""
        say = self.screen
        text, rows = wishes.sheet(self._customers, orders=_FILE_ORDERS)
        say.act(f"代理商发来一个 CSV，{rows} 行，一行写错", f"An agent's CSV file of {rows} rows, one of them wrong")
        with tempfile.TemporaryDirectory(prefix="orderloom-") as folder:
            path = Path(folder) / f"代理商 {self.run}.csv"
            path.write_text(text, "gb18030")
            began = time.monotonic()
            report = self._take_file(path)
            took = time.monotonic() - began
            again = self._take_file(path)
        counts = report.counts
        say.done(
            f"{counts.rows} 行 = {counts.orders} 行成单 + {counts.amendments} 行修改 + {counts.quarantine} 行隔离"
            f"（GB18030，粘贴地址自动拆分，{took:.2f} 秒）",
            f"{counts.rows} rows = {counts.orders} in orders + {counts.amendments} in amendments + "
            f"{counts.quarantine} in quarantine (GB18030, pasted addresses split, {took:.2f} s)",
        )
        for each in self._get("clerk", "/messages?channel=wechat&count=1").body["rows"]:
            told = each["told"]
            say.waits(f"隔离：{told['zh']}", f"In quarantine: {told['en']}")
        say.done(f"同一文件再导一次：变化 {again.changes} 处", f"The same file again: {again.changes} changes")
        self._put_right()

    def warehouses(self) -> None:
        """Released, picked, packed, shipped, delivered by scans of the trusted sources."""
        say = self.screen
        say.act("三个仓库：下发、拣货、打包、出库、签收", "Three warehouses: released and scanned through")
        numbers = [each["shipment_no"] for each in self._shipments("allocated")]
        began = time.monotonic()
        numbers, refused = self._chunked("wms", "/shipments/release", numbers, lambda part: {"shipment_nos": part})
        say.done(
            f"下发 {len(numbers)} 张，选定批次与库位（{time.monotonic() - began:.2f} 秒）",
            f"{len(numbers)} released to lots and bins",
        )
        for code, count in refused.items():
            say.waits(f"{count} 张没下发：{code}", f"{count} not released: {code}")
        if numbers:
            early = self._doors["carrier"].post("/shipments/confirm", [{"shipment_no": numbers[0], "stage": "shipped"}])
            self._refused(early, early.body["outcomes"][0]["refused"])
        for role, stage, zh, en in _SCANS:
            began = time.monotonic()
            numbers, _ = self._chunked(
                role, "/shipments/confirm", numbers,
                lambda part, stage=stage: [{"shipment_no": each, "stage": stage} for each in part],
            )  # fmt: skip
            took = time.monotonic() - began
            say.done(f"{zh} {len(numbers)} 张（{took:.2f} 秒）", f"{len(numbers)} {en} ({took:.2f} s)")
        say.stages(self._standing())

    def tell(self) -> None:
        """One order's whole story with the why."""
        self.screen.act(f"订单 {self.story} 的来龙去脉", f"The story of {self.story}")
        self.screen.timeline(self._get("clerk", f"/orders/{self.story}/timeline").body["items"])

    def _dealer(self, dealer: str) -> None:
        made = {"customer_no": dealer, "name": f"杭州童趣连锁 {self.run}", "level": "A", "segment": "dealer",
                "risk": "low", "account": dealer, "payment_method": "credit"}  # fmt: skip
        _done(self._doors["clerk"].put("/customers", [made]))
        limit = [{"account": dealer, "limit_minor": 1_000_000}]
        _done(self._doors["clerk"].post("/credit/limits", limit))

    def _stock_in(self, sku: str, quantity: int) -> None:
        booked = [
            {
                "sku": sku,
                "warehouse": "suzhou",
                "quantity": quantity,
                "lot": f"P{self.run}",
                "bin": "C-01",
                "reason": "入库",
            }
        ]
        _done(self._doors["wms"].post("/stock/adjust", booked))

    def _send(self, messages: Sequence[wishes.Message]) -> tuple[float, list[Outcome]]:
        return send(self._doors["shops"], messages)

    def _chunked(
        self, role: str, path: str, numbers: Sequence[str], body: Callable[[list[str]], Any]
    ) -> tuple[list[str], Counter[str]]:
        """The numbers for which it went through, and the codes of those refused."""
        went: list[str] = []
        refused: Counter[str] = Counter()
        for start in range(0, len(numbers), limits.COMMANDS_PER_REQUEST_MAX):
            part = list(numbers[start : start + limits.COMMANDS_PER_REQUEST_MAX])
            for number, told in zip(part, _done(self._doors[role].post(path, body(part)))["outcomes"], strict=True):
                if told.get("refused"):
                    refused[told["refused"]["code"]] += 1
                else:
                    went.append(number)
        return went, refused

    def _place(self, role: str, message: wishes.Message, *, wait: bool = True) -> Answer:
        return self._doors[role].post(f"/orders?wait={str(wait).lower()}", message)

    def _order(self, role: str, order_no: str, verb: str, body: dict[str, Any]) -> Outcome:
        return _done(self._doors[role].post(f"/orders/{order_no}/{verb}", body))

    def _get(self, role: str, path: str) -> Answer:
        answer = self._doors[role].get(path)
        _done(answer)
        return answer

    def _until(self, order_no: str, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        until = time.monotonic() + _WAIT_SECONDS_MAX
        while True:
            order = self._get("clerk", f"/orders/{order_no}").body["order"]
            if reached(order) or time.monotonic() > until:
                return order
            time.sleep(_LOOK_SECONDS)

    def _standing(self) -> dict[str, int]:
        """Orders by stage; the status page may be a second old, so it is looked at until it shows what was done."""
        until = time.monotonic() + _WAIT_SECONDS_MAX
        while True:
            stages = self._get("clerk", "/status").body["stages"]
            if not stages.get("shipped") or time.monotonic() > until:
                return {stage: stages[stage] for stage in track.TRACK if stages.get(stage)}
            time.sleep(_LOOK_SECONDS)

    def _shipments(self, stage: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self._get("wms", f"/shipments?stage={stage}&count={limits.PAGE_ROWS_MAX}{cursor}").body
            found.extend(page["rows"])
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    def _by_warehouse(self) -> None:
        say = self.screen
        counted = Counter((each["warehouse"], each["carrier"]) for each in self._shipments("allocated"))
        names = {each.warehouse: each.name for each in beile.WAREHOUSES}
        rows = [
            (say.say(names[warehouse], warehouse), carrier, str(count))
            for (warehouse, carrier), count in sorted(counted.items())
        ]
        say.table(
            [say.say("仓库", "warehouse"), say.say("承运商", "carrier"), say.say("发货单", "shipments")],
            rows,
            right=(2,),
        )

    def _placed(self, answer: Answer) -> Outcome:
        told = _done(answer)
        said = f"{told['order_no']}  {self._stage(told)}  {self.screen.amount(told['total_minor'], told['currency'])}"
        self.screen.done(said, said)
        return {"holds": [], **told}

    def _refused(self, answer: Answer, said: Mapping[str, Any] | None = None) -> None:
        body = answer.body if said is None else said
        self.screen.refused(f"{answer.status}  {body['zh']}", f"{answer.status}  {body['en']}")

    def _stage(self, told: Mapping[str, Any]) -> str:
        word = words.stage(told["stage"])
        return self.screen.say(word.zh, word.en)


class Unexpected(Exception):
    """The hub answered otherwise than this day knows of."""


def send(door: Door, messages: Sequence[wishes.Message]) -> tuple[float, list[Outcome]]:
    """Send orders, as many in a request as one may hold: the seconds it took, and what became of each.

    Raises Unexpected, and ConnectionError when nobody opens.
    """
    told: list[Outcome] = []
    began = time.monotonic()
    for start in range(0, len(messages), limits.COMMANDS_PER_REQUEST_MAX):
        answer = door.post("/orders", messages[start : start + limits.COMMANDS_PER_REQUEST_MAX])
        told.extend(_done(answer)["outcomes"])
    return time.monotonic() - began, told


def _done(answer: Answer) -> Any:
    if answer.status >= 400:
        raise Unexpected(f"{answer.status} {answer.code} {answer.body}")
    return answer.body


def name_of(now: dt.datetime) -> str:
    """A run's name: its second on the company's clocks, so that two runs never share a number."""
    return f"{now.astimezone(dt.timezone(dt.timedelta(hours=8))):%m%d%H%M%S}"
