"""Every test that the authors of the shipped rules wrote passes."""

from services.console.testing_rules import Workshop
from shared.runtime.settings import shipped_rules


def test_the_tests_of_the_shipped_rules_pass() -> None:
    tally = Workshop([shipped_rules()]).run()
    assert tally.tested
    assert [str(problem) for problem in tally.problems] == []
    said = [
        (each.rule.id, each.result.case.name, failure.said.fr)
        for each in tally.failed
        for failure in each.result.failures
    ]
    assert said == []
