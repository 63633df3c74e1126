"""unknown-operator: a word that is no operator of the language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, TreeUnderCheck
from services.rules_engine.domain.examining.branches import branches
from services.rules_engine.domain.operators import NAMES
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-operator"


def find(subject: TreeUnderCheck) -> Iterator[Problem]:
    for branch, path in branches(subject.tree, subject.path):
        for name in branch:
            if name not in NAMES:
                hint = did_you_mean(name, NAMES) or f"there are: {', '.join(NAMES)}"
                yield subject.document.problem((*path, name), SLUG, f"no operator '{name}'", hint, key=True)


CHECK: Final = Check(SLUG, find)
