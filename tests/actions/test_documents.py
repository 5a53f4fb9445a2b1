"""Documents: drafts, publishing together, conflicts of editors, roll-back, retiring, and what may not be published."""

import concurrent.futures
import copy
import datetime as dt
from typing import Any

import pytest
from tests import company

from orderloom.actions import documents, shipped
from orderloom.actions.documents import Edit, Pick, Proposal, Publication, Saved
from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

SOURCING = ("rules", "sourcing")


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """The tiny company, open."""
    company.tiny(hub, now=now)
    return hub


def named(name: str) -> Proposal:
    """A shipped document, to be changed."""
    found = next(each for each in shipped.documents() if each.name == name)
    return Proposal(found.kind, found.name, copy.deepcopy(found.content), copy.deepcopy(found.cases))


def rows(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the one table."""
    return content["content"]["nodes"][1]["content"]["rules"]


def wider() -> Proposal:
    """The sourcing document with another radius, and its cases with it."""
    made = named("sourcing")
    rows(made.content)[3]["o1"] = "500000"
    for case in made.cases[0]["cases"]:
        for expected in case["expect"]:
            if expected["rule"] == "ordinary" and "radius_m" in expected:
                expected["radius_m"] = 500_000
    return made


def in_force(hub: Hub, kind: str, name: str) -> Any:
    """The version of a document that the next batch is decided by."""
    with hub.database.workspace(hub.workspace) as connection:
        return hub.reference(connection).documents.get(kind, {}).get(name)


def test_a_draft_changes_nothing_until_it_is_published(house: Hub, now: dt.datetime) -> None:
    made = wider()
    edit = Edit(*SOURCING, made.content, made.cases)
    assert documents.save_drafts(house, [edit], actor="amy", now=now) == [Saved(*SOURCING, 1, 1)]
    assert in_force(house, *SOURCING).version == 1

    published = documents.publish_drafts(house, [Pick(*SOURCING, 1)], comment="500 km", actor="amy", now=now)
    assert isinstance(published, Publication)
    assert [(each.name, each.version) for each in published.published] == [("sourcing", 2)]
    assert rows(in_force(house, *SOURCING).content)[3]["o1"] == "500000"
    again = documents.publish_drafts(house, [Pick(*SOURCING)], comment="", actor="amy", now=now)
    assert isinstance(again, Refused) and again.code == "document.no_draft"


def test_who_saves_over_anothers_draft_is_told_who_when_and_what(house: Hub, now: dt.datetime) -> None:
    made = wider()
    documents.save_drafts(house, [Edit(*SOURCING, made.content, made.cases)], actor="amy", now=now)
    mine = named("sourcing")
    [answer] = documents.save_drafts(house, [Edit(*SOURCING, mine.content, mine.cases)], actor="bob", now=now)
    assert isinstance(answer, Refused) and answer.code == "document.edited_meanwhile"
    assert (answer.data["by"], answer.data["edition"]) == ("amy", 1)
    assert answer.data["at"].startswith("2026-02-18")
    [differs] = answer.data["differences"]
    assert (differs["path"], differs["after"]) == ("/content/nodes/1/content/rules/3/o1", "500000")
    [merged] = documents.save_drafts(house, [Edit(*SOURCING, mine.content, mine.cases, 1)], actor="bob", now=now)
    assert isinstance(merged, Saved) and merged.edition == 2


def test_a_draft_that_was_overtaken_is_refused_until_it_is_begun_anew(house: Hub, now: dt.datetime) -> None:
    made = wider()
    documents.save_drafts(house, [Edit(*SOURCING, made.content, made.cases)], actor="amy", now=now)
    other = named("sourcing")
    other.content["priority"] = 90
    assert isinstance(documents.publish(house, [other], comment="", actor="bob", now=now), Publication)
    refused = documents.publish_drafts(house, [Pick(*SOURCING)], comment="", actor="amy", now=now)
    assert isinstance(refused, Refused) and refused.code == "document.published_meanwhile"
    assert (refused.data["by"], refused.data["version"], refused.data["places"]) == ("bob", 2, "/priority")
    documents.save_drafts(house, [Edit(*SOURCING, made.content, made.cases, 1, 2)], actor="amy", now=now)
    assert isinstance(documents.publish_drafts(house, [Pick(*SOURCING)], comment="", actor="amy", now=now), Publication)


def test_a_failing_case_forbids_publishing_and_names_the_case(house: Hub, now: dt.datetime) -> None:
    made = named("sourcing")
    rows(made.content)[3]["o1"] = "500000"  # The cases still expect 300 km.
    refused = documents.publish(house, [made], comment="", actor="amy", now=now)
    assert isinstance(refused, Refused) and refused.code == "rules.case_failed"
    assert refused.data["row"] == "ordinary"
    assert in_force(house, *SOURCING).version == 1


def test_a_broken_cell_is_named_by_its_pointer(house: Hub, now: dt.datetime) -> None:
    made = named("sourcing")
    rows(made.content)[2]["i3"] = "sum(map([1..30000], sum(map([1..30000], #)))) > 1"
    [answer] = documents.save_drafts(house, [Edit(*SOURCING, made.content, made.cases)], actor="amy", now=now)
    assert isinstance(answer, Saved)
    assert [(each.code, each.path) for each in answer.findings] == [
        ("rules.range_too_long", "/content/nodes/1/content/rules/2/i3")
    ]
    refused = documents.publish_drafts(house, [Pick(*SOURCING)], comment="", actor="amy", now=now)
    assert isinstance(refused, Refused)
    assert refused.data["path"] == "/content/nodes/1/content/rules/2/i3"


def test_several_are_published_together_or_not_at_all(house: Hub, now: dt.datetime) -> None:
    broken = named("grading")
    broken.content["point"] = "nowhere"
    refused = documents.publish(house, [wider(), broken], comment="", actor="amy", now=now)
    assert isinstance(refused, Refused) and refused.code == "document.value_unknown"
    assert (refused.data["name"], refused.data["path"]) == ("grading", "/point")
    assert in_force(house, *SOURCING).version == 1
    both = documents.publish(house, [wider(), named("grading")], comment="", actor="amy", now=now)
    assert isinstance(both, Publication) and len(both.published) == 2
    with house.database.workspace(house.workspace) as connection:
        revisions = connection.execute("select distinct revision from documents where version = 2").fetchall()
        assert revisions == [(both.revision,)]
        assert house.reference(connection).version == both.revision


def test_rolling_back_publishes_the_old_content_as_a_new_version(house: Hub, now: dt.datetime) -> None:
    documents.publish(house, [wider()], comment="", actor="amy", now=now)
    back = documents.roll_back(house, SOURCING, 1, comment="too far", actor="bob", now=now)
    assert isinstance(back, Publication) and back.published[0].version == 3
    assert in_force(house, *SOURCING).content == named("sourcing").content
    none = documents.roll_back(house, SOURCING, 9, comment="", actor="bob", now=now)
    assert isinstance(none, Refused) and none.code == "document.version_unknown"
    same = documents.roll_back(house, SOURCING, 3, comment="", actor="bob", now=now)
    assert isinstance(same, Refused) and same.code == "document.in_force_already"


def test_the_retired_is_out_of_force_and_may_come_back(house: Hub, now: dt.datetime) -> None:
    gone = documents.publish(house, [], retired=[("rules", "holding")], comment="no holds", actor="amy", now=now)
    assert isinstance(gone, Publication) and gone.retired[0].version == 1
    assert in_force(house, "rules", "holding") is None
    twice = documents.publish(house, [], retired=[("rules", "holding")], comment="", actor="amy", now=now)
    assert isinstance(twice, Refused) and twice.code == "document.unknown"
    assert isinstance(
        documents.roll_back(house, ("rules", "holding"), 1, comment="", actor="amy", now=now), Publication
    )
    assert in_force(house, "rules", "holding").version == 2


def test_every_step_leaves_a_line_in_the_audit_trail(house: Hub, now: dt.datetime) -> None:
    made = wider()
    documents.save_drafts(house, [Edit(*SOURCING, made.content, made.cases)], actor="amy", origin="desk", now=now)
    documents.publish_drafts(house, [Pick(*SOURCING)], comment="", actor="bob", now=now)
    with house.database.workspace(house.workspace) as connection:
        lines = connection.execute("select actor, origin, what, subject from audit order by audit_id").fetchall()
    assert lines[-2:] == [
        ("amy", "desk", "document.draft_saved", "rules/sourcing"),
        ("bob", "", "document.published", "rules/sourcing@2"),
    ]


def test_what_cannot_be_a_document_is_refused_before_it_is_kept(house: Hub, now: dt.datetime) -> None:
    deep: Any = 1
    for _ in range(limits.DOCUMENT_DEPTH_MAX + 1):
        deep = [deep]
    edits = [
        Edit("rules", "Bad Name", {}),
        Edit("nothing", "a", {}),
        Edit("rules", "a", {"deep": deep}),
        Edit("rules", "a", {"large": "x" * limits.DOCUMENT_BYTES_MAX}),
        Edit("rules", "a", {"many": [0] * limits.DOCUMENT_VALUES_MAX}),
    ]
    answers = documents.save_drafts(house, edits, actor="amy", now=now)
    assert [each.code if isinstance(each, Refused) else each for each in answers] == [
        "document.bad_name",
        "document.kind_unknown",
        "document.too_deep",
        "document.too_large",
        "document.too_many_values",
    ]


def test_publications_at_the_same_time_come_into_force_one_after_the_other(house: Hub, now: dt.datetime) -> None:
    def publish(number: int) -> Publication | Refused:
        made = named("grading")
        made.content["priority"] = number
        return documents.publish(house, [made], comment=str(number), actor=f"p{number}", now=now)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        made = list(pool.map(publish, range(4)))
    done = [each for each in made if isinstance(each, Publication)]
    assert {each.code for each in made if isinstance(each, Refused)} <= {"document.busy"}
    assert sorted(each.published[0].version for each in done) == list(range(2, 2 + len(done))) and done
    assert len({each.revision for each in done}) == len(done)
    newest = max(done, key=lambda each: each.revision)
    assert in_force(house, "rules", "grading").version == newest.published[0].version


def test_what_others_refer_to_stays_in_force(house: Hub, now: dt.datetime) -> None:
    title = {"zh": "一", "en": "One"}
    metric = Proposal("metric", "orders", {"title": title, "of": "orders"})
    board = Proposal("board", "all", {"title": title, "rows": [[{"metric": "orders"}]]})
    alone = documents.publish(house, [board], comment="", actor="amy", now=now)
    assert isinstance(alone, Refused) and alone.code == "document.reference_missing"
    assert (alone.data["path"], alone.data["to"]) == ("/rows/0/0/metric", "metric/orders")
    assert isinstance(documents.publish(house, [board, metric], comment="", actor="amy", now=now), Publication)
    gone = documents.publish(house, [], retired=[("metric", "orders")], comment="", actor="amy", now=now)
    assert isinstance(gone, Refused)
    assert (gone.data["kind"], gone.data["name"], gone.data["because_of"]) == ("board", "all", "metric/orders")
    both = [("metric", "orders"), ("board", "all")]
    assert isinstance(documents.publish(house, [], retired=both, comment="", actor="amy", now=now), Publication)
