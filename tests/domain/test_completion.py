"""Completion fills what is missing, says from where, and never replaces what was stated (I-3)."""

import datetime as dt
import uuid

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import completion, customers
from orderloom.domain.orders import events, state

NOW = dt.datetime(2026, 2, 18, 2, 0, tzinfo=dt.UTC)
PERSON = uuid.UUID(int=7)
USUAL = state.Party(
    person=PERSON, phone="known", phone_key="aa", address_key="b1", province="浙江", city="杭州", district="余杭区",
    named=True, street_known=True,
)  # fmt: skip
WORKSHOP = customers.Customer(
    "C-1", level="A", payment_method="monthly", address=USUAL, invoice=state.Invoice("速联汽修", "9133X", "special")
)


def phone_order(**given_fields: object) -> events.OrderReceived:
    return events.OrderReceived(
        order_id=uuid.UUID(int=1), order_no="OL-1", channel="phone", external_no="x-1", placed_at=NOW, received_at=NOW,
        lines=[state.Line(1, "BRAKE-PAD", 2)], **given_fields,
    )  # fmt: skip


def test_a_phone_order_gets_the_usual_address_invoice_and_payment_each_with_its_source():
    completed = completion.complete(phone_order(), customer=WORKSHOP)
    assert completed is not None
    assert completed.filled == {
        "consignee": "customer", "invoice.title": "customer", "invoice.tax_no": "customer",
        "invoice.kind": "customer", "payment_method": "customer",
    }  # fmt: skip
    order = phone_order()
    for path, value in completed.values.items():
        completion.set_field(order, path, value)
    assert order.consignee == USUAL
    assert order.invoice.title == "速联汽修"


def test_what_is_filled_reads_the_same_after_it_was_stored():
    completed = completion.complete(
        phone_order(), customer=WORKSHOP, rule_values=[{"field": "kind", "value": "oem", "rule": "r#1"}]
    )
    assert msgspec.json.decode(msgspec.json.encode(completed), type=events.OrderCompleted) == completed


def test_a_complete_order_is_left_alone():
    order = phone_order(consignee=USUAL, invoice=WORKSHOP.invoice, payment_method="cash")
    assert completion.complete(order, customer=WORKSHOP) is None


def test_a_stated_phone_of_somebody_else_keeps_the_usual_consignee_away():
    other = state.Party(person=uuid.UUID(int=9), phone="known", phone_key="cc", named=True)
    completed = completion.complete(phone_order(consignee=other), customer=WORKSHOP)
    assert completed is not None
    assert "consignee" not in completed.filled


def test_the_usual_phone_without_an_address_brings_the_usual_address():
    same = state.Party(person=uuid.UUID(int=9), phone="known", phone_key="aa")
    completed = completion.complete(phone_order(consignee=same), customer=WORKSHOP)
    assert completed is not None
    assert completed.filled["consignee"] == "customer"


def test_a_mask_never_takes_the_place_of_a_clear_phone():
    masked = customers.Customer("C-2", address=msgspec.structs.replace(USUAL, phone="masked", phone_key=""))
    clear = state.Party(person=uuid.UUID(int=9), phone="known", phone_key="aa")
    assert completion.complete(phone_order(consignee=clear), customer=masked) is None


def test_a_tax_number_is_not_put_beside_another_title():
    completed = completion.complete(phone_order(invoice=state.Invoice("别的公司")), customer=WORKSHOP)
    assert completed is not None
    assert not any(path.startswith("invoice") for path in completed.filled)


def test_the_customer_comes_before_the_rules_and_the_rules_before_the_channel():
    completed = completion.complete(
        phone_order(),
        customer=WORKSHOP,
        rule_values=[
            {"field": "payment_method", "value": "cash", "rule": "complete#1"},
            {"field": "carrier_requested", "value": "SF", "rule": "complete#2"},
            {"field": "consignee.province", "value": "江苏", "rule": "complete#3"},
        ],
        channel_values={"carrier_requested": "ZTO", "custom.origin": "call centre"},
    )
    assert completed is not None
    assert completed.values["payment_method"] == "monthly"
    assert completed.filled["carrier_requested"] == "complete#2"
    assert completed.filled["custom.origin"] == "channel"
    assert "consignee.province" not in completed.filled


