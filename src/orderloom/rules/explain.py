"""From an answer's `rule` back to the document, its version and its row, in words."""

from collections.abc import Mapping

import msgspec

from orderloom.rules import graphs


class Explained(msgspec.Struct, frozen=True):
    """Who decided: document, version, row, and what the row says in both languages."""

    document: str
    version: int
    point: str
    row: str
    zh: str
    en: str


def tell(rule: str, documents: Mapping[str, graphs.Document]) -> Explained | None:
    """Explain "<document>#<row>" by the documents of the revision that decided; None when it has no such document.

    The row's own words come first (reason or label, then the editor's description), else its conditions.
    """
    name, _, row_id = rule.partition("#")
    document = documents.get(name)
    if document is None:
        return None
    for node in graphs.graph(document.content).of_type("decisionTableNode"):
        table = graphs.table(node)
        for index, row in enumerate(table.rules):
            if graphs.row_id(row, index) == row_id:
                zh, en = _words(table, row)
                return Explained(name, document.version, document.point, row_id, zh, en)
    return Explained(name, document.version, document.point, row_id, name, name)


def _words(table: graphs.Table, row: Mapping[str, str]) -> tuple[str, str]:
    said = {column.field: row.get(column.id, "").strip() for column in table.outputs}
    zh = _quoted(said.get("reason_zh") or said.get("label_zh") or "") or row.get("_description", "").strip()
    en = _quoted(said.get("reason_en") or said.get("label_en") or "") or row.get("_description", "").strip()
    conditions = [
        f"{column.name or column.field or ''} {cell}".strip()
        for column in table.inputs
        if (cell := row.get(column.id, "").strip()) and cell != "-"
    ]
    zh = zh or ("当 " + " 且 ".join(conditions) if conditions else "其余情况")
    en = en or ("when " + " and ".join(conditions) if conditions else "in all other cases")
    return zh, en


def _quoted(cell: str) -> str:
    """The text of a cell that is one text; a cell that is worked out is shown as it is written."""
    return cell[1:-1] if len(cell) > 1 and cell[0] in "\"'" and cell[0] == cell[-1] else cell
