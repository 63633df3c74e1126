"""Reads text files that people wrote, and writes some for them."""

from __future__ import annotations

from pathlib import Path

from shared.errors import InputError


def text_of(file: Path) -> str:
    """What stands in a file.

    Raises:
        InputError: it can't be read, or is no text.
    """
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text: save it as UTF-8") from error


def named(file: Path) -> str:
    """As seen from here, if it is below: what an editor opens and GitHub knows."""
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_absolute() and file.is_relative_to(here) else file)


def write(file: Path, text: str) -> None:
    """Write a text file.

    Raises:
        InputError: it can't be written.
    """
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file} can't be written: {error.strerror}") from error
