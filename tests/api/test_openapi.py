"""The OpenAPI document: complete, with examples that its own types take, and an app that holds to it."""

import contextlib
import copy
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import hypothesis
import msgspec
import pytest
import requests
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks
from tests import oddities
from tests.api.conftest import Key, SignedIn

from orderloom.kit import limits

load_all_checks()
# In every run: the simplest there is, and one that is drawn; of odd values and bodies a few in turn. `make prove` asks
# with all of them.
EXAMPLES = 2
MANY_EXAMPLES = 90
ODD_AT_EACH_PLACE = 2
# After these somebody who is signed in could ask nothing more.
ENDING = {"DELETE /api/v1/session", "PUT /api/v1/settings", "POST /api/v1/session/code/confirm"}
STREAM = "/api/v1/events/stream"  # It never ends; `test_words` reads it.
# What stands in paths where examples are tried.
PLACES = {"order_no": "OL-1", "account": "C1", "kind": "rules", "name": "sourcing", "channel": "web"}
# Headers by which a request is read at all: the server that reads it refuses wrong ones before the app is asked.
FRAMING = {"content-length", "transfer-encoding", "connection", "upgrade", "expect", "host"}
# What an answer must hold to, whatever was sent.
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture
def document(client: httpx.Client) -> dict[str, Any]:
    """The document as it is served."""
    return client.get("/openapi.json").json()


def _operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


