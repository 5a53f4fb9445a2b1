"""orderloom user: add, list, roles, disable, enable, reset, codes: the people who may sign in."""

from typing import Annotated

import typer

from orderloom.actions import audit, reference, users
from orderloom.cli import desk as desks
from orderloom.kit import clock
from orderloom.kit.refusals import Refused

app = typer.Typer()

Login = Annotated[str, typer.Argument(help="Login or e-mail address 登录名或邮箱.")]
RoleNames = Annotated[
    list[str], typer.Option("--role", help="owner, or a role in force (document list role); may repeat 角色.")
]
CustomerNo = Annotated[str, typer.Option("--customer", help="The customer that a dealer is 经销商的客户编号.")]


@app.command()
def add(
    context: typer.Context,
    login: Login,
    roles: RoleNames,
    name: Annotated[str, typer.Option(help="As others see it 姓名.")] = "",
    email: Annotated[str, typer.Option(help="Signs in as well 邮箱.")] = "",
    customer: CustomerNo = "",
) -> None:
    """Invite a user; prints a link that works once 邀请用户."""
    desk = desks.of(context)
    wanted = users.Wanted(login, roles, name=name, email=email, customer_no=customer)
    invited = users.invite(desk.hub, wanted, actor=desks.ACTOR, now=clock.now())
    if isinstance(invited, Refused):
        desk.refuse(invited)
    _write(desk, "user.invited", invited.user.login, {"roles": roles, "customer_no": customer})
    link(desk, invited)


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Users of the workspace and their roles 列出用户."""
    desk = desks.of(context)
    found = users.listed(desk.hub)
    if as_json:
        desk.json(found)
        return
    columns = [
        desk.say("登录名", "login"),
        desk.say("姓名", "name"),
        desk.say("角色", "roles"),
        desk.say("客户", "customer"),
        desk.say("状态", "state"),
    ]
    rows = []
    for each in found:
        state = desk.say("可登录", "active") if each.has_password or each.linked else desk.say("未启用", "invited")
        if each.disabled_at is not None:
            state = desk.say("已停用", "disabled")
        rows.append((each.login, each.name, " ".join(each.roles), each.customer_no, state))
    desk.table(columns, rows)


@app.command()
def roles(context: typer.Context, login: Login, roles: RoleNames, customer: CustomerNo = "") -> None:
    """Give a user these roles in place of those it has 改角色."""
    desk = desks.of(context)
    done = users.assign(desk.hub, login, roles, customer_no=customer, now=clock.now())
    if isinstance(done, Refused):
        desk.refuse(done)
    _write(desk, "user.roles_given", login, {"roles": roles, "customer_no": customer})
    desk.tell(f"{login} 的角色：{' '.join(roles)}", f"{login} has the roles {' '.join(roles)}")


@app.command()
def disable(context: typer.Context, login: Login) -> None:
    """Close the workspace's door to a user 停用."""
    _closed(desks.of(context), login, disabled=True)


@app.command()
def enable(context: typer.Context, login: Login) -> None:
    """Open the door to a user again 恢复."""
    _closed(desks.of(context), login, disabled=False)


@app.command()
def reset(context: typer.Context, login: Login) -> None:
    """Let a user choose a password anew; prints a link that works once 重置密码."""
    desk = desks.of(context)
    invited = users.reset(desk.hub, login, actor=desks.ACTOR, now=clock.now(), whole=True)
    if isinstance(invited, Refused):
        desk.refuse(invited)
    _write(desk, "user.reset", login, None)
    link(desk, invited)


@app.command()
def codes(
    context: typer.Context,
    required: Annotated[
        bool, typer.Option("--required/--optional", help="Of every member, or by role 全员必须或按角色.")
    ],
) -> None:
    """Say whether everybody here signs in with one-time codes 全员验证码."""
    desk = desks.of(context)
    now = clock.now()
    reference.enter_settings(desk.hub, {"codes_required": required}, actor=desks.ACTOR, now=now)
    whose = audit.Whose(desks.ACTOR, "desk", now)
    audit.record(desk.hub, "settings.changed", "settings", whose=whose, after={"codes_required": required})
    if required:
        desk.tell(
            "从现在起，没有验证码的人登录后先要设置", "Whoever has no one-time codes sets them up after signing in"
        )
    else:
        desk.tell("验证码只按角色要求", "One-time codes are asked for by roles only")


def link(desk: desks.Desk, invited: users.Invited) -> None:
    """Print the link that lets a user in once."""
    if not invited.token:
        desk.tell(
            f"{invited.user.login} 已有密码，直接登录即可", f"{invited.user.login} has a password already: sign in"
        )
        return
    until = desk.at(invited.expires_at)
    desk.tell(
        f"{invited.user.login} 的一次性链接（{until} 前有效，打开后自己设密码）：",
        f"The one-time link of {invited.user.login} (until {until}; whoever opens it chooses the password):",
    )
    address = f"http://{desk.settings.host}:{desk.settings.port}{users.path(invited)}"
    desk.out.print(address, markup=False, soft_wrap=True)


def _closed(desk: desks.Desk, login: str, *, disabled: bool) -> None:
    done = users.disable(desk.hub, login, disabled=disabled, now=clock.now())
    if isinstance(done, Refused):
        desk.refuse(done)
    _write(desk, "user.disabled" if disabled else "user.enabled", login, None)
    if disabled:
        desk.tell(f"{login} 已停用", f"{login} is disabled")
    else:
        desk.tell(f"{login} 已恢复", f"{login} is enabled")


def _write(desk: desks.Desk, what: str, login: str, after: dict[str, object] | None) -> None:
    whose = audit.Whose(desks.ACTOR, "desk", clock.now())
    audit.record(desk.hub, what, f"user/{login.strip().lower()}", whose=whose, after=after)
