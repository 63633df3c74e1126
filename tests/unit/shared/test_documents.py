"""YAML is read as officers mean it, and each fault has its place and a hint."""

from __future__ import annotations

import contextlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents import read
from shared.errors import ProblemsFound


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("22:00", "22:00", id="a clock time, not sixty times 22"),
        pytest.param("on", "on", id="on is a word"),
        pytest.param("NO", "NO", id="no is a word"),
        pytest.param("01004", "01004", id="an INSEE code keeps its zero"),
        pytest.param("1.80 m", "1.80 m", id="a quantity"),
        pytest.param("2026-01-01", "2026-01-01", id="a date stays text"),
        pytest.param("12", 12, id="a whole number"),
        pytest.param("-1.5", -1.5, id="a decimal number"),
        pytest.param("1e3", 1000.0, id="an exponent"),
        pytest.param("true", True, id="a boolean"),
        pytest.param("null", None, id="nothing"),
        pytest.param("'12'", "12", id="quoted digits are text"),
    ],
)
def test_a_scalar_is_what_it_looks_like(text: str, value: object) -> None:
    assert read(f"a: {text}", "f.yaml").data == {"a": value}


@pytest.mark.parametrize(
    ("text", "place", "says", "hint"),
    [
        pytest.param("a:\n\t- b", "2:1", "a tab", "spaces", id="tab"),
        pytest.param("when: {>: [1, 2]}", "1:8", "'>'", '">"', id="unquoted greater than"),
        pytest.param("when: {!: {var: x}}", "1:8", "a tag", "not:", id="tag instead of a negation"),
        pytest.param("a: &here 1", "1:4", "an anchor", "write the value out", id="anchor"),
        pytest.param("1: 2", "1:1", "a key that is not text", "quotes", id="number as a key"),
        pytest.param("a: 1\na: 2", "2:1", "twice", "keep one", id="key twice"),
        pytest.param("a: 1\n---\nb: 2", "2:1", "a second document", "---", id="two documents"),
        pytest.param("a: [1,", "1:7", "from line 1 is not closed", "close it", id="unclosed bracket"),
        pytest.param("a: {point} up", "1:12", "begins with a brace", "quotes", id="braces without quotes"),
        pytest.param("a: 'l'eau'", "1:7", "after a value that has ended", "quotes", id="apostrophe"),
        pytest.param("a: b: c", "1:5", "a colon where no key can be", "quotes", id="colon in a text"),
        pytest.param("- a: 1\n b: 2", "2:2", "indented otherwise", "neighbours", id="one space too few"),
        pytest.param('a: [1]\nb: "x', "2:6", "the quotes from line 2", "closing", id="unclosed quotes"),
        pytest.param("a: b\nb: \x07", "2:4", "U+0007", "remove", id="control character"),
    ],
)
def test_what_is_refused_says_where_and_how_to_mend_it(text: str, place: str, says: str, hint: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        read(text, "f.yaml")
    problem = str(caught.value.problems[0])
    assert problem.startswith(f"f.yaml:{place}: error[yaml]:")
    assert says in problem
    assert hint in problem


@pytest.mark.parametrize(
    ("text", "path", "key", "shown"),
    [
        pytest.param("a: 1.80 m  # high", ("a",), False, "1.80 m", id="plain"),
        pytest.param("a: 'l''eau'", ("a",), False, "'l''eau'", id="quoted"),
        pytest.param("- {a: [1, 2]}", (0, "a"), False, "[1, 2]", id="list in brackets"),
        pytest.param("- a: 1  # one\n  b: 2", (0,), False, "a: 1", id="mapping on several lines"),
        pytest.param("a:\n  - 1\n  - 2", ("a",), False, "- 1", id="list on several lines"),
        pytest.param("a: |\n  one\n  two", ("a",), False, "|", id="text of several lines"),
        pytest.param("a: {b: [1,\n 2]}", ("a",), False, "{b: [1,", id="brackets over two lines"),
        pytest.param("a: {bcd: 1}", ("a", "bcd"), True, "bcd", id="key"),
        pytest.param("a: {b: 1}", ("a", "missing"), False, "{b: 1}", id="what isn't there is told at its parent"),
        pytest.param("\ufeffa: é1", ("a",), False, "é1", id="behind a byte order mark"),
    ],
)
def test_a_problem_shows_what_stands_there(text: str, path: tuple[str | int, ...], key: bool, shown: str) -> None:
    problem = read(text, "f.yaml").problem(path, "shape", "wrong", key=key)
    line = text.replace("\ufeff", "").splitlines()[problem.span.line - 1]
    assert problem.text == shown
    assert line[problem.span.column - 1 :][: problem.span.length] == shown


def test_a_value_of_the_wrong_type_is_named_with_its_place() -> None:
    class Thing(msgspec.Struct):
        count: int

    document = read("things:\n  - count: 1\n  - count: many\n", "f.yaml")
    with pytest.raises(ProblemsFound, match=r"f.yaml:3:12: error\[shape\]: Expected `int`, got `str`"):
        document.convert(("things",), list[Thing])


def test_an_unknown_property_is_met_with_the_likeliest_known_one() -> None:
    document = read("severty: red\n", "f.yaml")
    problems = list(document.unknown_keys((), ["severity", "owner"]))
    assert [str(problem) for problem in problems] == [
        "f.yaml:1:1: error[unknown-property]: no property 'severty' here\n    hint: did you mean 'severity'?"
    ]


@given(st.text(max_size=200))
def test_no_text_gives_anything_but_a_document_or_problems(text: str) -> None:
    with contextlib.suppress(ProblemsFound):
        assert read(text, "f.yaml").file == "f.yaml"
