"""The OpenAPI document: complete, with examples that its own types take, and an app that holds to it."""

from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks
from tests.api.conftest import Key

from orderloom.kit import limits

load_all_checks()
EXAMPLES = 8
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
        assert good and all(operation["responses"][code].get("content") for code in good), where
        assert {"401", "403", "422", "503"} <= operation["responses"].keys(), where
        if "requestBody" in operation:
            contents = operation["requestBody"]["content"]
            assert "application/octet-stream" in contents or "example" in contents["application/json"], where
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


def test_every_example_is_of_the_right_shape(client: httpx.Client, document: dict[str, Any]) -> None:
    sent = 0
    for method, path, operation in _operations(document):
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            continue
        filled = path.removeprefix("/api/v1")
        for name, value in {
            "{order_no}": "OL-1",
            "{account}": "C1",
            "{message_id}": "018f0000-0000-7000-8000-000000000000",
            "{approval_id}": "018f0000-0000-7000-8000-000000000000",
            "{breaker_id}": "018f0000-0000-7000-8000-000000000000",
            "{advice_id}": "018f0000-0000-7000-8000-000000000000",
            "{shadow_id}": "018f0000-0000-7000-8000-000000000000",
            "{run_id}": "018f0000-0000-7000-8000-000000000000",
            "{kind}": "rules",
            "{name}": "sourcing",
        }.items():
            filled = filled.replace(name, value)
        example = operation["requestBody"]["content"]["application/json"]["example"]
        answer = client.request(method, filled, json=example)
        assert answer.status_code in (200, 201, 207, 404, 409), (method, path, answer.text)
        sent += 1
    assert sent > 20


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_sent_the_app_holds_to_its_document(
    address: str, key: Key, document: dict[str, Any], mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    headers = {"Authorization": f"Bearer {key('*')}"}
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path == "/api/v1/events/stream":
            continue  # It never ends; `test_words` reads it.

        @hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
            database=None,
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def hold(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(base_url=address, headers=headers, checks=CHECKS)

        hold()
    assert asked > EXAMPLES * 20


def test_the_widest_page_is_bounded(client: httpx.Client) -> None:
    assert client.get("/orders", params={"count": limits.PAGE_ROWS_MAX + 1}).status_code == 422
    assert client.get("/orders", params={"count": limits.PAGE_ROWS_MAX}).status_code == 200
