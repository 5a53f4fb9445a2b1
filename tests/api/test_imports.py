"""/imports: files over HTTP, carried on by a job, done once."""

import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.api.conftest import Key, client_of
from tests.inbox import workbench as bench

from orderloom.actions.hub import Hub
from orderloom.inbox import uploads
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.store import jobs as jobs_store
from orderloom.worker import jobs
from orderloom.worker.run import Worker

ORDERS = [
    *bench.order_rows("S-1", ("JERKY", 2), ("HOOK", 1)),
    *bench.order_rows("S-2", ("HOOK", 5)),
    *bench.order_rows("S-3", ("MOTOR", 1)),
]


@pytest.fixture
def shop(client: httpx.Client, hub: Hub) -> httpx.Client:
    """A client of a company with a channel for sheets."""
    client.put("/channels", json=[{"channel": "sheets"}]).raise_for_status()
    return client


@pytest.fixture
def file(tmp_path: Path) -> bytes:
    return bench.sheet(tmp_path / "a.csv", ORDERS).read_bytes()


@pytest.fixture
def working(hub: Hub) -> Iterator[None]:
    """A worker beside the server."""
    worker = Worker(hub.database, lambda _: hub)
    thread = threading.Thread(target=worker.run)
    thread.start()
    yield
    worker.stop()
    thread.join(60)
    assert not thread.is_alive()


def _send(client: httpx.Client, content: bytes, **asked: object) -> httpx.Response:
    return client.post("/imports", params={"channel": "sheets", "file_name": "a.csv", **asked}, content=content)


def _done(client: httpx.Client, import_id: str) -> dict:
    until = time.monotonic() + 30
    while (found := client.get(f"/imports/{import_id}").json())["imported"]["state"] == "running":
        assert time.monotonic() < until, found
        time.sleep(0.05)
    return found


def _carry(hub: Hub, import_id: str) -> object:
    return uploads.carry(hub, uuid.UUID(import_id), clock=clock.now)


def test_a_file_is_imported_by_a_job_and_followed(shop: httpx.Client, file: bytes, working: None, hub: Hub) -> None:
    sent = _send(shop, file)
    assert (sent.status_code, sent.json()["again"]) == (202, False)
    found = _done(shop, sent.json()["imported"]["import_id"])
    assert (found["imported"]["rows_done"], found["imported"]["rows_total"]) == (4, 4)
    assert (found["places"]["orders"], found["places"]["rows"]) == (4, 4)
    until = time.monotonic() + 30  # The import is told to be done before its file is forgotten.
    while bench.rows(hub, "select (select count(*) from uploads) + (select count(*) from upload_parts)") != [(0,)]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_same_file_again_gets_its_first_import(shop: httpx.Client, file: bytes, hub: Hub) -> None:
    first = _send(shop, file).json()["imported"]["import_id"]
    waiting = _send(shop, file)
    assert (waiting.status_code, waiting.json()["again"], waiting.json()["imported"]["import_id"]) == (202, True, first)
    _carry(hub, first)
    said = bench.events(hub)
    done = _send(shop, file)
    assert (done.status_code, done.json()["again"], done.json()["imported"]["import_id"]) == (200, True, first)
    assert _carry(hub, first) is None
    assert bench.events(hub) == said and bench.rows(hub, "select count(*) from uploads") == [(0,)]


def test_a_preview_keeps_nothing_and_names_what_is_wrong(shop: httpx.Client, tmp_path: Path, hub: Hub) -> None:
    wrong = bench.order_rows("S-9", ("JERKY", 1))
    wrong[0][9] = "many"
    content = bench.sheet(tmp_path / "a.csv", [*ORDERS, *wrong]).read_bytes()
    shown = _send(shop, content, preview=True).json()
    assert (shown["mapping_from"], shown["rows_total"], shown["intents"]) == (
        "shipped",
        5,
        {"order": 3, "quarantine": 1},
    )
    assert shown["drafts"][0]["consignee"]["district"] == "姑苏区"
    (problem,) = shown["problems"]
    (error,) = problem["errors"]
    assert (problem["rows"], error["row"], error["field"]) == ([6], 6, "lines.quantity")
    assert error["told"]["zh"] and error["told"]["en"]
    assert bench.rows(hub, "select (select count(*) from imports) + (select count(*) from uploads)") == [(0,)]


