"""Codes in words: places filled as people write them."""

from orderloom.domain import codes


def test_several_values_are_listed_as_people_write_them() -> None:
    data = {"source": "carrier", "stage": "picked", "trusted": ["pda", "wms"]}
    assert "承运商" in codes.text("shipment.source_not_trusted", data, "zh")
    assert "仓库 PDA, 仓库系统" in codes.text("shipment.source_not_trusted", data, "zh")
    assert "the warehouse's PDA, the warehouse system" in codes.text("shipment.source_not_trusted", data, "en")


def test_a_place_that_nothing_fills_stays_visible() -> None:
    assert "{order_id}" in codes.text("order.unknown", {}, "en")


def test_a_stage_is_said_by_its_word_in_each_language_and_one_made_up_by_its_name() -> None:
    data = {"expected": "picked", "stage": "weighed"}
    assert (
        codes.text("shipment.stage_out_of_turn", data, "zh") == "现在应确认“已拣货”，不能确认“weighed”。请按顺序扫描。"
    )
    assert codes.text("shipment.stage_out_of_turn", data, "en") == "“Picked” comes next, not “weighed”. Scan in order."
    assert codes.plain("shipment.stage_out_of_turn") == {"zh": "现在应确认“…”", "en": "“…” comes next, not “…”"}
