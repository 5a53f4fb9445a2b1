"""Packs: the same bytes each time, compared and applied elsewhere, and whatever is sent, bounded."""

import datetime as dt
import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import company

from orderloom.actions import documents, packs, shipped, yamls
from orderloom.actions.documents import Proposal, Publication, Saved
from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

HEAD = b"format: orderloom-pack-1\nname: x\n"
PATH = "documents/rules/a.yaml"


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """The tiny company, open."""
    company.tiny(hub, now=now)
    return hub


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files, packed as anyone may pack it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return target.getvalue()


def refusal(raw: bytes) -> Refused:
    """Why these bytes are no pack."""
    found = packs.read(raw)
    assert isinstance(found, Refused), found
    return found


def test_the_shipped_documents_are_a_pack_that_reads_back(house: Hub) -> None:
    pack = packs.of("shipped", shipped.documents())
    raw = packs.write(pack)
    read = packs.read(raw)
    assert isinstance(read, packs.Pack)
    assert read.documents == pack.documents
    assert packs.write(read) == raw
    comparison = packs.compare(house, read)
    assert {each.state for each in comparison.documents} == {"same"} and comparison.only_here == []


def test_a_workspace_goes_into_another_by_its_pack(house: Hub, now: dt.datetime) -> None:
    pack = packs.export(house, names=["sourcing"])
    [found] = pack.documents
    changed = Proposal(found.kind, found.name, {**found.content, "priority": 7}, found.cases)
    other = packs.of("elsewhere", [changed, Proposal("rules", "sourcing_north", found.content, found.cases)])
    comparison = packs.compare(house, other)
    assert [(each.name, each.state) for each in comparison.documents] == [
        ("sourcing", "changed"),
        ("sourcing_north", "new"),
    ]
    assert [(each.path, each.before, each.after) for each in comparison.documents[0].content] == [("/priority", 100, 7)]
    made = packs.publish(house, other, comment="", actor="amy", now=now)
    assert isinstance(made, Publication) and [each.version for each in made.published] == [2, 1]
    assert packs.publish(house, other, comment="", actor="amy", now=now) is None


def test_what_a_pack_retires_goes_in_the_same_revision(house: Hub, now: dt.datetime) -> None:
    [found] = packs.export(house, names=["sourcing"]).documents
    changed = Proposal(found.kind, found.name, {**found.content, "priority": 7}, found.cases)
    pack = packs.Pack("x", [changed], retires=["rules/promotions", "rules/nothing"])
    read = packs.read(packs.write(pack))
    assert read == pack
    compared = packs.compare(house, pack)
    assert [(each.name, each.state) for each in compared.documents] == [
        ("sourcing", "changed"),
        ("promotions", "retired"),
    ]
    assert "rules/promotions" not in compared.only_here
    made = packs.publish(house, pack, comment="", actor="amy", now=now)
    assert isinstance(made, Publication) and [each.name for each in made.retired] == ["promotions"]
    with house.database.workspace(house.workspace) as connection:
        assert "promotions" not in house.reference(connection).documents["rules"]
    assert packs.publish(house, pack, comment="", actor="amy", now=now) is None
    assert (
        refusal(zipped({"pack.yaml": HEAD + b"retires: [promotions]\n", PATH: b"content: {}\n"})).code == "pack.no_head"
    )


def test_a_pack_may_come_as_drafts_and_never_over_someones_draft(house: Hub, now: dt.datetime) -> None:
    [found] = packs.export(house, names=["sourcing"]).documents
    edit = documents.Edit(found.kind, found.name, {**found.content, "priority": 9}, found.cases)
    documents.save_drafts(house, [edit], actor="bob", now=now)
    other = packs.of("x", [Proposal("rules", name, {**found.content, "priority": 7}, found.cases)
                           for name in ("sourcing", "sourcing_north")])  # fmt: skip
    taken, made = packs.draft(house, other, actor="amy", now=now)
    assert isinstance(taken, Refused) and taken.code == "document.edited_meanwhile"
    assert isinstance(made, Saved) and made.edition == 1