def test_the_rows_in_quarantine_come_back_as_a_sheet(shop: httpx.Client, key: Key, tmp_path: Path, hub: Hub) -> None:
    wrong = bench.order_rows("S-9", ("NOWHERE", 1))
    wrong[0][9] = "many"
    content = bench.sheet(tmp_path / "a.csv", [*ORDERS, *wrong]).read_bytes()
    import_id = _send(shop, content).json()["imported"]["import_id"]
    _carry(hub, import_id)
    sheet = shop.get(f"/imports/{import_id}/errors", params={"form": "csv"})
    assert sheet.headers["content-type"].startswith("text/csv") and "errors-" in sheet.headers["content-disposition"]
    lines = sheet.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and lines[1].startswith("6,") and "NOWHERE" in lines[1]
    assert shop.get(f"/imports/{import_id}/errors").content.startswith(b"PK")
    assert bench.rows(hub, "select count(*) from audit where what = 'import.errors_opened'") == [(2,)]
    mended = sheet.content.replace(b"many", b"1").replace(b"NOWHERE", b"JERKY")
    again = _send(shop, mended).json()["imported"]["import_id"]
    _carry(hub, again)
    assert bench.order(hub, "S-9").lines[0].sku == "JERKY"
    with client_of(str(shop.base_url).removesuffix("/api/v1/"), key("imports:*")) as other:
        assert other.get(f"/imports/{import_id}/errors").status_code == 403


def test_a_job_that_was_stopped_goes_on_where_it_was(
    shop: httpx.Client, file: bytes, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BATCH_ORDERS_MAX", 1)
    import_id = _send(shop, file).json()["imported"]["import_id"]
    with pytest.raises(uploads.Stopped):
        jobs.import_(hub, {"import_id": import_id}, lambda: True)
    stands = shop.get(f"/imports/{import_id}").json()
    assert (stands["imported"]["state"], stands["imported"]["rows_done"]) == ("running", 2)
    jobs.import_(hub, {"import_id": import_id}, lambda: False)
    stands = shop.get(f"/imports/{import_id}").json()
    assert (stands["imported"]["state"], stands["places"]["orders"]) == ("done", 4)


def test_a_job_whose_worker_died_is_taken_up_again(shop: httpx.Client, file: bytes, hub: Hub) -> None:
    jobs_store.prepare(hub.database, now=clock.now())
    import_id = _send(shop, file).json()["imported"]["import_id"]
    job = jobs_store.Job(hub.workspace, uploads.JOB, {"import_id": import_id}, f"import {import_id}")
    assert bench.rows(hub, "update outbox set state = 'done' where topic = 'job' returning 1") == [(1,)]
    jobs_store.defer(hub.database.url, [job])
    with hub.database.system() as connection:
        (dead,) = connection.execute(
            "insert into procrastinate_workers (last_heartbeat) values ('2020-01-01') returning id"
        ).fetchone() or (0,)
        connection.execute("update procrastinate_jobs set status = 'doing', worker_id = %s", (dead,))
    worker = Worker(hub.database, lambda _: hub)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert _done(shop, import_id)["places"]["orders"] == 4
    finally:
        worker.stop()
        thread.join(60)


def test_what_only_reading_all_of_it_shows_stands_beside_the_import(
    shop: httpx.Client, file: bytes, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = _send(shop, file).json()["imported"]["import_id"]
    monkeypatch.setattr(limits, "FILE_ROWS_MAX", 2)
    assert isinstance(_carry(hub, import_id), Refused)
    failed = shop.get(f"/imports/{import_id}").json()["imported"]
    assert (failed["state"], failed["reason"]["code"]) == ("failed", "file.too_many_rows") and failed["told"]["zh"]
    monkeypatch.undo()
    assert _send(shop, file).json()["again"] is False
    _carry(hub, import_id)
    assert shop.get(f"/imports/{import_id}").json()["imported"]["state"] == "done"


def test_what_cannot_be_taken_is_told_and_nothing_is_kept(
    shop: httpx.Client, key: Key, file: bytes, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(shop.base_url).removesuffix("/api/v1/")
    assert _send(shop, file, channel="nowhere").json()["code"] == "channel.unknown"
    assert _send(shop, b"\x00\x01\x02").status_code == 409
    assert _send(shop, b"").status_code == 409
    form = shop.post("/imports", params={"channel": "sheets"}, files={"file": file})
    assert (form.status_code, form.json()["code"]) == (415, "body.wrong_type_stated")
    with client_of(address, key("imports:*", channels=["web"])) as other:
        assert _send(other, file).json()["code"] == "channel.out_of_scope"
    with client_of(address, key("imports:*")) as other:
        assert _send(other, file, create_skus=True).json()["code"] == "key.verb_missing"
    monkeypatch.setattr(limits, "FILE_BYTES_MAX", 100)
    for content in (file, iter([file])):
        too_large = _send(shop, content)  # type: ignore[arg-type]
        assert (too_large.status_code, too_large.json()["code"]) == (413, "file.too_large")
    assert bench.rows(hub, "select (select count(*) from imports) + (select count(*) from uploads)") == [(0,)]
