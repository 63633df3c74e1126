"""unknown-team: a rule tells a team that ``rules/teams.yaml`` doesn't have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from services.rules_engine.domain.rule import NotifyAction
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-team"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    teams = subject.known.teams or frozenset()
    for index, action in enumerate(subject.rule.then):
        if isinstance(action, NotifyAction) and action.team not in teams:
            hint = did_you_mean(action.team, teams) or f"there are: {', '.join(sorted(teams))}"
            steps = ("then", index, "notify", "team")
            yield subject.rule.place.problem(SLUG, f"no team '{action.team}'", *steps, hint=hint)


CHECK: Final = Check(SLUG, find, ("teams",))
