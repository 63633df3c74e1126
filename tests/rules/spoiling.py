"""Spoilt files of rules, with what came of them."""

from __future__ import annotations

from dataclasses import dataclass

from services.rules_engine.domain.rule import Rule
from shared.problems import Problem

MUTATIONS = 500


@dataclass(frozen=True)
class Spoilt:
    """A spoilt file, and what came of it."""

    text: str
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
