"""/status: the plain live status page, for a screen on a wall. It asks the API like any other caller, with a key.

The key comes from the page's own prompt, or from `#key=…` behind the address, which browsers never send anywhere.
"""

import base64
import functools
import hashlib
import re
from importlib import resources
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from orderloom.api.callers import for_everybody
from orderloom.domain import words

router = APIRouter(include_in_schema=False)


@router.get("/status")
def page(_: None = for_everybody()) -> Response:
    """The page; it shows nothing before it has a key."""
    text, policy = _made()
    return Response(
        text, headers={"Content-Security-Policy": policy, "Cache-Control": "no-cache"}, media_type="text/html"
    )


@router.get("/healthz")
def health(_: None = for_everybody()) -> Response:
    """Whether this process answers; says nothing of the business."""
    return Response(b'{"up":true}', media_type="application/json")


@router.get("/api/v1/openapi.json")
def document(request: Request, _: None = for_everybody()) -> Response:
    """The OpenAPI document."""
    made: dict[str, Any] = request.app.openapi()
    return Response(msgspec.json.encode(made), media_type="application/json")


@functools.cache
def _made() -> tuple[str, str]:
    """The page with the words of stages and events in it, and the policy that lets just its own script run."""
    told = {name: words.catalogue()[name] for name in ("stages", "events")}
    data = msgspec.json.encode(told).decode().replace("<", "\\u003c")
    text = resources.files(__package__ or __name__).joinpath("page.html").read_text("utf-8").replace("{words}", data)
    sources = {
        tag: " ".join(_hashed(each) for each in re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL))
        for tag in ("script", "style")
    }
    return text, (
        f"default-src 'none'; script-src {sources['script']}; style-src {sources['style']}; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _hashed(inline: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"
