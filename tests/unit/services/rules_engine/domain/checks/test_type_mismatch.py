import pytest

LEVEL = {"var": "level"}
NONE = "'%s' takes numbers, and none is asked for here"


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
        ({">": [{"merge": [[1]]}, 2]}, "'>' takes no list", "some, all and none ask about the elements"),
        ({"==": [{"missing": ["level"]}, 2]}, "'==' takes no list", "some, all and none ask about the elements"),
        ({"+": [{"merge": [[1]]}, 2]}, "'+' takes no list", None),
        ({"cat": [{"merge": [[1]]}, 2]}, "'cat' takes no list", None),
        ({"in": [{"merge": [[1]]}, [1]]}, "'in' takes no list", None),
        ({"some": [LEVEL, True]}, "'some' goes through a list, not through a number", "write some: [[..., ...], ...]"),
        ({"map": ["level", True]}, "'map' goes through a list, not through text", "write map: [[..., ...], ...]"),
        ({"in": [LEVEL, "2 m"]}, "'in' looks into a list or a text, not into a number", "write in: [..., [..., ...]]"),
        ({"in": [LEVEL, ["flow"]]}, "'flow' is text, and a number is never equal to it", "write {var: flow}"),
        (
            {"in": [LEVEL, ["1,80 m"]]},
            "'1,80 m' is text, and a number is never equal to it",
            "a point for the decimals",
        ),
        ({"in": [LEVEL, [True]]}, "'true' is a truth, and a number is never equal to it", None),
        ({"in": [LEVEL, [[1]]]}, "a list is a list, and a number is never equal to it", None),
        ({"in": [None, [1]]}, "'in' with nothing is always unknown", "when_unknown says what happens then"),
        ({"above": [{"changed": "level"}, 0]}, "'above' takes numbers, and 'changed' gives a truth", "by itself"),
        ({"+": [{"weekday": ["sat"]}, 1]}, "'+' takes numbers, and 'weekday' gives a truth", "by itself"),
        ({"above": [{"quality": "level"}, 3]}, "'quality' gives a word, not a number", "equals: [{quality"),
        (
            {"rate_over": ["level", "1 h"]},
            "'rate_over' gives a number, which is neither true nor false",
            "above: [{rate",
        ),
        ({"and": [{"not": {"age": "level"}}]}, "'age' gives a number, which is neither true nor false", "above: [{age"),
        (
            {"above": [{"how_many": {"where": {"avg_over": ["level", "1 h"]}}}, 1]},
            "'avg_over' gives a number, which is neither true nor false",
            "above: [{avg_over",
        ),
        ({"above": [{"max_of": {"value": {"changed": "level"}}}, 1]}, NONE % "max_of", "how_many"),
        ({"sum_of": {"value": False}}, NONE % "sum_of", "how_many"),
        ({"and": ["level", True]}, "'level' is text here, which is always true", "write {var: level}"),
    ],
)
def test_what_is_no_number_where_one_is_meant(compilation, tree, message, hint):
    problem = next(problem for problem in compilation(tree).problems if problem.message == message)
    assert (problem.slug, problem.message) == ("type-mismatch", message)
    assert hint is None or hint in problem.hint


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({">": [LEVEL, "1"]}, id="spells-a-number"),
        pytest.param({"==": ["a", "a"]}, id="text-with-text"),
        pytest.param({"in": ["a", ["a", "b"]]}, id="text-among-texts"),
        pytest.param({"in": ["a", "abc"]}, id="text-in-text"),
        pytest.param({"in": [{"if": [LEVEL, 1, "a"]}, ["a", 1]]}, id="what-shows-at-run-time"),
        pytest.param({"if": [{"missing": ["level"]}, True, False]}, id="a-list-as-a-truth"),
        pytest.param({"and": [LEVEL, True]}, id="a-number-as-a-truth"),
        pytest.param({"==": [{"changed": "level"}, True]}, id="truth-with-truth"),
        pytest.param({"<": [{"==": [LEVEL, 1]}, 1]}, id="a-comparison-counted"),
    ],
)
def test_what_json_logic_can_compare_is_left_alone(slugs, tree):
    assert "type-mismatch" not in slugs(tree)


def test_a_name_that_let_gave_is_meant_as_a_value(loaded):
    (problem, *_) = loaded(let="{rise: {delta_over: [level, 1 h]}}", when="{above: [level, rise]}").problems
    assert (problem.slug, problem.hint) == ("type-mismatch", "write {var: rise} for the value of that name")


def test_a_value_that_has_a_name_need_not_be_a_truth(loaded):
    found = loaded(let="{rise: {delta_over: [level, 1 h]}}", when="{above: [rise, 1 m]}")
    assert found.problems == ()
