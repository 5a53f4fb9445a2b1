"""The command line over the test server: the same verbs, with a house that stands on the test's own workspace."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import company
from typer.testing import CliRunner

from orderloom.actions.hub import Hub
from orderloom.cli import desk as desks
from orderloom.kit import clock, settings
from orderloom.main import app
from orderloom.store import database as db
from orderloom.world import packs


class House:
    """A house whose connections belong to the test session."""

    def __init__(self, hub: Hub, data: Path) -> None:
        self.settings = settings.Settings(data=data, workspace=hub.workspace)
        self.url = hub.database.url
        self.database: db.Database = hub.database
        self._hubs = {hub.workspace: hub}
        self._first = hub

    def hub(self, workspace: str) -> Hub:
        """The test's hub, or one like it for another workspace."""
        first = self._first
        made = Hub(
            database=first.database,
            workspace=workspace,
            sealer=first.sealer,
            ids=first.ids,
            places=first.places,
            files=first.files,
        )
        return self._hubs.setdefault(workspace, made)

    def close(self) -> None:
        """Nothing: the session closes its own."""


Run = Callable[..., Any]


@pytest.fixture
def house(hub: Hub, tmp_path: Path) -> House:
    """A house over the clean workspace."""
    return House(hub, tmp_path)


@pytest.fixture
def run(house: House) -> Iterator[Run]:
    """Runs a verb in Chinese unless told otherwise; `result.output` is what a person sees."""
    runner = CliRunner()

    def call(*words: str) -> Any:
        desk = desks.Desk(settings=house.settings, open_house=lambda _: house, shipped_packs=packs.shipped)
        result = runner.invoke(app, [*words], obj=desk)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    yield call


@pytest.fixture
def read(run: Run) -> Callable[..., Any]:
    """Runs a reading verb with --json and gives what it said."""

    def call(*words: str) -> Any:
        result = run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return call


@pytest.fixture
def founded(hub: Hub) -> Hub:
    """The tiny company, founded now: verbs read the clock."""
    company.tiny(hub, now=clock.now())
    return hub
