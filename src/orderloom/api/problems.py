"""Problems (RFC 9457): one shape for everything that goes wrong at this door, in Chinese and English.

`type` and `code` are stable. `detail` speaks the caller's language (Accept-Language), `zh` and `en` both. A refusal of
a single command is a problem too, with the command's outcome beside it.
"""

import re
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from orderloom.deciding.work import Outcome
from orderloom.domain import codes
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db

T = TypeVar("T")
MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)

_TITLES = {
    400: ("请求无法读取", "The request cannot be read"),
    401: ("需要登录或有效的密钥", "Signing in or a valid key is needed"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("方法不对", "Method not allowed"),
    409: ("被拒绝", "Refused"),
    413: ("请求太大", "The request is too large"),
    414: ("地址太长", "The address is too long"),
    415: ("内容类型不对", "Content type not supported"),
    422: ("格式不对", "Malformed"),
    429: ("太频繁", "Too often"),
    500: ("系统出错", "The hub broke"),
    503: ("暂时不可用", "Not available just now"),
}


class Said(msgspec.Struct, omit_defaults=True):
    """Why something was refused: a stable code, in both languages, with the values that fill its text."""

    code: str
    zh: str
    en: str
    data: dict[str, Any] = {}


class FieldProblem(msgspec.Struct, omit_defaults=True):
    """What is wrong at one place of the request: `$.lines[0].quantity`, `query.count`."""

    place: str
    code: str
    zh: str
    en: str


class Problem(msgspec.Struct, omit_defaults=True):
    """A problem as RFC 9457 has it, with `code`, both languages, the fields at fault and, of a command, its outcome."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    zh: str
    en: str
    data: dict[str, Any] = {}
    errors: list[FieldProblem] = []
    outcome: Outcome | None = None


class Raised(Exception):
    """A request ends here, with this problem."""

    def __init__(
        self,
        status: int,
        refused: Refused,
        *,
        errors: Sequence[tuple[str, Refused]] = (),
        outcome: Outcome | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(refused.code)
        self.status = status
        self.refused = refused
        self.errors = errors
        self.outcome = outcome
        self.headers = dict(headers or {})


def say(refused: Refused) -> Said:
    """A refusal in both languages."""
    return Said(
        refused.code,
        codes.text(refused.code, refused.data, "zh"),
        codes.text(refused.code, refused.data, "en"),
        refused.data,
    )


def fit(answer: T | Refused) -> T:
    """What is no refusal; a refusal is raised as a problem with the status that `status_of` gives it."""
    if isinstance(answer, Refused):
        raise Raised(status_of(answer), answer)
    return answer


def status_of(refused: Refused) -> int:
    """The status of a single command that was refused, as the catalogue of codes has it."""
    return codes.status(refused.code)


def answer(request: Request, raised: Raised) -> Response:
    """The problem as a response, in the caller's language."""
    said = say(raised.refused)
    zh = language(request.headers.get("accept-language", "")) == "zh"
    problem = Problem(
        type=f"urn:orderloom:problem:{said.code}",
        title=_TITLES.get(raised.status, _TITLES[500])[0 if zh else 1],
        status=raised.status,
        detail=said.zh if zh else said.en,
        code=said.code,
        zh=said.zh,
        en=said.en,
        data=said.data,
        errors=[
            FieldProblem(
                place, each.code, codes.text(each.code, each.data, "zh"), codes.text(each.code, each.data, "en")
            )
            for place, each in raised.errors
        ],
        outcome=raised.outcome,
    )
    headers = {"Content-Language": "zh" if zh else "en", **raised.headers}
    return Response(msgspec.json.encode(problem), raised.status, headers, MEDIA_TYPE)


def language(accepted: str) -> codes.Language:
    """Chinese unless English is preferred (Accept-Language, RFC 9110 §12.5.4)."""
    best: tuple[float, codes.Language] = (0.0, "zh")
    for part in accepted[: limits.NAME_CHARS_MAX].split(","):
        name, _, weight = part.strip().partition(";q=")
        found: codes.Language | None = {"zh": "zh", "en": "en"}.get(name.strip()[:2].lower())  # type: ignore[assignment]
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if found is not None and quality > best[0]:
            best = (quality, found)
    return best[1]


def install(app: FastAPI) -> None:
    """Let every way a request can fail end in a problem."""

    async def raised(request: Request, error: Exception) -> Response:
        assert isinstance(error, Raised)
        return answer(request, error)

    async def unfit(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, _of_parameters(error))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request, _of_http(error, request))

    async def away(request: Request, error: Exception) -> Response:
        return _away(request, error)

    async def broken(request: Request, error: Exception) -> Response:
        log.error("request broke the program", path=request.url.path, exc_info=error)
        return answer(request, Raised(500, Refused("door.broken")))

    app.add_exception_handler(Raised, raised)
    app.add_exception_handler(RequestValidationError, unfit)
    app.add_exception_handler(HTTPException, http)
    for kind in db.GONE:
        app.add_exception_handler(kind, away)
    app.add_exception_handler(Exception, broken)


async def guarded(request: Request, work: Awaitable[Response]) -> Response:
    """The response of work that goes past the framework, or the problem that it ends in."""
    try:
        return await work
    except Raised as error:
        return answer(request, error)
    except db.GONE as error:
        return _away(request, error)


