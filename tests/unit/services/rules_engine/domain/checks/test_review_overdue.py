from datetime import date

import pytest

TODAY = date(2026, 3, 27)


@pytest.mark.parametrize(("day", "found"), [("2026-03-26", 1), ("2026-03-27", 0), ("2030-01-01", 0)])
def test_the_day_itself_is_in_time(beside, day, found):
    problems = beside({"review_by": day}, slug="review-overdue", today=TODAY)
    assert [problem.severity for problem in problems] == ["warning"] * found


def test_a_rule_may_have_no_such_day(beside):
    assert beside({}, slug="review-overdue", today=TODAY) == []


def test_without_the_day_it_says_that_it_did_not_check(beside):
    (problem,) = beside({"review_by": "2020-01-01"}, slug="not-checked")
    assert problem.message == "without today not checked: review-overdue"
