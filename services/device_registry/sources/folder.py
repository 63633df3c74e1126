"""Reads the inventory files of a rules folder: all YAML and GeoJSON below ``kinds`` and ``inventory``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.device_registry.domain.loading import SourceText
from shared.errors import ProblemsFound
from shared.problems import Problem, Span

_FOLDERS: Final = ("kinds", "inventory")
_RECORDED: Final = "recordings/points"
_SUFFIXES: Final = (".yaml", ".yml", ".geojson")


def read_folder(rules_dir: Path, *, recorded: bool = False) -> list[SourceText]:
    """The files, in the order of their names; each is named as seen from above the rules folder.

    Args:
        recorded: with the points at which the shipped recordings were made, which are nobody's city.

    Raises:
        ProblemsFound: a file can't be read or isn't text, or there is none: a wrong folder must not empty the city.
    """
    sources: list[SourceText] = []
    problems: list[Problem] = []
    paths = list(_files(rules_dir, (*_FOLDERS, _RECORDED) if recorded else _FOLDERS))
    if not paths:
        problems.append(Problem("file", "no kinds and no inventory here", str(rules_dir), Span(1, 1)))
    for path in paths:
        name = path.relative_to(rules_dir.parent).as_posix()
        try:
            sources.append(SourceText(name, path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            message = f"this file can't be read: {error}"
            problems.append(Problem("file", message, name, Span(1, 1), "save it as plain UTF-8 text"))
    if problems:
        raise ProblemsFound(problems)
    return sources


def _files(rules_dir: Path, folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (rules_dir / folder).rglob("*") if path.suffix in _SUFFIXES)
