"""The real app behind a real socket, served by granian in a thread of the test process."""

import asyncio
import contextlib
import functools
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from tests import company

from orderloom.actions import keys, users
from orderloom.actions.hub import Hub
from orderloom.actions.packs import Pack
from orderloom.api import app, serve
from orderloom.api.door import Door
from orderloom.domain import geography
from orderloom.kit import clock
from orderloom.kit.ids import Ids
from orderloom.kit.sealing import Sealer
from orderloom.store import database as db
from orderloom.store import files as files_store
from orderloom.world import packs


class House:
    """What the app needs of the house: a database, and the hubs of its workspaces."""

    def __init__(self, database: db.Database, places: geography.Places, files: files_store.Objects) -> None:
        self.database = database
        self._places = places
        self._files = files
        self._hubs: dict[str, Hub] = {}

    def hub(self, workspace: str) -> Hub:
        """A hub per workspace, kept; its reference data is read anew by version."""
        if workspace not in self._hubs:
            self._hubs[workspace] = Hub(
                database=self.database,
                workspace=workspace,
                sealer=Sealer(bytes(32)),
                ids=Ids(),
                places=self._places,
                files=self._files,
            )
        return self._hubs[workspace]

    def shipped_packs(self) -> Mapping[str, Pack]:
        """Those that come with the hub."""
        return packs.shipped()

    def forget(self) -> None:
        """The workspace was emptied: what was read of it is nobody's."""
        self._hubs.clear()


@pytest.fixture(scope="session")
def house(database: db.Database, places: geography.Places, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The house of this test process."""
    return House(database, places, files_store.Objects(str(tmp_path_factory.mktemp("files"))))


@functools.cache
def _app(house: House) -> FastAPI:
    """The app of this test process: it works its routes out at the first request, which takes as long as many tests."""
    return app.create(house)


@contextlib.contextmanager
def served(house: House) -> Iterator[str]:
    """The address of a server over the house."""
    serve.quiet_tracebacks()
    made = _app(house)
    made.state.door = Door(house)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    loop = asyncio.new_event_loop()
    serving = loop.create_task(serve.serve(made, host="127.0.0.1", port=port))

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(serving)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        assert time.monotonic() < deadline and thread.is_alive(), "the server did not listen"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    loop.call_soon_threadsafe(serving.cancel)
    thread.join(20)
    assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def address(house: House, hub: Hub) -> Iterator[str]:
    """A server over the tiny company."""
    house.forget()
    company.tiny(hub, now=clock.now())
    with served(house) as found:
        yield found


Key = Callable[..., str]


@pytest.fixture
def key(hub: Hub) -> Key:
    """Makes keys: `key("orders:read", channels=["web"])` gives the text."""

    def make(*verbs: str, expires_at: Any = None, **scope: Any) -> str:
        wanted = keys.Wanted("tester", list(verbs), keys.Scope(**scope), expires_at)
        made = keys.make(hub.database, hub.ids, wanted, workspace=hub.workspace, now=clock.now())
        assert isinstance(made, keys.Made), made
        return made.text

    return make


@pytest.fixture
def client(address: str, key: Key) -> Iterator[httpx.Client]:
    """A client with a key that may do everything."""
    with client_of(address, key("*")) as found:
        yield found


@pytest.fixture
def nobody(database: db.Database) -> Iterator[None]:
    """Users stand above the workspaces: what a test makes of them is emptied after it."""
    yield
    with database.system() as connection:
        connection.execute("truncate users, sign_in_tries cascade")


PASSWORD = "correct horse battery"
SignedIn = Callable[..., httpx.Client]


@pytest.fixture
def signed_in(address: str, hub: Hub, nobody: None) -> Iterator[SignedIn]:
    """Clients of users with roles, signed in by their link: `signed_in("li", "sales")`."""
    opened: list[httpx.Client] = []

    def make(login: str, *roles: str, **more: Any) -> httpx.Client:
        invited = users.invite(hub, users.Wanted(login, list(roles), **more), actor="tester", now=clock.now())
        assert isinstance(invited, users.Invited), invited
        client = browser(address)
        opened.append(client)
        answer = client.post("/welcome", json={"token": invited.token, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client

    yield make
    for each in opened:
        each.close()


def browser(address: str) -> httpx.Client:
    """A client as a page of ours is: it keeps cookies and says which page it is."""
    return httpx.Client(base_url=f"{address}/api/v1", headers={"Origin": address}, timeout=20)


def client_of(address: str, text: str) -> httpx.Client:
    """A client of the API with this key."""
    headers = {"Authorization": f"Bearer {text}"}
    return httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=20)


def order(external_no: str = "W-1", **changed: Any) -> dict[str, Any]:
    """The body of an order that the tiny company takes."""
    return {
        "channel": "web",
        "external_no": external_no,
        "customer_no": "C1",
        "payment_method": "credit",
        "consignee": {
            "name": "王小明",
            "phone": "13800138000",
            "province": "江苏省",
            "city": "苏州市",
            "district": "姑苏区",
            "adcode": "320508",
            "street": f"人民路 {external_no} 号",
        },
        "lines": [{"sku": "JERKY", "quantity": 2, "price": "25"}, {"sku": "HOOK", "quantity": 1, "price": "20"}],
        **changed,
    }
