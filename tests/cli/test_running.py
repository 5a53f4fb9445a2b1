"""The verbs that start doors, as people start them: processes of their own over a real server."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from orderloom.cli import serving
from orderloom.store import database as db
from orderloom.store import embedded, workspaces

_SECONDS_MAX = 120
Environment = dict[str, str]


@pytest.fixture
def environment(tmp_path: Path, database_url: str, database: db.Database) -> Iterator[Environment]:
    """An environment of its own over this process's database; what is made in it is dropped."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    yield {
        **os.environ, "ORDERLOOM_DATA": str(tmp_path), "ORDERLOOM_DATABASE_URL": database_url, "LANG": "en_US.UTF-8",
        "LC_ALL": "", "ORDERLOOM_PORT": str(port), "ORDERLOOM_WORKSPACE": "beile",
    }  # fmt: skip
    for name in ("beile", "demo"):
        workspaces.drop(database, name=name, confirmation=name)
    with database.system() as connection:
        connection.execute("truncate users cascade")


def _run(environment: Environment, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "orderloom.main", *words]
    return subprocess.run(
        command, env=environment, input=given, capture_output=True, text=True, timeout=_SECONDS_MAX, check=False
    )


@contextlib.contextmanager
def _up(environment: Environment, out: Path) -> Iterator[Callable[[str], str]]:
    """`orderloom up`, with a function that waits until it has said something."""
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "orderloom.main", "up"], env=environment, stdout=file, stderr=subprocess.STDOUT
        )

    def said(pattern: str) -> str:
        until = time.monotonic() + _SECONDS_MAX
        while (found := re.search(pattern, out.read_text())) is None:
            assert process.poll() is None and time.monotonic() < until, out.read_text()
            time.sleep(0.05)
        return found[0]

    try:
        yield said
        process.send_signal(signal.SIGINT)
        assert process.wait(_SECONDS_MAX) == 0
        assert out.read_text().endswith("Stopped\n")
    finally:
        process.kill()
        process.wait()


def test_up_serves_the_company_to_its_customers_until_it_is_stopped(environment: Environment, tmp_path: Path) -> None:
    assert _run(environment, "workspace", "create", "beile").returncode == 0
    assert "Beile Kids" in _run(environment, "world", "found").stdout
    assert _run(environment, "world", "found").returncode == 1, "it opens in an empty workspace only"
    key = re.search(r"ol_\S+", _run(environment, "key", "create", "shops").stdout)
    assert key is not None
    assert _run(environment, "world", "orders", "--count", "5", "--key", key[0]).returncode == 1, "nobody serves yet"
    with _up(environment, tmp_path / "up") as said:
        link = said(r"http://\S+/welcome\?token=\S+")
        said("Ready: http://127.0.0.1:")
        _enter(link)
        assert _run(environment, "up").returncode == 1, "the port is taken"
        told = _run(environment, "world", "orders", "--count", "25", "--key", key[0])
        assert told.returncode == 0 and "25 orders" in told.stdout and "0 of them refused" in told.stdout
        assert _run(environment, "world", "orders", "--count", "5", "--key", "wrong").returncode == 1
        said("worker started")
    listed = _run(environment, "order", "list", "--count", "30")
    assert listed.stdout.count("OL-") == 25
    assert _run(environment, "check", "--whole").returncode == 0
    with _up(environment, tmp_path / "again") as said:
        assert "/welcome" not in said("(?s).*Ready: http://127.0.0.1:"), "somebody can sign in"


def _enter(link: str) -> None:
    """As the owner does who opens the link in a browser."""
    address, _, token = link.partition("/welcome?token=")
    with httpx.Client(base_url=f"{address}/api/v1", headers={"Origin": address}) as page:
        told = page.post("/welcome", json={"token": token, "login": "boss", "password": "correct horse battery"}).json()
        assert told["roles"] == ["owner"] and page.get("/orders").status_code == 200


def test_the_demo_shows_the_whole_road_twice_in_a_row(environment: Environment, tmp_path: Path) -> None:
    picture = tmp_path / "shown.svg"
    for made in ("Made workspace demo", "Workspace demo is there already"):
        shown = _run(environment, "demo", "--orders", "40", "--picture", str(picture))
        assert shown.returncode == 0, shown.stdout + shown.stderr
        assert made in shown.stdout
        for text in ("40 orders in", "ask for a temporary limit", "Confirm the gift combo", "hold.vague_address",
                     "Backordered", "40 sent again: 40 known, 0 new orders", "in quarantine", "delivered",
                     "Order received", "All agree", "/welcome?token="):  # fmt: skip
            assert text in shown.stdout, text
    assert picture.read_text("utf-8").startswith("<svg")


def test_down_says_when_there_is_nothing_to_stop(environment: Environment) -> None:
    assert "None was running" in _run({**environment, "ORDERLOOM_DATABASE_URL": ""}, "down").stdout


def test_down_leaves_the_database_to_an_up_that_serves(environment: Environment) -> None:
    folder = Path(tempfile.mkdtemp(prefix="ol-"))
    folder.chmod(0o711)  # PostgreSQL, which does not run as root, passes through it.
    own = {**environment, "ORDERLOOM_DATA": str(folder), "ORDERLOOM_DATABASE_URL": ""}
    try:
        with _up(own, folder / "up") as said:
            assert not re.search("[一-鿿]", said("(?s).*Ready: http://127.0.0.1:")), "all of it is in English"
            refused = _run(own, "down")
            assert refused.returncode == 1 and "--force" in refused.stderr + refused.stdout
            assert _run(own, "order", "list").returncode == 0, "the database is still there"
        assert "None was running" in _run(own, "down").stdout, "up has stopped what it used"
        assert _run(own, "order", "list").returncode == 0
        assert "The database is stopped" in _run(own, "down").stdout
        with serving.serving(folder):
            assert _run(own, "order", "list").returncode == 0
            with serving.ending(folder) as unused:
                assert not unused
            assert "The database is stopped" in _run(own, "down", "--force").stdout
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder)


def test_what_cannot_start_says_why_in_one_line(environment: Environment) -> None:
    broken = _run({**environment, "ORDERLOOM_PORT": "many"}, "order", "list")
    assert broken.returncode == 1 and "ORDERLOOM_PORT" in broken.stderr and "Traceback" not in broken.stderr
    away = _run({**environment, "ORDERLOOM_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "order", "list")
    assert away.returncode == 1 and "Traceback" not in away.stderr and "cannot be reached" in away.stderr
    assert "refused" in away.stderr and away.stderr.count("\n") == 1, "the reason, in one line"


def test_what_is_said_before_the_hub_stands_follows_the_language(environment: Environment, tmp_path: Path) -> None:
    chinese = {**environment, "LANG": "zh_CN.UTF-8", "ORDERLOOM_DATABASE_URL": "", "ORDERLOOM_DATA": "/dev/null"}
    assert "建不了" in _run(chinese, "order", "list").stderr
    assert "端口" in _run({**chinese, "ORDERLOOM_PORT": "many"}, "order", "list").stderr
    assert not re.search("[一-鿿]", _run({**chinese, "LANG": "en_US.UTF-8"}, "order", "list").stderr)
