"""Forms: the ordinary one of a wholesaler, 17 required fields and 8 checks; what submissions become."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests import company, dictionaries, hardware, relaying

from orderloom.actions import facets, files, form_links, forms, gather, orders
from orderloom.actions.forms import Submitted
from orderloom.actions.hub import Hub
from orderloom.deciding import dictionaries as in_force
from orderloom.deciding.work import Outcome
from orderloom.kit.refusals import Refused
from orderloom.queries import orders as orders_query
from orderloom.queries import viewer

API = forms.Entry("api", "tester", "console")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
Send = Callable[..., Submitted | Refused]


@pytest.fixture
def send(hub: Hub, now: dt.datetime) -> Iterator[Send]:
    """Sends a submission of the wholesaler's form."""
    company.tiny(hub, now=now)
    dictionaries.publish(hub, hardware.ORDER, dictionaries.TICKET, now=now)
    dictionaries.publish(hub, hardware.FORM, kind="form", name="project", now=now)
    gatherer = gather.Gatherer(hub)

    def place(wish: gather.Placed) -> Outcome:
        return gatherer.submit(wish, now=now).result()

    def call(
        values: dict[str, Any], submission_id: str = "s-1", *, form: str = "project", entry: forms.Entry = API
    ) -> Submitted | Refused:
        sent = forms.Sent(form, submission_id, values, b"raw", now)
        return forms.submit(hub, entry, sent, place=place)

    yield call
    gatherer.close()


def _codes(refused: Any) -> dict[str, str]:
    assert isinstance(refused, Refused), refused
    return {each["field"]: each["code"] for each in refused.data["errors"]}


def _said(refused: Any) -> list[str]:
    assert isinstance(refused, Refused), refused
    return [each["data"].get("reason_zh", each["code"]) for each in refused.data["errors"]]


def _order(hub: Hub, number: str) -> orders_query.Detail:
    with hub.database.workspace(hub.workspace) as connection:
        found = orders_query.detail(connection, viewer=viewer.everything("t"), order_no=number)
    assert found is not None
    return found


def test_a_submission_becomes_an_order_with_its_message_kept(send: Send, hub: Hub) -> None:
    done = send(hardware.values())
    assert isinstance(done, Submitted) and done.subject == "order", done
    found = _order(hub, done.number)
    assert (found.order.door, found.order.channel, found.order.external_no) == ("form", "web", "project-s-1")
    assert [each.door for each in found.messages] == ["form"]
    assert found.order.consignee.province == "江苏省" and found.order.consignee.adcode == "320508"
    assert found.order.custom["site_floor"] == "12F"
    assert found.order.goods_minor == 2 * 3000 + 2000
    assert set(found.order.custom["acceptance_contact"]) == {"sealed"}


def test_each_of_the_17_required_fields_is_missed_by_name(send: Send) -> None:
    refused = send({})
    assert len(_codes(refused)) == 17
    assert set(_codes(refused).values()) == {"field.required"}
    for name in hardware.values():
        assert _codes(send(hardware.values(**{name.replace(".", "__"): None}))) == {name: "field.required"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"payment_method": "公对公转账"}, ["公对公转账请上传回单图片"]),
        ({"lines": [{"sku": "MOTOR", "quantity": 1}]}, ["请确认赠品配置"]),
        ({"custom__urgency_stars": 4, "custom__unloading": "人工"}, ["加急项目请安排叉车或吊车"]),
        ({"payment_method": "cash", "custom__gift_combo": "A01", "lines": [{"sku": "MOTOR", "quantity": 40}]},
         ["两万元以上不收现金"]),
        ({"custom__site_floor": "B2", "custom__unloading": "吊车"}, ["地下楼层不能用吊车"]),
        ({"invoice__kind": "专票"}, ["专票需要税号"]),
        ({"lines": [{"sku": "HOOK", "quantity": 10001}], "custom__gift_combo": "x"}, ["单行超过一万件请联系销售"]),
        ({"custom__urgency_stars": 5, "consignee__phone": "13900139000"}, ["五星项目的收货人须是工地现场的人"]),
    ],
)  # fmt: skip
def test_a_check_refuses_with_its_own_words(send: Send, changed: dict[str, Any], said: list[str]) -> None:
    assert _said(send(hardware.values(**changed))) == said


