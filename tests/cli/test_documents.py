"""Documents and packs at the command line."""

import json
import zipfile
from pathlib import Path

import pytest

from orderloom.actions import yamls


@pytest.fixture
def file(founded, run, tmp_path: Path) -> Path:
    """The sourcing document as `show` prints it, at another priority."""
    made = tmp_path / "sourcing.yaml"
    shown = run("document", "show", "rules", "sourcing").output
    made.write_text(shown.replace("priority: 100", "priority: 90", 1), "utf-8")
    return made


def test_a_document_is_edited_as_a_file_and_published(file: Path, run, read) -> None:
    saved = run("document", "save", "rules", "sourcing", str(file))
    assert saved.exit_code == 0 and "第 1 稿" in saved.output
    clash = run("document", "save", "rules", "sourcing", str(file))
    assert clash.exit_code == 1 and "command line" in clash.output
    assert "可以发布" in run("document", "check", "rules/sourcing").output
    published = run("document", "publish", "rules/sourcing", "-m", "先问它")
    assert published.exit_code == 0 and "rules/sourcing@2" in published.output
    assert [each["comment"] for each in read("document", "history", "rules", "sourcing")] == ["先问它", "shipped"]
    assert "/content/priority" not in run("document", "diff", "rules", "sourcing", "1", "2").output
    assert read("document", "diff", "rules", "sourcing", "1", "2")["content"] == [
        {"path": "/priority", "change": "changed", "before": 100, "after": 90}
    ]
    assert "@3" in run("document", "roll-back", "rules", "sourcing", "1").output
    assert "@3" in run("document", "retire", "rules/sourcing", "-m", "不用").output
    [row] = [each for each in read("document", "list", "--kind", "rules") if each["name"] == "sourcing"]
    assert row["retired_at"]


def test_what_is_wrong_is_told_with_its_place(file: Path, run) -> None:
    read = yamls.read(file.read_bytes())
    read["content"]["content"]["nodes"][1]["content"]["rules"][0]["i3"] = "sum("
    file.write_bytes(yamls.write(read))
    saved = run("document", "save", "rules", "sourcing", str(file))
    assert saved.exit_code == 0 and "rules/sourcing /content/nodes/1/content/rules/0/i3" in saved.output
    assert run("document", "check", "rules/sourcing").exit_code == 1
    refused = run("document", "publish", "rules/sourcing")
    assert refused.exit_code == 1 and "/content/nodes/1/content/rules/0/i3" in refused.output
    assert run("document", "drop", "rules", "sourcing").exit_code == 0
    assert run("document", "drop", "rules", "sourcing").exit_code == 1


def test_kinds_are_told_with_schema_and_example(founded, run) -> None:
    assert "规则" in run("document", "kinds").output
    assert json.loads(run("document", "kinds", "rules").output)["example"]["point"] == "grade"
    assert run("document", "kinds", "nothing").exit_code == 1


def test_a_pack_is_written_compared_and_applied(founded, run, read, tmp_path: Path) -> None:
    pack, edited = tmp_path / "pack.zip", tmp_path / "edited.zip"
    assert run("pack", "export", str(pack), "--kind", "rules").exit_code == 0
    assert run("pack", "export", str(pack)).exit_code == 1  # It exists.
    with zipfile.ZipFile(pack) as source, zipfile.ZipFile(edited, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(name, text.replace(b"priority: 100", b"priority: 80", 1) if "grading" in name else text)
    rows = {each["name"]: each["state"] for each in read("pack", "diff", str(edited))["documents"]}
    assert rows["grading"] == "changed" and set(rows.values()) == {"changed", "same"}
    assert "/priority" in run("pack", "diff", str(edited)).output
    assert "1 个文档已存为草稿" in run("pack", "apply", str(edited)).output
    assert "rules/grading@2" in run("pack", "apply", str(edited), "--publish", "-m", "包").output
    assert "什么也没改" in run("pack", "apply", str(edited), "--publish").output
    edited.write_bytes(b"no zip")
    assert run("pack", "apply", str(edited)).exit_code == 1
    assert run("pack", "export", str(tmp_path / "shipped.zip"), "--shipped").exit_code == 0


def test_a_companys_pack_comes_with_the_hub(founded, run, read, tmp_path: Path) -> None:
    assert {each["name"] for each in read("pack", "shipped")} >= {"huadong", "jingu"}
    assert "金固五金" in run("pack", "shipped").output
    assert "jingu" in run("pack", "diff", "--shipped", "nobody").output
    assert {each["state"] for each in read("pack", "diff", "--shipped", "jingu")["documents"]} == {"new", "changed"}
    applied = read("pack", "apply", "--shipped", "jingu", "--publish", "-m", "金固")
    assert len({each["version"] for each in applied["published"]}) > 1  # Beside new ones, those that it replaces.
    assert {each["state"] for each in read("pack", "diff", "--shipped", "jingu")["documents"]} == {"same"}
    both, none = run("pack", "apply", str(tmp_path / "x.zip"), "--shipped", "jingu"), run("pack", "apply")
    assert both.exit_code == none.exit_code == 2


def test_an_example_is_a_file_that_may_be_saved_as_it_stands_or_bare(founded, run, tmp_path: Path) -> None:
    whole, bare = tmp_path / "metric.yaml", tmp_path / "bare.json"
    whole.write_text(run("document", "kinds", "metric", "--example").output, "utf-8")
    bare.write_text(json.dumps(json.loads(run("document", "kinds", "alert").output)["example"]), "utf-8")
    assert run("document", "save", "metric", "paid_not_shipped", str(whole)).exit_code == 0
    saved = run("document", "save", "alert", "late", str(bare))
    assert saved.exit_code == 0 and "第 1 稿" in saved.output
    assert run("document", "kinds", "--example").exit_code == 2


def test_a_finding_says_whether_it_forbids_publishing(file: Path, run) -> None:
    assert "[提示] rules/sourcing" in run("document", "save", "rules", "sourcing", str(file)).output + (
        run("document", "check", "rules/sourcing").output
    )
    file.write_text(file.read_text("utf-8").replace("< 50", "sum(", 1), "utf-8")
    assert "[错误] rules/sourcing" in run("document", "save", "rules", "sourcing", str(file), "--edition", "1").output


def test_what_is_retired_is_called_so(founded, run) -> None:
    assert "停用 rules/promotions@1" in run("document", "retire", "rules/promotions", "-m", "不用").output


def test_the_name_of_a_shipped_pack_in_place_of_a_file_leads_to_the_option(founded, run) -> None:
    asked = run("pack", "diff", "beile")
    assert asked.exit_code == 2 and "--shipped beile" in asked.output
