"""The whole of it: a test played and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.testing.case import Case
from services.rules_engine.domain.testing.comparing import Failure, compare
from services.rules_engine.domain.testing.running import Played, play_case


@dataclass(frozen=True)
class Result:
    """A test and what is otherwise than it expects."""

    case: Case
    played: Played
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def run_case(case: Case, others: Mapping[str, Rule]) -> Result:
    """Play a test and compare.

    Args:
        others: rules by id, among which are those that the rule gives way to.
    """
    played = play_case(case, others)
    return Result(case, played, compare(case, played))