def test_what_is_refused_is_corrected_and_sent_again_under_its_id(send: Send, hub: Hub) -> None:
    assert isinstance(send(hardware.values(payment_method="公对公转账")), Refused)
    kept = files.keep(
        hub, files.Upload(PNG, "receipt.png", "image/png", "key", "t", dt.datetime(2026, 2, 18, tzinfo=dt.UTC))
    )
    assert isinstance(kept, files.Kept)
    done = send(hardware.values(payment_method="公对公转账", custom__receipt=[str(kept.file_id)]))
    assert isinstance(done, Submitted), done
    assert _order(hub, done.number).order.custom["receipt"] == [str(kept.file_id)]


def test_a_doubled_submission_is_one_order(send: Send) -> None:
    first, second = send(hardware.values()), send(hardware.values())
    assert isinstance(first, Submitted) and isinstance(second, Submitted)
    assert (first.number, first.repeated, second.repeated) == (second.number, False, True)
    other = send(hardware.values(custom__site_floor="3F"))
    assert isinstance(other, Refused) and other.code == "form.other_body"


def test_bad_values_are_told_field_by_field(send: Send) -> None:
    refused = send(
        hardware.values(
            customer_no="NOBODY", custom__urgency_stars=9, custom__unloading="手推车", custom__site_floor="x",
            consignee__phone="12", lines=[{"sku": "NONE", "quantity": 1}], notes__buyer="x" * 2001, nothing=1,
            consignee__address={"province": "江苏省", "city": "广州市"}, payment_method=7,
        )
    )  # fmt: skip
    assert _codes(refused) == {
        "nothing": "field.unknown",
        "customer_no": "field.customer_unknown",
        "lines[0].sku": "field.sku_unknown",
        "payment_method": "field.wrong_type",
        "consignee.phone": "field.not_a_phone",
        "consignee.address": "field.not_a_division",
        "custom.site_floor": "field.pattern_unmet",
        "custom.urgency_stars": "field.out_of_range",
        "custom.unloading": "field.not_an_option",
        "notes.buyer": "field.too_long",
    }


def test_a_dealer_orders_for_itself_at_the_prices_of_the_catalogue(send: Send, hub: Hub, now: dt.datetime) -> None:
    made = form_links.make(hub, "project", form_links.Wanted("dealer", customer_no="C2"), actor="t", now=now)
    assert isinstance(made, form_links.Made)
    link = form_links.enter(hub, made.token, now=now)
    assert not isinstance(link, Refused)
    entry = forms.Entry("dealer", "link", "form", link)
    lines = [{"sku": "JERKY", "quantity": 1, "price": 0.01}]
    done = send(hardware.values(customer_no="C1", lines=lines), entry=entry)
    assert isinstance(done, Submitted), done
    order = _order(hub, done.number).order
    assert (order.customer_no, order.goods_minor) == ("C2", 3000)


def test_a_link_ends_when_it_is_used_up_expired_or_revoked(send: Send, hub: Hub, now: dt.datetime) -> None:
    wanted = form_links.Wanted(uses_max=1, expires_at=now + dt.timedelta(hours=1))
    made = form_links.make(hub, "project", wanted, actor="t", now=now)
    assert isinstance(made, form_links.Made)
    link = form_links.enter(hub, made.token, now=now)
    assert not isinstance(link, Refused)
    entry = forms.Entry("public", "link", "form", link)
    assert isinstance(send({}, entry=entry), Refused), "what is refused uses nothing up"
    assert isinstance(send(hardware.values(), entry=entry), Submitted)
    spent = send(hardware.values(), "s-2", entry=entry)
    assert isinstance(spent, Refused) and spent.code == "form.link_used_up"
    late = form_links.enter(hub, made.token, now=now + dt.timedelta(hours=2))
    assert isinstance(late, Refused) and late.code == "form.link_expired"
    assert form_links.revoke(hub, "project", made.link.link_id, now=now) is None
    gone = form_links.enter(hub, made.token, now=now)
    assert isinstance(gone, Refused) and gone.code == "form.link_unknown"
    wrong = form_links.enter(hub, made.token[:-1] + ("A" if made.token[-1] != "A" else "B"), now=now)
    assert isinstance(wrong, Refused) and wrong.code == "form.link_unknown"