def _away(request: Request, error: Exception) -> Response:
    log.warning("database away", path=request.url.path, reason=str(error))
    return answer(request, Raised(503, Refused("database.away"), headers={"Retry-After": "1"}))


def _of_parameters(error: RequestValidationError) -> Raised:
    errors = [(".".join(str(part) for part in each["loc"]), _of_parameter(each)) for each in error.errors()]
    return Raised(422, errors[0][1] if errors else Refused("body.unfit"), errors=errors)


def _of_parameter(error: Mapping[str, Any]) -> Refused:
    """What is wrong with a parameter of the address, from what its reader says."""
    place, sort, context = str(error["loc"][-1]), str(error["type"]), error.get("ctx") or {}
    if sort == "missing":
        return Refused("body.missing_field", {"place": str(error["loc"][0]), "field": place})
    if sort in ("literal_error", "enum"):
        return Refused("body.not_a_choice", {"place": place, "got": str(error["input"])[: limits.NAME_CHARS_MAX]})
    if sort in _PARAMETERS:
        return Refused("body.not_read_as", {"place": place, "wanted": _PARAMETERS[sort]})
    for key, sign in (("ge", ">="), ("le", "<="), ("gt", ">"), ("lt", "<")):
        if key in context:
            return Refused("body.out_of_range", {"place": place, "bound": f"{sign} {context[key]}"})
    if "max_length" in context:
        return Refused("body.too_long", {"place": place, "most": context["max_length"]})
    if "pattern" in context:
        return Refused("body.not_of_form", {"place": place, "pattern": context["pattern"]})
    return Refused("body.unfit", {"place": place, "problem": error["msg"]})


def _of_http(error: HTTPException, request: Request) -> Raised:
    data = {"path": request.url.path, "method": request.method}
    refused = {404: Refused("door.no_such_path", data), 405: Refused("door.no_such_method", data)}.get(
        error.status_code
    )
    return Raised(error.status_code, refused or Refused("door.broken"), headers=error.headers)


# What parameters are read as, by what the framework says when it could not.
_PARAMETERS = {
    "int_parsing": "int", "float_parsing": "float", "bool_parsing": "bool", "uuid_parsing": "UUID",
    "datetime_from_date_parsing": "RFC3339 encoded datetime", "datetime_parsing": "RFC3339 encoded datetime",
    "timezone_aware": "RFC3339 encoded datetime", "date_from_datetime_parsing": "RFC3339 encoded date",
    "date_parsing": "RFC3339 encoded date",
}  # fmt: skip
# The messages of msgspec, so that people read them in their own language.
_READ = (
    (re.compile(r"Object missing required field `(?P<field>.+?)`"), "body.missing_field"),
    (re.compile(r"Object contains unknown field `(?P<field>.+?)`"), "body.unknown_field"),
    (re.compile(r"Expected `(?P<wanted>.+?)`, got `(?P<got>.+?)`"), "body.wrong_type"),
    (re.compile(r"Expected `\w+` of length <= (?P<most>\d+)"), "body.too_long"),
    (re.compile(r"Expected `\w+` of length >= 1$"), "body.empty"),
    (re.compile(r"Expected `\w+` of length >= (?P<least>\d+)"), "body.too_short"),
    (re.compile(r"Expected `\w+` matching regex '(?P<pattern>.+)'$"), "body.not_of_form"),
    (re.compile(r"Expected `\w+` (?P<bound>[<>]=? \S+)$"), "body.out_of_range"),
    (re.compile(r"Invalid (?P<wanted>decimal string|UUID|RFC3339 encoded \w+)$"), "body.not_read_as"),
    (re.compile(r"Expected `datetime` with a timezone component"), "body.no_zone"),
    (re.compile(r"Invalid enum value (?P<got>.+?)$"), "body.not_a_choice"),
)
_MALFORMED = re.compile(r"JSON is malformed: .+ \(byte (?P<at>\d+)\)")


def malformed(error: Exception, *, under: str = "$") -> tuple[str, Refused]:
    """Where a body is malformed and why, from what msgspec says."""
    if isinstance(error, UnicodeDecodeError):
        return under, Refused("body.not_utf8", {"at": error.start})
    if isinstance(error, RecursionError):
        return under, Refused("body.too_deep", {})
    text, _, place = str(error).partition(" - at `")
    place = under + place.rstrip("`").removeprefix("$") if place else under
    if not isinstance(error, msgspec.ValidationError):
        return place, _not_json(text)
    for pattern, code in _READ:
        if (found := pattern.match(text)) is not None:
            told = {key: _shapes(said) for key, said in found.groupdict().items()}
            return place, Refused(code, {"place": place, **told})
    return place, Refused("body.unfit", {"place": place, "problem": text})


def _not_json(text: str) -> Refused:
    if text == "Input data was truncated":
        return Refused("body.cut_off", {})
    found = _MALFORMED.match(text)
    if found is not None:
        return Refused("body.malformed_at", {"at": int(found["at"])})
    return Refused("body.not_json", {"problem": text})


def _shapes(said: str) -> str | list[str]:
    """`str | null` is two shapes, each with its word."""
    return said.split(" | ") if " | " in said else said
