"""The tools that CONTRIBUTING names do what it says, and the generated pages are up to date."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def _words(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, root / "tools" / "words.py", *arguments], capture_output=True, text=True)


def test_the_generated_pages_are_up_to_date() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "tools" / "reference.py", "--check"], capture_output=True, text=True
    )
    assert checked.returncode == 0, f"{checked.stdout}: run `make docs`"


def test_where_shows_a_word_on_each_floor() -> None:
    shown = _words(ROOT, "where", "workspaces").stdout
    assert re.search(r"^store +src/orderloom/store/workspaces\.sql +\d+ lines$", shown, re.MULTILINE)
    assert "tests/store/test_workspaces.py" in shown


def test_where_says_so_when_there_is_no_such_word() -> None:
    shown = _words(ROOT, "where", "unicorns")
    assert shown.returncode == 1 and "unicorns" in shown.stdout


def test_new_scaffolds_a_word_with_failing_tests_and_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "words.py", tmp_path / "tools")
    kept = tmp_path / "src" / "orderloom" / "domain" / "unicorns.py"
    for floor in ("domain", "store", "actions", "queries", "api", "cli"):
        (tmp_path / "src" / "orderloom" / floor).mkdir(parents=True)
        (tmp_path / "tests" / floor).mkdir(parents=True)
    kept.write_text('"""Mine."""\n')
    made = _words(tmp_path, "new", "unicorns")
    assert made.returncode == 0 and "kept  src/orderloom/domain/unicorns.py" in made.stdout
    assert kept.read_text() == '"""Mine."""\n'
    assert (tmp_path / "src/orderloom/store/unicorns.sql").exists()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        tmp_path / "tests",
    ]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    tested = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert "6 failed" in tested.stdout


def test_new_refuses_what_is_no_word(tmp_path: Path) -> None:
    assert _words(ROOT, "new", "Unicorn").returncode == 1
    assert _words(ROOT, "new", "../oops").returncode == 1


def test_make_prints_every_target_with_its_meaning() -> None:
    printed = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = set(re.findall(r"^\.PHONY: (\S+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"^  make (\S+) +\S", printed, re.MULTILINE)) == phony
    assert {"demo", "test", "check", "prove", "bench", "where", "new", "fmt", "docs"} <= phony


def test_every_link_between_documents_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        for target in links.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