def test_rules_fill_custom_fields_lines_and_the_unstated_kind():
    completed = completion.complete(
        phone_order(custom={"site": {"floor": "3"}}),
        customer=None,
        rule_values=[
            {"field": "kind", "value": "made_to_order", "rule": "r#1"},
            {"field": "custom.site.floor", "value": "9", "rule": "r#2"},
            {"field": "custom.site.stars", "value": 5, "rule": "r#3"},
            {"field": "lines.1.unit", "value": "套", "rule": "r#4"},
            {"field": "lines.7.unit", "value": "套", "rule": "r#5"},
        ],
    )
    assert completed is not None
    assert set(completed.filled) == {"kind", "custom.site.stars", "lines.1.unit"}
    order = phone_order(custom={"site": {"floor": "3"}})
    shared = order.custom
    for path, value in completed.values.items():
        completion.set_field(order, path, value)
    assert order.custom == {"site": {"floor": "3", "stars": 5}}
    assert shared == {"site": {"floor": "3"}}
    assert order.lines[0].unit == "套"


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("order_no", "X", "order.unknown_field"),
        ("lines.1.quantity", 5, "order.unknown_field"),
        ("lines.one.unit", "x", "order.unknown_field"),
        ("custom.", 1, "order.unknown_field"),
        ("payment_method", 5, "order.unfit_value"),
        ("requested_at", "tomorrow", "order.unfit_value"),
        ("requested_at", "2026-02-18T10:00:00", "order.unfit_value"),
        ("currency", "¥", "order.unfit_value"),
        ("custom", {f"field {n}": n for n in range(201)}, "order.unfit_value"),
    ],
)
def test_an_unfit_value_is_refused_with_its_field(path: str, value: object, code: str):
    refused = completion.unfit(path, value)
    assert refused is not None
    assert (refused.code, refused.data["field"]) == (code, path)


def test_an_instant_may_come_as_text_or_as_an_instant():
    order = phone_order()
    completion.set_field(order, "requested_at", "2026-02-18T10:00:00+08:00")
    assert order.requested_at == NOW
    completion.set_field(order, "requested_at", NOW + dt.timedelta(hours=1))
    assert order.requested_at == NOW + dt.timedelta(hours=1)
    completion.set_field(order, "requested_at", None)
    assert order.requested_at is None


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
PATHS = st.sampled_from(
    [
        "kind",
        "tags",
        "notes",
        "custom",
        "consignee",
        "invoice",
        "rate",
        "requested_at",
        "lines.1.unit",
        "lines.1.custom.x",
        "custom.a.b",
        "notes.buyer",
        "invoice.title",
        "consignee.person",
        "channel_total_minor",
        "",
        ".",
        "lines",
        "lines.1",
    ]
)


@given(path=PATHS | st.text(max_size=8), value=ANY)
def test_what_is_not_refused_can_be_set(path: str, value: object):
    if completion.unfit(path, value) is None:
        completion.set_field(phone_order(), path, value)


@given(
    answers=st.lists(st.fixed_dictionaries({}, optional={"field": PATHS | ANY, "value": ANY, "rule": ANY}), max_size=5)
)
def test_whatever_the_rules_answer_stated_values_stay(answers: list[dict[str, object]]):
    order = phone_order(
        consignee=USUAL,
        invoice=WORKSHOP.invoice,
        payment_method="cash",
        notes={"buyer": "急"},
        tags=["a"],
        custom={"a": "stated"},
    )
    completed = completion.complete(order, customer=WORKSHOP, rule_values=answers)
    for path, value in (completed.values if completed else {}).items():
        completion.set_field(order, path, value)
    assert (order.consignee, order.invoice, order.payment_method) == (USUAL, WORKSHOP.invoice, "cash")
    assert order.notes["buyer"] == "急"
    assert order.tags == ["a"]
    assert order.custom["a"] == "stated"
