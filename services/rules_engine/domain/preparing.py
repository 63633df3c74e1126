"""Makes a rule ready to run on points of its kind: its conditions compiled, and checked for what they decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from services.rules_engine.domain import checks
from services.rules_engine.domain.checks.check import ConditionUnderCheck, DecisionsUnderCheck
from services.rules_engine.domain.compiling import check_tree, compile_condition, compile_term, read_condition, surely
from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.inputs.history import Absent, Age
from services.rules_engine.domain.inputs.input import Depth
from services.rules_engine.domain.inputs.members import Correlated
from services.rules_engine.domain.rule import Condition, Level, Rule, WhenUnknown
from services.rules_engine.domain.terms import Term
from services.rules_engine.domain.vocabulary import Vocabulary
from shared.model.registry import Kind
from shared.problems import Problem


@dataclass(frozen=True)
class CompiledLevel:
    """A level that can be decided; ``until`` None: it ends when ``when`` no longer holds."""

    level: Level
    when: Compiled
    until: Compiled | None

    @property
    def conditions(self) -> tuple[Compiled, ...]:
        return (self.when,) if self.until is None else (self.when, self.until)


@dataclass(frozen=True)
class CompiledRule:
    """A rule that can be decided.

    Attributes:
        kind: of the points that it watches, each or together.
        lets: the values that have a name.
        active: None: always.
    """

    rule: Rule
    kind: Kind
    levels: tuple[CompiledLevel, ...]
    lets: Mapping[str, Compiled]
    active: Compiled | None

    @cached_property
    def conditions(self) -> tuple[Compiled, ...]:
        """All that is decided, or worked out for messages."""
        found = [condition for level in self.levels for condition in level.conditions]
        return (*found, *self.lets.values())

    @property
    def when(self) -> Compiled:
        """The condition of its mildest level."""
        return self.levels[0].when

    @property
    def stale_after(self) -> timedelta:
        """A value older than this is unknown."""
        return timedelta(seconds=self.kind.stale_after_s)

    @cached_property
    def needs(self) -> Mapping[str, Depth]:
        """How much of which properties of the point it reads."""
        found: dict[str, Depth] = {}
        for condition in self.conditions:
            for name, depth in condition.needs.items():
                found[name] = depth.widened(found.get(name, Depth()))
        longer, more = self._longer
        return {name: Depth(depth.span + longer, depth.samples + more) for name, depth in found.items()}

    @property
    def _longer(self) -> tuple[timedelta, int]:
        """For how long, and for how many samples, what was decided on must still be seen."""
        every = self.rule.every
        if every is not None:
            # A period is decided when it is over: it must still be seen then, with all that lay before it.
            return 2 * every.length + self.stale_after, 0
        # What comes behind newer values may break a hold that isn't over.
        holds = [hold for each in self.levels for hold in (each.level.for_, each.level.until_for)]
        return max(hold.span for hold in holds), max(hold.times for hold in holds)

    @cached_property
    def properties(self) -> frozenset[str]:
        """All that it reads at the point."""
        return frozenset(self.needs)

    @cached_property
    def correlated(self) -> tuple[Correlated, ...]:
        """What it reads at other points."""
        return tuple(each for condition in self.conditions for each in condition.correlated)

    @cached_property
    def reads_others(self) -> bool:
        """Whether it is decided once for each instant, when all observations of the instant are there."""
        return self.rule.grouping is not None or bool(self.correlated)

    @cached_property
    def turns(self) -> bool:
        """Whether the clock alone may make it fire, or something must be remembered although it doesn't."""
        if self.rule.when_unknown is WhenUnknown.ALERT or self.rule.every is not None or self.asks_silence:
            return True
        return any(level.when.turns for level in self.levels)

    @cached_property
    def minds_silence(self) -> bool:
        """Whether an old observation may make it tell something, or take it back, because nothing was observed since.

        A rule for periods looks at each as it was when it was over.
        """
        return self.rule.every is None and (self.turns or self.rule.when_unknown is WhenUnknown.RESOLVE)

    @cached_property
    def asks_silence(self) -> bool:
        """Whether it matters since when the rule has watched: what is silent, or unknown, before that is no alarm."""
        if self.rule.every is not None and self.rule.when_unknown is WhenUnknown.ALERT:
            return True
        asked = (*self.conditions, *(each.asked for each in self.correlated))
        return any(isinstance(each, Absent | Age) for condition in asked for each in condition.inputs)


@dataclass(frozen=True)
class Preparation:
    """A rule made ready, or the problems that keep it from being; warnings may stand beside a compiled one."""

    compiled: CompiledRule | None
    problems: tuple[Problem, ...] = ()


def prepare(rule: Rule, kinds: Mapping[str, Kind]) -> Preparation:
    """Compile the conditions of a rule over the properties of its kind; all problems at once."""
    preparing = _Preparing(rule, kinds)
    compiled = preparing.compiled()
    problems = preparing.problems
    if compiled is not None:
        problems += checks.of_decisions(DecisionsUnderCheck(compiled, preparing.known))
    failed = any(problem.severity == "error" for problem in problems)
    return Preparation(None if failed else compiled, tuple(dict.fromkeys(problems)))


class _Preparing:
    """One rule being made ready; gathers the problems of all its parts."""

    def __init__(self, rule: Rule, kinds: Mapping[str, Kind]) -> None:
        self.problems: list[Problem] = []
        self._rule = rule
        self._kind = kinds[rule.for_each.kind or ""]
        self.known = Vocabulary(self._kind, kinds, rule.for_each, grouped=rule.grouping is not None)

    def compiled(self) -> CompiledRule | None:
        terms = dict(self._let_terms())
        self.known = replace(self.known, lets=terms)
        levels = [self._level(level) for level in self._rule.levels]
        active = None if self._rule.active is None else self._condition(self._rule.active)
        if any(level is None for level in levels) or (self._rule.active is not None and active is None):
            return None
        lets = {name: compile_term(surely(term), self.known.types) for name, term in terms.items()}
        return CompiledRule(self._rule, self._kind, tuple(filter(None, levels)), lets, active)

    def _let_terms(self) -> Iterator[tuple[str, Term]]:
        """Each may use those that stand before it."""
        found: dict[str, Term] = {}
        for name, condition in self._rule.let.items():
            place = condition.place
            faults = check_tree(place.document, place.path)
            self.problems += faults
            if not faults:
                known = replace(self.known, lets=dict(found))
                term = found[name] = read_condition(place.document, place.path, known, self.problems)
                subject = ConditionUnderCheck(place.document, place.path, term, known)
                self.problems += checks.of_condition(subject)
                yield name, term

    def _level(self, level: Level) -> CompiledLevel | None:
        when = self._condition(level.when)
        until = None if level.until is None else self._condition(level.until)
        if when is None or (level.until is not None and until is None):
            return None
        return CompiledLevel(level, when, until)

    def _condition(self, condition: Condition) -> Compiled | None:
        found = compile_condition(condition.place.document, condition.place.path, self.known)
        self.problems += found.problems
        return found.compiled
