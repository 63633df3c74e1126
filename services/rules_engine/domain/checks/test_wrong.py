"""test-wrong: a test that can't be read, so that nobody knows whether the rule passes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from services.rules_engine.domain.checks.check import Check, RuleUnderCheck
from services.rules_engine.domain.testing.reading import read_tests
from services.rules_engine.domain.testing.reading_series import SLUG
from shared.model.registry import Inventory
from shared.problems import Problem


def find(subject: RuleUnderCheck) -> Iterator[Problem]:
    yield from read_tests(subject.rule, subject.known.inventory or Inventory()).problems


CHECK: Final = Check(SLUG, find, needs=("inventory",))
