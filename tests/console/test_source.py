"""The console's own checks: its form, its types against the API as it is now, its texts, floors and sizes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(script: str) -> subprocess.CompletedProcess[str]:
    """A script of the console's package, with whatever Node there is."""
    return subprocess.run(
        [ROOT / "tools" / "console.sh", sys.executable, script], cwd=ROOT, capture_output=True, text=True, timeout=600
    )


@pytest.fixture(scope="module", autouse=True)
def types() -> None:
    """The API's types, made anew: a console that asks for what the API no longer gives does not compile."""
    document = ROOT / ".cache" / "openapi.json"
    made = subprocess.run([sys.executable, ROOT / "tools" / "openapi.py", document], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    typed = run("types")
    assert typed.returncode == 0, typed.stdout + typed.stderr


@pytest.mark.parametrize("script", ["check", "test"])
def test_the_console_passes_its_own_checks(script: str) -> None:
    done = run(script)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6_000:]


def test_the_lock_names_no_host_and_every_version_is_exact() -> None:
    package = json.loads((ROOT / "console" / "package.json").read_text("utf-8"))
    for name, version in {**package["dependencies"], **package["devDependencies"]}.items():
        # Another name for a package, as in npm:echarts@4.9.0, has its version at the end.
        assert version.rpartition("@")[2][0].isdigit(), f"{name}: {version}"
    lock = json.loads((ROOT / "console" / "package-lock.json").read_text("utf-8"))
    hosts = {each["resolved"].split("/")[2] for each in lock["packages"].values() if "resolved" in each}
    assert hosts <= {"registry.npmjs.org"}
