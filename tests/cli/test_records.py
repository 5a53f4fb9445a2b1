"""orderloom record and orderloom form: what a person types, and a form made of a dropped sheet."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests import dictionaries, hardware

from orderloom.actions import documents
from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.queries import documents as documents_query
from orderloom.queries import viewer

Run = Callable[..., Any]


@pytest.fixture
def studio(founded: Hub) -> Hub:
    """The tiny company with tickets and the wholesaler's form."""
    now = clock.now()
    dictionaries.publish(founded, hardware.ORDER, dictionaries.TICKET, now=now)
    dictionaries.publish(founded, hardware.FORM, kind="form", name="project", now=now)
    return founded


def test_records_are_kept_from_the_command_line(studio: Hub, run: Run, read: Run, tmp_path: Path) -> None:
    assert "工单" in run("record", "types").output
    made = run("record", "create", "ticket", "-s", "topic=破损", "-s", "claim=12.5", "--link", "customer=C1")
    assert made.exit_code == 0, made.output
    [row] = read("record", "list", "ticket", "--where", "claim>=10", "--sort", "-claim")["rows"]
    assert row["values"]["claim"] == 12.5 and row["links"] == {"customer": ["C1"]}
    number = row["record_no"]
    refused = run("record", "change", "ticket", number, "-s", "urgency=soon", "-s", "claim=-1")
    assert refused.exit_code == 1 and "没有选项" in refused.output + refused.stderr
    assert run("record", "change", "ticket", number, "-s", "claim=20").exit_code == 0
    assert "20" in run("record", "show", "ticket", number).output
    file = tmp_path / "out.ndjson"
    assert run("record", "export", "ticket", str(file)).exit_code == 0
    assert json.loads(file.read_text("utf-8"))["record_no"] == number
    sheets = [
        {**each, "filterable": True} if each["name"] == "code" else each for each in dictionaries.TICKET["fields"]
    ]
    dictionaries.publish(studio, {**dictionaries.TICKET, "fields": sheets}, now=clock.now())
    assert "列表还不完整" in run("record", "list", "ticket", "--where", "code=AB-001").output
    assert "ticket.code" in run("record", "indexings").output
    assert "1" in run("record", "reindex", "ticket").output
    assert read("record", "indexings")[0]["finished_at"] is not None
    assert "列表还不完整" not in run("record", "list", "ticket", "--where", "code=AB-001").output
    assert read("record", "show", "ticket", number)["values"]["claim"] == 20
    assert run("record", "list", "nothing").exit_code == 1


def test_orders_are_listed_by_own_fields(studio: Hub, run: Run, read: Run) -> None:
    assert read("order", "list", "--where", "project=园区二期")["rows"] == []
    assert run("order", "list", "--where", "gift_combo=A01").exit_code == 1


def test_a_form_is_filled_in_and_its_links_are_kept(studio: Hub, run: Run, read: Run, tmp_path: Path) -> None:
    assert "project" in run("form", "list").output
    assert "请确认赠品配置" in run("form", "show", "project").output
    file = tmp_path / "values.json"
    file.write_text(json.dumps(hardware.values()), "utf-8")
    done = run("form", "submit", "project", str(file), "--id", "s-1")
    assert done.exit_code == 0 and done.output.startswith("OL-"), done.output
    assert "已有" in run("form", "submit", "project", str(file), "--id", "s-1").output
    file.write_text("{}", "utf-8")
    assert run("form", "submit", "project", str(file)).exit_code == 1
    assert run("form", "link", "project", "--customer", "C1", "--uses", "5").output.startswith(
        "http://127.0.0.1:8750/f/fl_test_"
    )
    [link] = read("form", "links", "project")
    assert (link["kind"], link["uses_max"]) == ("dealer", 5)
    assert run("form", "end-link", "project", link["link_id"]).exit_code == 0
    assert read("form", "links", "project")[0]["revoked_at"] is not None


