"""Conditions in ZEN asked of the database: as the engine answers them, or refused at their place."""

from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import dictionaries

from orderloom.domain import metrics as words
from orderloom.domain.documents import checking
from orderloom.domain.documents.kinds import Known
from orderloom.kit import limits
from orderloom.queries import metric_conditions
from orderloom.rules import engines
from orderloom.rules import metrics as rules_metrics

TITLE = {"zh": "一", "en": "One"}
ORDER = {"subject": "order", "fields": [
    {"name": "floor", "type": "number", "zh": "楼层", "en": "Floor"},
    {"name": "project", "type": "text", "zh": "项目", "en": "Project"},
    {"name": "phone", "type": "phone", "zh": "电话", "en": "Phone", "personal": True},
]}  # fmt: skip
KNOWN = Known({"fields": {"order": ORDER, "ticket": dictionaries.TICKET}})
_NUMBERS = ("total_minor", "paid_minor", "hours_since_paid", "custom.floor")
_TEXTS = ("channel", "grade", "custom.project")
_FLAGS = ("paid", "held", "custom.lift")

literals = st.sampled_from(["0", "1", "2.5", "100", "1_000"])
numbers = st.recursive(
    st.sampled_from(_NUMBERS) | literals,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda each: f"({each[0]} {each[1]} {each[2]})")
        | inner.map(lambda each: f"(-{each})")
    ),
    max_leaves=3,
)
texts = st.sampled_from(["'web'", '"A"', "''", "'2'"])
signs, equal = st.sampled_from([">", ">=", "<", "<=", "==", "!="]), st.sampled_from(["==", "!="])
among = st.sampled_from(["in", "not in"])
leaves = st.one_of(
    st.tuples(numbers, signs, literals).map(" ".join),
    st.tuples(literals, signs, numbers).map(" ".join),
    st.tuples(st.sampled_from(_TEXTS), equal, texts).map(" ".join),
    st.tuples(st.sampled_from([*_TEXTS, *_NUMBERS, *_FLAGS]), equal).map(lambda each: f"{each[0]} {each[1]} null"),
    st.tuples(st.sampled_from(_FLAGS), equal, st.sampled_from(["true", "false"])).map(" ".join),
    st.tuples(st.sampled_from(_TEXTS), among, st.just("['web', 'A']")).map(" ".join),
    st.tuples(st.sampled_from(_NUMBERS), among, st.just("[1, 2.5]")).map(" ".join),
    st.sampled_from(_FLAGS),
)  # fmt: skip
conditions = st.recursive(
    leaves,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda each: f"({each[0]}) {each[1]} ({each[2]})")
        | inner.map(lambda each: f"not ({each})")
    ),
    max_leaves=6,
)
values = {
    **dict.fromkeys(_NUMBERS, st.sampled_from([None, 0, 1, 2, 2.5, 100, 1000])),
    **dict.fromkeys(_TEXTS, st.sampled_from([None, "", "web", "A", "2"])),
    **dict.fromkeys(_FLAGS, st.sampled_from([None, True, False])),
    "custom.floor": st.sampled_from([None, 0, 2.5, "2", True]),
    "custom.project": st.sampled_from([None, "web", 2, False]),
}


def _engine(text: str, row: dict[str, Any]) -> bool:
    own = {name.removeprefix("custom."): value for name, value in row.items() if name.startswith("custom.")}
    context = {**{name: value for name, value in row.items() if not name.startswith("custom.")}, "custom": own}
    return engines.Conditions({"it": text}, zone="Asia/Shanghai").hold(context) == {"it"}


def _database(connection: psycopg.Connection[Any], text: str, row: dict[str, Any]) -> bool:
    own = {name.removeprefix("custom."): value for name, value in row.items() if name.startswith("custom.")}
    made = psycopg.sql.SQL(
        "select {condition} from (select {channel}::text as channel, {grade}::text as grade, {total_minor}::bigint as"
        " total_minor, {paid_minor}::numeric as paid_minor, {hours_since_paid}::numeric as hours_since_paid,"
        " {paid}::bool as paid, {held}::bool as held, {state}::text as state) as rows"
    ).format(
        condition=metric_conditions.made(text, "orders"),
        state=psycopg.sql.Literal(msgspec.json.encode({"custom": own}).decode()),
        **{name: psycopg.sql.Literal(value) for name, value in row.items() if not name.startswith("custom.")},
    )
    found = connection.execute(made).fetchone()
    assert found is not None
    return found[0]


