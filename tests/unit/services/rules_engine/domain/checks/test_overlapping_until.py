import pytest


@pytest.mark.parametrize(
    ("until", "found"),
    [
        pytest.param("{below: [level, 3 m]}", ["overlapping-until"], id="ends-above-where-it-begins"),
        pytest.param("{below: [level, 250 cm]}", ["overlapping-until"], id="in-another-unit"),
        pytest.param("{at_most: [level, 2 m]}", [], id="side-by-side"),
        pytest.param("{below: [level, 1.8 m]}", [], id="with-a-distance"),
    ],
)
def test_until_and_when_at_once(loaded, until, found):
    assert [problem.slug for problem in loaded(until=until).problems] == found


def test_it_tells_a_value_at_which_both_hold(loaded):
    (problem,) = loaded(until="{below: [level, 3 m]}").problems
    assert problem.message == "at level = 2,50 m both 'when' and 'until' hold"
    assert problem.severity == "error"


def test_over_different_properties_it_is_a_warning(loaded):
    found = loaded(until="{below: [flow, 50]}")
    assert [(problem.slug, problem.severity) for problem in found.problems] == [("overlapping-until", "warning")]
    assert len(found.rules) == 1
