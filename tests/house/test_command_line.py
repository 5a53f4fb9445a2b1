"""Every verb of the command line says what it does, what it takes, and stands in the reference."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from orderloom.main import app

ROOT = Path(__file__).parent.parent.parent


def _verbs(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _verbs(command, (*path, name))
        elif not command.hidden:
            yield " ".join((*path, name)), command


VERBS = dict(_verbs(typer.main.get_command(app)))
verbs = pytest.mark.parametrize("name", VERBS)


@verbs
def test_a_verb_and_all_it_takes_are_explained_in_both_languages(name: str) -> None:
    command = VERBS[name]
    told = [command.help or "", *(each.help or "" for each in command.params if each.name not in ("help", "as_json"))]
    assert all(told), f"something of {name} has no help"
    assert any("\u4e00" <= sign <= "\u9fff" for sign in told[0]), f"{name} is not told in Chinese"


@verbs
def test_a_verb_stands_in_the_reference(name: str) -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    assert f"\n## {name}\n" in page, "run `make docs`"


@verbs
def test_a_verb_that_reads_answers_in_json_too(name: str) -> None:
    if name.rpartition(" ")[2] in ("list", "show", "timeline", "promise", "verify", "check", "tail", "preview"):
        assert any("--json" in each.opts for each in VERBS[name].params)


def _beyond(verb: Any, words: list[str], known: dict[str, Any]) -> bool:
    """Whether more is typed than the verb takes; a word that stands for others ends what can be told."""
    if "…" in words:
        return False
    takes = [each for each in verb.params if each.param_type_name == "argument"]
    valued = {option for option, each in known.items() if each.param_type_name == "option" and not each.is_flag}
    free = [each for number, each in enumerate(words) if not each.startswith("-") and
            (number == 0 or words[number - 1] not in valued)]  # fmt: skip
    return len(free) > len(takes) and all(each.nargs == 1 for each in takes)


def test_the_commands_in_the_documents_can_be_typed() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    typed = re.compile(r"(?:^|`)(?:\.venv/bin/)?orderloom ((?:-w \w+ )?[a-z][^`\n]*)", re.MULTILINE)
    wrong = []
    for page in pages:
        for line in typed.findall(page.read_text("utf-8")) if page.name != "cli.md" else ():
            words = shlex.split(re.split(r" [|>] ", line)[0], comments=True)
            words = words[2:] if words[0] == "-w" else words
            name = " ".join(words[:2]) if " ".join(words[:2]) in VERBS else words[0]
            verb = VERBS.get(name)
            known = {option: each for each in getattr(verb, "params", ()) for option in each.opts}
            stated = {word for word in words if word.startswith("--")}
            if verb is None or stated - set(known) or _beyond(verb, words[len(name.split()) :], known):
                wrong.append(f"{page.relative_to(ROOT)}: {line}")
    assert wrong == []


def test_every_verb_is_tried_by_a_test() -> None:
    tests = "".join(each.read_text("utf-8") for each in (ROOT / "tests" / "cli").glob("test_*.py"))
    spoken = tests.replace('", "', " ")
    assert [name for name in VERBS if f'"{name}"' not in spoken and f'"{name} ' not in spoken] == []


def test_help_waits_for_nothing_that_only_a_verb_needs() -> None:
    late = {
        "psycopg",
        "zen",
        "fastapi",
        "httpx",
        "obstore",
        "xlsxwriter",
        "python_calamine",
        "phonenumbers",
        "structlog",
    }
    ask = "import sys, orderloom.main as main\ntry: main.run()\nfinally: print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", ask, "--help"], capture_output=True, text=True, check=True)
    assert "webhook" in ran.stdout
    assert late & set(ran.stderr.split()) == set()
