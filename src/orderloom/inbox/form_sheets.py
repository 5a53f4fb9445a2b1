"""A form proposed from a dropped sheet: CSV or Excel, packed or not, read within the bounds of every uploaded table."""

from pathlib import Path

from orderloom.actions.hub import Hub
from orderloom.deciding import dictionaries
from orderloom.domain.fields import problems
from orderloom.domain.forms import proposals
from orderloom.inbox import files
from orderloom.kit.refusals import Refused


def propose(
    hub: Hub, path: Path, wanted: proposals.Wanted, *, file_name: str = "", sheet: str = ""
) -> proposals.Proposal | Refused:
    """A dictionary and a form for the columns of a sheet; nothing is kept of it. Refuses `fields.bad_subject`, and what
    `files.open_table` refuses."""
    if not problems.NAME.fullmatch(wanted.name) or not problems.NAME.fullmatch(wanted.subject):
        return Refused("fields.bad_subject", {"subject": wanted.subject[:80], "name": wanted.name[:80]})
    with hub.database.workspace(hub.workspace) as connection:
        own = dictionaries.of(hub.reference(connection), wanted.subject)
    table = files.open_table(path, name=file_name, sheet=sheet, known=proposals.known())
    if isinstance(table, Refused):
        return table
    with table:
        rows = (row.cells for row in table if row.problem is None)
        # A column without a name is called by its place, and no field is made of it.
        if not all("".join(name.split()).isprintable() for name in table.header) or _is_pdf(table.header):
            return Refused("file.kind_unknown", {"kind": table.header[0][:4]})
        header = ["" if name == f"#{place}" else name for place, name in enumerate(table.header, 1)]
        return proposals.propose(header, rows, wanted, own=own.dictionary if own is not None else None)


def _is_pdf(header: list[str]) -> bool:
    """A PDF begins as a text of one column would."""
    return header[0].startswith("%PDF-")
