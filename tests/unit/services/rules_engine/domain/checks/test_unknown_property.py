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
