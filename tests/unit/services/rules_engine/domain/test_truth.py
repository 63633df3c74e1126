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


A, B, C = ({"var": name} for name in "abc")
LAWS = [
    pytest.param({"!": {"!": A}}, {"!!": A}, id="double-negation"),
    pytest.param({"!": {"and": [A, B]}}, {"or": [{"!": A}, {"!": B}]}, id="de-morgan"),
    pytest.param({"!": {"or": [A, B]}}, {"and": [{"!": A}, {"!": B}]}, id="de-morgan-of-or"),
    pytest.param({"and": [A, B]}, {"and": [B, A]}, id="commutative"),
    pytest.param({"or": [A, B]}, {"or": [B, A]}, id="or-commutative"),
    pytest.param({"and": [A, {"and": [B, C]}]}, {"and": [A, B, C]}, id="associative"),
    pytest.param({"or": [{"or": [A, B]}, C]}, {"or": [A, B, C]}, id="or-associative"),
    pytest.param({"and": [A, {"or": [B, C]}]}, {"or": [{"and": [A, B]}, {"and": [A, C]}]}, id="distributive"),
    pytest.param({"or": [A, {"and": [B, C]}]}, {"and": [{"or": [A, B]}, {"or": [A, C]}]}, id="or-distributive"),
    pytest.param({"or": [A, {"and": [A, B]}]}, {"!!": A}, id="absorption"),
    pytest.param({"and": [A, A]}, {"!!": A}, id="idempotent"),
    pytest.param({"all": [[A, B, C], {"var": ""}]}, {"and": [A, B, C]}, id="all-is-and"),
    pytest.param({"some": [[A, B, C], {"var": ""}]}, {"or": [A, B, C]}, id="some-is-or"),
    pytest.param({"none": [[A, B, C], {"var": ""}]}, {"!": {"or": [A, B, C]}}, id="none-is-not-or"),
    pytest.param({"none": [[A, B], {"var": ""}]}, {"all": [[A, B], {"!": {"var": ""}}]}, id="none-is-all-not"),
    pytest.param({"!!": {"filter": [[A, B], {"var": ""}]}}, {"some": [[A, B], {"var": ""}]}, id="filtered-is-some"),
    pytest.param({"in": [1, [A, B, C]]}, {"or": [{"===": [each, 1]} for each in (A, B, C)]}, id="in-is-one-equal"),
]


@pytest.mark.parametrize(("left", "right"), LAWS)
def test_compiled_conditions_obey_kleenes_laws(decided, left, right):
    for truths in itertools.product((1.0, 0.0, U), repeat=3):
        values = dict(zip("abc", truths, strict=True))
        assert decided({"!!": left}, **values) is decided({"!!": right}, **values), values
