"""Forms, records and files over HTTP: with a key, and by a link without one; bad input is told by its place."""

import io
import json
import zipfile
from typing import Any

import httpx
import pytest
from tests import dictionaries, hardware
from tests.api.conftest import Key, client_of

from orderloom.actions.hub import Hub
from orderloom.kit import clock

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def open_forms(client: httpx.Client, hub: Hub) -> httpx.Client:
    """The wholesaler's form and tickets, in force over the tiny company."""
    now = clock.now()
    dictionaries.publish(hub, hardware.ORDER, dictionaries.TICKET, now=now)
    dictionaries.publish(hub, hardware.FORM, kind="form", name="project", now=now)
    return client


def _link(client: httpx.Client, **wanted: Any) -> str:
    made = client.post("/forms/project/links", json=wanted)
    assert made.status_code == 201, made.text
    return made.json()["token"]


def _public(client: httpx.Client) -> httpx.Client:
    return httpx.Client(base_url=str(client.base_url).removesuffix("/api/v1/"), timeout=20)


def _body(submission_id: str = "s-1", **changed: Any) -> dict[str, Any]:
    return {"submission_id": submission_id, "values": hardware.values(**changed)}


def test_a_form_is_filled_in_with_a_key(open_forms: httpx.Client) -> None:
    shown = open_forms.get("/forms/project").json()
    assert sum(field.get("required", False) for part in shown["sections"] for field in part["fields"]) == 17
    assert len(shown["checks"]) == 8
    assert [each["form"] for each in open_forms.get("/forms").json()] == ["project"]
    done = open_forms.post("/forms/project/submissions", json=_body())
    assert done.status_code == 201, done.text
    again = open_forms.post("/forms/project/submissions", json=_body())
    assert (again.status_code, again.json()["number"]) == (200, done.json()["number"])
    order = open_forms.get(f"/orders/{done.json()['number']}").json()["order"]
    assert order["door"] == "form"
    assert order["custom"]["acceptance_phone"] == "137****7000", "own personal fields are masked as people are"


def test_a_refusal_names_each_field_in_both_languages(open_forms: httpx.Client) -> None:
    refused = open_forms.post("/forms/project/submissions", json=_body(custom__urgency_stars=9, payment_method=None))
    assert refused.status_code == 409
    errors = {each["place"]: each for each in refused.json()["errors"]}
    assert set(errors) == {"custom.urgency_stars", "payment_method"}
    assert errors["payment_method"]["code"] == "field.required"
    assert "支付方式" in errors["payment_method"]["zh"] and "filled in" in errors["payment_method"]["en"]
    checked = open_forms.post("/forms/project/submissions", json=_body(payment_method="公对公转账")).json()
    assert (checked["zh"], checked["en"]) == (
        "公对公转账请上传回单图片",
        "A company transfer needs the image of its receipt",
    )


def test_a_public_link_shows_the_form_takes_files_and_a_submission(open_forms: httpx.Client) -> None:
    token = _link(open_forms, uses_max=1)
    with _public(open_forms) as anyone:
        shown = anyone.get(f"/f/{token}").json()
        assert shown["zh"] == "项目下单"
        kept = anyone.post(f"/f/{token}/files", params={"name": "回单.png"}, content=PNG)
        assert kept.status_code == 201, kept.text
        body = _body(payment_method="公对公转账", custom__receipt=[kept.json()["file_id"]])
        done = anyone.post(f"/f/{token}", json=body)
        assert done.status_code == 201, done.text
        assert anyone.post(f"/f/{token}", json=body).status_code == 200
        assert anyone.post(f"/f/{token}", json=_body("s-2")).json()["code"] == "form.link_used_up"
        assert anyone.get(f"/files/{kept.json()['token']}").content == PNG
        assert anyone.get(f"/f/{token}/dealing").status_code == 404
        for wrong in (token[:-2] + "xx", "fl_nowhere_" + "A" * 43, "x"):
            assert anyone.get(f"/f/{wrong}").json()["code"] == "form.link_unknown"
        for path in ("/api/v1/forms", "/api/v1/files/019c6e5e-4dc0-7025-ac14-8cb48e73ca47", "/api/v1/records"):
            assert anyone.get(path).status_code == 401


