"""What a role would see and what a message would say, tried on orders that are there, over HTTP."""

import httpx
from tests.api.conftest import Key, client_of, order

SERVICE = {"title": {"zh": "客服", "en": "Service"}, "may": ["orders:read"], "masks": ["phone"]}
TEMPLATE = {
    "title": {"zh": "{{ order.order_no }} 已挂起", "en": "{{ order.order_no }} is held"},
    "text": {"zh": "{{ consignee.phone }}：{{ hold.zh }}", "en": "{{ consignee.phone }}: {{ hold.en }}"},
}


def test_a_role_sees_people_masked_as_it_says_and_nothing_without_the_verb(client: httpx.Client, key: Key) -> None:
    order_no = client.post("/orders", json=order()).json()["order_no"]
    with client_of(client.base_url.copy_with(path="").__str__().rstrip("/"), key("*", unmasked=True)) as whole:
        told = whole.post("/roles/preview", json=SERVICE).json()
        assert [each["order_no"] for each in told["orders"]] == [order_no]
        assert told["orders"][0]["consignee"]["phone"] == "138****8000"
        assert told["orders"][0]["consignee"]["name"] == "王小明"
        blind = whole.post("/roles/preview", json={**SERVICE, "may": ["stock:read"]}).json()
        assert blind == {"sees_orders": False, "orders": []}
        elsewhere = whole.post("/roles/preview", json={**SERVICE, "channels": ["nowhere"]}).json()
        assert elsewhere == {"sees_orders": True, "orders": []}
    # Who sees names masked sees them so by every role.
    assert client.post("/roles/preview", json=SERVICE).json()["orders"][0]["consignee"]["name"] == "王**"


def test_a_message_is_filled_from_an_order_and_values_or_says_what_is_wrong(client: httpx.Client) -> None:
    order_no = client.post("/orders", json=order()).json()["order_no"]
    body = {"content": TEMPLATE, "values": {"hold": {"zh": "欠款", "en": "debt"}}}
    told = client.post("/templates/preview", json=body).json()
    assert told["order_no"] == order_no
    assert told["told"]["title"]["en"] == f"{order_no} is held"
    assert told["told"]["text"]["zh"].endswith("：欠款") and "13800138000" not in told["told"]["text"]["zh"]
    broken = {"content": {**TEMPLATE, "title": {"zh": "{{ order", "en": "x"}}}
    found = client.post("/templates/preview", json=broken).json()["findings"]
    assert [each["path"] for each in found] == ["/title/zh"] and found[0]["zh"]
    assert client.post("/templates/preview", json={**body, "order_no": "OL-NONE"}).status_code == 404
