"""Prints problems of documents: as a compiler does, as JSON, or as annotations of GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec
from rich.cells import cell_len
from rich.text import Text

from services.console.checking import Report
from shared.problems import Problem
from shared.yaml_faults import source_lines

_COLOURS: Final = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan"}
_EDGE: Final = "blue"
_KINDS: Final = {"error": "error", "warning": "warning"}
_WIDEST: Final = 120
_BEFORE: Final = 60
"""Characters that are shown before what is wrong in a line that is too long to be shown."""
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


def as_text(problems: Iterable[Problem], texts: Mapping[str, str]) -> Text:
    """Each problem with its line underlined, and what to do.

    Args:
        texts: of files by name; of a file that isn't there no line is shown.
    """
    lines = {name: source_lines(text) for name, text in texts.items()}
    shown = Text()
    for problem in problems:
        shown.append_text(_block(problem, lines.get(problem.file, ())))
        shown.append("\n")
    return shown


def as_json(problems: Iterable[Problem]) -> str:
    """A list of objects: severity, slug, message, hint, file, text, and span with line, column and length."""
    return json.dumps([msgspec.to_builtins(problem) for problem in problems], ensure_ascii=False, indent=2)


def as_annotations(problems: Iterable[Problem]) -> str:
    """Commands that GitHub shows beside the changed lines."""
    return "".join(f"{_annotation(problem)}\n" for problem in problems)


def closing(report: Report) -> str:
    """The last line: what was checked, and how many problems there are."""
    files, rules = _counted(report.files, "file"), _counted(report.rules, "rule")
    errors, warnings = _counted(report.count("error"), "error"), _counted(report.count("warning"), "warning")
    return f"{files}, {rules}: {errors}, {warnings}"


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _block(problem: Problem, lines: tuple[str, ...]) -> Text:
    colour = _COLOURS.get(problem.severity, "")
    text = Text.assemble((f"{problem.severity}[{problem.slug}]", colour), (f": {_plain(problem.message)}", "bold"))
    number = str(problem.span.line)
    margin = " " * len(number)
    text.append(f"\n{margin}--> ", style=_EDGE)
    text.append(f"{_plain(problem.file)}:{problem.span.line}:{problem.span.column}\n")
    if problem.span.line <= len(lines):
        source, marks = _underlined(problem, lines[problem.span.line - 1])
        text.append(f"{margin} |\n{number} | ", style=_EDGE)
        text.append(f"{source}\n")
        text.append(f"{margin} | ", style=_EDGE)
        text.append(f"{marks}\n", style=colour)
    if problem.hint:
        text.append(f"{margin} = ", style=_EDGE)
        text.append(f"hint: {_plain(problem.hint)}\n")
    return text


def _underlined(problem: Problem, line: str) -> tuple[str, str]:
    """The line, and below it marks under what is wrong; a very long line is cut on both sides of it."""
    begin = min(problem.span.column - 1, len(line))
    end = min(begin + max(problem.span.length, 1), max(len(line), begin + 1))
    cut = begin - _BEFORE if len(line) > _WIDEST and begin > _BEFORE else 0
    before, wrong, after = line[cut:begin], line[begin:end], line[end:]
    if cut:
        before = _ELLIPSIS + before[1:]
    before, wrong, after = (_plain(part) for part in (before, wrong, after))
    room = max(_WIDEST - len(before), 10)
    marks = "^" * max(cell_len(wrong[:room]), 1)
    whole = before + wrong + after
    source = whole if len(whole) <= _WIDEST or len(line) <= _WIDEST else whole[:_WIDEST] + _ELLIPSIS
    return source.rstrip(), " " * cell_len(before) + marks


def _plain(text: str) -> str:
    """Without what a terminal would obey instead of showing it."""
    return "".join(_shown(text))


def _shown(text: str) -> Iterator[str]:
    for character in text:
        if character.isprintable():
            yield character
        else:
            yield " " if character == "\t" else "\N{REPLACEMENT CHARACTER}"


def _annotation(problem: Problem) -> str:
    span = problem.span
    place = {
        "file": problem.file, "line": span.line, "col": span.column, "endLine": span.line,
        "endColumn": span.column + max(span.length, 1), "title": problem.slug,
    }  # fmt: skip
    given = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in place.items())
    said = problem.message + (f"\nhint: {problem.hint}" if problem.hint else "")
    return f"::{_KINDS.get(problem.severity, 'notice')} {given}::{_escaped(said)}"


def _escaped(text: str, more: str = "") -> str:
    """As GitHub's commands want it: percent and line ends everywhere, colons and commas in properties."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
