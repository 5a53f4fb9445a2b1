"""Records of own types: created, changed, refused with the fields named; the log says what the rows are."""

import datetime as dt
from typing import Any

import pytest
from tests import company, dictionaries

from orderloom.actions import documents, records
from orderloom.actions.hub import Hub
from orderloom.actions.records import Told, Wanted
from orderloom.deciding import dictionaries as in_force
from orderloom.kit.refusals import Refused
from orderloom.queries import check, viewer
from orderloom.queries import records as records_query


@pytest.fixture
def desk(hub: Hub, now: dt.datetime) -> Hub:
    """The tiny company with tickets."""
    company.tiny(hub, now=now)
    dictionaries.publish(hub, dictionaries.TICKET, now=now)
    return hub


def _create(hub: Hub, *values: dict[str, Any], now: dt.datetime, **links: list[str]) -> list[Told | Refused]:
    wanted = [Wanted(each, links) for each in values]
    return records.create(hub, "ticket", wanted, teller=records.Teller("tester", "console", now))


def _change(hub: Hub, number: str, values: dict[str, Any], *, now: dt.datetime, **links: list[str]) -> Told | Refused:
    [told] = records.change(
        hub, "ticket", [(number, Wanted(values, links))], teller=records.Teller("tester", "console", now)
    )
    return told


def _rows(hub: Hub, *where: str, sort: str = "", masks: bool = False) -> list[records_query.Row]:
    who = viewer.everything("tester") if not masks else viewer.Viewer(name="x", verbs=frozenset({"*"}))
    with hub.database.workspace(hub.workspace) as connection:
        dictionary = in_force.record_type(hub.reference(connection), "ticket")
        assert dictionary is not None
        wanted = records_query.wanted(dictionary, where=where, sort=sort)
        assert isinstance(wanted, records_query.Wanted), wanted
        reader = records_query.Reader(who, dictionary, hub.sealer)
        rows, cursor = [], None
        while True:
            page = records_query.page(connection, reader=reader, wanted=wanted, cursor=cursor, count=2)
            rows += page.rows
            if (cursor := page.next) is None:
                return rows


def _codes(refused: Any) -> dict[str, str]:
    assert isinstance(refused, Refused), refused
    return {each["field"]: each["code"] for each in refused.data["errors"]}


def test_a_record_gets_its_number_defaults_and_what_is_computed(desk: Hub, now: dt.datetime) -> None:
    [told] = _create(desk, {"topic": "破损", "claim": "12.50"}, now=now)
    assert isinstance(told, Told) and told.record_no == "TK-20260218-000001"
    [row] = _rows(desk)
    assert row.title == "破损"
    assert row.values == {"topic": "破损", "claim": 12.5, "urgency": "low", "weight": 12.5}


def test_every_wrong_field_is_named_with_its_own_code(desk: Hub, now: dt.datetime) -> None:
    [refused] = _create(
        desk,
        {
            "code": "x1", "urgency": "soon", "claim": 12.345, "due": "31.02.2026", "phone": "12", "nothing": 1,
            "tags": "a", "site": {"province": "江苏省", "city": "广州市"}, "photos": ["a", "b", "c", "d"],
            "parts": [{"pieces": 0}], "topic": "x" * 101,
        },
        now=now,
    )  # fmt: skip
    assert _codes(refused) == {
        "nothing": "field.unknown",
        "topic": "field.too_long",
        "code": "field.pattern_unmet",
        "urgency": "field.not_an_option",
        "claim": "field.too_fine",
        "due": "field.wrong_type",
        "tags": "field.wrong_type",
        "phone": "field.not_a_phone",
        "site": "field.not_a_division",
        "photos": "field.too_many",
        "parts[0].part": "field.required",
        "parts[0].pieces": "field.out_of_range",
    }
    assert _rows(desk) == []


def test_a_field_is_asked_for_only_while_it_is_seen(desk: Hub, now: dt.datetime) -> None:
    calm, urgent = _create(desk, {"topic": "a"}, {"topic": "b", "urgency": "high"}, now=now)
    assert isinstance(calm, Told)
    assert _codes(urgent) == {"reason": "field.required"}