def test_founding_applies_the_shipped_pack(house: Hub) -> None:
    in_force = [(each.kind, each.name) for each in packs.export(house).documents]
    assert in_force == [(each.kind, each.name) for each in shipped.documents()]


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        (b"a: &x [1]\nb: *x", "yaml.alias", "1:4"),
        (b"a: !!python/object/apply:os.system ['true']", "yaml.tag", "1:4"),
        (b"a: 1\na: 2", "yaml.bad_key", "2:1"),
        (b"[1]: 2", "yaml.bad_key", "1:1"),
        (b"1: 2", "yaml.bad_key", "1:1"),
        (b"a: 1\n---\nb: 1", "yaml.one_document", "2:1"),
        (b"a: [1", "yaml.malformed", "2:1"),
        (b"[" * 1_000_000, "yaml.too_deep", "1:65"),
        (b"{a: " * 500_000, "yaml.too_deep", "1:257"),
        (b"- " * 100_000, "yaml.too_deep", "1:129"),
        (b"a: \xff", "yaml.not_utf8", "-"),
        (b"a: " + b"x" * (10 * 2**20), "yaml.too_large", "-"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_hostile_yaml_is_refused_with_its_place_and_at_once(raw: bytes, code: str, place: str) -> None:
    began = time.process_time()
    found = refusal(zipped({"pack.yaml": HEAD, PATH: raw}))
    assert (found.code, found.data["place"], found.data["file"]) == (code, place, PATH)
    assert time.process_time() - began < 2


def test_more_values_than_allowed_are_not_read_to_the_end() -> None:
    raw = b"[" + b"1," * 4_000_000
    began = time.process_time()
    with pytest.raises(yamls.Unreadable) as found:
        yamls.read(raw, yamls.Budget(1_000))
    assert found.value.refused.code == "yaml.too_many_values"
    assert time.process_time() - began < 2


def test_a_zip_that_grows_is_not_unpacked() -> None:
    files = {f"documents/rules/a{number}.yaml": b" " * (8 * 2**20 - 1) for number in range(6)}
    raw = zipped({"pack.yaml": HEAD, **files})
    assert len(raw) < 100_000
    assert refusal(raw).code == "pack.too_large"
    assert refusal(b" " * (limits.PACK_BYTES_MAX + 1)).code == "pack.too_large"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"../../etc/passwd": b""}, "pack.bad_path"),
        ({"/etc/passwd": b""}, "pack.bad_path"),
        ({"documents/rules/../x.yaml": b""}, "pack.bad_path"),
        ({"documents/rules/A.yaml": b""}, "pack.bad_path"),
        ({PATH: b"content: {}\ncases: []"}, "pack.no_head"),
        ({"pack.yaml": b"format: other"}, "pack.no_head"),
        ({"pack.yaml": HEAD, PATH: b"contents: {}"}, "pack.misshapen"),
        ({"pack.yaml": HEAD, "documents/nothing/a.yaml": b"content: {}"}, "document.kind_unknown"),
        ({f"documents/rules/a{number}.yaml": b"" for number in range(600)}, "pack.too_many_files"),
    ],
)
def test_what_is_no_pack_is_refused_by_file(files: dict[str, bytes], code: str) -> None:
    assert refusal(zipped(files)).code == code


def test_bytes_that_are_no_zip_are_refused() -> None:
    good = zipped({"pack.yaml": HEAD})
    for raw in (b"", b"PK", good[:-10], good[: len(good) // 2], good[:45] + b"\0\0\0" + good[48:]):
        assert refusal(raw).code == "pack.not_a_zip"


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.sampled_from(
        ["1e3", "0x1", "yes", "null", "~", "12:30:45", "- a", "a: b", "#x", " x ", "x\ny", "\u2028", "\x85"]
    )
)
KEYS = st.text(min_size=1, max_size=3, alphabet="abc1~")
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=10
)


@given(VALUES)
@settings(max_examples=200)
def test_what_is_written_is_read_back(value: object) -> None:
    assert yamls.read(yamls.write(value)) == value


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    assert isinstance(packs.read(zipped({"pack.yaml": raw})), packs.Pack | Refused)
