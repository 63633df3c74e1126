import pytest

LEVEL = {"var": "level"}


@pytest.mark.parametrize(
    ("tree", "message", "hint"),
    [
        ({">": [LEVEL, "high"]}, "'high' is not a number", "'high' is not a number with a unit; for example 1.80 m"),
        ({"above": ["level", "flow"]}, "'flow' is not a number", "write {var: flow} for the property"),
        ({"above": ["level", "1,80 m"]}, "'1,80 m' is not a number", "with a point for the decimals"),
        ({"above": ["level", "2 metres"]}, "'2 metres' is not a number", "no unit 'metres'"),
        ({"+": [LEVEL, "much"]}, "'much' is not a number", None),
        ({"==": [LEVEL, None]}, "'==' with nothing is always unknown", "a value that is missing is unknown already"),
        ({"max": [LEVEL, True]}, "'max' takes numbers, not truths", None),
    ],
)
def test_what_is_no_number_where_one_is_meant(compilation, tree, message, hint):
    problem = compilation(tree).problems[0]
    assert (problem.slug, problem.message) == ("type-mismatch", message)
    assert hint is None or hint in problem.hint


@pytest.mark.parametrize("tree", [{">": [LEVEL, "1"]}, {"==": ["a", "a"]}], ids=["spells-a-number", "text-with-text"])
def test_what_json_logic_can_compare_is_left_alone(slugs, tree):
    assert "type-mismatch" not in slugs(tree)
