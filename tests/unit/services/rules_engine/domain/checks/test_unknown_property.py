import pytest


@pytest.mark.parametrize(
    "tree", [{">": [{"var": "levle"}, 1]}, {"above": ["levle", 1]}], ids=["in-var", "bare-in-words"]
)
def test_a_property_that_the_kind_does_not_have(compilation, tree):
    (problem,) = compilation(tree).problems
    assert (problem.slug, problem.hint) == ("unknown-property", "did you mean 'level'?")


def test_known_properties_are_listed_where_none_is_near(compilation):
    (problem,) = compilation({"above": ["xyz", 1]}).problems
    assert problem.hint == "this kind has: level, flow, warmth, passages"


@pytest.mark.parametrize(
    ("tree", "name"),
    [
        pytest.param({"some": [[1], {"above": ["level", 1]}]}, "level", id="a-property-in-a-loop"),
        pytest.param({"some": [[1], {"missing": ["level"]}]}, "level", id="missing-in-a-loop"),
        pytest.param({"some": [[1], {"above": ["current", 1]}]}, "current", id="outside-of-reduce"),
        pytest.param({"!!": {"reduce": [[1], {"var": "currant"}, 0]}}, "currant", id="in-reduce"),
        pytest.param({"!!": {"reduce": [[1], {"var": ""}, 0]}}, "", id="the-whole-of-reduce"),
        pytest.param({"some": [[1], {"var": "0"}]}, "0", id="in-a-number"),
        pytest.param({"some": [[[1]], {"var": "0.0"}]}, "0.0", id="in-a-number-of-a-list"),
    ],
)
def test_what_the_elements_of_a_list_do_not_have(compilation, tree, name):
    (problem,) = compilation(tree).problems
    assert (problem.slug, problem.message) == ("unknown-property", f"no '{name}' in the elements of this list")
    assert "a property may be an element" in problem.hint


def test_what_is_missing_is_a_property_too(slugs):
    assert slugs({"missing_some": [1, ["level", "flwo"]]}) == ["unknown-property"]


def test_a_group_has_no_property_of_its_own(loaded):
    then = '[{notify: {team: astreinte, message: "{point}"}}]'
    (problem,) = loaded(for_each=None, across="{kind: water-level}", then=then).problems
    assert (problem.message, problem.hint) == (
        "a group has no 'level' of its own", "ask its members: max_of: {value: level}",
    )  # fmt: skip


def test_a_value_that_let_named_is_found_like_a_property(loaded):
    found = loaded(let="{rise: {delta_over: [level, 1 h]}}", when="{above: [{var: rsie}, 1 m]}").problems
    assert ("unknown-property", "did you mean 'rise'?") in [(problem.slug, problem.hint) for problem in found]
