"""The floors of the house: imports only go down, and the libraries stay in their rooms."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_every_import_keeps_the_contracts() -> None:
    linted = _lint(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_contracts_have_no_exceptions() -> None:
    for contract in CONTRACTS:
        assert not {"ignore_imports", "exhaustive_ignores"} & set(contract), contract["name"]
    floors = next(contract for contract in CONTRACTS if contract["type"] == "layers")
    assert floors["exhaustive"] is True


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("domain/breach.py", "import orderloom.store.sql"),
        ("domain/breach.py", "import random"),
        ("deciding/breach.py", "import orderloom.store.sql"),
        ("actions/breach.py", "import psycopg"),
        ("queries/breach.py", "import orderloom.actions"),
        ("queries/breach.py", "import zen"),
        ("actions/breach.py", "import httpx"),
        ("cli/breach.py", "import fastapi"),
        ("cli/breach.py", "import orderloom.api"),
        ("actions/breach.py", "import orderloom.connectors"),
        ("attic/__init__.py", "import orderloom.kit"),
    ],
)
def test_a_breach_is_seen(module: str, line: str, tmp_path: Path) -> None:
    """In a bare copy of the house, one line that the rules forbid."""
    for package in (ROOT / "src" / "orderloom").iterdir():
        if (package / "__init__.py").exists():
            (tmp_path / "orderloom" / package.name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "orderloom" / package.name / "__init__.py").write_text("")
    for name in ("__init__.py", "main.py", "house.py", "store/sql.py", "kit/clock.py", "kit/settings.py"):
        (tmp_path / "orderloom" / name).write_text("")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"))
    breach = tmp_path / "orderloom" / module
    breach.parent.mkdir(exist_ok=True)
    breach.write_text(line + "\n")
    assert _lint(tmp_path).returncode == 1
    breach.write_text("")
    assert _lint(tmp_path).returncode == (1 if "attic" in module else 0), _lint(tmp_path).stdout
