"""Real order files: every row ends in an order, in a credit note's match or in quarantine with its reason.

By default the first rows of the wholesaler's file are read; ORDERLOOM_PROVE=1 reads it whole.
"""

import collections
import itertools
import lzma
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from orderloom.domain import addresses, credit_notes
from orderloom.domain.mappings import drafts, mappers
from orderloom.inbox import files, grouping
from orderloom.kit import divisions
from orderloom.kit.refusals import Refused

ORDERS = Path(__file__).parents[2] / "../shared/data/orders"
WHOLE = os.environ.get("ORDERLOOM_PROVE") == "1"
SLICE_ROWS = 20_000


def real_file(name: str) -> Path:
    path = ORDERS / f"{name}.csv.xz"
    if not path.exists():
        pytest.skip(f"the real file is not at ../shared/data/orders/{path.name}")
    return path


def mapper_of(name: str) -> mappers.Mapper:
    made = mappers.compile((Path(__file__).parent / "mappings" / f"{name}.json").read_bytes())
    assert isinstance(made, mappers.Mapper), made
    return made


def cut(path: Path, target: Path, rows: int) -> Path:
    with lzma.open(path, "rt", encoding="utf-8", newline="") as source:
        target.write_text("".join(itertools.islice(source, rows + 1)), encoding="utf-8", newline="")
    return target


def read_messages(path: Path, mapper: mappers.Mapper) -> list[grouping.Message]:
    assert mapper.rows is not None
    table = files.open_table(path, known=mapper.columns)
    assert isinstance(table, files.Table), table
    with table:
        found = grouping.messages(table, channel="real", rows=mapper.rows)
        assert not isinstance(found, Refused), found
        return list(found)


class Account:
    """Where each row of a file ended, and what the customers' orders still have open."""

    def __init__(self) -> None:
        self.rows: collections.Counter[str] = collections.Counter()
        self.messages: collections.Counter[str] = collections.Counter()
        self.credited: collections.Counter[str] = collections.Counter()
        self._whole: dict[tuple[str, str, int], Decimal] = {}
        self._open: dict[str, dict[tuple[str, int], credit_notes.OpenLine]] = collections.defaultdict(dict)

    def take(self, message: grouping.Message, mapper: mappers.Mapper) -> None:
        draft = [message.problem] if message.problem is not None else mapper.map(message.payload)
        if not isinstance(draft, drafts.Draft):
            reason = draft[0]
            code = reason.data["en"] if reason.code == "mapping.set_aside" else reason.code
            self.rows[f"quarantine: {code}"] += len(message.numbers)
            self.messages["quarantine"] += 1
        elif draft.intent == "order":
            self.rows["order"] += len(message.numbers)
            self.messages["order"] += 1
            self._opened(draft)
        else:
            self.messages["credit note"] += 1
            self._credited(draft)

    def _opened(self, draft: drafts.Draft) -> None:
        assert draft.placed_at is not None
        lines = [(line.line_no, line.sku, line.price or Decimal(0), line.quantity) for line in draft.lines]
        if draft.freight:
            lines.append((credit_notes.FREIGHT_LINE_NO, credit_notes.FREIGHT, Decimal(1), draft.freight))
        for line_no, sku, price, quantity in lines:
            line = credit_notes.OpenLine(draft.external_no, line_no, sku, price, quantity, draft.placed_at)
            self._open[draft.customer_no][draft.external_no, line_no] = line
            self._whole[draft.customer_no, draft.external_no, line_no] = quantity

    def _credited(self, draft: drafts.Draft) -> None:
        assert draft.placed_at is not None
        rows = len(draft.lines) + len(draft.freight_rows)
        open_lines = self._open[draft.customer_no]
        result = credit_notes.lay(draft, earlier=open_lines.values(), at=draft.placed_at)
        for match in result.matches:
            line = open_lines[match.external_no, match.line_no]
            left = msgspec.structs.replace(line, quantity=line.quantity - match.quantity)
            assert left.quantity >= 0
            open_lines[match.external_no, match.line_no] = left
        asked = sum((line.price * line.quantity for line in credit_notes.lines(draft)), Decimal(0))
        missed = sum((each.line.price * each.line.quantity for each in result.unmatched), Decimal(0))
        if draft.customer_no:
            self.credited.update({"asked_minor": int(asked * 100), "matched_minor": int((asked - missed) * 100)})
        for each in result.unmatched:
            count = 1 if each.line.row is not None else len(draft.freight_rows)
            self.rows[f"quarantine: {each.code}"] += count
            rows -= count
        self.rows["amendment"] += rows

    def taken_back(self) -> tuple[int, int]:
        """How many orders the credit notes took back whole, and how many in part."""
        left: dict[tuple[str, str], list[tuple[Decimal, Decimal]]] = collections.defaultdict(list)
        for (customer_no, external_no, line_no), quantity in self._whole.items():
            line = self._open[customer_no][external_no, line_no]
            left[customer_no, external_no].append((line.quantity, quantity))
        whole = sum(all(now == 0 for now, _ in lines) for lines in left.values())
        return whole, sum(any(now < then for now, then in lines) for lines in left.values()) - whole

    def share(self, kind: str) -> int:
        """Rows that ended in that kind."""
        return sum(count for name, count in self.rows.items() if name.split(":")[0] == kind)


