"""Journeys of people and permissions: sign-in by a provider, codes for everybody, users, keys, the audit trail."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from pyotp.totp import TOTP
from tests.api.conftest import PASSWORD
from tests.api.test_documents import publish
from tests.console.conftest import LOGIN, Opened

from orderloom.actions import providers, users
from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.store import database as db
from orderloom.world.partners import oidc

SAID: dict[str, dict[str, str]] = {
    "zh": {"by": "用 Acme 登录", "out": "退出登录", "begin": "设置验证码", "kept": "已收好，继续",
           "security": "账户安全",
           "unknown": "还不是这里的用户", "invite": "邀请用户", "login": "登录名或邮箱", "key": "新建密钥",
           "system": "给谁用", "invited": "邀请用户", "of_user": "用户 han@example.com", "of_key": "密钥 WMS",
           "gave": "权限 审批 发起"},
    "en": {"by": "Sign in with Acme", "out": "Sign out", "begin": "Set up codes", "kept": "I have kept them, go on",
           "security": "My security", "unknown": "is no user here", "invite": "Invite a user",
           "login": "Login or e-mail address", "key": "Make a key", "system": "For which system",
           "invited": "Invited a user", "of_user": "User han@example.com", "of_key": "Key WMS",
           "gave": "may Approvals Ask"},
}  # fmt: skip
both = pytest.mark.parametrize(("size", "language"), [("desk", "zh"), ("phone", "en")])
DESK = {"title": {"zh": "客服", "en": "Service desk"}, "may": ["orders:read"], "masks": []}


@pytest.fixture
def acme(database: db.Database, hub: Hub, nobody: None) -> Iterator[oidc.Server]:
    """The company's own provider, which knows li and a stranger."""
    with oidc.Server().running() as server:
        server.people["li"] = {"email": "lin@acme.example", "email_verified": True}
        server.people["eve"] = {"email": "eve@acme.example", "email_verified": True}
        wanted = providers.Wanted(name="acme", title="Acme", issuer=server.issuer, client_id=server.client_id,
                                  secret=server.secret, private=True, by_email=True)  # fmt: skip
        assert isinstance(providers.enter(hub, wanted, now=clock.now()), providers.Provider)
        yield server
    with database.system() as connection:
        connection.execute("truncate providers cascade")


@both
def test_somebody_signs_in_by_the_companys_provider_and_a_stranger_is_told_why_not(
    opened: Opened, client: httpx.Client, acme: oidc.Server, hub: Hub, size: str, language: str
) -> None:
    said = SAID[language]
    invited = users.invite(hub, users.Wanted("lin", ["owner"], email="lin@acme.example"), actor="t", now=clock.now())
    assert isinstance(invited, users.Invited), invited
    screen = opened(size, language)
    screen.forgive("/api/v1/session/providers/acme/return")
    page = screen.page
    screen.open("/users?state=linked")
    expect(page.get_by_role("button", name=said["by"])).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name=said["by"]).click()
    page.get_by_label("User").fill("eve")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text(said["unknown"])
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator(".entrance-go").click()
    page.get_by_role("button", name=said["by"]).click()
    page.get_by_label("User").fill("li")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".list").get_by_text("lin", exact=True).first).to_be_visible()
    assert [each["way"] for each in _trail(client, "session.opened")] == ["provider/acme"]
    page.locator(".ant-dropdown-trigger", has=page.locator(".who")).click()
    page.get_by_role("menuitem", name=said["out"]).click()
    expect(page.get_by_role("button", name=said["by"])).to_be_visible()
    assert [set(each) for each in acme.goodbyes] == [{"client_id", "post_logout_redirect_uri", "id_token_hint"}]


def _trail(client: httpx.Client, what: str) -> list[dict[str, Any]]:
    return [each["after"] for each in client.get("/audit", params={"what": what}).json()["rows"]]


@both
def test_who_has_no_codes_sets_them_up_before_anything_else(
    opened: Opened, client: httpx.Client, person: str, size: str, language: str
) -> None:
    said = SAID[language]
    client.put("/settings", json={"codes_required": True}).raise_for_status()
    screen = opened(size, language)
    page = screen.page
    screen.open("/security")
    screen.sign_in()
    expect(page.get_by_role("button", name=said["begin"])).to_be_visible()
    page.locator("#password").fill(PASSWORD)
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name=said["begin"]).click()
    secret = page.locator(".scan code").inner_text().replace(" ", "")
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator("#code").fill(TOTP(secret).now())
    page.locator(".entrance-go.ant-btn-primary").click()
    expect(page.locator(".recovery li")).to_have_count(10)
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name=said["kept"]).click()
    expect(page.get_by_role("heading", level=1, name=said["security"])).to_be_visible()
    expect(page.locator(".places li")).to_have_count(1)
    assert screen.impaired() == [] and screen.overflow() == 0


@both
def test_an_owner_invites_makes_a_key_and_finds_both_in_the_trail(
    opened: Opened, client: httpx.Client, person: str, size: str, language: str
) -> None:
    said = SAID[language]
    publish(client, "desk", DESK, [], kind="role")
    screen = opened(size, language)
    page = screen.page
    screen.open("/users")
    screen.sign_in()
    page.get_by_role("button", name=said["invite"]).click()
    page.get_by_label(said["login"]).fill("han@example.com")
    page.locator("#roles").click()
    page.locator(".ant-select-item-option:visible", has_text=re.compile("客服|Service desk")).last.click()
    page.keyboard.press("Escape")
    page.locator(".ant-modal-footer:visible .ant-btn-primary").click()
    link = page.get_by_role("textbox", name="han@example.com")
    expect(link).to_have_value(re.compile(r"/welcome\?token=\S+#login=han%40example\.com$"))
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator(".ant-modal-footer:visible .ant-btn").last.click()
    expect(page.locator(".ant-modal-footer:visible")).to_have_count(0)
    expect(page.get_by_text("han@example.com").first).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    screen.open("/keys")
    page.get_by_role("button", name=said["key"]).click()
    page.get_by_label(said["system"]).fill("WMS")
    page.locator("#verbs").click()
    page.locator(".ant-select-item-option:visible", has_text=re.compile("^(审批 · 发起|Approvals · Ask)$")).last.click()
    page.keyboard.press("Escape")
    page.locator(".ant-modal-footer:visible .ant-btn-primary").click()
    expect(page.locator("textarea.code")).to_have_value(re.compile("^ol_"))
    text = page.locator("textarea.code").input_value()
    made = httpx.get(f"{screen.root}/api/v1/me", headers={"Authorization": f"Bearer {text}"})
    assert made.json()["verbs"] == ["approvals:ask"]
    page.locator(".ant-modal-footer:visible .ant-btn").last.click()
    expect(page.locator(".ant-modal-footer:visible")).to_have_count(0)
    assert screen.impaired() == [] and screen.overflow() == 0
    screen.open(f"/audit?actor={LOGIN}&what=user.invited")
    expect(page.get_by_text(said["invited"], exact=True).first).to_be_visible()
    expect(page.locator(".list")).to_contain_text(said["of_user"])
    assert screen.impaired() == [] and screen.overflow() == 0
    screen.open("/audit?what=key.made")
    expect(page.locator(".list")).to_contain_text(said["of_key"])
    expect(page.locator(".list")).to_contain_text(said["gave"])
