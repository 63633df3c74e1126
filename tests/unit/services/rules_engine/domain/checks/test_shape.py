import pytest


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        pytest.param({}, "an empty condition", id="empty"),
        pytest.param({"and": [{}]}, "an empty condition", id="empty-inside"),
        pytest.param({"!": True, "or": [True]}, "'or' is a second operator in one place", id="second-key"),
        pytest.param([{"!": True}], "a list is not a condition", id="list"),
        pytest.param({">": [[1], 2]}, "a list is not a value here", id="list-as-value"),
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
