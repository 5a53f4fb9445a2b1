"""The OpenAPI document: bodies and answers are msgspec types, so their schemas come from msgspec."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from orderloom.api import bodies, problems

_TYPES: list[Any] = []
_MARK = "#/types/"

PROBLEMS = {
    "401": "No key, or a wrong, expired or revoked one.",
    "403": "The key lacks the verb of this route.",
    "404": "Nothing of this name in the key's scope.",
    "405": "The path has no such method.",
    "409": "Refused: the outcome says why.",
    "413": "The body is larger than allowed.",
    "414": "The query is longer than allowed.",
    "415": "The content type is not one of those listed.",
    "422": "Malformed: `errors` names each place.",
    "429": "Too often: `Retry-After` says when to try again.",
    "500": "The hub broke; it is logged.",
    "503": "Busy, or the database is away: try again.",
}


def of(
    *,
    body: Any = None,
    example: Any = None,
    answer: Any = None,
    status: int = 200,
    also: Mapping[int, str] | None = None,
    body_kind: Literal["one", "lines", "form", "file"] = "one",
) -> dict[str, Any]:
    """What a route adds to its operation: the body's type and example, the answer's type, further statuses.

    The `body_kind` "lines" says that the body may come as NDJSON too, "form" that it is a form, "file" a file.
    Problems are added to every operation by `document`.
    """
    extra: dict[str, Any] = {"responses": {}}
    if body is not None:
        first = bodies.FORM if body_kind == "form" else bodies.JSON
        content: dict[str, Any] = {first: {"schema": ref(body)}}
        if example is not None:
            content[first]["example"] = example
        if body_kind == "lines":
            content[bodies.NDJSON] = {"schema": {"type": "string", "description": "One such object a line."}}
        extra["requestBody"] = {"required": True, "content": content}
    if body_kind == "file":
        content = {bodies.FILE: {"schema": {"type": "string", "contentMediaType": bodies.FILE}}}
        extra["requestBody"] = {"required": True, "content": content}
    answered: dict[str, Any] = {"description": "Done."}
    if answer is not None:
        answered["content"] = {bodies.JSON: {"schema": ref(answer)}}
    extra["responses"][str(status)] = answered
    for code, description in (also or {}).items():
        extra["responses"][str(code)] = {**answered, "description": description}
    return extra


def ref(type_: Any) -> dict[str, Any]:
    """A reference to a type, or to any of a tuple of types, filled in when the document is made."""
    if isinstance(type_, tuple):
        return {"anyOf": [ref(each) for each in type_]}
    _TYPES.append(type_)
    return {"$ref": f"{_MARK}{len(_TYPES) - 1}"}


def document(app: FastAPI) -> dict[str, Any]:
    """The whole OpenAPI 3.1 document of the app."""
    made = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, openapi_version="3.1.0"
    )
    types = [*_TYPES, problems.Problem]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    made["components"] = {
        "schemas": _plain(components),
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "ol_<id>_<secret>"}},
    }
    made["security"] = [{"key": []}]
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(operation, path=path, method=method, problem=schemas[-1])
    made["paths"] = _filled(made["paths"], schemas)
    return made


def _complete(operation: dict[str, Any], *, path: str, method: str, problem: Any) -> None:
    """Add the problems that any such operation may answer with; what FastAPI supposes of answers goes."""
    responses = operation["responses"]
    if (
        "201" in responses
        and "description" in responses.get("200", {})
        and not responses["200"].get("content", {}).get(bodies.JSON, {}).get("schema")
    ):
        del responses["200"]
    responses.pop("422", None)
    wanted = {"422", "500", "503"}
    if "security" not in operation:
        wanted |= {"401", "403"}
    if "parameters" in operation:
        wanted.add("414")
    if "requestBody" in operation:
        wanted |= {"413", "415"}
    if "{" in path or method != "get":
        wanted.add("404")
    if method != "get":
        wanted.add("409")
    for code in sorted(wanted):
        responses.setdefault(
            code, {"description": PROBLEMS[code], "content": {problems.MEDIA_TYPE: {"schema": problem}}}
        )


def _filled(part: Any, schemas: tuple[Any, ...]) -> Any:
    if isinstance(part, dict):
        mark = part.get("$ref")
        if isinstance(mark, str) and mark.startswith(_MARK):
            return _plain(schemas[int(mark.removeprefix(_MARK))])
        return {name: _filled(each, schemas) for name, each in part.items()}
    if isinstance(part, list):
        return [_filled(each, schemas) for each in part]
    return part


def _plain(part: Any) -> Any:
    """With a decimal as what it may be: a number or a text."""
    if isinstance(part, dict):
        kept = {name: _plain(each) for name, each in part.items() if each is not None or name == "default"}
        if {"type": "number"} in kept.get("anyOf", ()):
            kept.pop("type", None)
            kept.pop("format", None)
        return kept
    if isinstance(part, list | tuple):
        return [_plain(each) for each in part]
    return part
