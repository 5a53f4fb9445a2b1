"""/: the console, as its build left it beside this package. Every address that is no file of it is a page of it.

Files below `assets/` carry their content's hash in their names and are kept by browsers for ever; the first page is
asked for anew each time, and so are the service worker, which keeps that page and its files on the device, and the
manifest. Beside each file that shrinks lies its .br and .gz, made by the build.
"""

import mimetypes
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.convertors import Convertor, register_url_convertor

from orderloom.api import problems
from orderloom.api.callers import for_everybody
from orderloom.kit.refusals import Refused

BUILT = Path(str(resources.files("orderloom"))) / "console_dist"
_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Outside pages are small ones of their own; a form may stand within the pages of sites that the seller names.
_OUTSIDE = _POLICY.replace("frame-ancestors 'none'", "frame-ancestors {frames}")
# One page serves every address, so the camera of the scan page is allowed to all of ours, and to nobody inside them.
_PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"
_WORKER = "sw.js"
_FOREVER = "public, max-age=31536000, immutable"
_CODINGS = (("br", ".br"), ("gzip", ".gz"))


class _Address(Convertor[str]):
    """Any address but those of the API, where what is not there stays a problem."""

    regex = "(?!api/|api$).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("console_address", _Address())
router = APIRouter(include_in_schema=False)


@router.api_route("/{address:console_address}", methods=["GET", "HEAD"])
def file(request: Request, address: str, _: None = for_everybody()) -> Response:
    """A file of the build, or the console's one page. Raises a problem 404 for a file that there is not, and 503 where
    the console was never built."""
    found = _within(address)
    if found is None and "." in address.rpartition("/")[2]:
        raise problems.Raised(404, Refused("door.no_such_path", {"path": request.url.path, "method": request.method}))
    page = found is None
    found = found or BUILT / "index.html"
    coding, body = _read(request, found)
    headers = {"Cache-Control": _FOREVER if address.startswith("assets/") else "no-cache", "Vary": "Accept-Encoding"}
    if coding:
        headers["Content-Encoding"] = coding
    if page or found.suffix == ".html" or address == _WORKER:
        headers["Content-Security-Policy"] = _POLICY
        headers["Permissions-Policy"] = _PERMISSIONS
    return Response(body, headers=headers, media_type=_media_type(found))


def wants_page(request: Request) -> bool:
    """Whether a browser asks for something to show to a person; programs, and pages themselves, ask for JSON."""
    return "text/html" in request.headers.get("accept", "")


def outside(request: Request, *, frames: Sequence[str] = ()) -> Response:
    """The page of whoever comes from outside, by a link or as a dealer. Search engines leave it alone; sites named in
    `frames` may show it within theirs. Raises a problem 503 where the console was never built."""
    coding, body = _read(request, BUILT / "outside.html")
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept, Accept-Encoding",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Content-Security-Policy": _OUTSIDE.format(frames=" ".join(frames) or "'none'"),
    }
    if coding:
        headers["Content-Encoding"] = coding
    if frames:
        # Browsers that know frame-ancestors leave this one aside; an older one may show nothing.
        headers["X-Frame-Options"] = "SAMEORIGIN"
    return Response(body, headers=headers, media_type="text/html")


def _read(request: Request, found: Path) -> tuple[str, bytes]:
    """A file's coding and bytes. Raises a problem 503 where there is none."""
    if not found.is_file():
        raise problems.Raised(503, Refused("console.not_built", {}))
    return _coded(found, request.headers.get("accept-encoding", ""))


def _within(address: str) -> Path | None:
    """The file of that address, if it lies in the build."""
    asked = (BUILT / address).resolve()
    return asked if asked.is_relative_to(BUILT.resolve()) and asked.is_file() else None


def _coded(found: Path, accepted: str) -> tuple[str, bytes]:
    """The smallest form that the caller reads, and its coding."""
    said = [each.replace(" ", "") for each in accepted.split(",")]
    wanted = {each.partition(";")[0] for each in said if not each.endswith(";q=0")}
    for coding, suffix in _CODINGS:
        small = found.with_name(found.name + suffix)
        if coding in wanted and small.is_file():
            return coding, small.read_bytes()
    return "", found.read_bytes()


def _media_type(found: Path) -> str:
    own = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".wasm": "application/wasm"}
    return own.get(found.suffix) or mimetypes.guess_type(found.name)[0] or "application/octet-stream"
