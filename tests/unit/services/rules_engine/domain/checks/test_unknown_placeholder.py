import pytest


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("{pont}", "nothing fills '{pont}'"),
        ("{level.tmie}", "nothing fills '{level.tmie}'"),
        ("{}", "nothing fills '{}'"),
        ("{point", "a brace without its other half"),
    ],
)
def test_what_nothing_fills(loaded, message, found):
    (problem,) = loaded(then=f'[{{notify: {{team: astreinte, message: "{message}"}}}}]').problems
    assert (problem.slug, problem.message) == ("unknown-placeholder", found)


def test_all_that_can_be_filled_in(loaded):
    message = "{point} {point.id} {time} {since} {rule} {severity} {level} {level.time} {flow.number} {flow.unit}"
    assert loaded(then=f'[{{notify: {{team: astreinte, message: "{message}"}}}}]').problems == ()
