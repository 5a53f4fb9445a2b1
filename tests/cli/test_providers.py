"""Sign-in providers at the desk: entered with a sealed secret, listed without it, removed; codes for everybody."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests import company

from orderloom.actions import reference
from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.store import database as db

Run = Callable[..., Any]
ISSUER = ("--issuer", "https://login.acme.example", "--client", "hub")


@pytest.fixture(autouse=True)
def founded(hub: Hub, database: db.Database) -> Iterator[None]:
    """The documents that come with the hub, roles among them; providers stand above the workspaces."""
    reference.found(hub, values={}, actor="t", now=clock.now())
    company.tiny(hub, now=clock.now())
    yield
    with database.system() as connection:
        connection.execute("truncate providers cascade")


def test_a_provider_is_entered_listed_without_its_secret_and_removed(
    run: Run, read: Callable[..., Any], database: db.Database
) -> None:
    added = run("provider", "add", "acme", *ISSUER, "--title", "Acme", "--secret", "very secret", "--by-email",
                "--domain", "Acme.example", "--role", "service")  # fmt: skip
    assert added.exit_code == 0 and "/sign-in/acme" in added.output
    [shown] = read("provider", "list")
    assert (shown["domains"], shown["roles"], shown["workspace"]) == (["acme.example"], ["service"], "test")
    assert "secret" not in shown and "login.acme.example" in run("provider", "list").output
    with database.system() as connection:
        kept = connection.execute("select secret from providers").fetchone()
    assert kept is not None and b"very secret" not in kept[0]
    assert run("provider", "remove", "acme").exit_code == 0
    assert read("provider", "list") == [] and run("provider", "remove", "acme").exit_code == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [(("--role", "owner", "--domain", "a.example"), "负责人"), (("--role", "service"), "--domain"),
     (("--domain", "no domain"), "no domain"), (("--role", "emperor", "--domain", "a.example"), "emperor")],
)  # fmt: skip
def test_what_would_let_too_many_in_is_refused(run: Run, more: tuple[str, ...], said: str) -> None:
    refused = run("provider", "add", "acme", *ISSUER, "--public", *more)
    assert refused.exit_code == 1 and said in refused.output


def test_codes_are_asked_of_everybody_or_by_role(run: Run, hub: Hub, database: db.Database) -> None:
    for word, required in (("--required", True), ("--optional", False)):
        assert run("user", "codes", word).exit_code == 0
        with database.workspace(hub.workspace) as connection:
            assert hub.reference(connection).settings.codes_required is required
