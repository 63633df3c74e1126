"""unknown-kind: a rule for points of a kind that doesn't exist, or a question to such points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from services.rules_engine.domain.examining.selections import selections
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-kind"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    kinds = subject.known.kinds
    for selection in selections(subject.rule):
        kind = selection.selector.kind or ""
        if kind not in kinds:
            hint = did_you_mean(kind, kinds) or f"there are: {', '.join(sorted(kinds))}"
            yield selection.place.problem(SLUG, f"no kind '{kind}'", "kind", hint=hint)


CHECK: Final = Check(SLUG, find, ("inventory",))
