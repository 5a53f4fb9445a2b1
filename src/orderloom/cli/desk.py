"""What every verb stands on: the house, opened when a verb needs it; the language, the workspace, and how to answer."""

import contextlib
import datetime as dt
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Protocol

import msgspec
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orderloom.domain import codes
from orderloom.kit import money
from orderloom.kit.refusals import Refused
from orderloom.kit.settings import Settings

if TYPE_CHECKING:  # Every run stands on this module: what only a verb in the house needs is imported when it asks.
    from orderloom.actions import orders
    from orderloom.actions.hub import Hub
    from orderloom.actions.packs import Pack
    from orderloom.deciding.work import Outcome
    from orderloom.domain.stages import Track
    from orderloom.queries import viewer
    from orderloom.store import database as db
    from orderloom.store.indexings import Indexing

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, as the HTTP door answers.")]

Sets = Annotated[
    list[str], typer.Option("--set", "-s", help="own field=value; JSON or text; may repeat 自定义字段=值.")
]

# Where nobody looks at a terminal, tables are as wide as they need to be.
_COLUMNS_ELSEWHERE = 240

# Who acts when a person types a verb, and the system that a person's click is trusted as.
ACTOR, SOURCE = "command line", "console"


class House(Protocol):
    """What verbs need of the house that `main` builds."""

    settings: Settings
    url: str
    database: "db.Database"

    def hub(self, workspace: str) -> "Hub":
        """The hub of a workspace."""
        ...

    def shipped_packs(self) -> "Mapping[str, Pack]":
        """The companies' packs that come with the hub, by name."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


class Desk:
    """One run of the command line. `settings` creates nothing; `open_house` starts what is needed, for a run that
    serves with the patience to wait for it.

    `shipped_packs` gives the companies' packs by name; they live beside this floor, so `main` hands them in.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        open_house: Callable[[bool], House],
        language: codes.Language = "zh",
        out: Console | None = None,
        shipped_packs: Callable[[], "Mapping[str, Pack]"] = dict,
    ) -> None:
        self.settings = settings
        self.shipped_packs = shipped_packs
        self.language: codes.Language = language
        self.workspace = settings.workspace
        self.out = out or Console(highlight=False, width=None if sys.stdout.isatty() else _COLUMNS_ELSEWHERE)
        self._open_house = open_house
        self._house: House | None = None
        # Whether this run stays, in place of answering once.
        self.serves = False
        self._track: Track | None = None

    @property
    def house(self) -> House:
        """The house; the first verb that asks opens it."""
        if self._house is None:
            self._house = self._open_house(self.serves)
        return self._house

    @property
    def hub(self) -> "Hub":
        """The hub of the chosen workspace; ends the run when there is no such workspace."""
        from orderloom.store import workspaces

        if workspaces.find(self.house.database, name=self.workspace) is None:
            self.refuse(Refused("workspace.unknown", {"name": self.workspace}))
        return self.house.hub(self.workspace)

    @contextlib.contextmanager
    def reading(self) -> "Iterator[db.Connection]":
        """A connection in the chosen workspace, to ask queries on."""
        hub = self.hub
        with hub.database.workspace(hub.workspace) as connection:
            yield connection

    @property
    def viewer(self) -> "viewer.Viewer":
        """Whoever may use this machine's data folder sees everything in it."""
        from orderloom.queries import viewer

        return viewer.everything(ACTOR)

    def origin(self, channel: str = "", *, door: str = "desk") -> "orders.Origin":
        """Where this desk's commands come from."""
        from orderloom.actions import orders

        return orders.Origin(channel, door, ACTOR, SOURCE)

    def close(self) -> None:
        """Give back what was opened."""
        if self._house is not None:
            self._house.close()
            self._house = None

    def say(self, zh: str, en: str) -> str:
        """The words in the chosen language."""
        return zh if self.language == "zh" else en

    def tell(self, zh: str, en: str) -> None:
        """A line."""
        self.out.print(self.say(zh, en), markup=False)

    def refuse(self, refused: Refused) -> NoReturn:
        """Print why not and what to do, and end the run with 1."""
        Console(stderr=True, highlight=False, soft_wrap=True).print(self.text(refused), markup=False, style="red")
        raise typer.Exit(1)

    def none_wrong(self, refused: Refused | None) -> None:
        """End the run when own fields are wrong, with each of them told."""
        if refused is None:
            return
        for each in refused.data.get("errors", ())[1:]:
            self.out.print(self.text(Refused(each["code"], each["data"])), markup=False, style="red")
        self.refuse(refused)

    def text(self, refused: Refused) -> str:
        """A refusal in words."""
        return codes.text(refused.code, refused.data, self.language)

    def none(self, answer: Refused | None) -> None:
        """End the run when the answer is a refusal."""
        if answer is not None:
            self.refuse(answer)

    def outcome(self, answer: "Outcome | Refused", *, as_json: bool = False) -> None:
        """Print what became of a command; a refusal ends the run with 1."""
        refused = answer if isinstance(answer, Refused) else answer.refused
        if as_json:
            self.json(answer)
        if refused is not None:
            self.refuse(refused)
        if as_json or isinstance(answer, Refused):
            return
        held = f"  {self.say('挂起', 'held')}: {', '.join(answer.holds)}" if answer.holds else ""
        again = self.say("（已有）", " (known already)") if answer.repeated else ""
        total = self.amount(answer.total_minor, answer.currency or "CNY")
        self.out.print(f"{answer.order_no}{again}  {self.stage(answer.stage)}  {total}{held}", markup=False)

    def outcomes(self, answers: "Sequence[Outcome | Refused]", *, as_json: bool = False) -> None:
        """Print what became of many; one refusal ends the run with 1, after all were told."""
        refused = [each if isinstance(each, Refused) else each.refused for each in answers]
        if as_json:
            self.json(answers)
        else:
            for answer, no in zip(answers, refused, strict=True):
                if no is None:
                    self.outcome(answer)
                else:
                    number = "" if isinstance(answer, Refused) else f"{answer.order_no}  "
                    self.out.print(f"{number}{self.text(no)}", markup=False, style="red")
        if any(each is not None for each in refused):
            raise typer.Exit(1)

    def json(self, value: Any) -> None:
        """Print a value as JSON, as the HTTP door would."""
        encoded = msgspec.json.Encoder(decimal_format="string").encode(value)
        # Not by rich, which would wrap lines and read markup.
        sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
        """Rows under columns; those at `right` are aligned to the right."""
        made = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
        for place, column in enumerate(columns):
            made.add_column(
                column, justify="right" if place in right else "left", overflow="fold", no_wrap=place in right
            )
        for row in rows:
            made.add_row(*map(Text, row))
        self.out.print(made)

    def facts(self, told: Mapping[str, str]) -> None:
        """Names and values, one a line."""
        made = Table.grid(padding=(0, 2))
        for name, value in told.items():
            made.add_row(Text(name), Text(value))
        self.out.print(made)

    def amount(self, amount_minor: int, currency: str) -> str:
        """Money as people write it."""
        return f"{money.major(amount_minor, currency):,} {currency}"

    def at(self, instant: dt.datetime | None) -> str:
        """An instant in the workspace's zone, or nothing."""
        return "" if instant is None else f"{instant.astimezone(self._zone()):%Y-%m-%d %H:%M:%S}"

    def instant(self, text: str) -> dt.datetime:
        """What a person typed as a time: without a zone in the workspace's. Bad usage ends the run with 2."""
        try:
            read = dt.datetime.fromisoformat(text)
        except ValueError as problem:
            raise typer.BadParameter(
                self.say(f"读不出时间 {text}，请写成 2026-02-18T09:30", f"{text} is no time")
            ) from problem
        return (read if read.tzinfo else read.replace(tzinfo=self._zone())).astimezone(dt.UTC)

    def minor(self, text: str, currency: str) -> int:
        """What a person typed as money, exact to the currency's minor unit. Bad usage ends with 2."""
        try:
            exact = Decimal(text).scaleb(money.exponent(currency))
            if exact == exact.to_integral_value():
                return int(exact)
        except (ArithmeticError, ValueError):
            pass
        raise typer.BadParameter(
            self.say(f"读不出金额 {text}，请写成 1234.50", f"{text} is no amount; write it like 1234.50")
        )

    def file(self, path: Path, *, writing: bool) -> Any:
        """Open a file; one that cannot be opened ends the run with 1."""
        try:
            return path.open("xb" if writing else "rb")
        except OSError as problem:
            self.refuse(Refused("file.cannot_open", {"file": str(path), "problem": problem.strerror or str(problem)}))

    @contextlib.contextmanager
    def writing(self, path: Path) -> Iterator[Any]:
        """A new file to write; one that could not be written whole is removed again."""
        with self.file(path, writing=True) as file:
            try:
                yield file
            except BaseException:
                path.unlink(missing_ok=True)
                raise

    def mapping(self, path: Path | None) -> dict[str, Any]:
        """A mapping document in a file; one that is none ends the run with 1, and nothing is {}."""
        if path is None:
            return {}
        with self.file(path, writing=False) as file:
            try:
                return msgspec.json.decode(file.read(), type=dict[str, Any])
            except msgspec.DecodeError as problem:
                self.refuse(Refused("mapping.malformed", {"problem": str(problem)}))

    @contextlib.contextmanager
    def working(self, zh: str, en: str) -> Iterator[None]:
        """Show on a terminal that something takes its time."""
        with self.out.status(self.say(zh, en)):
            yield

    def not_whole(self, indexing: "Sequence[Indexing]") -> None:
        """Say which fields of a list are still being written."""
        for each in indexing:
            done = f"{each.done:,}" if each.total is None else f"{each.done:,}/{each.total:,}"
            self.tell(
                f"字段 {each.field} 正在建立筛选（{done}），列表还不完整",
                f"The field {each.field} is being indexed ({done}): the list is not whole yet",
            )

    def stage(self, name: str) -> str:
        """The word for a stage, as the workspace calls it."""
        if self._track is None:
            with self.reading() as connection:
                self._track = self.hub.reference(connection).track
        word = self._track.word(name)
        return self.say(word.zh, word.en)

    def _zone(self) -> dt.tzinfo:
        with self.reading() as connection:
            return self.hub.reference(connection).zone


def values(sets: Sequence[str]) -> dict[str, Any]:
    """What people set, by field: JSON where it is some; else the text itself, as most values are."""
    return {name: _value(text) for name, _, text in (each.partition("=") for each in sets)}


def told(own: Mapping[str, Any]) -> str:
    """Own fields on one line."""
    return "  ".join(f"{name}={value if isinstance(value, str) else msgspec.json.encode(value).decode()}"
                     for name, value in own.items())  # fmt: skip


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def of(context: typer.Context) -> Desk:
    """The desk of a run."""
    desk = context.find_object(Desk)
    assert desk is not None, "the console script and the tests give a desk"
    return desk