def test_one_value_is_one_records(desk: Hub, now: dt.datetime) -> None:
    first, second = _create(desk, {"topic": "a", "code": "AB-123"}, {"topic": "b", "code": "AB-123"}, now=now)
    assert {type(first), type(second)} == {Told, Refused}
    [third] = _create(desk, {"topic": "c", "code": "AB-123"}, now=now)
    assert _codes(third) == {"code": "field.taken"}
    winner = first if isinstance(first, Told) else second
    assert isinstance(winner, Told)
    assert isinstance(_change(desk, winner.record_no, {"code": "AB-124"}, now=now), Told)
    [fourth] = _create(desk, {"topic": "c", "code": "AB-123"}, now=now)
    assert isinstance(fourth, Told)


def test_links_lead_to_what_is_there(desk: Hub, now: dt.datetime) -> None:
    [outcome] = company.place(desk, company.draft("W-1", now=now), now=now)
    [told] = _create(desk, {"topic": "a"}, now=now, order=[outcome.order_no], customer=["C1", "C2"])
    assert isinstance(told, Told)
    [refused] = _create(desk, {"topic": "a"}, now=now, order=["OL-1"], nobody=["x"])
    assert _codes(refused) == {"links.order": "field.link_unknown", "links.nobody": "field.unknown"}
    with desk.database.workspace(desk.workspace) as connection:
        dictionary = in_force.record_type(desk.reference(connection), "ticket")
        assert dictionary is not None
        reader = records_query.Reader(viewer.everything("t"), dictionary, desk.sealer)
        found = records_query.linked(connection, reader=reader, target=f"order/{outcome.order_no}")
    assert [each.record_no for each in found] == [told.record_no]


def test_lists_are_narrowed_and_sorted_by_filterable_fields(desk: Hub, now: dt.datetime) -> None:
    _create(
        desk,
        {"topic": "alpha", "claim": 5, "due": "2026-03-01", "tags": ["a", "b"]},
        {"topic": "beta", "claim": 50, "due": "2026-02-01", "tags": ["b"]},
        {"topic": "gamma", "claim": 500, "urgency": "high", "reason": "x"},
        {"topic": "alphabet", "claim": 0},
        {"topic": "delta"},
        now=now,
    )

    def topics(*where: str, sort: str = "") -> list[str]:
        return [each.values["topic"] for each in _rows(desk, *where, sort=sort)]

    assert topics() == ["delta", "alphabet", "gamma", "beta", "alpha"]
    assert topics(sort="created") == ["alpha", "beta", "gamma", "alphabet", "delta"]
    assert topics(sort="-claim") == ["gamma", "beta", "alpha", "alphabet", "delta"]
    assert topics("claim>=5", "claim<=50", sort="claim") == ["alpha", "beta"]
    assert topics("topic^=alpha", sort="topic") == ["alpha", "alphabet"]
    assert topics("claim=") == ["delta"]
    assert topics("tags=b", sort="topic") == ["alpha", "beta"]
    assert topics("tags=a|b", sort="topic") == ["alpha", "beta"]
    assert topics("tags=a|b") == ["beta", "alpha"]
    assert topics("urgency=low", "claim>=5") == ["beta", "alpha"]
    assert topics("weight>=1000") == ["gamma"]
    assert topics("due>=2026-02-15", sort="due") == ["alpha"]
    assert topics("urgency=high", "topic=beta", sort="claim") == []


