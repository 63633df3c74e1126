"""An entry of one of the notifier's files, as its author wrote it, with all that is wrong with its shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from shared.documents import Document, Path
from shared.errors import ProblemsFound
from shared.problems import Problem

S = TypeVar("S", bound=msgspec.Struct)


def read_entry(document: Document, path: Path, shape: type[S]) -> tuple[S | None, Sequence[Problem]]:
    """The entry at a place, and its problems: no mapping, properties that the shape doesn't have, values of another
    type. None where it can't be read; properties that are unknown alone do not keep it from being read."""
    value: Any = document.data
    for step in path:
        value = value[step]
    if not isinstance(value, dict):
        wanted = f"properties are wanted here: {', '.join(shape.__struct_fields__)}"
        return None, [document.problem(path, "shape", wanted)]
    problems = list(document.unknown_keys(path, shape.__struct_fields__))
    try:
        return document.convert(path, shape), problems
    except ProblemsFound as error:
        return None, [*problems, *error.problems]
