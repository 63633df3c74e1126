"""Which points a rule watches, and in which groups."""

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules_engine.domain.rule import Selector
from services.rules_engine.domain.selecting import Subject, select, subjects
from shared.model.registry import Area, Group, Inventory, Site, Text
from tests.unit.services.rules_engine.domain.conftest import KIND, POINT


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        pytest.param(Selector("water-level"), ["pont-neuf", "portet"], id="kind"),
        pytest.param(Selector("water-level", area="berges"), ["pont-neuf"], id="area"),
        pytest.param(Selector("water-level", group="stations"), ["portet"], id="group"),
        pytest.param(Selector("water-level", points=("portet", "l1")), ["portet"], id="named-and-of-the-kind"),
        pytest.param(Selector("water-level", tags=("amont",)), ["pont-neuf"], id="tag"),
        pytest.param(Selector("water-level", tags=("amont", "aval")), [], id="all-tags"),
        pytest.param(Selector("water-level", area="berges", group="stations"), [], id="each-part-narrows"),
        pytest.param(Selector("water-level", group="nobody"), [], id="unknown-group-takes-nothing"),
    ],
)
def test_points_taken(inventory, selector, expected):
    assert [point.id for point in select(selector, inventory)] == expected


def test_a_retired_point_is_taken_by_no_rule(inventory):
    retired = tuple(
        msgspec.structs.replace(point, retired=datetime(2022, 1, 1, tzinfo=UTC) if point.id == "portet" else None)
        for point in inventory.points
    )
    left = select(Selector("water-level"), msgspec.structs.replace(inventory, points=retired))
    assert [point.id for point in left] == ["pont-neuf"]


NAMES = st.sampled_from(["a", "b", "c"])
PERHAPS = st.one_of(st.none(), NAMES)
LEAVES = st.builds(
    Selector, st.none(), area=PERHAPS, site=PERHAPS, group=PERHAPS,
    points=st.lists(st.sampled_from(["p0", "p1", "p2"]), max_size=2).map(tuple),
    tags=st.lists(NAMES, max_size=2).map(tuple),
)  # fmt: skip
CHOICES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda own, all_of, any_of, none_of: replace(
            own, all_of=tuple(all_of), any_of=tuple(any_of), none_of=tuple(none_of)
        ),
        LEAVES, *(st.lists(inner, max_size=2) for _ in range(3)),
    ),
    max_leaves=8,
)  # fmt: skip
SOME = st.lists(NAMES, max_size=2).map(tuple)
POINTS = st.lists(st.tuples(SOME, PERHAPS, SOME, st.sampled_from(["water-level", "x"])), max_size=4)


def _city(points, groups=()):
    return Inventory(
        kinds=(KIND,),
        points=tuple(
            msgspec.structs.replace(
                POINT, id=f"p{index}", title=f"P{index}", areas=areas, site=site, tags=tags, kind=kind
            )
            for index, (areas, site, tags, kind) in enumerate(points)
        ),
        areas=tuple(Area(id=name, title=Text(f"Zone {name}", name), geometry={}) for name in "abc"),
        sites=tuple(Site(id=name, title=f"Site {name}") for name in "abc"),
        groups=tuple(
            Group(id=name, title=Text(f"Groupe {name}", name), directorate="d", points=of) for name, of in groups
        ),
    )


def _takes(selector, point, groups):
    """By the words, one after the other."""
    told = [
        selector.area is None or selector.area in point.areas,
        selector.site is None or selector.site == point.site,
        selector.group is None or point.id in dict(groups).get(selector.group, ()),
        not selector.points or point.id in selector.points,
        all(tag in point.tags for tag in selector.tags),
        all(_takes(each, point, groups) for each in selector.all_of),
        not selector.any_of or any(_takes(each, point, groups) for each in selector.any_of),
        not any(_takes(each, point, groups) for each in selector.none_of),
    ]
    return all(told)


@given(CHOICES, POINTS)
def test_every_word_narrows_and_choices_within_are_and_or_and_not(selector, points):
    groups = (("a", ("p0", "p2")), ("b", ("p1",)))
    city = _city(points, groups)
    chosen = replace(selector, kind="water-level")
    expected = [point for point in city.points if point.kind == "water-level" and _takes(selector, point, groups)]
    assert list(select(chosen, city)) == expected


THREE = [(("a",), "b", (), "water-level"), (("a", "b"), None, (), "water-level"), ((), "b", (), "water-level")]


@pytest.mark.parametrize(
    ("across", "expected"),
    [
        pytest.param(None, [("p0", "P0", ("p0",)), ("p1", "P1", ("p1",)), ("p2", "P2", ("p2",))], id="each for itself"),
        pytest.param("all", [("rule:gemapi.crue", "Garonne : alerte", ("p0", "p1", "p2"))], id="all of them"),
        pytest.param(
            "area", [("area:a", "Zone a", ("p0", "p1")), ("area:b", "Zone b", ("p1",))], id="in two areas at once"
        ),
        pytest.param("site", [("site:b", "Site b", ("p0", "p2"))], id="those that stand nowhere are left out"),
        pytest.param("group", [("group:a", "Groupe a", ("p1", "p2"))], id="groups without any of them are none"),
    ],
)
def test_what_the_alerts_of_a_rule_are_about(loaded, across, expected):
    city = _city(THREE, (("a", ("p1", "p2", "l1")), ("b", ("l1",))))
    chosen = {} if across is None else {"for_each": None, "across": f"{{kind: water-level, by: {across}}}"}
    when = "{at_least: [{how_many: {above: [level, 2 m]}}, 1]}" if across else "{above: [level, 2 m]}"
    (rule,) = loaded(known=None, when=when, then='[{notify: {team: t, message: "{point}"}}]', **chosen).rules
    assert [(each.id, each.title, each.points) for each in subjects(rule, city)] == expected
    assert {each.zone for each in subjects(rule, city)} == {"Europe/Paris"}


def test_a_rule_without_points_is_about_nothing(loaded):
    chosen = {"for_each": None, "across": "{kind: water-level}"}
    (rule,) = loaded(
        known=None,
        when="{at_least: [{how_many: {absent_for: 1 h}}, 1]}",
        then="[{notify: {team: t, message: x}}]",
        **chosen,
    ).rules
    assert subjects(rule, _city([])) == ()


def test_a_group_keeps_the_clocks_of_its_first_point(loaded):
    chosen = {"for_each": None, "across": "{kind: water-level}"}
    (rule,) = loaded(
        known=None,
        when="{at_least: [{how_many: {absent_for: 1 h}}, 1]}",
        then="[{notify: {team: t, message: x}}]",
        **chosen,
    ).rules
    city = _city(THREE)
    city = msgspec.structs.replace(
        city, points=(msgspec.structs.replace(city.points[0], zone="Indian/Reunion"), *city.points[1:])
    )
    assert subjects(rule, city) == (
        Subject("rule:gemapi.crue", "Garonne : alerte", ("p0", "p1", "p2"), "Indian/Reunion"),
    )
