def test_a_rule_without_tests_is_a_warning(beside):
    (problem,) = beside({"tests": "[]"}, slug="missing-test")
    assert (problem.severity, problem.message, problem.text) == ("warning", "'r0' has no tests", "r0")


def test_a_rule_with_one_is_fine(beside):
    assert beside({"tests": "[{given: {}, expect: {}}]"}, slug="missing-test") == []