def test_every_operation_says_what_it_takes_and_gives(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0" and "$types" not in str(document)
    for method, path, operation in _operations(document):
        where = f"{method} {path}"
        assert operation["summary"] and operation["description"], where
        good = [code for code in operation["responses"] if code < "300"]
        assert good and all(code == "204" or operation["responses"][code].get("content") for code in good), where
        assert {"422", "503"} <= operation["responses"].keys(), where
        assert "security" in operation or {"401", "403"} <= operation["responses"].keys(), where
        if "requestBody" in operation:
            contents = operation["requestBody"]["content"]
            assert "application/octet-stream" in contents or any("example" in each for each in contents.values()), where
            assert all(content["schema"] for content in contents.values()), where


def test_every_reference_is_there(document: dict[str, Any]) -> None:
    known = document["components"]["schemas"].keys()
    wanted = set()

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                wanted.add(part["$ref"].removeprefix("#/components/schemas/"))
            for each in part.values():
                walk(each)
        elif isinstance(part, list):
            for each in part:
                walk(each)

    walk(document)
    assert wanted - known == set()


def test_every_parameter_is_bounded(document: dict[str, Any]) -> None:
    looked = 0
    for method, path, operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            for schema in _choices(parameter["schema"]):
                looked += 1
                assert _bounded(schema), (method, path, parameter["name"], schema)
    assert looked > 100


def _choices(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"]


def _bounded(schema: dict[str, Any]) -> bool:
    match schema.get("type"):
        case "string":
            return "enum" in schema or "format" in schema or {"maxLength", "pattern"} <= schema.keys()
        case "array":
            return "maxItems" in schema and _bounded(schema["items"])
        case "integer" | "number":
            return {"minimum", "maximum"} <= schema.keys()
        case kind:
            return kind == "boolean"


def _filled(path: str) -> str:
    """The path with something that may stand at each place."""
    path = re.sub(r"\{\w+_id\}", "018f0000-0000-7000-8000-000000000000", path)
    return re.sub(r"\{(\w+)\}", lambda found: PLACES.get(found[1], "unknown"), path)


def _examples(document: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Method, path and example of every operation with a JSON body."""
    return [
        (method, _filled(path), operation["requestBody"]["content"]["application/json"]["example"])
        for method, path, operation in _operations(document)
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    ]


def test_every_example_is_of_the_right_shape(
    address: str, key: Key, document: dict[str, Any], signed_in: SignedIn
) -> None:
    examples = _examples(document)
    assert len(examples) > 60
    with _asking(address, key, signed_in) as ask:
        for method, path, example in examples:
            answer = ask(path)(method, path, json=example)
            expected = (200, 201, 202, 207, 404, 409)
            if path.startswith("/api/v1/session"):  # The example's person is refused.
                expected = (*expected, 401, 403)
            if path.startswith("/api/v1/dealing"):  # Who asks is no dealer.
                expected = (*expected, 403)
            assert answer.status_code in expected, (method, path, answer.text)


def test_no_value_in_a_body_breaks_the_program(
    address: str, key: Key, document: dict[str, Any], signed_in: SignedIn
) -> None:
    """Odd values, one at a time, in every place of every example, and bodies that are no such thing at all."""
    _no_odd_value_breaks(address, key, document, signed_in, at_each_place=ODD_AT_EACH_PLACE)


@pytest.mark.prove
def test_no_odd_value_at_any_place_breaks_the_program(
    address: str, key: Key, document: dict[str, Any], signed_in: SignedIn
) -> None:
    _no_odd_value_breaks(address, key, document, signed_in, at_each_place=len(oddities.ODD))


def _no_odd_value_breaks(
    address: str, key: Key, document: dict[str, Any], signed_in: SignedIn, *, at_each_place: int
) -> None:
    broken, turn, no_bodies = [], itertools.cycle(oddities.ODD), itertools.cycle(oddities.NO_BODIES)
    with _asking(address, key, signed_in) as ask:
        for method, path, example in _examples(document):
            written = msgspec.json.encode(example)
            odd = [
                marked.replace(oddities.MARK, each)
                for marked in oddities.marked(example)
                for each in itertools.islice(turn, at_each_place)
            ]
            for body in (*odd, *itertools.islice(no_bodies, min(at_each_place, len(oddities.NO_BODIES)))):
                answer = ask(path)(method, path, content=body, headers={"Content-Type": "application/json"})
                if answer.status_code >= 500 or (answer.status_code >= 400 and not answer.json()["code"]):
                    broken.append((method, path, body[:200], answer.text[:300]))
            answer = ask(path)(method, path, content=written, headers={"Content-Type": "text/plain"})
            if answer.status_code != 415:
                broken.append((method, path, "text/plain", answer.text[:300]))
    assert not broken, "\n".join(map(str, broken))


def test_the_same_thing_twice_in_a_list_breaks_nothing(
    address: str, key: Key, document: dict[str, Any], signed_in: SignedIn
) -> None:
    """Every list of every example with its elements twice, one list at a time."""
    asked, broken = 0, []
    with _asking(address, key, signed_in) as ask:
        for method, path, example in _examples(document):
            for twice in _doubled(example):
                asked += 1
                answer = ask(path)(method, path, json=twice)
                if answer.status_code >= 500:
                    broken.append((method, path, twice))
    assert asked > 40 and not broken, broken


def _doubled(example: Any) -> Iterator[Any]:
    match example:
        case list():
            if example:
                yield [*example, *example]
            parts = list(enumerate(example))
        case dict():
            parts = list(example.items())
        case _:
            return
    for place, part in parts:
        for twice in _doubled(part):
            made = copy.copy(example)
            made[place] = twice
            yield made


def test_an_address_with_a_nul_or_without_end_is_refused(address: str, key: Key, document: dict[str, Any]) -> None:
    asked = 0
    with _asking_by_key(address, key) as client:
        for method, path, operation in _operations(document):
            if method != "get" or path == STREAM:
                continue
            place = f"{_filled(path)}?nothing=" if "{" not in path else f"{_filled(path.rpartition('{')[0])}"
            nul = client.get(f"{place}a%00b")
            assert nul.status_code in (404, 422) and nul.json()["code"], (path, nul.text)
            names = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
            if names:
                asked += 1
                long = client.get(_filled(path), params={names[0]: "x" * (limits.DOOR_QUERY_BYTES_MAX + 1)})
                assert (long.status_code, long.json()["code"]) == (414, "door.query_too_long"), path
    assert asked > 30


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_sent_the_app_holds_to_its_document(
    address: str, key: Key, document: dict[str, Any], mode: GenerationMode
) -> None:
    _hold(address, key, document, mode=mode, examples=EXAMPLES)


@pytest.mark.prove
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_however_much_is_sent_the_app_holds_to_its_document(
    address: str, key: Key, document: dict[str, Any], mode: GenerationMode
) -> None:
    _hold(address, key, document, mode=mode, examples=MANY_EXAMPLES)


@pytest.mark.prove
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_a_person_sends_the_app_holds_to_its_document(
    address: str, document: dict[str, Any], signed_in: SignedIn, mode: GenerationMode
) -> None:
    """By the cookie of an owner, from a page of ours."""
    page = signed_in("li", "owner")
    [text] = [each.value for each in page.cookies.jar]
    _ask(address, {"Cookie": f"orderloom={text}", "Origin": address}, document, mode=mode, examples=MANY_EXAMPLES // 3)


def _hold(address: str, key: Key, document: dict[str, Any], *, mode: GenerationMode, examples: int) -> None:
    _ask(address, {"Authorization": f"Bearer {key('*')}"}, document, mode=mode, examples=examples)


def _ask(
    address: str, headers: dict[str, str], document: dict[str, Any], *, mode: GenerationMode, examples: int
) -> None:
    """Ask every operation so often; tell of all that did not hold, not of the first alone."""
    schema = schemathesis.openapi.from_dict(document)
    asked = 0
    broken: list[str] = []
    silent: list[str] = []
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path == STREAM or (operation.label in ENDING and "Cookie" in headers):
            continue

        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
            database=None,
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def hold(case: Any) -> None:
            nonlocal asked
            asked += 1
            for name in [each for each in case.headers or {} if each.lower() in FRAMING]:
                del case.headers[name]
            answer = case.call(base_url=address, headers=headers)
            if answer.status_code == 414 and not answer.content:
                return  # Longer than the server that reads requests takes, and no request of the app's.
            case.validate_response(answer, checks=CHECKS)

        try:
            hold()
        except (FailureGroup, requests.RequestException) as error:
            broken.append(f"{operation.label}\n{error}")
        except hypothesis.errors.Unsatisfiable:
            silent.append(operation.label)  # The generator found nothing wrong to say, such as of any text there is.
    assert not broken, "\n\n".join(broken)
    assert asked > examples * 100 and len(silent) < 10, silent


@contextlib.contextmanager
def _asking(address: str, key: Key, signed_in: SignedIn) -> Iterator[Callable[[str], Callable[..., httpx.Response]]]:
    """For a path who asks: what is about oneself a person, all else a key."""
    page = signed_in("li", "owner")
    with _asking_by_key(address, key) as client:

        def ask(path: str) -> Callable[..., httpx.Response]:
            if not path.startswith("/api/v1/session"):
                return client.request
            return lambda method, path, **said: page.request(method, f"{address}{path}", **said)

        yield ask


@contextlib.contextmanager
def _asking_by_key(address: str, key: Key) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {key('*')}"}
    with httpx.Client(base_url=address, headers=headers, timeout=20) as client:
        yield client


def test_the_widest_page_is_bounded(client: httpx.Client) -> None:
    assert client.get("/orders", params={"count": limits.PAGE_ROWS_MAX + 1}).status_code == 422
    assert client.get("/orders", params={"count": limits.PAGE_ROWS_MAX}).status_code == 200
