"""What customers order: messages as channels send them, made of seeded dice so that a run can be told apart."""

import datetime as dt
import random
import zoneinfo
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from orderloom.kit import divisions
from orderloom.world import beile

Message = dict[str, Any]

_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("欣怡", "梓涵", "子轩", "雨桐", "浩然", "思远", "诗涵", "宇航", "佳琪", "明轩", "晓燕", "建国", "丽", "伟")
_STREETS = ("人民路", "解放路", "中山路", "建设路", "滨河路", "文化路", "新华街", "和平里", "学府路", "金穗街")
_GOODS = [each.sku for each in beile.SKUS if each.sku != beile.SCARCE]
_PRICES = {each.sku: each.price or Decimal(0) for each in beile.SKUS}
_SHOPS = ("tmall", "jd", "douyin", "wechat")
# Where most of the company's customers live.
_HOME = frozenset({"浙江省", "江苏省", "上海市", "安徽省", "四川省", "重庆市", "湖北省", "山东省", "广东省", "河南省"})


class Customers:
    """Makes messages of a run; `run` stands in every external number, so that two runs never share one."""

    def __init__(self, run: str, *, now: dt.datetime) -> None:
        self.run = run
        self._now = now
        self._dice = random.Random(run)
        rows = [row for row in divisions.rows() if row[3] and row[1] in _HOME]
        self._places = rows
        self._count = 0

    def person(self) -> Message:
        """Someone with a whole address; no two of a run live at one door."""
        self._count += 1
        adcode, province, city, district, *_ = self._dice.choice(self._places)
        return {
            "name": self._dice.choice(_FAMILY) + self._dice.choice(_GIVEN),
            "phone": f"1{self._dice.choice('3578')}{self._dice.randrange(10**9):09d}",
            "province": province,
            "city": city,
            "district": district,
            "adcode": adcode,
            "street": f"{self._dice.choice(_STREETS)} {self._count} 号 {self._dice.randrange(1, 30)} 幢 {self.run}",
        }

    def shop_orders(self, count: int) -> list[Message]:
        """Paid orders of the shops, as their platforms price them."""
        return [self._shop_order() for _ in range(count)]

    def _shop_order(self) -> Message:
        dice = self._dice
        skus = dice.sample(_GOODS, dice.choice((1, 1, 2, 2, 3)))
        lines = [(sku, dice.choice((1, 1, 1, 2, 3))) for sku in skus]
        fields: dict[str, Any] = {}
        # Shops ask for the gift; now and then one is forgotten.
        if sum(_PRICES[sku] * quantity for sku, quantity in lines) >= _GIFT_FROM and dice.random() > _GIFT_FORGOTTEN:
            fields["custom"] = {"gift_combo": dice.choice("AB")}
        return self.order(dice.choice(_SHOPS), lines, paid=True, minutes_ago=dice.randrange(5, 600), **fields)

    def order(
        self,
        channel: str,
        lines: Sequence[tuple[str, int]],
        *,
        paid: bool = False,
        minutes_ago: int = 10,
        **fields: Any,
    ) -> Message:
        """One order's message; a paid one states the channel's total and that it was paid."""
        self._count += 1
        placed_at = self._now - dt.timedelta(minutes=minutes_ago)
        who = self.person()
        total = sum(int(_PRICES[sku] * 100) * quantity for sku, quantity in lines)
        message: Message = {
            "channel": channel,
            "external_no": f"{channel.upper()}-{self.run}-{self._count:05d}",
            "placed_at": placed_at.isoformat(),
            "payment_method": "alipay" if channel in ("tmall", "wechat") else "online",
            "buyer": who,
            "consignee": who,
            "lines": [
                {"sku": sku, "quantity": quantity, "price": str(_PRICES[sku]), "main": place == 0}
                for place, (sku, quantity) in enumerate(lines)
            ],
        }
        if paid:
            message |= {"total_minor": total, "paid_minor": total, "paid_at": placed_at.isoformat()}
        return message | fields


_ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
_GIFT_FROM = 599
_GIFT_FORGOTTEN = 0.06
_HEADER = ("订单号", "下单时间", "收货人", "收货人电话", "收货地址", "货号", "商品名称", "数量", "单价", "付款方式",
           "订单金额", "已付金额")  # fmt: skip


def sheet(customers: Customers, *, orders: int) -> tuple[str, int]:
    """A dealer's CSV file with Chinese headers and pasted addresses, and the number of its rows.

    One row says "两箱" where a number belongs: such rows always come, and must not stop the others.
    """
    names = {each.sku: each.name for each in beile.SKUS}
    rows = [",".join(_HEADER)]
    for message in customers.shop_orders(orders):
        who = message["consignee"]
        total = Decimal(message["total_minor"]) / 100
        for line in message["lines"]:
            cells = (
                message["external_no"].replace(message["channel"].upper(), "XCX"),
                _local(message["placed_at"]),
                who["name"], who["phone"], who["province"] + who["city"] + who["district"] + who["street"],
                line["sku"], names[line["sku"]], str(line["quantity"]), line["price"], "微信支付", str(total),
                str(total),
            )  # fmt: skip
            rows.append(",".join(cells))
    number = f"XCX-{customers.run}-BAD"
    rows.append(
        f"{number},2026-02-18 09:30:00,周敏,13900001111,江苏省苏州市姑苏区人民路 8 号,K40,婴儿湿巾,两箱,12.9,微信支付,,"
    )
    return "\n".join(rows) + "\n", len(rows) - 1


def _local(instant: str) -> str:
    """As people in the company's zone write it."""
    return f"{dt.datetime.fromisoformat(instant).astimezone(_ZONE):%Y-%m-%d %H:%M:%S}"
