"""Several roles of one person: what they reach and show together, and what they never do."""

from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain.people import PERSONAL
from orderloom.queries import viewer as viewers
from orderloom.queries.viewer import Grant

NONE: frozenset[str] = frozenset()


def grant(*verbs: str, masks: frozenset[str] = PERSONAL, **scope: set[str]) -> Grant:
    return Grant(verbs=frozenset(verbs), masks=masks, **{name: frozenset(each) for name, each in scope.items()})


def test_what_one_role_lets_one_read_everywhere_another_does_not_let_one_write_everywhere() -> None:
    own = grant("orders:read", "orders:write", owners={"user/li"})
    auditor = grant("orders:read")
    reading = viewers.united([own, auditor], verb="orders:read", name="li")
    assert not reading.limited and not reading.may("orders:write")
    writing = viewers.united([own, auditor], verb="orders:write", name="li")
    assert writing.owners == {"user/li"} and writing.may("orders:read")


def test_channels_of_two_roles_add_up() -> None:
    both = viewers.united(
        [grant("orders:*", channels={"web"}), grant("orders:*", channels={"tmall"})], verb="orders:read", name="li"
    )
    assert both.channels == {"web", "tmall"} and both.may("orders:write")


def test_scopes_that_are_no_scope_together_never_become_everything() -> None:
    found = viewers.united(
        [grant("orders:read", channels={"web"}), grant("orders:read", warehouses={"suzhou"})],
        verb="orders:read",
        name="li",
    )
    assert (found.channels, found.warehouses) == ({"web"}, None)


def test_a_field_is_whole_only_where_a_role_shows_it_for_all_that_is_reached() -> None:
    service = grant("orders:read", masks=NONE, channels={"web"})
    lead = grant("orders:read")
    assert viewers.united([service, lead], verb="orders:read", name="li").masks == PERSONAL
    assert viewers.united([service, grant("stock:read")], verb="orders:read", name="li").masks == NONE


def test_without_a_role_that_gives_the_verb_nothing_is_allowed() -> None:
    found = viewers.united([grant("stock:*")], verb="orders:read", name="li")
    assert not found.may("orders:read") and not found.verbs


_names = st.none() | st.frozensets(st.sampled_from("abc"), max_size=3)
_grants = st.builds(
    Grant,
    verbs=st.frozensets(st.sampled_from(["orders:read", "orders:write", "orders:*", "stock:read", "*"]), min_size=1),
    channels=_names,
    warehouses=_names,
    owners=_names,
    masks=st.frozensets(st.sampled_from(sorted(PERSONAL))),
)
_VERBS = ("orders:read", "orders:write", "stock:read")


def _at(name: str) -> Grant:
    channel, warehouse, owner = name
    return grant(channels={channel}, warehouses={warehouse}, owners={owner})


@given(grants=st.lists(_grants, min_size=1, max_size=4), verb=st.sampled_from(_VERBS), other=st.sampled_from(_VERBS))
def test_nothing_is_reached_that_no_single_role_reaches(grants: list[Grant], verb: str, other: str) -> None:
    found = viewers.united(grants, verb=verb, name="li")
    for place in (_at(a + b + c) for a in "abc" for b in "abc" for c in "abc"):
        if found.covers(place):
            for asked in (verb, other):
                giving = [each for each in grants if each.may(asked) and each.covers(place)]
                assert giving or not found.may(asked)
            shown = PERSONAL - found.masks
            giving = [each for each in grants if each.may(verb) and each.covers(place)]
            assert not found.may(verb) or all(any(field not in each.masks for each in giving) for field in shown)
