"""A formula is what it looks like, and nothing but arithmetic."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.formulas import FormulaError, formula

NAMES = {"x0": 7.0, "x1": 32868.0, "resolution": 0.1}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x0", 7.0),
        (" 12.5 ", 12.5),
        ("x0 - 2 - 1", 4.0),
        ("x0 - 2 * 3", 1.0),
        ("(x0 - 2) * 3", 15.0),
        ("x0 / 2 / 2", 1.75),
        ("-x0 + 10", 3.0),
        ("-(x0 - 8) * -2", -2.0),
        ("(x1 - 32768) / 10", 10.0),
        ("(x0 + x1 * 65536) * resolution", (7 + 32868 * 65536) * 0.1),
    ],
)
def test_a_formula_has_the_value_that_it_has_on_paper(text: str, value: float) -> None:
    assert formula(text, NAMES)(NAMES) == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "wanted at 1"),
        ("x0 +", "wanted at 5"),
        ("x0 x1", "'x1' is not expected at 4"),
        ("(x0", "the bracket at 1 is not closed"),
        ("x0)", "')' is not expected at 3"),
        ("x2", "no value 'x2' here; there is: resolution, x0, x1"),
        ("x0 ** 2", "wanted at 5"),
        ("__import__(x0)", "no value '__import__'"),
        ("x0.real", "means nothing"),
        ("x0 & 1", "'&' means nothing"),
        ("x0 if x1 else 3", "'if' is not expected"),
        ("1" * 201, "at most 200 characters"),
        ("(" * 21 + "x0" + ")" * 21, "20 brackets"),
    ],
)
def test_what_is_no_formula_says_where(text: str, says: str) -> None:
    with pytest.raises(FormulaError) as raised:
        formula(text, NAMES)
    assert says in str(raised.value)


def _python(text: str) -> float:
    """Python's own arithmetic, as the oracle."""
    return float(eval(text, {"__builtins__": {}}, dict(NAMES)))  # noqa: S307 - of texts made here


_PARTS = st.sampled_from(["x0", "x1", "resolution", "2", "3.5"])
_FORMULAS = st.recursive(
    _PARTS,
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from("+-*/"), part).map(" ".join),
        part.map(lambda inner: f"({inner})"),
        part.map(lambda inner: f"-{inner}"),
    ),
    max_leaves=8,
)


@given(_FORMULAS)
def test_a_formula_means_what_it_means_in_python(text: str) -> None:
    try:
        value = _python(text)
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            formula(text, NAMES)(NAMES)
        return
    assert math.isclose(formula(text, NAMES)(NAMES), value, rel_tol=1e-12, abs_tol=1e-12)


@given(st.text(max_size=40))
def test_no_text_does_anything_but_calculate_or_say_what_is_wrong(text: str) -> None:
    try:
        read = formula(text, NAMES)
    except FormulaError:
        return
    try:
        assert isinstance(read(NAMES), float)
    except ZeroDivisionError:
        assert "/" in text
