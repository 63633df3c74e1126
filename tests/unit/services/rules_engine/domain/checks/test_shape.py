import pytest


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        pytest.param({}, "an empty condition", id="empty"),
        pytest.param({"and": [{}]}, "an empty condition", id="empty-inside"),
        pytest.param({"!": True, "or": [True]}, "'or' is a second operator in one place", id="second-key"),
        pytest.param([{"!": True}], "a list is not a condition", id="list"),
        pytest.param({">": [[1], 2]}, "a list is not a value here", id="list-as-value"),
        pytest.param({"and": [[True]]}, "a list is not a value here", id="list-in-and"),
        pytest.param({"!": [[]]}, "a list is not a value here", id="list-in-not"),
        pytest.param({"if": [[1], 2, 3]}, "a list is not a value here", id="list-as-condition"),
        pytest.param({"in": [[1], [2]]}, "a list is not a value here", id="list-in-a-list"),
        pytest.param({"cat": ["a", [1]]}, "a list is not a value here", id="list-as-text"),
        pytest.param({"some": [[1], [True]]}, "a list is not a value here", id="list-in-some"),
        pytest.param({"in": [1, [[10**400]]]}, "this number is too large to count with", id="number-in-a-list"),
        pytest.param({"some": [[1], {"var": []}]}, "'var' takes what is in the element", id="no-name-of-an-element"),
        pytest.param({"some": [[1], {"var": None}]}, "'var' takes what is in the element", id="nothing-as-a-name"),
        pytest.param({"some": [{"var": ""}, True]}, "'var' takes the name of a property", id="outside-of-the-list"),
        pytest.param({"missing": [1]}, "'missing' takes the names of properties", id="number-as-missing"),
        pytest.param({"missing": [""]}, "'missing' takes the names of properties", id="nothing-as-missing"),
        pytest.param({"missing": {"merge": ["level"]}}, "'missing' takes the names of properties", id="worked-out"),
        pytest.param({"missing_some": [1, [1]]}, "'missing_some' takes the names of properties", id="missing-some"),
        pytest.param({"missing_some": [1]}, "'missing_some' takes 2 arguments, not 1", id="missing-some-of-none"),
        pytest.param({"reduce": [[1], 1]}, "'reduce' takes 3 arguments, not 2", id="reduce-without-a-start"),
        pytest.param({"if": []}, "'if' takes at least 1 arguments, not 0", id="empty-if"),
        pytest.param({">": [1]}, "'>' takes 2 to 3 arguments, not 1", id="too-few"),
        pytest.param({"between": ["level", 1]}, "'between' takes 3 arguments, not 2", id="too-few-for-between"),
        pytest.param({"and": []}, "'and' takes at least 1 arguments, not 0", id="none"),
        pytest.param({"var": 1}, "'var' takes the name of a property", id="number-as-name"),
        pytest.param({"var": []}, "'var' takes the name of a property", id="no-name"),
        pytest.param({"var": {"var": "level"}}, "'var' takes the name of a property", id="name-worked-out"),
    ],
)
def test_what_is_not_built_as_json_logic_is_refused(compilation, tree, message):
    found = compilation(tree)
    assert found.compiled is None
    assert ("shape", message) in [(problem.slug, problem.message) for problem in found.problems]


@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" + "0" * 400])
def test_a_number_too_large_to_count_with_is_refused(loaded, number):
    (problem,) = loaded(when=f"{{above: [level, {number}]}}").problems
    assert (problem.slug, problem.message) == ("shape", "this number is too large to count with")


@pytest.mark.parametrize(
    ("tree", "hint"),
    [
        ({"and": [[True]]}, "write the conditions one after the other: and: [..., ...]"),
        ({">": [[1], 2]}, "a list may stand in if, in, merge, filter, map, reduce, all, none, some, missing"),
        ({"missing": [1]}, "write missing: [level, flow]"),
        ({"missing_some": [1, [1]]}, "write missing_some: [1, [level, flow]]"),
        ({"some": [[1], {"var": []}]}, 'write {var: ""} for it'),
    ],
)
def test_a_hint_says_how_it_is_written(compilation, tree, hint):
    assert hint in compilation(tree).problems[0].hint


@pytest.mark.parametrize(
    "tree",
    [
        {"in": [{"var": "level"}, [1, 2]]}, {"in": [{"var": "level"}, {"if": [True, [1], [2]]}]},
        {"!!": {"merge": [[1], 2]}}, {"some": [{"map": [[1], [{"var": ""}]]}, {"var": 0}]},
        {"in": [1, {"reduce": [[1], [{"var": "accumulator.0"}], [1]]}]},
    ],
    ids=str,
)  # fmt: skip
def test_a_list_stands_where_an_operator_takes_one(compilation, tree):
    assert compilation(tree).problems == ()


@pytest.mark.parametrize(
    ("when", "message", "hint"),
    [
        ("{above: [level, 1,80 m]}", "'above' compares 1 with 80 m here, and neither is measured", "a point: 1.80 m"),
        ("{above: [level, 1, 2]}", "'above' compares 1 with 2 here, and neither is measured", "above: [level, 1]"),
        ("{between: [level, 1,5, 3]}", "'between' takes 3 arguments, not 4", "a point: 1.5"),
    ],
)
def test_a_decimal_comma_makes_two_values(loaded, when, message, hint):
    problem = loaded(when=when).problems[0]
    assert (problem.slug, problem.message) == ("shape", message)
    assert hint in problem.hint


def test_a_chain_has_what_is_measured_in_the_middle(loaded):
    assert loaded(when="{below: [1 m, {var: level}, 3 m]}").problems == ()


@pytest.mark.parametrize("active", ["{above: [level, 2]}", "{or: [{weekday: [sat]}, {changed: level}]}"])
def test_a_rule_is_in_force_by_calendars_only(loaded, active):
    (problem,) = loaded(active=active).problems
    assert (problem.slug, problem.severity) == ("shape", "error")
    assert "is no calendar" in problem.message
    assert problem.text in ("above", "changed")


@pytest.mark.parametrize(
    "lines",
    [{"for_": "3700 d"}, {"when": "{absent_for: [level, 9999 d]}"}, {"active": "{sun_between: [dusk -13 h, dawn]}"}],
    ids=["hold", "silence", "offset"],
)
def test_spans_are_within_reach(loaded, lines):
    (problem,) = loaded(**lines).problems
    assert problem.slug == "shape"


def test_what_is_asked_of_others_is_as_finite_as_the_rest(loaded):
    (problem,) = loaded(when="{above: [{how_many: 1%s}, 1]}" % ("0" * 400)).problems
    assert (problem.slug, problem.message) == ("shape", "this number is too large to count with")
