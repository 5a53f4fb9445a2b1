"""The verbs, put together: `orderloom <word> <verb>`. `main` adds those that start doors."""

from typing import Annotated

import typer

import orderloom
from orderloom.cli import (
    advices,
    approvals,
    backtests,
    breakers,
    channels,
    checks,
    credit,
    customers,
    documents,
    flows,
    forms,
    history,
    imports,
    keys,
    log,
    messengers,
    metrics,
    notices,
    orders,
    outbox,
    packs,
    quarantine,
    records,
    running,
    shadows,
    shipments,
    skus,
    stock,
    warehouses,
    webhooks,
    workspaces,
)
from orderloom.cli import desk as desks
from orderloom.domain.codes import Language

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


for verbs in (running, imports, checks, backtests):
    app.add_typer(verbs.app)
for word, verbs in (
    ("workspace", workspaces), ("channel", channels), ("warehouse", warehouses), ("sku", skus), ("customer", customers),
    ("order", orders), ("advice", advices), ("quarantine", quarantine), ("stock", stock), ("shipment", shipments),
    ("credit", credit),
    ("approval", approvals), ("breaker", breakers), ("outbox", outbox), ("key", keys), ("log", log),
    ("history", history),
    ("record", records), ("form", forms), ("document", documents), ("flow", flows),
    ("shadow", shadows), ("pack", packs), ("metric", metrics),
    ("notice", notices), ("messenger", messengers), ("webhooks", webhooks),
):  # fmt: skip
    app.add_typer(verbs.app, name=word)


@app.command()
def version(context: typer.Context) -> None:
    """Print the version 版本."""
    desks.of(context).tell(orderloom.__version__, orderloom.__version__)


def _language(lang: str) -> Language:
    return "zh" if lang == "zh" else "en"
