"""Views as someone sees them: one's own, and those that others share. They say how a list is narrowed, and hold no row
of it: what stands in the list is read in the viewer's own scope."""

import msgspec

from orderloom.kit import limits
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql
from orderloom.store.views import View

Q = sql.load(__file__)


class Shown(View):
    """A view, and whether it is the viewer's own."""

    mine: bool = False


def shown(view: View, viewer: Viewer) -> Shown:
    """The view as the viewer sees it."""
    return Shown(**msgspec.structs.asdict(view), mine=view.owner == viewer.name)


def of_list(connection: db.Connection, *, viewer: Viewer, list_: str) -> list[Shown]:
    """The viewer's views of a list and those shared with it, one's own first, by name."""
    asked = {"list": list_, "owner": viewer.name, "count": limits.VIEWS_SHOWN_MAX}
    return [shown(View(*row), viewer) for row in connection.execute(Q.of_list, asked).fetchall()]
