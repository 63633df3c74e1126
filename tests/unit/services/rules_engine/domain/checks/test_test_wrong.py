from services.rules_engine.domain.checks.check import Known

TESTS = "[{given: {level: [1.2 m x12, 1.9 metre]}, expect: nothing}]"


def test_a_test_that_cannot_be_read_is_told(loaded):
    (problem,) = loaded(tests=TESTS).problems
    assert (problem.slug, problem.severity, problem.span.line) == ("test-wrong", "error", 9)
    assert problem.message.startswith("no unit 'metre'")


def test_the_rule_runs_all_the_same(loaded):
    assert [rule.id for rule in loaded(tests=TESTS).rules] == ["gemapi.crue"]


def test_a_test_that_can_be_read_is_no_problem_even_if_it_would_fail(loaded):
    assert loaded(tests="[{given: {level: [9 m]}, expect: nothing}]").problems == ()


def test_without_an_inventory_it_is_not_checked(loaded):
    (problem,) = (each for each in loaded(known=Known(), tests=TESTS).problems)
    assert problem.slug == "not-checked"
    assert "test-wrong" in problem.message
