"""The verbs, put together: `orderloom <word> <verb>`. `main` adds those that start doors."""

import functools
import importlib
from collections.abc import MutableMapping
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import orderloom
from orderloom.cli import backtests, checks, imports, running
from orderloom.cli import desk as desks
from orderloom.domain.codes import Language

# Each word with the module of its verbs, and what people read of it.
WORDS: tuple[tuple[str, str, str], ...] = (
    ("workspace", "workspaces", "Workspaces 工作区: each holds one company."),
    ("channel", "channels", "Channels 渠道: where customers buy."),
    ("warehouse", "warehouses", "Warehouses 仓库: where stock stands, and what it costs to ship."),
    ("sku", "skus", "SKUs 货品."),
    ("customer", "customers", "Customers 客户."),
    ("order", "orders", "Orders 订单."),
    ("advice", "advices", "Advice 建议: what rules propose for an order."),
    ("quarantine", "quarantine", "Quarantine 隔离区: what could not be used, and why."),
    ("stock", "stock", "Stock 库存."),
    ("shipment", "shipments", "Shipments 发货单: what warehouses do."),
    ("credit", "credit", "Credit 信用: accounts, limits, temporary grants."),
    ("approval", "approvals", "Approvals 审批: what waits for a yes, and what it lets happen."),
    ("breaker", "breakers", "Breakers 熔断: what is stopped, why, and until when."),
    ("outbox", "outbox", "The outbox 出站: what could not leave the house."),
    ("user", "users", "Users 用户: the people who may sign in, and what they are here."),
    ("provider", "providers", "Sign-in providers 单点登录: OpenID Connect, for the whole installation."),
    ("key", "keys", "API keys 密钥: who may come in by the HTTP door."),
    ("log", "log", "The log 日志: every event, in order, chained."),
    ("history", "history", "Old orders 历史订单."),
    ("record", "records", "Records of own types 记录: tickets, projects, whatever a dictionary says."),
    ("form", "forms", "Forms 表单: filled in by a key, by a public link, or on a dealer's page."),
    ("document", "documents", "Documents 文档: rules, forms, flows and all else that business people shape."),
    ("flow", "flows", "Flows 流程: what follows from an event, by itself."),
    ("shadow", "shadows", "Shadows 影子: drafts that decide beside the live documents, without effect."),
    ("pack", "packs", "Packs 配置包: documents as YAML in a zip, to be carried elsewhere."),
    ("metric", "metrics", "Metrics 指标: figures as documents define them, with boards and reports."),
    ("notice", "notices", "Notices 通知: what people of the house are told."),
    ("messenger", "messengers", "Messengers 消息渠道: robots of groups and mailboxes."),
    ("webhook", "webhooks", "Webhooks 事件推送: partners' URLs told of events."),
)

app = typer.Typer(
    name="orderloom",
    help="织单 OrderLoom: takes orders from every channel, decides them, and says why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def begin(
    context: typer.Context,
    workspace: Annotated[
        str, typer.Option("--workspace", "-w", help="The workspace 工作区; else ORDERLOOM_WORKSPACE, else main.")
    ] = "",
    lang: Annotated[str, typer.Option("--lang", help="zh or en 语言; else what LANG says.")] = "",
) -> None:
    """Choose the workspace and the language of this run."""
    desk = desks.of(context)
    desk.workspace = workspace or desk.workspace
    if lang:
        if lang not in ("zh", "en"):
            raise typer.BadParameter("zh, en", param_hint="--lang")
        desk.language = _language(lang)
    context.call_on_close(desk.close)


@app.command()
def version(context: typer.Context) -> None:
    """Print the version 版本."""
    desks.of(context).tell(orderloom.__version__, orderloom.__version__)


def _language(lang: str) -> Language:
    return "zh" if lang == "zh" else "en"


def _later(module: str) -> type[TyperGroup]:
    """A word whose module is imported when one of its verbs is wanted: a run pays for its own word only."""

    class Later(TyperGroup):
        @property
        def commands(self) -> MutableMapping[str, Any]:
            return _commands(module)

        @commands.setter
        def commands(self, given: Any) -> None:
            """Nothing is given beforehand."""

    return Later


@functools.cache
def _commands(module: str) -> MutableMapping[str, Any]:
    return typer.main.get_group(importlib.import_module(f"orderloom.cli.{module}").app).commands


for verbs in (running, imports, checks, backtests):
    app.add_typer(verbs.app)
for word, module, told in WORDS:
    app.add_typer(typer.Typer(cls=_later(module), help=told, no_args_is_help=True), name=word)
