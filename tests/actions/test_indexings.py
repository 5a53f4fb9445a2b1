"""Fields made filterable when there is something already: asked for by publishing, written by a job, told by lists."""

import copy
import datetime as dt
from typing import Any

import pytest
from tests import company, dictionaries

from orderloom.actions import indexings, records
from orderloom.actions.hub import Hub
from orderloom.deciding import dictionaries as in_force
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import orders as orders_query
from orderloom.queries import records as records_query
from orderloom.queries import viewer
from orderloom.store import indexings as indexings_store
from orderloom.worker import jobs

EVERYONE = viewer.everything("t")


def _filterable(name: str) -> dict[str, Any]:
    content = copy.deepcopy(dictionaries.TICKET)
    next(each for each in content["fields"] if each["name"] == name)["filterable"] = True
    return content


def _tickets(hub: Hub, count: int, *, now: dt.datetime) -> None:
    wanted = [records.Wanted({"topic": f"第 {each} 件", "code": f"AB-{each:03}"}) for each in range(count)]
    told = records.create(hub, "ticket", wanted, teller=records.Teller("t", "t", now))
    assert not [each for each in told if isinstance(each, Refused)]


def _page(hub: Hub, where: str, sort: str = "") -> records_query.Page:
    with hub.database.workspace(hub.workspace) as connection:
        dictionary = in_force.record_type(hub.reference(connection), "ticket")
        assert dictionary is not None
        wanted = records_query.wanted(dictionary, where=[where] if where else [], sort=sort)
        assert not isinstance(wanted, Refused), wanted
        reader = records_query.Reader(EVERYONE, dictionary, hub.sealer)
        return records_query.page(connection, reader=reader, wanted=wanted)


def _asked(hub: Hub) -> list[tuple[str, dict[str, Any]]]:
    with hub.database.workspace(hub.workspace) as connection:
        found = connection.execute("select key, payload from outbox where topic = 'job' order by outbox_id").fetchall()
    return [(key, payload) for key, payload in found if payload["name"] == indexings.JOB]


def _unfinished(hub: Hub) -> dict[str, int]:
    with hub.database.workspace(hub.workspace) as connection:
        return {each.field: each.done for each in indexings_store.unfinished(connection)}


def _work(hub: Hub) -> None:
    for _, payload in _asked(hub):
        jobs.JOBS[payload["name"]](hub, payload["arguments"], lambda: False)


