"""A statement that looks at one part of a viewer's scope looks at all of it."""

from pathlib import Path

import pytest

from orderloom.store import sql

SOURCE = Path(__file__).parent.parent.parent / "src" / "orderloom"
PARTS = ("scope_channels", "scope_warehouses", "scope_owners")
# Sums that the relay keeps by channel alone: asked only for viewers whom nothing else limits.
BY_CHANNEL = {"status.standing", "status.held", "status.minutes"}
# What stands in warehouses is nobody's order; what is a customer's is in every warehouse.
BY_WAREHOUSE = {"stock.levels", "stock.lots", "stock.supplies", "stock.shelves", "stock.reserved", "orders.shipments"}
BY_CUSTOMER = {"reference.customers", "reference.customer_names", "credit.page", "scopes.find_customers"}


def _scoped() -> dict[str, tuple[str, ...]]:
    """Statement → the parts of a scope that it looks at."""
    found = {}
    for path in SOURCE.rglob("*.sql"):
        statements = sql.read(path) if "-- name:" in path.read_text("utf-8") else ()
        for name in statements:
            parts = tuple(part for part in PARTS if part in getattr(statements, name))
            if parts:
                found[f"{path.stem}.{name}"] = parts
    return found


SCOPED = _scoped()


@pytest.mark.parametrize("name", sorted(SCOPED))
def test_a_statement_asks_for_the_whole_scope(name: str) -> None:
    expected = PARTS
    for names, part in ((BY_CHANNEL, 0), (BY_WAREHOUSE, 1), (BY_CUSTOMER, 2)):
        if name in names:
            expected = (PARTS[part],)
    assert SCOPED[name] == expected


def test_the_exceptions_are_there() -> None:
    assert SCOPED.keys() >= BY_CHANNEL | BY_WAREHOUSE | BY_CUSTOMER and len(SCOPED) > 30
