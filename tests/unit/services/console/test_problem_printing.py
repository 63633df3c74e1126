"""Problems as a compiler prints them, as JSON, and as annotations of GitHub."""

from __future__ import annotations

import json

import pytest

from services.console.checking import Report
from services.console.problem_printing import as_annotations, as_json, as_text, closing
from shared.problems import Problem, Span


def problem(line: int, column: int, length: int, *, hint: str | None = "do it", severity: str = "error") -> Problem:
    return Problem("some-slug", "it is wrong", "rules/a.yaml", Span(line, column, length), hint, severity, "text")


def printed(found: Problem, text: str) -> str:
    return as_text([found], {"rules/a.yaml": text}).plain


def marked(found: Problem, text: str) -> tuple[str, str]:
    """The line that is shown, and the marks below it."""
    lines = printed(found, text).splitlines()
    return lines[3].partition("| ")[2], lines[4].partition("| ")[2]


def test_a_problem_is_shown_with_its_line_and_what_to_do() -> None:
    assert printed(problem(2, 9, 4), "one\nvalue: text # so\nthree\n") == (
        "error[some-slug]: it is wrong\n"
        " --> rules/a.yaml:2:9\n"
        "  |\n"
        "2 | value: text # so\n"
        "  |         ^^^^\n"
        "  = hint: do it\n"
        "\n"
    )


def test_the_margin_is_as_wide_as_the_number() -> None:
    shown = printed(problem(100, 1, 1, hint=None, severity="warning"), "a\n" * 100)
    assert shown.startswith("warning[some-slug]: it is wrong\n   --> rules/a.yaml:100:1\n    |\n100 | a\n    | ^\n\n")


@pytest.mark.parametrize(
    ("text", "span", "line", "marks"),
    [
        pytest.param("a: b", (1, 1, 1), "a: b", "^", id="at the beginning"),
        pytest.param("a: b", (1, 4, 0), "a: b", "   ^", id="nobody knows how long"),
        pytest.param("a: [", (1, 5, 0), "a: [", "    ^", id="behind the end"),
        pytest.param("a:\tb", (1, 4, 1), "a: b", "   ^", id="behind a tab"),
        pytest.param("日本: x", (1, 5, 1), "日本: x", "      ^", id="behind wide letters"),
        pytest.param("日本: x", (1, 1, 2), "日本: x", "^^^^", id="wide letters"),
        pytest.param("a: \x1b[31mb", (1, 4, 1), "a: \N{REPLACEMENT CHARACTER}[31mb", "   ^", id="nothing is obeyed"),
    ],
)
def test_marks_stand_below_what_is_wrong(text: str, span: tuple[int, int, int], line: str, marks: str) -> None:
    assert marked(problem(*span), text) == (line, marks)


@pytest.mark.parametrize("column", [1, 61, 150, 300, 400])
def test_a_very_long_line_is_cut_around_what_is_wrong(column: int) -> None:
    line = "x" * (column - 1) + "wrong" + "y" * (400 - column)
    shown, marks = marked(problem(1, column, 5), line)
    assert len(shown) <= 122
    begin = marks.index("^")
    assert (shown[begin : begin + 5], marks[begin:]) == ("wrong", "^^^^^")


def test_of_a_file_that_is_not_there_no_line_is_shown() -> None:
    assert as_text([problem(1, 1, 1)], {}).plain == (
        "error[some-slug]: it is wrong\n --> rules/a.yaml:1:1\n  = hint: do it\n\n"
    )


def test_what_an_author_wrote_is_shown_and_not_obeyed() -> None:
    found = Problem("some-slug", "no '\x1b[2J\n'", "a\x07.yaml", Span(1, 1), "a\rb")
    shown = as_text([found], {}).plain
    assert not {"\x1b", "\x07", "\r"} & set(shown)
    assert len(shown.splitlines()) == 4


def test_as_json_each_is_an_object() -> None:
    assert json.loads(as_json([problem(2, 8, 4)])) == [
        {
            "slug": "some-slug", "severity": "error", "message": "it is wrong", "hint": "do it",
            "file": "rules/a.yaml", "text": "text", "span": {"line": 2, "column": 8, "length": 4},
        }
    ]  # fmt: skip
    assert json.loads(as_json([])) == []


def test_as_annotations_each_is_a_command_of_one_line() -> None:
    found = Problem("a-slug", "50 % of\nit", "a,b:c.yaml", Span(3, 2, 4), "100 %\r", "warning")
    assert as_annotations([found, problem(1, 1, 0, hint=None)]) == (
        "::warning file=a%2Cb%3Ac.yaml,line=3,col=2,endLine=3,endColumn=6,title=a-slug"
        "::50 %25 of%0Ait%0Ahint: 100 %25%0D\n"
        "::error file=rules/a.yaml,line=1,col=1,endLine=1,endColumn=2,title=some-slug::it is wrong\n"
    )


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        ([], "1 file, 2 rules: 0 errors, 0 warnings"),
        (["error"], "1 file, 2 rules: 1 error, 0 warnings"),
        (["warning", "error", "warning"], "1 file, 2 rules: 1 error, 2 warnings"),
    ],
)
def test_the_last_line_counts(severities: list[str], said: str) -> None:
    problems = tuple(problem(1, 1, 1, severity=severity) for severity in severities)
    assert closing(Report(1, 2, problems, {})) == said
