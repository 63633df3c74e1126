"""JSON-logic over plain data, any JSON value, by the generator that makes the conditions of rules.

It is as published, save that what is missing or null is unknown: no comparison with it is true or false.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from services.rules_engine.domain import checks
from services.rules_engine.domain.checks.check import TreeUnderCheck
from services.rules_engine.domain.compiling import read_over
from services.rules_engine.domain.generating import Writer
from services.rules_engine.domain.operators.loops import COUNTER
from services.rules_engine.domain.scopes import PLAIN
from services.rules_engine.domain.terms import Term
from shared.documents import Document
from shared.errors import ProblemsFound
from shared.problems import Problem

_FILE: Final = "JSON-logic"


def compile_plain(tree: Any) -> Callable[[Any], Any]:
    """A function of plain data that gives what the tree makes of them; None: unknown.

    The function raises ``TooManyRounds`` if the lists in the data are too long, and nothing else. Its result may
    share parts with the data.

    Raises:
        ProblemsFound: it is no JSON-logic, or too large.
    """
    writer = Writer((), traced=False, plain=True)
    return writer.function(writer.value(read_plain(tree)), [f"{COUNTER} = 0"])


def trace_plain(tree: Any) -> Callable[[Any, list[Any]], Any]:
    """The same, with a second argument: a list that takes a note of each comparison; every part is evaluated."""
    writer = Writer((), traced=True, plain=True)
    return writer.function(writer.value(read_plain(tree)), [f"{COUNTER} = 0"])


def read_plain(tree: Any) -> Term:
    """The tree as a term.

    Raises:
        ProblemsFound: it is no JSON-logic, or too large.
    """
    document = Document(_FILE, tree, {}, {})
    problems = checks.of_tree(TreeUnderCheck(document, (), plain=True))
    if problems:
        raise ProblemsFound(problems)
    found: list[Problem] = []
    term = read_over(document, (), PLAIN, found)
    if found:
        raise ProblemsFound(found)
    return term
