import pytest

LET = "{rise: {delta_over: [level, 1 h]}, fall: {'-': [0, {var: rise}]}}"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        pytest.param({"let": LET}, ["fall"], id="used-by-another-name-only"),
        pytest.param({"let": LET, "when": "{above: [fall, 1 m]}"}, [], id="bare-in-words"),
        pytest.param({"let": LET, "until": "{'<': [{var: fall}, 1]}"}, [], id="in-until"),
        pytest.param(
            {"let": LET, "then": '[{notify: {team: astreinte, message: "{fall.number}"}}]'}, [], id="in-a-message"
        ),
    ],
)
def test_a_name_that_nothing_uses_is_a_warning(loaded, lines, found):
    problems = loaded(**lines).problems
    assert [(problem.slug, problem.severity, problem.text) for problem in problems] == [
        ("unused-name", "warning", name) for name in found
    ]
