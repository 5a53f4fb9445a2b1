"""Messages of real platforms become drafts by mapping documents alone; their masked phones stay masked."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from orderloom.domain import addresses
from orderloom.domain.mappings import drafts, mappers
from orderloom.kit import divisions

SAMPLES = Path(__file__).parents[2] / "../shared/data/samples/channels"
CASES = {
    "taobao": ("taobao_trade_fullinfo_get", "3100000000000000001", "STROLLER-GY", "599.00", "masked", "330110"),
    "douyin": ("douyin_order_searchList", "6936476692437472563", "STROLLER-GY", "599.00", "masked", "350203"),
    "jd": ("jd_pop_order_search", "260000000001", "BRAKE-29087", "100.00", "masked", "330110"),
    "pinduoduo": ("pdd_order_information_get", "180227-394702832640993", "BRAKE-29087", "100.00", "masked", "330110"),
    "wechat_shop": ("wechat_minishop_order_get", "12123121332", "23424", "105.00", "known", "440105"),
    "shopify": ("shopify_order", "450789469", "IPOD2008GREEN", "409.94", "known", ""),
}


def sample(name: str) -> Any:
    path = SAMPLES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the sample is not at ../shared/data/samples/channels/{path.name}")
    return msgspec.json.decode(path.read_bytes())


@pytest.mark.parametrize("platform", CASES)
def test_a_platforms_message_becomes_a_draft(platform: str) -> None:
    file, external_no, sku, total, phone_state, adcode = CASES[platform]
    mapper = mappers.compile((Path(__file__).parent / "mappings" / f"{platform}.json").read_bytes())
    assert isinstance(mapper, mappers.Mapper), mapper
    (record,) = mapper.records(sample(file))
    draft = mapper.map(record)
    assert isinstance(draft, drafts.Draft), draft
    assert (draft.external_no, draft.lines[0].sku, draft.total) == (external_no, sku, Decimal(total))
    assert draft.placed_at is not None
    assert draft.consignee.phone_state == phone_state
    if adcode:
        table = addresses.Divisions((each.adcode, each.name) for each in divisions.load())
        person = draft.consignee
        assert table.locate(person).adcode == adcode
