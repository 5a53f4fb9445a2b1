"""orderloom provider: add, list, remove: OpenID providers by which people of the installation may sign in."""

from typing import Annotated

import typer

from orderloom.actions import audit, providers
from orderloom.cli import desk as desks
from orderloom.kit import clock
from orderloom.kit.refusals import Refused

app = typer.Typer()

Name = Annotated[str, typer.Argument(help="The provider's name: part of the redirect address 名称.")]


@app.command()
def add(
    context: typer.Context,
    name: Name,
    issuer: Annotated[str, typer.Option(help="The issuer's address, as it calls itself 颁发者地址.")],
    client_id: Annotated[str, typer.Option("--client", help="This hub as the provider knows it 客户端 ID.")],
    title: Annotated[str, typer.Option(help="What stands on the button 按钮上的名称.")] = "",
    public: Annotated[bool, typer.Option("--public", help="A client without a secret 公开客户端，无密钥.")] = False,
    domains: Annotated[
        list[str] | None, typer.Option("--domain", help="Only addresses of this domain; may repeat 限邮箱域.")
    ] = None,
    by_email: Annotated[
        bool, typer.Option("--by-email", help="Link users of the same verified address 按已验证邮箱关联已有用户.")
    ] = False,
    roles: Annotated[
        list[str] | None, typer.Option("--role", help="Unknown people join with it; else refused 新人角色.")
    ] = None,
    vouches: Annotated[
        bool, typer.Option("--vouches", help="Its second factor counts for a one-time code 认可其二次验证.")
    ] = False,
    private: Annotated[bool, typer.Option("--private", help="May lead into one's own network 允许内网.")] = False,
    secret: Annotated[str, typer.Option(help="Asked for unseen when not given 密钥，缺省时隐藏输入.")] = "",
) -> None:
    """Enter a provider or give it another account; the secret is sealed and never shown 新增或修改."""
    desk = desks.of(context)
    if not secret and not public:
        secret = typer.prompt(desk.say("客户端密钥", "Client secret"), hide_input=True)
    wanted = providers.Wanted(
        name=name,
        title=title,
        issuer=issuer,
        client_id=client_id,
        secret=secret,
        domains=domains or [],
        by_email=by_email,
        vouches=vouches,
        private=private,
        roles=roles or [],
    )
    entered = providers.enter(desk.hub, wanted, now=clock.now())
    if isinstance(entered, Refused):
        desk.refuse(entered)
    _write(desk, "provider.entered", name, {"issuer": issuer, "client_id": client_id, "domains": entered.domains,
           "by_email": by_email, "vouches": vouches, "roles": entered.roles})  # fmt: skip
    desk.tell(
        f"{entered.title} 已保存。请在对方登记回调地址 <本系统地址>/sign-in/{name}",
        f"{entered.title} is saved. Let it send people back to <this hub's address>/sign-in/{name}",
    )


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Providers, without their secrets 列出."""
    desk = desks.of(context)
    found = providers.listed(desk.house.database)
    if as_json:
        desk.json([providers.shown(each) for each in found])
        return
    columns = [
        desk.say("名称", "name"),
        desk.say("按钮", "title"),
        desk.say("颁发者", "issuer"),
        desk.say("邮箱域", "domains"),
        desk.say("已有用户", "known users"),
        desk.say("新人", "the unknown"),
    ]
    rows = [
        (
            each.name,
            each.title,
            each.issuer,
            " ".join(each.domains),
            desk.say("按邮箱关联", "by address") if each.by_email else desk.say("须先关联", "when linked"),
            f"{each.workspace}: {' '.join(each.roles)}" if each.workspace else desk.say("拒绝", "refused"),
        )
        for each in found
    ]
    desk.table(columns, rows)


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Let nobody in by a provider any more 删除."""
    desk = desks.of(context)
    desk.none(providers.remove(desk.house.database, name))
    _write(desk, "provider.removed", name, None)
    desk.tell(f"{name} 已删除，不再能用它登录", f"{name} is removed; nobody signs in by it any more")


def _write(desk: desks.Desk, what: str, name: str, after: dict[str, object] | None) -> None:
    whose = audit.Whose(desks.ACTOR, "desk", clock.now())
    audit.record(desk.hub, what, f"provider/{name}", whose=whose, after=after)