def test_a_link_is_limited_by_the_minute(send: Send, hub: Hub, now: dt.datetime) -> None:
    made = form_links.make(hub, "project", form_links.Wanted(), actor="t", now=now)
    assert isinstance(made, form_links.Made)
    entered = [form_links.enter(hub, made.token, now=now) for _ in range(61)]
    assert [isinstance(each, Refused) for each in entered] == [False] * 60 + [True]
    assert not isinstance(form_links.enter(hub, made.token, now=now + dt.timedelta(minutes=1)), Refused)


def test_files_of_another_door_cannot_be_named_by_a_link(send: Send, hub: Hub, now: dt.datetime) -> None:
    made = form_links.make(hub, "project", form_links.Wanted(), actor="t", now=now)
    assert isinstance(made, form_links.Made)
    link = form_links.enter(hub, made.token, now=now)
    assert not isinstance(link, Refused)
    kept = files.keep(hub, files.Upload(PNG, "receipt.png", "image/png", "key:other", "t", now))
    assert isinstance(kept, files.Kept)
    values = hardware.values(payment_method="公对公转账", custom__receipt=[str(kept.file_id)])
    refused = send(values, entry=forms.Entry("public", "link", "form", link))
    assert _codes(refused) == {"custom.receipt": "field.file_unknown"}


def test_a_form_of_a_record_type_makes_records(send: Send, hub: Hub, now: dt.datetime) -> None:
    form = {
        "subject": "ticket", "zh": "报修", "en": "Report", "entries": ["api"],
        "sections": [{"items": [{"field": "topic"}, {"field": "urgency"}, {"field": "reason"}]}],
        "checks": [{"when": "urgency == 'high' and len(topic) < 3", "zh": "加急请写清主题", "en": "Say more",
                    "field": "topic"}],
    }  # fmt: skip
    dictionaries.publish(hub, form, kind="form", name="report", now=now)
    assert _said(send({"topic": "x", "urgency": "high", "reason": "r"}, form="report")) == ["加急请写清主题"]
    first = send({"topic": "门锁坏了", "urgency": "high", "reason": "r"}, form="report")
    again = send({"topic": "门锁坏了", "urgency": "high", "reason": "r"}, form="report")
    assert isinstance(first, Submitted) and first.subject == "ticket" and first.number.startswith("TK-")
    assert isinstance(again, Submitted) and again.repeated and again.number == first.number


def test_own_fields_are_read_at_every_door_and_lists_narrowed_by_them(send: Send, hub: Hub, now: dt.datetime) -> None:
    done = send(hardware.values())
    assert isinstance(done, Submitted)
    draft = company.draft("W-2", now=now)
    draft.custom = {"urgency_stars": "much", "colour": "red"}
    [refused] = orders.place(hub, [orders.Placing(draft)], origin=company.origin(), now=now)
    assert _codes(refused) == {"custom.colour": "field.unknown", "custom.urgency_stars": "field.wrong_type"}
    draft.custom = {"urgency_stars": 5, "project": "园区三期"}
    [outcome] = company.place(hub, draft, now=now)
    relaying.follow(hub, now=now)

    def numbers(**wanted: str) -> list[str]:
        with hub.database.workspace(hub.workspace) as connection:
            fields = in_force.of(hub.reference(connection), "order")
            assert fields is not None
            custom = orders_query.custom(fields.dictionary, wanted)
            assert not isinstance(custom, Refused), custom
            filters = orders_query.Filters(custom=custom)
            return [each.order_no for each in
                    orders_query.page(connection, viewer=viewer.everything("t"), filters=filters).rows]  # fmt: skip

    assert numbers(urgency_stars="5") == [outcome.order_no]
    assert numbers(urgency_stars="3", project="园区二期") == [done.number]
    assert numbers(urgency_stars="3", project="园区三期") == []
    assert outcome.order_id is not None
    changed = {"changed": {"custom.urgency_stars": 2}}
    amended = orders.amend(hub, outcome.order_id, origin=company.origin(), now=now, change=changed, reason="x")
    assert amended.refused is None
    wrong = {"changed": {"custom.urgency_stars": 6}}
    amended = orders.amend(hub, outcome.order_id, origin=company.origin(), now=now, change=wrong, reason="x")
    assert _codes(amended.refused) == {"custom.urgency_stars": "field.out_of_range"}
    relaying.follow(hub, now=now)
    assert numbers(urgency_stars="5") == [] and numbers(urgency_stars="2") == [outcome.order_no]
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute("delete from facets")
    assert list(facets.rebuild(hub, "order")) == [2]
    assert numbers(urgency_stars="2") == [outcome.order_no]
