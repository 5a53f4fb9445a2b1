"""A form proposed from a dropped sheet: documents to edit, nothing kept; what is no sheet is told so."""

import io
import zipfile
from typing import Any

import httpx
import pytest
import xlsxwriter
from tests.api.conftest import Key, client_of

from orderloom.kit import limits

HEADER = ["收货人", "收货人手机", "货号", "数量", "楼层", "验收日期", "颜色", "备注"]
ROWS = [
    ["王小明", "13800138000", "JERKY", "2", "3", "2026-03-01", "红", ""],
    ["李四", "13900139000", "HOOK", "1", "12", "2026-03-02", "红", "轻放"],
    ["张三", "13700137000", "HOOK", "1", "5", "2026-03-09", "蓝", ""],
    ["赵六", "13600136000", "HOOK", "1", "7", "2026-03-09", "蓝", ""],
]


def _csv(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode(encoding)


def _xlsx(rows: list[list[Any]], title: str = "") -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("单")
        for number, row in enumerate([[title], *rows] if title else rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def _zip(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return file.getvalue()


def drop(client: httpx.Client, body: bytes, **asked: str) -> httpx.Response:
    asked = {"name": "quote", "channel": "web", **asked}
    return client.post(
        "/forms/from-sheet", params=asked, content=body, headers={"Content-Type": "application/octet-stream"}
    )


@pytest.mark.parametrize(
    "body",
    [
        _xlsx([HEADER, *ROWS]),
        _xlsx([HEADER, *ROWS], title="工地要货单"),
        _csv([HEADER, *ROWS]),
        _csv([HEADER, *ROWS], "gb18030"),
        _zip("要货.csv", _csv([HEADER, *ROWS])),
    ],
    ids=["xlsx", "a title above", "csv", "gb18030", "zip"],
)
def test_a_sheet_becomes_documents_to_edit_and_publish(client: httpx.Client, body: bytes) -> None:
    answer = drop(client, body, title="要货")
    assert answer.status_code == 200, answer.text
    fields, form = answer.json()["drafts"]
    assert (fields["kind"], fields["name"], fields["edition"]) == ("fields", "order", 0)
    types = {each["zh"]: each["type"] for each in fields["content"]["fields"]}
    assert types == {"楼层": "number", "验收日期": "date", "颜色": "select"}
    items = form["content"]["sections"][0]["items"]
    asked = [each["field"] for each in items]
    assert asked[:3] == ["consignee.name", "consignee.phone", "lines"] and asked[-1] == "notes.buyer"
    assert {"field": "consignee.name", "required": True} in items and {"field": "notes.buyer"} in items
    assert client.get("/documents/form/quote/draft").status_code == 404, "nothing is kept"
    for each in (fields, form):
        draft = {"content": each["content"], "cases": [], "edition": each["edition"]}
        assert client.put(f"/documents/{each['kind']}/{each['name']}/draft", json=draft).status_code == 200
    picks = [{"kind": "fields", "name": "order"}, {"kind": "form", "name": "quote"}]
    published = client.post("/documents/publish", json={"documents": picks})
    assert published.status_code == 200, published.text
    again = drop(client, body).json()["drafts"]
    assert [each["name"] for each in again[0]["content"]["fields"]] == [
        each["name"] for each in fields["content"]["fields"]
    ], "own fields that are there already are used, not made twice"


def test_a_record_type_is_made_of_a_sheet_too(client: httpx.Client) -> None:
    fields, form = drop(client, _csv([["topic", "claim"], ["a", "1"], ["b", "2"]]), subject="visit").json()["drafts"]
    assert fields["content"]["series"] and [each["name"] for each in fields["content"]["fields"]] == ["topic", "claim"]
    assert form["content"]["subject"] == "visit" and "channel" not in form["content"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "file.empty"),
        (b"\x00\x01\x02\xff" * 500, "file.kind_unknown"),
        (_xlsx([HEADER, *ROWS])[:2_000], "file.archive_broken"),
        (_zip("a.csv", b"0," * 50_000_000), "file.archive_bomb"),
        (_zip("a.zip", _zip("b.csv", _csv([HEADER]))), "file.archive_nested"),
        (_xlsx([]), "file.empty"),
        (_csv([["1", "2", "3"], ["4", "5", "6"]]), "file.no_header"),
        (_csv([[f"c{each}" for each in range(limits.SHEET_COLUMNS_MAX + 1)]]), "file.too_many_columns"),
        (b"%PDF-1.7 no sheet at all", "file.kind_unknown"),
    ],
    ids=["nothing", "bytes", "cut off", "bomb", "nested", "empty sheet", "no header", "too wide", "pdf"],
)
def test_what_is_no_sheet_is_told_so(client: httpx.Client, body: bytes, code: str) -> None:
    answer = drop(client, body)
    assert answer.status_code == 422, answer.text
    said = answer.json()
    assert said["zh"] and said["en"] and said["code"] == code


def test_a_sheet_is_bounded_and_asks_for_the_right_to_write_documents(
    client: httpx.Client, address: str, key: Key
) -> None:
    assert drop(client, b"a" * (limits.BODY_BYTES_MAX + 1)).status_code == 413
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    sent = client.post("/forms/from-sheet", params={"name": "quote"}, content=b"--x", headers=form)
    assert sent.status_code == 415
    for asked in ({"name": "No Name"}, {"subject": "Order!"}):
        assert drop(client, _csv([HEADER, *ROWS]), **asked).json()["code"] == "fields.bad_subject"
    wide = [f"column {each}" for each in range(limits.FORM_FIELDS_MAX + 3)]
    told = drop(client, _csv([wide, ["x"] * len(wide)])).json()
    assert told["left_out"] == wide[-3:]
    unnamed = drop(client, _csv([["topic", "", "claim"], ["a", "b", "1"]]), subject="visit").json()["drafts"][0]
    assert [each["zh"] for each in unnamed["content"]["fields"]] == ["topic", "claim"]
    with client_of(address, key("documents:read", "forms:*")) as reader:
        assert drop(reader, _csv([HEADER, *ROWS])).status_code == 403
