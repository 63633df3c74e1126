import pytest


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("{kind: water-level, area: bergse}", "no area 'bergse'"),
        ("{kind: water-level, points: [pont-nuef]}", "no point 'pont-nuef'"),
        ("{kind: water-level, tags: [aval]}", "no point is of this kind and in all that is asked"),
        ("{kind: water-level, area: berges, group: stations}", "no point is of this kind and in all that is asked"),
        ("{kind: water-level, points: [l1]}", "no point is of this kind and in all that is asked"),
    ],
)
def test_a_selector_that_takes_no_point(loaded, selector, message):
    (problem,) = loaded(for_each=selector).problems
    assert (problem.slug, problem.message, problem.span.line) == ("empty-selection", message, 8)


def test_an_unknown_kind_is_said_once(loaded):
    assert [problem.slug for problem in loaded(for_each="{kind: nothing}").problems] == ["unknown-kind"]
