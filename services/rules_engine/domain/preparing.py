"""Makes a rule ready to run on points of its kind: its conditions compiled, and checked for what they decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.rules_engine.domain import checks
from services.rules_engine.domain.checks.check import DecisionsUnderCheck
from services.rules_engine.domain.compiling import Compilation, compile_condition
from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.rule import Condition, Rule
from shared.model.registry import Kind
from shared.problems import Problem


@dataclass(frozen=True)
class CompiledRule:
    """A rule that can be decided.

    Attributes:
        until: None: it ends when ``when`` no longer holds.
        stale_after: a value older than this is unknown.
        properties: all that the conditions read.
    """

    rule: Rule
    kind: Kind
    when: Compiled
    until: Compiled | None
    stale_after: timedelta
    properties: frozenset[str]


@dataclass(frozen=True)
class Preparation:
    """A rule made ready, or the problems that keep it from being; warnings may stand beside a compiled one."""

    compiled: CompiledRule | None
    problems: tuple[Problem, ...] = ()


def prepare(rule: Rule, kind: Kind) -> Preparation:
    """Compile the conditions of a rule over the properties of its kind; all problems at once."""
    when = _compiled(rule.when, kind)
    until = Compilation(None) if rule.until is None else _compiled(rule.until, kind)
    problems = (*when.problems, *until.problems)
    if when.compiled is None or (rule.until is not None and until.compiled is None):
        return Preparation(None, problems)
    subject = DecisionsUnderCheck(rule, kind, when.compiled, until.compiled)
    problems = (*problems, *checks.of_decisions(subject))
    if any(problem.severity == "error" for problem in problems):
        return Preparation(None, problems)
    return Preparation(_rule(rule, kind, when.compiled, until.compiled), problems)


def _compiled(condition: Condition, kind: Kind) -> Compilation:
    return compile_condition(condition.place.document, condition.place.path, kind.properties)


def _rule(rule: Rule, kind: Kind, when: Compiled, until: Compiled | None) -> CompiledRule:
    read = frozenset(each.name for condition in (when, until) if condition is not None for each in condition.inputs)
    return CompiledRule(rule, kind, when, until, timedelta(seconds=kind.stale_after_s), read)