def test_a_sheet_becomes_a_form_that_can_be_published(studio: Hub, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "报价.xlsx"
    with xlsxwriter.Workbook(str(file)) as workbook:
        sheet = workbook.add_worksheet()
        rows = [
            ["收货人", "手机", "物料编码", "数量", "楼层", "颜色", "验收日期", "预算", "现场电话", "项目名称"],
            *(["王小明", "13800138000", "JERKY", 2, "12F", "红" if n % 2 else "蓝", "2026-03-01", 1000 + n,
               "13900139000", f"项目{n}"] for n in range(6)),
        ]  # fmt: skip
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    made = run("form", "from-sheet", str(file), "--name", "quote", "--channel", "web")
    assert made.exit_code == 0, made.output
    with studio.database.workspace(studio.workspace) as connection:
        who = viewer.everything("t")
        fields = documents_query.draft(connection, "fields", "order", viewer=who)
        form = documents_query.draft(connection, "form", "quote", viewer=who)
    assert fields is not None and form is not None
    types = {each["zh"]: each["type"] for each in fields.content["fields"][len(hardware.ORDER["fields"]) :]}
    assert types == {"楼层": "select", "颜色": "select", "验收日期": "date", "预算": "number", "现场电话": "phone"}
    asked = [item["field"] for item in form.content["sections"][0]["items"]]
    assert asked[:3] == ["consignee.name", "consignee.phone", "lines"] and "custom.project" in asked
    picks = [documents.Pick("fields", "order"), documents.Pick("form", "quote")]
    done = documents.publish_drafts(studio, picks, comment="", actor="t", now=clock.now())
    assert isinstance(done, documents.Publication), done


def test_own_fields_of_customers_and_skus_are_set_and_checked(
    founded: Hub, run: Run, read: Run, tmp_path: Path
) -> None:
    grade = {"name": "grade", "type": "select", "zh": "等级", "en": "Grade", "required": True,
             "options": [{"value": "gold"}, {"value": "plain"}]}  # fmt: skip
    hazard = {"name": "hazard", "type": "boolean", "zh": "危险品", "en": "Hazard"}
    un_no = {"name": "un_no", "type": "text", "zh": "编号", "en": "Number", "pattern": "UN\\d{4}"}
    dictionaries.publish(founded, {"subject": "customer", "fields": [grade]},
                         {"subject": "sku", "fields": [hazard, un_no]}, now=clock.now())  # fmt: skip
    refused = run("customer", "add", "K1", "--name", "某某")
    assert refused.exit_code == 1 and "[K1].custom.grade" in refused.stderr
    assert run("customer", "add", "K1", "--name", "某某", "-s", "grade=gold").exit_code == 0
    assert run("customer", "add", "K1", "--level", "B").exit_code == 0, "what is not named stays"
    assert read("customer", "show", "K1")["custom"] == {"grade": "gold"}
    assert "grade=gold" in run("customer", "show", "K1").output
    assert run("sku", "add", "ACID", "-s", "hazard=true", "-s", "un_no=UN1830").exit_code == 0
    assert read("sku", "show", "ACID")["custom"] == {"hazard": True, "un_no": "UN1830"}
    sheet = tmp_path / "skus.csv"
    sheet.write_text("sku,name,custom.hazard,custom.un_no\nA1,一,是,UN0001\nA2,二,,1830\n", "utf-8")
    refused = run("sku", "import", str(sheet))
    assert refused.exit_code == 1 and "[A2].custom.un_no" in refused.stderr
    assert run("sku", "show", "A1").exit_code == 1, "all of them or none"
    sheet.write_text("sku,name,custom.hazard,custom.un_no\nA1,一,是,UN0001\nA2,二,,\n", "utf-8")
    assert run("sku", "import", str(sheet)).exit_code == 0
    assert read("sku", "show", "A1")["custom"] == {"hazard": True, "un_no": "UN0001"}
