"""Users at the desk: invited with a link that lets them in once, listed, given roles, disabled."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests import company

from orderloom.actions import reference, sessions, users
from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.store import database as db

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def nobody(database: db.Database) -> Iterator[None]:
    """Users stand above the workspaces: what a test makes of them is emptied after it."""
    yield
    with database.system() as connection:
        connection.execute("truncate users, sign_in_tries cascade")


@pytest.fixture(autouse=True)
def founded(hub: Hub) -> None:
    """The documents that come with the hub, roles among them."""
    reference.found(hub, values={}, actor="t", now=clock.now())
    company.tiny(hub, now=clock.now())


def _token(text: str) -> str:
    return text.rpartition("/welcome?token=")[2].partition("#")[0].strip()


def test_a_user_is_added_lets_itself_in_and_is_listed(run: Run, read: Callable[..., Any], hub: Hub) -> None:
    added = run("user", "add", "Li@Example.com", "--role", "sales", "--role", "service", "--name", "李雷")
    assert added.exit_code == 0 and "http://127.0.0.1:8750/welcome?token=" in added.output
    [listed] = read("user", "list")
    assert (listed["login"], listed["roles"], listed["has_password"]) == ("li@example.com", ["sales", "service"], False)
    chosen = users.Chosen(_token(added.output), "correct horse battery")
    user = users.choose(hub.database, chosen, now=clock.now())
    assert isinstance(user, tuple), user
    assert "可登录" in run("user", "list").output
    assert run("user", "add", "li@example.com", "--role", "sales").exit_code == 1
    assert run("user", "add", "han", "--role", "emperor").exit_code == 1


def test_roles_and_the_door_change_and_the_last_owner_stays(run: Run, read: Callable[..., Any], hub: Hub) -> None:
    run("user", "add", "boss", "--role", "owner")
    run("user", "add", "li", "--role", "sales")
    refused = run("user", "roles", "li", "--role", "dealer")
    assert refused.exit_code == 1 and "客户编号" in refused.output
    assert run("user", "roles", "li", "--role", "dealer", "--customer", "C1").exit_code == 0
    assert run("user", "disable", "li").exit_code == 0
    shown = {each["login"]: each for each in read("user", "list")}
    assert (shown["li"]["roles"], shown["li"]["customer_no"]) == (["dealer"], "C1") and shown["li"]["disabled_at"]
    assert run("user", "enable", "li").exit_code == 0
    assert not {each["login"]: each for each in read("user", "list")}["li"]["disabled_at"]
    for words in (("disable", "boss"), ("roles", "boss", "--role", "sales")):
        assert run("user", *words).exit_code == 1


def test_a_reset_link_lets_its_holder_choose_anew(run: Run, hub: Hub, house: Any) -> None:
    first = _token(run("user", "add", "li", "--role", "sales").output)
    users.choose(hub.database, users.Chosen(first, "correct horse battery"), now=clock.now())
    again = _token(run("user", "reset", "li").output)
    users.choose(hub.database, users.Chosen(again, "another horse battery"), now=clock.now())

    def signs_in(password: str) -> bool:
        wanted = sessions.SignIn("li", password)
        done = sessions.sign_in(house, wanted, whence=sessions.Whence(), now=clock.now())
        return isinstance(done, sessions.Opened)

    assert signs_in("another horse battery") and not signs_in("correct horse battery")
    assert run("user", "reset", "nobody").exit_code == 1
