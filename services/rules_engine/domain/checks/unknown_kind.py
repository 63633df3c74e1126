"""unknown-kind: a rule for points of a kind that doesn't exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-kind"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    kind, kinds = subject.rule.for_each.kind or "", subject.known.kinds
    if kind not in kinds:
        hint = did_you_mean(kind, kinds) or f"there are: {', '.join(sorted(kinds))}"
        yield subject.rule.place.problem(SLUG, f"no kind '{kind}'", subject.rule.watched_by, "kind", hint=hint)


CHECK: Final = Check(SLUG, find, ("inventory",))
