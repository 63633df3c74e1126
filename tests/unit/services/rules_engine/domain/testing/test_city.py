"""The city of a test has the points of the test, and where there is no inventory, points that the rule watches."""

from dataclasses import replace

import pytest

from services.rules_engine.domain.rule import Grouping, Selector
from services.rules_engine.domain.selecting import select, subjects
from services.rules_engine.domain.testing.city import STAND_IN, city_of, made_up, stand_in


@pytest.fixture
def watching(rules, rule_text, empty):
    """The rule of the guide, watching other points."""

    def _watching(selector):
        return replace(rules(rule_text, empty)["gemapi.crue"], for_each=selector)

    return _watching


SELECTORS = [
    Selector("water-level"),
    Selector("water-level", area="x", site="y", group="z", tags=("a", "b")),
    Selector("water-level", points=("p-1", "p-2")),
    Selector("water-level", all_of=(Selector(None, area="x"), Selector(None, any_of=(Selector(None, tags=("a",)),)))),
    Selector("water-level", none_of=(Selector(None, tags=("c",)),)),
]


@pytest.mark.parametrize("selector", SELECTORS)
def test_a_point_that_is_made_up_is_one_that_the_rule_watches(watching, empty, selector):
    rule = watching(selector)
    point = stand_in(rule, [])
    assert select(selector, city_of([point], empty, rule)) == (point,)


def test_it_has_the_name_that_the_rule_asks_for(watching):
    assert stand_in(watching(SELECTORS[2]), []).id == "p-1"
    assert stand_in(watching(SELECTORS[0]), []).id == STAND_IN


def test_points_that_are_made_up_can_be_grouped_by_what_the_rule_names(watching, empty):
    rule = replace(watching(Selector("water-level", area="x")), grouping=Grouping.AREA)
    city = city_of([made_up(name, rule.for_each) for name in ("a", "b")], empty, rule)
    assert [(subject.id, subject.points) for subject in subjects(rule, city)] == [("area:x", ("a", "b"))]


def test_points_of_the_inventory_keep_their_places(watching, inventory):
    rule = watching(Selector("water-level"))
    city = city_of(inventory.points[:2], inventory, rule)
    assert (city.points, city.groups, city.areas) == (inventory.points[:2], inventory.groups, inventory.areas)
