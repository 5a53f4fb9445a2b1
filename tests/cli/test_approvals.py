"""Approvals, breakers and dead letters at the command line."""

import uuid

from orderloom.kit import clock
from orderloom.store import outbox as outbox_store

PLACE = (
    "order", "place", "--channel", "web", "--line", "JERKY:2@30", "--customer", "C1", "--name", "王芳", "--phone",
    "13800001111", "--address", "江苏省苏州市姑苏区人民路 88 号 3 幢", "--payment", "credit",
)  # fmt: skip


def test_credit_is_asked_for_approved_and_given(founded, read, run) -> None:
    asked = read("approval", "credit", "C1", "500", "--hours", "2", "--by", "sales", "--reason", "客户催货")
    approval_id = asked["approval_id"]
    assert asked["grant"]["amount_minor"] == 50_000
    [row] = read("approval", "list", "--role", "sales_director")
    assert row["approval"]["approval_id"] == approval_id and read("approval", "list", "--person", "Qi") == []
    own = run("approval", "approve", approval_id, "--by", "sales", "--role", "sales_director")
    assert own.exit_code == 1 and "sales" in own.output
    done = run("approval", "approve", approval_id, "--by", "Li", "--role", "sales_director", "--comment", "同意")
    assert done.exit_code == 0, done.output
    shown = read("approval", "show", approval_id)["approval"]
    assert shown["state"] == "approved" and shown["votes"][0]["comment"] == "同意"
    assert [each["amount_minor"] for each in read("credit", "show", "C1")["grants"]] == [50_000]
    assert "已同意" in run("approval", "show", approval_id).output
    assert run("approval", "list").exit_code == 0
    assert run("approval", "show", str(uuid.UUID(int=1))).exit_code == 1


def test_a_request_is_delegated_rejected_and_taken_back(founded, read, run) -> None:
    first = read("approval", "credit", "C1", "--by", "sales")["approval_id"]
    assert run("approval", "delegate", first, "Xu", "--by", "Li", "--role", "sales_director").exit_code == 0
    assert run("approval", "reject", first, "--by", "Xu").exit_code == 0
    assert read("approval", "show", first)["approval"]["votes"][0]["on_behalf"] == "Li"
    second = read("approval", "credit", "C1", "--by", "sales")["approval_id"]
    assert run("approval", "withdraw", second, "--by", "Li").exit_code == 1
    assert run("approval", "withdraw", second, "--by", "sales", "--reason", "已付款").exit_code == 0
    states = {row["approval"]["state"] for row in read("approval", "list", "--state", "all")}
    assert states == {"rejected", "withdrawn"}
    assert run("approval", "credit", "C1", "--order", "OL-NONE").exit_code == 1


def test_a_breaker_is_tripped_listed_and_lifted(founded, read, run) -> None:
    ended = run("breaker", "trip", "customer", "C1", "--reason", "欠款", "--owner", "finance")
    assert ended.exit_code == 0, ended.output
    assert read(*PLACE)["holds"] == ["breaker.open"]
    [row] = read("breaker", "list")["rows"]
    assert (row["kind"], row["name"], row["owner"]) == ("customer", "C1", "finance")
    assert run("breaker", "trip", "customer", "C1", "--reason", "again").exit_code == 1
    assert run("breaker", "trip", "sku", "HOOK", "--reason", "x", "--until", "2020-01-01").exit_code == 1
    assert run("breaker", "lift", row["breaker_id"]).exit_code == 0
    assert read("breaker", "list")["rows"] == [] and len(read("breaker", "list", "--all")["rows"]) == 1
    assert "C1" in run("breaker", "list", "--all").output


def test_dead_letters_are_listed_retried_and_given_up(founded, hub, read, run) -> None:
    now = clock.now()
    rows = [outbox_store.Row(hub.ids.new(now), "nowhere", f"s{i}", 1, f"k{i}", {}, now) for i in range(2)]
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, rows)
        connection.execute(
            "update outbox set state = 'dead', result = '{\"reason\": \"gone\"}' where topic = 'nowhere'"
        )
    first, second = (row["outbox_id"] for row in read("outbox", "dead", "--topic", "nowhere")["rows"])
    assert "gone" in run("outbox", "dead").output
    assert run("outbox", "retry", first, "--reason", "mended").exit_code == 0
    assert run("outbox", "retry", first).exit_code == 1
    assert run("outbox", "give-up", second, "--by", "Wu", "--reason", "by phone").exit_code == 0
    assert read("outbox", "dead")["rows"] == []
