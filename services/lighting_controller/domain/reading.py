"""Reads parts of a file of the lights: each fault is noted at its place, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shared import documents
from shared.documents import Document, Path, did_you_mean
from shared.errors import ProblemsFound
from shared.problems import Problem

T = TypeVar("T")


class Faulty(Exception):
    """Something can't be read; carries what the author is told."""

    def __init__(self, slug: str, message: str, hint: str | None = None) -> None:
        self.slug = slug
        self.hint = hint
        super().__init__(message)


@dataclass
class Reading:
    """A document that is being read, and what is wrong in it so far."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def at(self, path: Path) -> Any:
        """The value there; None: there is none."""
        value = self.document.data
        for step in path:
            value = value.get(step) if isinstance(value, dict) else value[step]
        return value

    def note(self, path: Path, slug: str, message: str, hint: str | None = None, *, key: bool = False) -> None:
        """Something is wrong there."""
        self.problems.append(self.document.problem(path, slug, message, hint, key=key))

    def attempt(self, path: Path, read: Callable[[Any], T], value: Any, *, key: bool = False) -> T | None:
        """What is made of a value that stands there; None, and a problem at that place, if it can't be read."""
        try:
            return read(value)
        except Faulty as fault:
            self.note(path, fault.slug, str(fault), fault.hint, key=key)
            return None

    def entries(self, section: str, shape: str, keys: Iterable[str], texts: Iterable[str]) -> list[Path]:
        """The paths of the entries of a list that are mappings with these texts; None of it need be there.

        Args:
            shape: what an entry is, in words.
            keys: that it may have.
            texts: keys that it must have.
        """
        listed = self.at((section,))
        if listed is None:
            return []
        if not isinstance(listed, list):
            self.note((section,), "shape", f"expected a list under {section}:")
            return []
        return [
            path
            for path in ((section, index) for index in range(len(listed)))
            if self.is_mapping(path, shape) and self.has_words(path, keys, texts)
        ]

    def is_mapping(self, path: Path, shape: str) -> bool:
        """Whether it is one; ``shape``: what it should be."""
        if not isinstance(self.at(path), dict):
            self.note(path, "shape", f"expected {shape}")
            return False
        return True

    def has_words(self, path: Path, keys: Iterable[str], texts: Iterable[str]) -> bool:
        """Whether a mapping has texts where it must, and only words that are known."""
        before = len(self.problems)
        self.problems.extend(self.document.unknown_keys(path, keys))
        for key in texts:
            value = self.at((*path, key))
            if value is None:
                self.note((*path, key), "missing", f"'{key}' is missing")
            elif not isinstance(value, str):
                self.note((*path, key), "shape", f"'{key}' must be a text")
        return len(self.problems) == before

    def mapping(self, path: Path) -> dict[str, Any]:
        """A mapping, by name; none where there is none."""
        value = self.at(path)
        if value is not None and not isinstance(value, dict):
            self.note(path, "shape", f"'{path[-1]}' must be a mapping")
        return value if isinstance(value, dict) else {}

    def ids(self, path: Path, what: str = "ids") -> tuple[str, ...]:
        """A list of texts; none where there is none."""
        value = self.at(path)
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        if value is not None:
            self.note(path, "shape", f"'{path[-1]}' must be a list of {what}")
        return ()

    def texts(self, path: Path, what: str) -> list[str]:
        """A text, or a list of texts; none where it is neither."""
        value = self.at(path)
        listed = [value] if isinstance(value, str) else value
        if isinstance(listed, list) and all(isinstance(each, str) for each in listed):
            return listed
        if value is not None:
            self.note(path, "shape", f"'{path[-1]}' must be {what}")
        return []


def begin(text: str, file: str, lists: Sequence[str], others: Iterable[str]) -> Reading:
    """A file that has these lists, and may have other keys.

    Raises:
        ProblemsFound: it is no YAML, or a list is missing.
    """
    document = documents.read(text, file)
    if not isinstance(document.data, dict):
        raise ProblemsFound([document.problem((), "shape", f"expected a list under {name}:") for name in lists])
    reading = Reading(document)
    reading.has_words((), (*lists, *others), ())
    missing = [name for name in lists if not isinstance(document.data.get(name), list)]
    for name in missing:
        reading.note((), "shape", f"expected a list under {name}:")
    if missing:
        raise ProblemsFound(reading.problems)
    return reading


def among(names: Iterable[str], slug: str, what: str, hint: str | None = None) -> Callable[[Any], str]:
    """A function that gives a word back if it is one of these, and else raises ``Faulty``.

    Args:
        hint: where no word is near; by default all of them.
    """
    known = list(names)

    def read(word: Any) -> str:
        if word not in known:
            others = hint or (f"there are: {', '.join(known)}" if known else None)
            raise Faulty(slug, f"no {what} '{word}'", did_you_mean(str(word), known) or others)
        return str(word)

    return read