def test_a_dealers_link_shows_its_own_prices_and_addresses_only(open_forms: httpx.Client) -> None:
    mine = _link(open_forms, kind="dealer", customer_no="C2")
    with _public(open_forms) as anyone:
        done = anyone.post(f"/f/{mine}", json=_body(customer_no="C1"))
        assert done.status_code == 201, done.text
        order = open_forms.get(f"/orders/{done.json()['number']}").json()["order"]
        assert order["customer_no"] == "C2"
        dealing = anyone.get(f"/f/{mine}/dealing", params={"sku": ["JERKY", "NONE"]}).json()
        assert [(each["sku"], each["price"]) for each in dealing["prices"]] == [("JERKY", "30")]
        assert [each["phone"] for each in dealing["addresses"]] == ["13800138000"]
        other = _link(open_forms, kind="dealer", customer_no="C1")
        assert anyone.get(f"/f/{other}/dealing").json()["addresses"] == []


@pytest.mark.parametrize(
    ("content", "name", "code", "status"),
    [
        (b"", "a.png", "upload.empty", 422),
        (b"\x89PNG\r\n\x1a\n" + bytes(5 * 2**20), "a.png", "upload.image_too_large", 413),
        (b"GIF89a" + bytes(10), "a.gif", "upload.sort_not_taken", 415),
        (b"<html><script>alert(1)</script>", "a.txt", "upload.sort_not_taken", 415),
        (b"%PDF-1.7 ...", "photo.jpg", "upload.not_what_it_says", 415),
        (b"MZ" + bytes(100), "a.exe", "upload.sort_not_taken", 415),
        (b"x" * (9 * 2**20), "a.txt", "body.too_large", 413),
    ],
)
def test_uploads_are_known_by_their_content(
    open_forms: httpx.Client, content: bytes, name: str, code: str, status: int
) -> None:
    refused = open_forms.post("/files", params={"name": name}, content=content, headers={"Content-Type": "image/png"})
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_a_zip_disguised_as_an_image_is_refused(open_forms: httpx.Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run.sh", "rm -rf /")
    headers = {"Content-Type": "image/png"}
    refused = open_forms.post("/files", params={"name": "a.png"}, content=packed.getvalue(), headers=headers)
    assert refused.json()["code"] == "upload.sort_not_taken"


def test_a_file_is_read_back_by_who_may_see_people(open_forms: httpx.Client, address: str, key: Key) -> None:
    kept = open_forms.post("/files", params={"name": "../../回单 1.png"}, content=PNG).json()
    assert kept["name"] == ".._.._回单 1.png"
    with (
        client_of(address, key("files:read", unmasked=True)) as seeing,
        client_of(address, key("files:read")) as masked,
    ):
        read = seeing.get(f"/files/{kept['file_id']}")
        assert read.content == PNG and read.headers["content-type"] == "image/png"
        assert "sandbox" in read.headers["content-security-policy"]
        assert masked.get(f"/files/{kept['file_id']}").status_code == 403
        assert seeing.get("/files/019c6e5e-4dc0-7025-ac14-8cb48e73ca47").status_code == 404


def test_ten_megabytes_of_text_are_turned_away(open_forms: httpx.Client) -> None:
    body = json.dumps(_body(notes__buyer="x" * (10 * 2**20)))
    headers = {"Content-Type": "application/json"}
    assert open_forms.post("/forms/project/submissions", content=body, headers=headers).status_code == 413
    long = open_forms.post("/forms/project/submissions", json=_body(notes__buyer="x" * 3_000))
    assert long.status_code == 422 and long.json()["code"] == "value.too_long"


def test_records_are_created_listed_changed_and_exported(open_forms: httpx.Client) -> None:
    made = open_forms.post(
        "/records/ticket",
        json=[{"values": {"topic": "破损", "claim": 12}}, {"values": {"topic": "x", "urgency": "soon"}}],
    )
    assert made.status_code == 207
    first, second = made.json()["outcomes"]
    assert second["refused"]["code"] == "field.not_an_option" and second["errors"][0]["place"] == "urgency"
    number = first["record_no"]
    changed = open_forms.patch("/records/ticket", json=[{"record_no": number, "values": {"claim": 500}}])
    assert changed.status_code == 200 and changed.json()["outcomes"][0]["n"] == 2
    listed = open_forms.get("/records/ticket", params={"where": ["claim>=100", "urgency=low"], "sort": "-claim"})
    assert [each["record_no"] for each in listed.json()["rows"]] == [number]
    assert open_forms.get(f"/records/ticket/{number}").json()["values"]["weight"] == 500
    lines = open_forms.get("/records/ticket/export", params={"sort": "created"}).text.splitlines()
    assert [json.loads(each)["record_no"] for each in lines] == [number]
    assert [each["type"] for each in open_forms.get("/records").json()] == ["ticket"]
    assert open_forms.get("/records/nothing").status_code == 404
    assert open_forms.get("/records/ticket", params={"where": "code=1"}).json()["code"] == "record.not_filterable"
    assert open_forms.get("/records/ticket", params={"cursor": "x"}).status_code == 422
    assert open_forms.get("/records/ticket/TK-1").status_code == 404


def test_orders_are_narrowed_by_own_fields(open_forms: httpx.Client) -> None:
    assert open_forms.get("/orders", params={"custom.project": "园区二期"}).json()["rows"] == []
    wrong = open_forms.get("/orders", params={"custom.gift_combo": "A01"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "record.not_filterable")


def test_what_a_rule_refuses_at_the_form_is_kept_as_a_draft_and_may_be_corrected(open_forms: httpx.Client) -> None:
    late = _body(requested_at="2020-03-01T10:00:00+08:00")
    for _ in range(2):
        refused = open_forms.post("/forms/project/submissions", json=late)
        assert (refused.status_code, refused.json()["code"]) == (409, "check.requested_in_past"), refused.text
    assert open_forms.post("/forms/project/submissions", json=_body()).status_code == 201


def test_a_form_that_is_being_written_is_filled_in_and_nothing_is_kept(open_forms: httpx.Client) -> None:
    sections = [{"items": [{"field": "lines", "required": True}, {"field": "payment_method", "required": True},
                           {"field": "notes.buyer", "visible_when": "payment_method == 'credit'"},
                           {"field": "notes.seller", "visible_when": "payment_method ==="}]}]  # fmt: skip
    check = {"when": "order.total >= 10", "zh": "太多了", "en": "Too much", "field": "lines"}
    content = {"subject": "order", "zh": "试", "en": "Try", "sections": sections, "checks": [check]}
    tried = open_forms.post("/forms/try", json={"content": content, "values": {}}).json()
    assert [each["name"] for each in tried["form"]["sections"][0]["fields"]][:2] == ["lines", "payment_method"]
    assert tried["hidden"] == ["notes.buyer"]
    assert {each["place"] for each in tried["errors"]} == {"lines", "payment_method"}
    values = {"lines": hardware.values()["lines"], "payment_method": "credit"}
    tried = open_forms.post("/forms/try", json={"content": content, "values": values}).json()
    assert tried["hidden"] == []
    assert [(each["place"], each["zh"]) for each in tried["errors"]] == [("lines", "太多了")]
    refused = open_forms.post("/forms/try", json={"content": {"subject": 3}})
    assert (refused.status_code, refused.json()["code"]) == (422, "document.misshapen")


def test_everybody_may_read_the_divisions_of_an_address(open_forms: httpx.Client) -> None:
    with _public(open_forms) as anyone:
        answered = anyone.get("/api/v1/divisions")
    names = [each["name"] for each in answered.json()["rows"]]
    assert answered.headers["cache-control"].startswith("public") and len(names) > 3000
    assert names.index("江苏省") < names.index("苏州市") < names.index("姑苏区")
