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
from ruamel.yaml.error import YAMLError
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
from shared.shape_hints import hint_at
from shared.yaml_faults import excerpt, in_plain_words, source_lines

Path = tuple[str | int, ...]
T = TypeVar("T")

_DEEPEST: Final = 200
_BRACKET: Final = re.compile(r"[\[\]{}]")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_COMMENT: Final = re.compile(r"(\s+#[^\"']*)?\s*$")
_WORDS: Final[dict[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A YAML document as plain data, with the place of every value.

    Attributes:
        data: dicts, lists, text, numbers, booleans and None.
        spans: place of each value, by its path from the root.
        key_spans: place of each key of a mapping, by the path of its value.
        files: of values that stand in another file, by their path; a document may be put together.
        lines: the text; none where it isn't YAML that was read.
    """

    file: str
    data: Any
    spans: dict[Path, Span] = field(repr=False)
    key_spans: dict[Path, Span] = field(repr=False)
    files: dict[Path, str] = field(default_factory=dict, repr=False, kw_only=True)
    lines: tuple[str, ...] = field(default=(), repr=False, kw_only=True)

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
        span = places.get(path, Span(1, 1))
        return Problem(slug, message, self.file_of(path), span, hint, severity, excerpt(self.lines, span))

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
            hint = None if "missing required" in text else hint_at(kind, inner)
            raise ProblemsFound([self.problem(path + inner, "shape", text, hint)]) from error

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
    near = nearest(word, known)
    return None if near is None else f"did you mean '{near}'?"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is nearest, if one is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return near[0] if near else None


def read(text: str, file: str) -> Document:
    """Read one YAML document.

    Raises:
        ProblemsFound: it is not YAML, or uses what is refused here; all such places are named where the text
            could be read on.
        RecursionError: more than 200 brackets are open at one place.
    """
    _require_shallow(text)
    reader = _Reader(file, source_lines(text))
    try:
        reader.document(iter(YAML(typ="safe", pure=True).parse(text)))
    except YAMLError as error:
        raise ProblemsFound([*reader.problems, in_plain_words(error, text, file)]) from error
    if reader.problems:
        raise ProblemsFound(reader.problems)
    return Document(file, reader.data, reader.spans, reader.key_spans, lines=reader.lines)


def _require_shallow(text: str) -> None:
    """Before it is cut: what that costs grows with the square of the brackets that are open."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > _DEEPEST:
            raise RecursionError


class _Reader:
    """Builds plain data from the events of one document and collects what is refused on the way."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.file = file
        self.lines = lines
        self.data: Any = None
        self.spans: dict[Path, Span] = {}
        self.key_spans: dict[Path, Span] = {}
        self.problems: list[Problem] = []

    def document(self, events: Iterator[Event]) -> None:
        begun = False
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if begun:
                    self._refuse(self._span(event), "a second document in one file", "remove '---' and what follows")
                    return
                begun = True
            elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
                self.data = self._value(event, events, ())

    def _refuse(self, span: Span, message: str, hint: str) -> None:
        self.problems.append(Problem("yaml", message, self.file, span, hint, text=excerpt(self.lines, span)))

    def _value(self, event: Event, events: Iterator[Event], path: Path) -> Any:
        self.spans[path] = span = self._span(event)
        if isinstance(event, AliasEvent):
            self._refuse(span, f"an alias, *{event.anchor}", "write the value out, or put text in quotes")
            return None
        self._refuse_decoration(event, span)
        if isinstance(event, MappingStartEvent | SequenceStartEvent):
            read = self._mapping if isinstance(event, MappingStartEvent) else self._sequence
            value, end = read(events, path)
            self.spans[path] = self._reaching(event, end)
            return value
        return _scalar(event)

    def _refuse_decoration(self, event: Any, span: Span) -> None:
        if event.anchor is not None:
            self._refuse(span, f"an anchor, &{event.anchor}", "write the value out where it is needed")
        tag = getattr(event, "tag", None) or getattr(getattr(event, "ctag", None), "handle", None)
        if tag is not None and str(tag) not in ("None", ""):
            hint = "a negation is written not: or \"!\": in quotes; text that begins with '!' goes in quotes"
            self._refuse(span, f"a tag, {tag}", hint)

    def _sequence(self, events: Iterator[Event], path: Path) -> tuple[list[Any], Event]:
        values: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            values.append(self._value(event, events, (*path, len(values))))
        return values, event

    def _mapping(self, events: Iterator[Event], path: Path) -> tuple[dict[str, Any], Event]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._key(event, events, path)
            if key in values:
                self._refuse(self._span(event), f"'{key}' stands here twice", "keep one of the two")
            self.key_spans[(*path, key)] = self._span(event)
            values[key] = self._value(next(events), events, (*path, key))
        return values, event

    def _key(self, event: Event, events: Iterator[Event], path: Path) -> str:
        refused = len(self.problems)
        value = self._value(event, events, (*path, "?"))
        if not isinstance(value, str) and len(self.problems) == refused:
            self._refuse(self.spans[(*path, "?")], f"a key that is not text: {value!r}", "put the key in quotes")
        return value if isinstance(value, str) else str(value)

    def _span(self, event: Event) -> Span:
        return self._reaching(event, event)

    def _reaching(self, start: Event, end: Event) -> Span:
        """From the start of an event to the end of another, on the first line."""
        line, column = start.start_mark.line, start.start_mark.column
        own = self.lines[line] if line < len(self.lines) else ""
        last = end.end_mark.column if end.end_mark.line == line else len(_COMMENT.sub("", own))
        return Span(line + 1, column + 1, max(last - column, 0))


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