def accounted(path: Path, mapper: mappers.Mapper) -> tuple[Account, int]:
    account, rows = Account(), 0
    for message in read_messages(path, mapper):
        rows += len(message.numbers)
        account.take(message, mapper)
    return account, rows


def test_every_row_of_the_wholesalers_file_ends_in_one_place(tmp_path: Path) -> None:
    whole = real_file("uci_online_retail")
    path = whole if WHOLE else cut(whole, tmp_path / "uci.csv", SLICE_ROWS)
    account, rows = accounted(path, mapper_of("uci_online_retail"))
    print(sorted(account.rows.items()), sorted(account.messages.items()), account.taken_back(), account.credited)
    assert account.share("order") + account.share("amendment") + account.share("quarantine") == rows
    assert rows == (541_909 if WHOLE else SLICE_ROWS)
    if WHOLE:
        assert dict(account.messages) == {"order": 19_869, "credit note": 3_682, "quarantine": 2_349}
        assert account.taken_back() == (142, 2_919)
        assert account.credited == {"asked_minor": 597_797_24, "matched_minor": 459_401_96}
        assert (account.share("order"), account.share("amendment"), account.share("quarantine")) == (
            530_415,
            7_187,
            4_307,
        )
    else:
        assert account.share("amendment") > 0
        assert account.share("quarantine") > 0


def test_an_invoice_whose_rows_are_apart_is_one_message(tmp_path: Path) -> None:
    path = cut(real_file("uci_online_retail"), tmp_path / "uci.csv", 80_000)
    (message,) = [each for each in read_messages(path, mapper_of("uci_online_retail")) if each.external_no == "542806"]
    gaps = [later - earlier for earlier, later in itertools.pairwise(message.numbers)]
    assert (len(message.numbers), max(gaps)) == (39, 3)


def test_the_same_file_in_another_encoding_and_order_repeats_no_message(tmp_path: Path) -> None:
    path = cut(real_file("uci_online_retail"), tmp_path / "uci.csv", 5_000)
    header, *rows = path.read_text("utf-8").splitlines(keepends=True)
    # Other orders stand first now; the rows of each order keep their order.
    moved = tmp_path / "moved.csv"
    moved.write_text(header + "".join(rows[2_500:]) + "".join(rows[:2_500]), encoding="utf-16", newline="")
    mapper = mapper_of("uci_online_retail")
    first = {each.external_no: each.key for each in read_messages(path, mapper)}
    second = {each.external_no: each.key for each in read_messages(moved, mapper)}
    different = {number for number, key in first.items() if second[number] != key}
    assert different <= {rows[2_499].split(",")[0]}  # At most the one order that was cut in two.


@pytest.mark.parametrize("change", [lambda text: text, lambda text: text.replace("收货地址 ", "收货地址")])
def test_every_row_of_the_marketplaces_report_is_an_order(tmp_path: Path, change: Callable[[str], str]) -> None:
    path = tmp_path / "tmall.csv"
    with lzma.open(real_file("tmall_order_report"), "rt", encoding="utf-8", newline="") as source:
        path.write_text(change(source.read()), encoding="gb18030", newline="")
    mapper = mapper_of("tmall_order_report")
    table = addresses.Divisions((each.adcode, each.name) for each in divisions.load())
    states: collections.Counter[str] = collections.Counter()
    for message in read_messages(path, mapper):
        draft = mapper.map(message.payload)
        assert isinstance(draft, drafts.Draft), draft
        assert draft.total is not None
        assert draft.paid is not None
        assert draft.refunded is not None
        assert draft.paid == (draft.total if draft.paid_at is not None else 0)
        address = table.read(draft.consignee.province)
        assert (address.status, address.lacks) == ("found", ["district", "street"])
        states[
            "cancelled" if draft.cancelled else "refunded" if draft.refunded else "paid" if draft.paid else "unpaid"
        ] += 1
    assert states == {"paid": 18_441, "cancelled": 5_132, "unpaid": 3_923, "refunded": 514}