@given(text=conditions, row=st.fixed_dictionaries(values))
@settings(max_examples=400)
def test_the_database_answers_as_the_engine_does(database_url: str, text: str, row: dict[str, Any]) -> None:
    row["total_minor"] = None if row["total_minor"] is None else int(row["total_minor"])
    with psycopg.connect(database_url, autocommit=True) as connection:
        assert _database(connection, text, row) == _engine(text, row), text


def _found(**fields: Any) -> dict[str, str]:
    content = {"title": TITLE, "of": "orders", **fields}
    found = checking.check(rules_metrics.KIND, "m", content, KNOWN)
    assert all(each.code != "metric.not_answerable" or each.data["part"] for each in found)
    return {each.path: each.code for each in found}


@pytest.mark.parametrize(
    "text",
    [
        "channel == 'web' and total_minor >= 50000",
        "not (paid or held) and hours_since_placed > 24",
        "total_minor - paid_minor > 0 and province not in ['浙江省', '上海市']",
        "custom.floor > 6 or custom.project != null",
        "paid_at != null and not cancelled",
    ],
)
def test_what_maps_is_taken(text: str) -> None:
    assert _found(when=text) == {}
    assert _found(measure={"kind": "share", "when": text}) == {}


@pytest.mark.parametrize(
    "text",
    [
        "len(channel) > 2", "d(placed_at).year() == 2026", "placed_at > '2026-01-01'", "channel > 'a'", "total_minor",
        "total_minor / 2 > 1", "channel == grade", "channel == 3", "paid == 'yes'", "no_such == 1",
        "custom.phone == 'x'",
        "custom.floor == '3'", "custom.nothing == 1", "paid ? held : false", "lines[0].sku == 'A'", "not paid == held",
        "channel in []", "channel in ['a', 3]", "channel in grade", "(paid and held) == true", "1 < total_minor < 3",
        "1 == 1 == 1", "some(lines, #.gift)", "total_minor > null", "paid and", "'a'", "x = 1; x > 0", "-channel < 0",
        " or ".join(["paid"] * (limits.METRIC_PARTS_MAX + 1)),
        f"total_minor in [{'1,' * limits.METRIC_VALUES_MAX}1]",
        "(" * 31 + "paid" + ")" * 31 + " and ((", "- - - 1 < 2",
    ],
)  # fmt: skip
def test_what_does_not_map_is_refused_at_its_place(text: str) -> None:
    assert set(_found(when=text)) == {"/when"}
    assert set(_found(measure={"kind": "share", "when": text})) == {"/measure/when"}
    assert set(_found(per={"of": "orders", "when": text})) == {"/per/when"}


def test_own_fields_of_records_are_read_by_their_dictionary() -> None:
    of_tickets = {"of": "records", "record": "ticket"}
    assert _found(**of_tickets, when="custom.urgency == 'high' and custom.claim > 100") == {}
    assert _found(**of_tickets, when="custom.phone == '13800138000'") == {"/when": "metric.not_answerable"}
    assert _found(**of_tickets, when="custom.claim == 'a'") == {"/when": "metric.not_answerable"}


def test_a_ratio_is_of_what_both_have() -> None:
    tickets = {"of": "records", "record": "ticket", "per": {"of": "orders", "scale": 100}}
    assert _found(**tickets) == {}
    assert _found(**tickets, by=["record_title"]) == {"/by/0": "metric.no_such_field"}
    assert _found(per={"of": "shipments"}, by=["channel"]) == {}
    assert _found(per={"of": "shipments"}, by=["grade"]) == {"/by/0": "metric.no_such_field"}
    assert _found(per={"of": "orders", "measure": {"kind": "average", "field": "total_minor"}}) == {
        "/per/measure/kind": "metric.per_what"
    }
    assert _found(per={"of": "orders", "measure": {"kind": "sum", "field": "channel"}}) == {
        "/per/measure/field": "metric.no_such_field"
    }
    assert _found(per={"of": "records", "record": "nothing"}) == {"/per/record": "metric.record_unknown"}
    assert _found(per={"of": "orders", "where": [{"field": "no", "is": "known"}], "time": "channel"}) == {
        "/per/where/0/field": "metric.no_such_field", "/per/time": "metric.no_such_field"
    }  # fmt: skip
    assert words.divisor(words.read({"title": TITLE, "of": "orders"})) is None