def test_nothing_is_asked_for_while_there_is_nothing(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    dictionaries.publish(hub, dictionaries.TICKET, now=now)
    dictionaries.publish(hub, _filterable("code"), now=now)
    assert _asked(hub) == [] and _unfinished(hub) == {}


def test_publishing_has_the_values_written_and_lists_say_so_meanwhile(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    dictionaries.publish(hub, dictionaries.TICKET, now=now)
    _tickets(hub, 3, now=now)
    dictionaries.publish(hub, _filterable("code"), now=now)
    assert _asked(hub) == [("index ticket", {"name": "index", "arguments": {"subject": "ticket"}})]
    meanwhile = _page(hub, "code=AB-001")
    assert meanwhile.rows == [] and [each.field for each in meanwhile.indexing] == ["ticket.code"]
    assert [each.field for each in _page(hub, "", "code").indexing] == ["ticket.code"], "sorted by it too"
    assert _page(hub, "urgency=low").indexing == [], "other fields are whole"
    _work(hub)
    after = _page(hub, "code=AB-001")
    assert [each.title for each in after.rows] == ["第 1 件"] and after.indexing == []
    with hub.database.workspace(hub.workspace) as connection:
        [told] = indexings_store.newest(connection, count=10)
    assert (told.field, told.done, told.total) == ("ticket.code", 3, 3) and told.finished_at is not None
    dictionaries.publish(hub, _filterable("code"), now=now)
    assert len(_asked(hub)) == 1, "nothing new to write"


def test_orders_and_their_lines_are_written_in_one_go(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    floor = {"name": "floor", "type": "number", "zh": "楼层", "en": "Floor"}
    engraving = {"name": "engraving", "type": "text", "zh": "刻字", "en": "Engraving"}
    dictionaries.publish(
        hub, {"subject": "order", "fields": [floor]}, {"subject": "line", "fields": [engraving]}, now=now
    )
    made = company.draft("X1", now=now)
    made.custom, made.lines[0].custom = {"floor": 3}, {"engraving": "囍"}
    [placed] = company.place(hub, made, now=now)
    dictionaries.publish(
        hub,
        {"subject": "order", "fields": [{**floor, "filterable": True}]},
        {"subject": "line", "fields": [{**engraving, "filterable": True}]},
        now=now,
    )
    assert [key for key, _ in _asked(hub)] == ["index order"]
    assert set(_unfinished(hub)) == {"order.floor", "line.engraving"}

    def page() -> orders_query.Page:
        with hub.database.workspace(hub.workspace) as connection:
            fields = in_force.of(hub.reference(connection), "order")
            custom = orders_query.custom(fields.dictionary if fields is not None else None, {"floor": "3"})
            assert not isinstance(custom, Refused)
            return orders_query.page(connection, viewer=EVERYONE, filters=orders_query.Filters(custom=custom))

    assert [each.field for each in page().indexing] == ["order.floor"] and page().rows == []
    _work(hub)
    assert [each.order_no for each in page().rows] == [placed.order_no] and page().indexing == []
    with hub.database.workspace(hub.workspace) as connection:
        written = connection.execute("select field from facets order by field").fetchall()
    assert written == [("line.engraving",), ("line.engraving",), ("order.floor",)]


def test_a_job_that_is_stopped_goes_on_from_there(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    dictionaries.publish(hub, dictionaries.TICKET, now=now)
    _tickets(hub, limits.BATCH_ORDERS_MAX + 5, now=now)
    dictionaries.publish(hub, _filterable("code"), now=now)
    with pytest.raises(indexings.Stopped):
        list(indexings.carry(hub, "ticket", clock=lambda: now, stopping=lambda: any(_unfinished(hub).values())))
    assert _unfinished(hub) == {"ticket.code": limits.BATCH_ORDERS_MAX}
    assert _page(hub, "code=AB-204").indexing[0].total == limits.BATCH_ORDERS_MAX + 5
    _work(hub)
    with hub.database.workspace(hub.workspace) as connection:
        [told] = indexings_store.newest(connection, count=10)
    assert told.done == limits.BATCH_ORDERS_MAX + 5, "what was written is not gone through again"
    assert [each.title for each in _page(hub, "code=AB-204").rows] == ["第 204 件"] and _unfinished(hub) == {}


def test_what_is_asked_for_again_while_it_is_written_is_not_finished_by_it(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    dictionaries.publish(hub, dictionaries.TICKET, now=now)
    _tickets(hub, 2, now=now)
    dictionaries.publish(hub, _filterable("code"), now=now)
    running = indexings.carry(hub, "ticket", clock=lambda: now)
    assert next(running) == 2
    dictionaries.publish(hub, dictionaries.TICKET, now=now)
    dictionaries.publish(hub, _filterable("code"), now=now)
    assert list(running) == []
    assert _unfinished(hub) == {"ticket.code": 0}
    _work(hub)
    assert _unfinished(hub) == {} and len(_page(hub, "code=AB-001").rows) == 1


def test_what_was_written_by_the_dictionary_before_is_gone_through_too(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    dictionaries.publish(hub, dictionaries.TICKET, now=now)
    _tickets(hub, 1, now=now)
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute("update records set title = 'late'")  # It holds the horizon below what is published now.
        dictionaries.publish(hub, _filterable("code"), now=now)
        turns = iter([False, True])
        with pytest.raises(indexings.Stopped):
            list(indexings.carry(hub, "ticket", clock=lambda: now, stopping=lambda: next(turns)))
        assert _unfinished(hub) == {"ticket.code": 0}
    _work(hub)
    assert _unfinished(hub) == {}
