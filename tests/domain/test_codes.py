"""Codes in words: places filled as people write them."""

from orderloom.domain import codes


def test_several_values_are_listed_as_people_write_them() -> None:
    data = {"source": "carrier", "stage": "picked", "trusted": ["pda", "wms"]}
    for language in ("zh", "en"):
        assert "pda, wms" in codes.text("shipment.source_not_trusted", data, language)


def test_a_place_that_nothing_fills_stays_visible() -> None:
    assert "{order_id}" in codes.text("order.unknown", {}, "en")
