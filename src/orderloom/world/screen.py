"""How the day is shown: headings, what was done and answered, tables; in one language, recorded for a picture."""

import datetime as dt
import re
import time
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orderloom.domain import words
from orderloom.domain.codes import Language
from orderloom.kit import money

_COLUMNS = 100
_WHY_NOT = {
    "dearer": ("总成本", "costs"),
    "short": ("缺", "lacks"),
    "out_of_radius": ("超出半径", "out of radius"),
    "region": ("不在区域", "not its region"),
    "closed": ("停用", "closed"),
}
_ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")


class Screen:
    """A terminal that remembers what it showed."""

    def __init__(self, language: Language, *, console: Console | None = None) -> None:
        self.language: Language = language
        self._console = console or Console(record=True, width=_COLUMNS, highlight=False)
        self._began = time.monotonic()
        self._acts = 0

    def say(self, zh: str, en: str) -> str:
        """The words in this screen's language."""
        return zh if self.language == "zh" else en

    def act(self, zh: str, en: str) -> None:
        """A heading, numbered, with the seconds gone so far."""
        self._acts += 1
        self._console.print()
        gone = f"{time.monotonic() - self._began:.1f} s"
        self._console.rule(
            Text(f" {self._acts}  {self.say(zh, en)}  {gone} ", style="bold cyan"), style="cyan", align="left"
        )

    def done(self, zh: str, en: str) -> None:
        """Something went through."""
        self._line("✔", "green", self.say(zh, en))

    def refused(self, zh: str, en: str) -> None:
        """The hub said no, and what to do."""
        self._line("✘", "red", self.say(zh, en))

    def waits(self, zh: str, en: str) -> None:
        """Something waits for someone."""
        self._line("◷", "yellow", self.say(zh, en))

    def note(self, zh: str, en: str) -> None:
        """A remark."""
        self._line(" ", "dim", self.say(zh, en))

    def stages(self, counted: Mapping[str, int]) -> None:
        """How many stand at which stage."""
        parts = [f"{self._word(words.stage(stage))} [bold]{count}[/]" for stage, count in counted.items()]
        self._console.print(Padding("   ".join(parts), (0, 0, 0, 4)))

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
        """Rows under columns; those at `right` are aligned to the right."""
        made = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
        for place, column in enumerate(columns):
            made.add_column(
                column, justify="right" if place in right else "left", overflow="fold", no_wrap=place in right
            )
        for row in rows:
            made.add_row(*map(Text, row))
        self._console.print(Padding(made, (0, 0, 0, 4)))

    def timeline(self, items: Sequence[Mapping[str, Any]]) -> None:
        """An order's story as the hub tells it: when, what, by whom, and why."""
        columns = [
            self.say("时间", "time"),
            self.say("事件", "event"),
            self.say("谁", "who"),
            self.say("为什么", "why"),
        ]
        self.table(columns, [self._told(each) for each in items])

    def amount(self, amount_minor: int, currency: str = "CNY") -> str:
        """Money as people write it."""
        sign = "¥" if currency == "CNY" else f"{currency} "
        return f"{sign}{money.major(amount_minor, currency):,}"

    def picture(self, path: Path) -> None:
        """Write what was shown as an SVG picture."""
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn = self._console.export_svg(title="orderloom demo")
        # Whoever looks at the picture fetches nothing from elsewhere: the viewer's own fixed-width font will do.
        path.write_text(re.sub(r"@font-face \{[^}]*\}\s*", "", drawn), "utf-8")

    @property
    def seconds(self) -> float:
        """Since the screen was made."""
        return time.monotonic() - self._began

    def word(self, section: str, name: str) -> str:
        """The word for a name."""
        return self._word(words.of(section, name))

    def print(self, text: str) -> None:
        """A line with rich's markup."""
        self._console.print(text)

    def _line(self, mark: str, style: str, text: str) -> None:
        line = Text.assemble((f"  {mark} ", style), text)
        line.overflow = "fold"
        self._console.print(line)

    def _word(self, word: Any) -> str:
        return self.say(word.zh, word.en)

    def _told(self, item: Mapping[str, Any]) -> tuple[str, str, str, str]:
        at = item["at"] if isinstance(item["at"], dt.datetime) else dt.datetime.fromisoformat(item["at"])
        why = [each[self.language] for each in item.get("why", ()) if each.get(self.language)]
        why += [self._not_chosen(each) for each in item.get("why_not", ())[:2]]
        return (
            f"{at.astimezone(_ZONE):%H:%M:%S}",
            str(item[self.language]),
            str(item.get("actor", "")),
            "；".join(filter(None, why)) if self.language == "zh" else "; ".join(filter(None, why)),
        )

    def _not_chosen(self, other: Mapping[str, Any]) -> str:
        if "warehouse" not in other:
            return ""
        zh, en = _WHY_NOT.get(str(other.get("code")), (str(other.get("code", "")), str(other.get("code", ""))))
        cost, short = other.get("cost_minor"), other.get("short")
        detail = self.amount(int(cost)) if cost is not None else f"{other.get('sku', '')} × {short}" if short else ""
        told = f"{self.say(zh, en)} {detail}".strip()
        return self.say(f"未选 {other['warehouse']}（{told}）", f"not {other['warehouse']} ({told})")
