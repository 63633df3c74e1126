import pytest

from services.rules_engine.domain.operators import ALL, NAMES, OPERATORS, is_word


def test_inputs_are_the_properties_read_each_once_in_order(compiled):
    tree = {"and": [{">": [{"var": "flow"}, 1]}, {">": [{"var": "level"}, 1]}, {"<": [{"var": "flow"}, 9]}]}
    assert [(each.name, each.type.unit) for each in compiled(tree).inputs] == [("flow", "m3/s"), ("level", "m")]


@pytest.mark.parametrize(("level", "expected"), [(None, True), (2.0, False)], ids=["missing", "there"])
def test_a_default_stands_in_for_a_missing_value(compiled, level, expected):
    assert compiled({"<": [{"var": ["level", "50 cm"]}, "1 m"]}).decide([level]) is expected


def test_a_default_is_told_in_the_unit_of_the_property(compiled):
    assert compiled({"==": [{"var": ["level", "50 cm"]}, 0.5]}).decide([None]) is True


def test_every_name_is_of_one_operator_only():
    assert len(OPERATORS) == sum(len(each.names) for each in ALL)
    assert len(set(NAMES)) == len(NAMES)


def test_only_our_words_take_bare_names():
    words = {name for name in OPERATORS if is_word(name)}
    assert words == {"above", "below", "at_least", "at_most", "equals", "between", "not", "times", "modulo"}
