"""unknown-team: a rule tells a team that ``rules/teams.yaml`` doesn't have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from shared.documents import did_you_mean
from shared.problems import Problem

SLUG: Final = "unknown-team"


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    teams = subject.known.teams or frozenset()
    for action, place in subject.rule.notifications:
        if action.team not in teams:
            hint = did_you_mean(action.team, teams) or f"there are: {', '.join(sorted(teams))}"
            yield place.problem(SLUG, f"no team '{action.team}'", "team", hint=hint)


CHECK: Final = Check(SLUG, find, ("teams",))
