"""YAML as officers write it, read as YAML 1.2 with the place of every value, so that each fault can be pointed at.

Tags, anchors, duplicate keys and keys that are not text are refused: what they do is never what was meant.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from shared.errors import ProblemsFound
from shared.problems import Problem, Span

Path = tuple[str | int, ...]
T = TypeVar("T")

_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_SYMBOLS: Final = {"!": "not", ">": "above", "<": "below", "*": "times", "%": "modulo", "&": "and", "|": "or"}


@dataclass(frozen=True)
class Document:
    """A YAML document as plain data, with the place of every value.

    Attributes:
        data: dicts, lists, text, numbers, booleans and None.
        spans: place of each value, by its path from the root.
        key_spans: place of each key of a mapping, by the path of its value.
        files: of values that stand in another file, by their path; a document may be put together.
    """

    file: str
    data: Any
    spans: dict[Path, Span] = field(repr=False)
    key_spans: dict[Path, Span] = field(repr=False)
    files: dict[Path, str] = field(default_factory=dict, repr=False)

    def file_of(self, path: Path) -> str:
        """The file in which a value stands."""
        return self.files.get(path, self.file)

    def problem(
        self,
        path: Path,
        slug: str,
        message: str,
        hint: str | None = None,
        *,
        key: bool = False,
        severity: str = "error",
    ) -> Problem:
        """A problem at a value (or, with ``key``, at its key); a path that isn't there counts as its parent."""
        places = self.key_spans if key else self.spans
        while path and path not in places:
            path, places = path[:-1], self.spans
        return Problem(slug, message, self.file_of(path), places.get(path, Span(1, 1)), hint, severity)

    def convert(self, path: Path, kind: type[T]) -> T:
        """The value at the path as a msgspec type; unknown properties are refused.

        Raises:
            ProblemsFound: with the place of the first fault.
        """
        value = self.data
        for step in path:
            value = value[step]
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            text, _, where = str(error).partition(" - at `$")
            inner = tuple(int(i) if i else name for name, i in re.findall(r"\.([\w-]+)|\[(\d+)\]", where))
            raise ProblemsFound([self.problem(path + inner, "shape", text)]) from error

    def unknown_keys(self, path: Path, allowed: Iterable[str]) -> Iterator[Problem]:
        """A problem for each key of the mapping at the path that is not allowed, with the likeliest allowed one."""
        value = self.data
        for step in path:
            value = value[step]
        known = sorted(allowed)
        for key in value:
            if key not in known:
                hint = did_you_mean(key, known) or f"it may have: {', '.join(known)}"
                yield self.problem((*path, key), "unknown-property", f"no property '{key}' here", hint, key=True)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """``did you mean 'x'?`` for the known word that is nearest, if one is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean '{near[0]}'?" if near else None


def read(text: str, file: str) -> Document:
    """Read one YAML document.

    Raises:
        ProblemsFound: it is not YAML, or uses what is refused here; all such places are named where the text
            could be read on.
    """
    reader = _Reader(file)
    try:
        reader.document(iter(YAML(typ="rt", pure=True).parse(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = Span(mark.line + 1, mark.column + 1) if mark else Span(1, 1)
        message, hint = _in_plain_words(error, text, span)
        raise ProblemsFound([*reader.problems, Problem("yaml", message, file, span, hint)]) from error
    except YAMLError as error:
        message = f"this can't be read as YAML: {str(error).splitlines()[0]}"
        raise ProblemsFound(
            [Problem("yaml", message, file, Span(1, 1), "save the file as plain UTF-8 text")]
        ) from error
    if reader.problems:
        raise ProblemsFound(reader.problems)
    return Document(file, reader.data, reader.spans, reader.key_spans)


def _in_plain_words(error: MarkedYAMLError, text: str, span: Span) -> tuple[str, str | None]:
    lines = text.splitlines()
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    if "\t" in line:
        return "a tab; YAML indents with spaces only", "replace the tab with spaces"
    symbol = re.search(r"[{,]\s*([!><*%&|]=?)\s*:", line) or re.search(r"^[\s-]*([!><*%&|]=?)\s*:", line)
    if symbol:
        sign = symbol[1]
        word = _SYMBOLS.get(sign)
        hint = f'write "{sign}": in quotes' + (f", or {word}:" if word else "")
        return f"'{sign}' has a meaning of its own in YAML", hint
    return str(error.problem or error.context or "not YAML"), "check the indentation, quotes and brackets around here"


class _Reader:
    """Builds plain data from the events of one document and collects what is refused on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.data: Any = None
        self.spans: dict[Path, Span] = {}
        self.key_spans: dict[Path, Span] = {}
        self.problems: list[Problem] = []

    def document(self, events: Iterator[Event]) -> None:
        begun = False
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if begun:
                    self._refuse(event, "a second document in one file", "remove the line '---' and what follows")
                    return
                begun = True
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
                self.data = self._value(event, events, ())

    def _refuse(self, event: Event, message: str, hint: str) -> None:
        self.problems.append(Problem("yaml", message, self.file, _span(event), hint))

    def _value(self, event: Event, events: Iterator[Event], path: Path) -> Any:
        self.spans[path] = _span(event)
        if isinstance(event, AliasEvent):
            self._refuse(event, f"an alias, *{event.anchor}", "write the value out, or put text in quotes")
            return None
        self._refuse_decoration(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, path)
        return _scalar(event)

    def _refuse_decoration(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, f"an anchor, &{event.anchor}", "write the value out where it is needed")
        tag = getattr(event, "tag", None) or getattr(getattr(event, "ctag", None), "handle", None)
        if tag is not None and str(tag) not in ("None", ""):
            hint = "a negation is written not: or \"!\": in quotes; text that begins with '!' goes in quotes"
            self._refuse(event, f"a tag, {tag}", hint)

    def _sequence(self, events: Iterator[Event], path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            values.append(self._value(event, events, (*path, len(values))))
        return values

    def _mapping(self, events: Iterator[Event], path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._key(event, events, path)
            if key in values:
                self._refuse(event, f"'{key}' stands here twice", "keep one of the two")
            self.key_spans[(*path, key)] = _span(event)
            values[key] = self._value(next(events), events, (*path, key))
        return values

    def _key(self, event: Event, events: Iterator[Event], path: Path) -> str:
        value = self._value(event, events, (*path, "?"))
        if not isinstance(value, str):
            self._refuse(event, f"a key that is not text: {value!r}", "put the key in quotes")
        return value if isinstance(value, str) else str(value)


def _span(event: Event) -> Span:
    return Span(event.start_mark.line + 1, event.start_mark.column + 1)


def _scalar(event: Any) -> Any:
    """A scalar by YAML 1.2's core schema: ``22:00``, ``on`` and ``012`` stay what they look like."""
    text: str = event.value
    if event.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        # A code such as 01004 is text, not a number that loses its zero.
        return text if re.match(r"[-+]?0\d", text) else int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
