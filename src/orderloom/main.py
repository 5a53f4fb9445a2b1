"""The composition root: reads the settings, builds what the doors stand on, and owns the console script."""

import os

from orderloom.actions.hub import Hub
from orderloom.api import serve
from orderloom.domain import geography
from orderloom.kit import clock, divisions, settings
from orderloom.kit.ids import Ids
from orderloom.kit.sealing import Sealer
from orderloom.store import database as db
from orderloom.store import embedded, workspaces


class House:
    """One process's view of the whole: settings, the database, and a hub for each workspace it serves."""

    def __init__(self, chosen: settings.Settings) -> None:
        self.settings = chosen
        self.url = chosen.database_url or embedded.ensure(chosen)
        self.database = db.Database(self.url)
        workspaces.bring_up_to_date(self.database, now=clock.now())
        self._sealer = Sealer(settings.master_key(chosen))
        self._places = geography.places(divisions.rows())
        self._hubs: dict[str, Hub] = {}

    def hub(self, workspace: str) -> Hub:
        """The hub of a workspace."""
        if workspace not in self._hubs:
            self._hubs[workspace] = Hub(
                database=self.database, workspace=workspace, sealer=self._sealer, ids=Ids(), places=self._places
            )
        return self._hubs[workspace]

    def close(self) -> None:
        """Give the connections back; the embedded server goes on for others."""
        self.database.close()


def build() -> House:
    """The house as the environment says."""
    return House(settings.read(os.environ))


def serve_http() -> None:
    """Open the HTTP door where the environment says, until the process is told to end."""
    house = build()
    try:
        serve.run(house, host=house.settings.host, port=house.settings.port)
    finally:
        house.close()
