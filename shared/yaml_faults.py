"""What a YAML reader gave up on, in plain words: it names its machinery, an author wants to know what to do."""

from __future__ import annotations

import re
from typing import Final

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from shared.problems import Problem, Span

_BREAK: Final = re.compile(r"\r\n|[\r\n]")
_BYTE_ORDER_MARK: Final = "\ufeff"
_SYMBOLS: Final = {"!": "not", ">": "above", "<": "below", "*": "times", "%": "modulo", "&": "and", "|": "or"}
_BRACES: Final = re.compile(r":\s+\{[\w.]+\}\s*[^\s,#}\]]")
_LEFT_OPEN: Final = "the bracket or brace from line {line} is not closed"
_WORDS: Final = (
    (r"found unexpected end of stream", "the quotes from line {line} are not closed", "write the closing quotes"),
    (r"expected ',' or '[]}]'|expected the node content", _LEFT_OPEN, "close it, and put commas between its parts"),
    (r"expected <block end>, but found '<scalar>'", "text after a value that has ended", "put the whole in quotes"),
    (r"expected <block end>, but found '-'", "a dash where no list is", "indent it like the dashes of its list"),
    (
        r"expected <block end>",
        "this line is indented otherwise than those before it",
        "indent it like its neighbours: those of one mapping begin in one column",
    ),
    (
        r"mapping values are not allowed",
        "a colon where no key can be",
        "text with ': ' in it goes in quotes; a key begins in the column of its neighbours",
    ),
    (r"could not find expected ':'", "a key without its colon", "write key: value, with a space after the colon"),
    (r"found character '(.)' that cannot start", "text can't begin with '{0}'", "put the text in quotes"),
    (r"sequence entries are not allowed", "a list begins on a line of its own", "write it as [a, b], or below the key"),
    (r"expected a comment or a line break", "'>' and '|' begin a text of several lines", "put the text in quotes"),
    (r"unknown escape character '(.)'", "'\\{0}' means nothing in double quotes", "write '...' in place of \"...\""),
)
_ELSE: Final = "check the indentation, quotes and brackets around here"


def source_lines(text: str) -> tuple[str, ...]:
    """The lines of a document as YAML counts them; a column is an index into one of them, and 1.

    A byte order mark stands in no column.
    """
    return tuple(_BREAK.split(text.replace(_BYTE_ORDER_MARK, "")))


def excerpt(lines: tuple[str, ...], span: Span) -> str:
    """What stands at a place; nothing where that isn't known."""
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    return line[span.column - 1 : span.column - 1 + span.length]


def in_plain_words(error: YAMLError, text: str, file: str) -> Problem:
    """The problem that an error is."""
    lines = source_lines(text)
    if isinstance(error, ReaderError):
        before = source_lines(text[: error.position])
        span = Span(len(before), len(before[-1]) + 1, 1)
        message = f"a character that YAML doesn't allow (U+{error.character:04X})"
        return Problem("yaml", message, file, span, "remove it")
    if not isinstance(error, MarkedYAMLError):
        hint = "save the file as plain UTF-8 text"
        return Problem("yaml", f"this can't be read as YAML: {str(error).splitlines()[0]}", file, Span(1, 1), hint)
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    span = Span(line, column, 1 if excerpt(lines, Span(line, column, 1)).strip() else 0)
    message, hint = _said(error, lines[span.line - 1] if span.line <= len(lines) else "")
    return Problem("yaml", message, file, span, hint, text=excerpt(lines, span))


def _said(error: MarkedYAMLError, line: str) -> tuple[str, str]:
    if "\t" in line:
        return "a tab; YAML indents with spaces only", "replace the tab with spaces"
    symbol = re.search(r"[{,]\s*([!><*%&|]=?)\s*:", line) or re.search(r"^[\s-]*([!><*%&|]=?)\s*:", line)
    if symbol:
        word = _SYMBOLS.get(symbol[1])
        hint = f'write "{symbol[1]}": in quotes' + (f", or {word}:" if word else "")
        return f"'{symbol[1]}' has a meaning of its own in YAML", hint
    if _BRACES.search(line):
        return "text that begins with a brace", 'put it in quotes: "{point} ..."'
    found = str(error.problem or error.context or "not YAML")
    begun = error.context_mark.line + 1 if error.context_mark else 1
    for pattern, message, hint in _WORDS:
        if match := re.search(pattern, found):
            return message.format(*match.groups(), line=begun), hint
    return found, _ELSE
