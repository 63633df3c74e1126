"""The braces in a message: which names there are, and how they are found and filled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules_engine.domain.placeholders import filled, loose_braces, names_for, placeholders
from tests.unit.services.rules_engine.domain.conftest import KIND


@pytest.mark.parametrize(
    ("message", "names", "loose"),
    [
        ("{point} : {level}", ("point", "level"), False),
        ("{ level.time }{point}", ("level.time", "point"), False),
        ("rien", (), False),
        ("{}", ("",), False),
        ("{point", (), True),
        ("point}", (), True),
        ("{{point}}", ("point",), True),
        ("{a}{b", ("a",), True),
    ],
)
def test_names_in_braces_are_found_and_braces_that_stand_alone(message, names, loose):
    assert placeholders(message) == names
    assert loose_braces(message) is loose


@given(
    st.lists(st.sampled_from(["texte", " ", "é", "%", "$x"])), st.dictionaries(st.sampled_from(["a", "b.c"]), st.text())
)
def test_every_name_is_replaced_by_its_value_and_all_else_stays(texts, values):
    message = "".join(text + "".join(f"{{{name}}}" for name in values) for text in texts)
    expected = "".join(text + "".join(values.values()) for text in texts)
    assert filled(message, values.__getitem__) == expected


def test_a_value_with_braces_is_not_filled_again():
    assert filled("{a}", {"a": "{b}", "b": "x"}.__getitem__) == "{b}"


def test_a_rule_about_points_has_properties_and_one_about_groups_has_members(loaded):
    (single,) = loaded(let="{x: {previous: level}}").rules
    names = names_for(single, KIND)
    assert {"point", "since", "level", "level.time", "flow.unit", "x", "x.number"} <= set(names)
    assert not {"members", "x.time"} & set(names)
    group = {"for_each": None, "across": "{kind: water-level}", "then": "[{notify: {team: astreinte, message: m}}]"}
    (grouped,) = loaded(when="{at_least: [{how_many: {absent_for: 1 h}}, 1]}", **group).rules
    names = names_for(grouped, KIND)
    assert {"point", "members", "count", "total"} <= set(names)
    assert not {"level", "level.time"} & set(names)
