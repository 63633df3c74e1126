import itertools

import pytest

from services.rules_engine.domain.truth import conjunction, disjunction, negation

T, F, U = True, False, None

TABLE = [
    # left, right, and, or
    (T, T, T, T), (T, F, F, T), (T, U, U, T),
    (F, T, F, T), (F, F, F, F), (F, U, F, U),
    (U, T, U, T), (U, F, F, U), (U, U, U, U),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "both", "either"), TABLE)
def test_kleenes_tables(left, right, both, either):
    assert conjunction(left, right) is both
    assert disjunction(left, right) is either


def test_not_unknown_is_unknown():
    assert [negation(truth) for truth in (T, F, U)] == [F, T, U]


@pytest.mark.parametrize(("left", "right"), list(itertools.product((T, F, U), repeat=2)))
def test_de_morgan(left, right):
    assert negation(conjunction(left, right)) is disjunction(negation(left), negation(right))


@pytest.mark.parametrize(("left", "right", "both", "either"), TABLE)
def test_compiled_conditions_have_the_same_tables(decided, left, right, both, either):
    def comparison(name, truth):
        return {"==": [{"var": name}, 1]}, {T: 1.0, F: 0.0, U: None}[truth]

    (first, a), (second, b) = comparison("a", left), comparison("b", right)
    assert decided({"and": [first, second]}, a=a, b=b) is both
    assert decided({"or": [first, second]}, a=a, b=b) is either
    assert decided({"!": first}, a=a) is negation(left)
    assert decided({"!!": first}, a=a) is left