@pytest.mark.parametrize(
    ("where", "sort", "code"),
    [
        (["code=AB-123"], "", "record.not_filterable"),
        (["claim=much"], "", "record.bad_filter"),
        (["claim"], "", "record.bad_filter"),
        ([], "tags", "record.not_sortable"),
        (["claim>=1"] * 11, "", "record.too_many_filters"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(where: list[str], sort: str, code: str) -> None:
    dictionary = in_force.dictionaries.read(dictionaries.TICKET)
    refused = records_query.wanted(dictionary, where=where, sort=sort)
    assert isinstance(refused, Refused) and refused.code == code


def test_a_change_moves_lists_and_the_log_proves_the_rows(desk: Hub, now: dt.datetime) -> None:
    [told] = _create(desk, {"topic": "a", "claim": 1}, now=now, customer=["C1"])
    assert isinstance(told, Told)
    changed = _change(desk, told.record_no, {"claim": 700, "due": None}, now=now, customer=["C2"])
    assert isinstance(changed, Told) and changed.n == 2
    assert [each.values["weight"] for each in _rows(desk, "claim>=600")] == [700]
    assert _rows(desk, "claim<=600") == []
    again = _change(desk, told.record_no, {"claim": 700}, now=now)
    assert isinstance(again, Told) and again.repeated
    proof = check.prove(
        desk.database, desk.workspace, proof_id=desk.ids.new(now), clock=lambda: now, plan=check.Plan(whole=True)
    )
    assert proof.findings == [] and proof.counts["records"] == 1
    with desk.database.workspace(desk.workspace) as connection:
        connection.execute("update records set state = replace(state, '700', '701')")
    proof = check.prove(
        desk.database, desk.workspace, proof_id=desk.ids.new(now), clock=lambda: now, plan=check.Plan(whole=True)
    )
    assert [each.code for each in proof.findings] == ["record.differs"]


def test_personal_values_are_sealed_and_shown_by_the_viewers_masks(desk: Hub, now: dt.datetime) -> None:
    _create(desk, {"topic": "a", "phone": "13800138000"}, now=now)
    with desk.database.workspace(desk.workspace) as connection:
        texts = connection.execute("select body from log union all select state from records").fetchall()
    assert not any("13800138000" in text for (text,) in texts)
    assert _rows(desk)[0].values["phone"] == "13800138000"
    assert _rows(desk, masks=True)[0].values["phone"] == "138****8000"


def test_what_is_retired_stays_readable_and_takes_nothing_new(desk: Hub, now: dt.datetime) -> None:
    [told] = _create(desk, {"topic": "a", "tags": ["a"], "due": "2026-03-01"}, now=now)
    assert isinstance(told, Told)
    fields = [
        {**each, "retired": True} if each["name"] == "due"
        else {**each, "options": [{"value": "a", "zh": "甲", "en": "A", "retired": True}, each["options"][1]]}
        if each["name"] == "tags" else each
        for each in dictionaries.TICKET["fields"]
    ]  # fmt: skip
    dictionaries.publish(desk, {**dictionaries.TICKET, "fields": fields}, now=now)
    [refused] = _create(desk, {"topic": "b", "tags": ["a"], "due": "2026-04-01"}, now=now)
    assert _codes(refused) == {"tags": "field.option_retired", "due": "field.retired"}
    kept = _change(desk, told.record_no, {"topic": "c", "tags": ["a", "b"], "due": "2026-03-01"}, now=now)
    assert isinstance(kept, Told)
    assert _rows(desk)[0].values["due"] == "2026-03-01"


def test_a_field_is_retired_never_deleted(desk: Hub, now: dt.datetime) -> None:
    fewer = {**dictionaries.TICKET, "fields": dictionaries.TICKET["fields"][:-1]}
    proposal = documents.Proposal("fields", "ticket", fewer)
    refused = documents.publish(desk, [proposal], comment="", actor="test", now=now)
    assert isinstance(refused, Refused) and refused.code == "fields.deleted"


def test_the_same_record_asked_for_twice_is_one(desk: Hub, now: dt.datetime) -> None:
    record_id = desk.ids.new(now)
    wanted = [Wanted({"topic": "a"}, record_id=record_id)]
    teller = records.Teller("tester", "console", now)
    [first] = records.create(desk, "ticket", wanted, teller=teller)
    [second] = records.create(desk, "ticket", wanted, teller=teller)
    assert isinstance(first, Told) and isinstance(second, Told)
    assert (first.repeated, second.repeated, first.record_no) == (False, True, second.record_no)
    assert len(_rows(desk)) == 1


def test_an_unknown_type_has_no_records(desk: Hub, now: dt.datetime) -> None:
    [refused] = records.create(desk, "order", [Wanted({})], teller=records.Teller("t", "console", now))
    assert isinstance(refused, Refused) and refused.code == "record.unknown_type"
