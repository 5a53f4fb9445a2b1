"""The ground of a bench: the server that the settings mean, and a workspace of its own, dropped whatever happens."""

import contextlib
from collections.abc import Iterator

from orderloom.actions.hub import Hub
from orderloom.domain import geography
from orderloom.kit import clock, divisions, garbage, settings
from orderloom.kit.ids import Ids
from orderloom.kit.sealing import Sealer
from orderloom.store import database as db
from orderloom.store import embedded, workspaces


@contextlib.contextmanager
def new(chosen: settings.Settings, workspace: str) -> Iterator[Hub]:
    """The hub of a new, empty workspace; what another run left under that name is dropped first."""
    with _database(chosen) as database:
        workspaces.bring_up_to_date(database, now=clock.now())
        workspaces.drop(database, name=workspace, confirmation=workspace)
        workspaces.create(database, name=workspace, title="bench", now=clock.now())
        try:
            yield _hub(chosen, database, workspace)
        finally:
            workspaces.drop(database, name=workspace, confirmation=workspace)


@contextlib.contextmanager
def joined(chosen: settings.Settings, workspace: str) -> Iterator[Hub]:
    """The hub of a workspace that another process of the bench has made."""
    with _database(chosen) as database:
        hub = _hub(chosen, database, workspace)
        garbage.settle()
        yield hub


def _database(chosen: settings.Settings) -> db.Database:
    return db.Database(chosen.database_url or embedded.ensure(chosen))


def _hub(chosen: settings.Settings, database: db.Database, workspace: str) -> Hub:
    return Hub(
        database=database,
        workspace=workspace,
        sealer=Sealer(settings.master_key(chosen)),
        ids=Ids(),
        places=geography.places(divisions.rows()),
    )
