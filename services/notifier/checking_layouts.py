"""Tries every layout of a city with made-up facts before the first notice needs it; each fault with file and line."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

from jinja2 import TemplateError, TemplateSyntaxError

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.composing.samples import sample_facts
from services.notifier.domain.delivering.notification import Kind
from services.notifier.layouts import JinjaLayouts, layout_name
from shared.documents import did_you_mean
from shared.errors import ProblemsFound
from shared.problems import Problem, Span

FOLDER: Final = "notifier/templates"
"""Of a city's own layouts, below its rules."""

_NAMES: Final = {
    layout_name(kind, medium, language): (kind, medium, language)
    for kind, medium, language in product(Kind, Medium, Language)
    if medium is not Medium.WEBHOOK
}


def checked_layouts(public_url: str, rules: Path) -> JinjaLayouts:
    """The layouts, with those of the city.

    Raises:
        ProblemsFound: one of the city's can't be used; all such places.
    """
    own = rules / FOLDER
    layouts = JinjaLayouts(public_url, own)
    files = [file for file in sorted(own.glob("**/*")) if file.is_file()]
    problems = [problem for file in files for problem in _faults(layouts, own, file)]
    if problems:
        raise ProblemsFound(problems)
    return layouts


def _faults(layouts: JinjaLayouts, own: Path, file: Path) -> Iterator[Problem]:
    name = file.relative_to(own).as_posix()
    if name not in layouts.names:
        hint = did_you_mean(name, layouts.names) or "for example fr/fire.sms.txt or en/resolve.email.txt"
        yield _problem(file, 1, f"there is no layout '{name}'", hint)
        return
    kind, medium, language = _NAMES[name]
    try:
        text = layouts.render(kind, medium, sample_facts(kind, language), language)
    except TemplateSyntaxError as error:
        yield _problem(file, error.lineno, f"that is not Jinja: {error.message}")
    except UnicodeDecodeError as error:
        yield _problem(file, 1, f"the file is not UTF-8: byte {error.start} can't be read")
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        known = ", ".join(vars(sample_facts(kind, language)))
        yield _problem(file, _line_of(error, name), f"{error}", f"it may name: {known}, public_url")
    else:
        if not text.body.strip() or (medium is Medium.EMAIL and not text.subject):
            yield _problem(file, 1, "it sets nothing", "of a mail the first line is the subject, the rest is the text")


def _line_of(error: Exception, name: str) -> int:
    """Jinja writes the places of a layout into the traceback; the innermost one of this file counts."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(name)]
    return next((line for line in reversed(lines) if line), 1)


def _problem(file: Path, line: int, message: str, hint: str | None = None) -> Problem:
    try:
        text = file.read_text(encoding="utf-8").splitlines()[line - 1].strip()
    except (UnicodeDecodeError, IndexError):
        text = ""
    return Problem("layout", message, str(file), Span(line, 1), hint, text=text)
