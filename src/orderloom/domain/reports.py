"""Reports: metrics by day, week or month, with the rows behind each figure."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from orderloom.domain.documents import shapes
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.documents.shapes import Name, Titled
from orderloom.domain.metrics import Span

Bucket = Literal["day", "week", "month", "quarter", "year"]
# How far back a report looks where somebody reads it by other pieces of time than its own.
_OVER: Mapping[Bucket, Span] = {
    "day": Span(30, "day"), "week": Span(12, "week"), "month": Span(12, "month"), "quarter": Span(24, "month"),
    "year": Span(5, "year"),
}  # fmt: skip


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Metrics side by side, over pieces of time and a span of them; `drill`: a figure leads to the orders behind it."""

    title: Titled
    metrics: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=12)]
    bucket: Bucket = "day"
    over: Span = Span(30, "day")
    drill: bool = True


def read(content: Mapping[str, Any]) -> Report:
    """The report of a document's content. Raises msgspec.ValidationError."""
    return msgspec.convert(content, Report)


def over(report: Report, bucket: Bucket) -> Span:
    """The span of a report that is read by these pieces of time."""
    return report.over if bucket == report.bucket else _OVER[bucket]


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    return [
        Finding("document.reference_missing", pointer("metrics", index), data={"to": f"metric/{each}"})
        for index, each in enumerate(read(content).metrics)
        if not known.has("metric", each)
    ]


_EXAMPLE = {
    "title": {"zh": "发货日报", "en": "Shipping by day"},
    "metrics": ["paid_not_shipped"],
    "bucket": "day",
    "over": {"count": 30, "unit": "day"},
    "drill": True,
}
KIND = Kind(
    name="report",
    label_zh="报表",
    label_en="Report",
    schema=shapes.schema(Report),
    example=_EXAMPLE,
    check=_check,
    refers_to=frozenset({"metric"}),
)
