"""What a subject consists of, and which documents name its fields."""

import httpx
from tests import dictionaries, hardware

from orderloom.actions.hub import Hub
from orderloom.kit import clock


def test_a_subject_tells_its_fields_and_the_documents_that_name_them(client: httpx.Client, hub: Hub) -> None:
    now = clock.now()
    dictionaries.publish(hub, hardware.ORDER, dictionaries.TICKET, now=now)
    dictionaries.publish(hub, hardware.FORM, kind="form", name="project", now=now)
    told = client.get("/subjects/order").json()
    assert {"lines", "consignee.phone", "payment_method"} <= {each["name"] for each in told["built_in"]}
    assert {"name": "placed_at", "holds": "instant"} in told["targets"]
    assert {"name": "quantity", "holds": "quantity"} in told["line_targets"]
    assert told["uses"]["receipt"] == [{"kind": "form", "name": "project"}]
    assert {"kind": "form", "name": "project"} in told["uses"]["payment_method"]
    ticket = client.get("/subjects/ticket").json()
    assert (ticket["built_in"], ticket["targets"], ticket["uses"]) == ([], [], {})
