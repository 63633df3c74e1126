"""How much a rule has to do for one observation, and how much it keeps: counted before it runs, by kinds and points.

The unit is one value of a window, a tenth of a microsecond at most on one core of 2026 (a mean takes a fifth of that, a
level in dB or a percentile all of it). What else there is to do was measured against it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from services.rules_engine.domain.examining.asking import asked_at_most
from services.rules_engine.domain.inputs.baseline import Baseline
from services.rules_engine.domain.inputs.history import Unchanged
from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.inputs.members import Among, Correlated, Counted, Together
from services.rules_engine.domain.inputs.windows import Aggregated, Forecast
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.selecting import select, subjects
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.terms import Reading, readings
from shared.model.registry import Kind

if TYPE_CHECKING:
    from services.rules_engine.domain.checks.check import Known
    from services.rules_engine.domain.decision import Compiled
    from services.rules_engine.domain.preparing import CompiledRule

_STEP: Final = 100
"""To look at an earlier moment."""
_MEMBER: Final = 50
"""To look at another point, and decide about it."""
_PAIR: Final = 20
"""To measure how far two points are from one another."""
_TREND: Final = 3
"""For each value of a line through them."""


@dataclass(frozen=True)
class Work:
    """What one reading takes, as so many values read.

    Attributes:
        told: how it comes about, as a product.
    """

    reading: Reading
    values: float
    told: str


def works(compiled: CompiledRule, known: Known) -> Iterator[Work]:
    """What each reading of a rule takes for one observation.

    A rule that asks other points is decided about all its own when one of the others is observed.
    """
    decided = len(subjects(compiled.rule, known.city)) if _about_each(compiled) else 1
    found: dict[object, Reading] = {}
    for condition in compiled.conditions:
        for reading in readings(condition.term):
            # Both ends of a census are one question.
            found.setdefault(reading.input.census if isinstance(reading.input, Counted) else reading.input, reading)
    for reading in found.values():
        values, told = _read(reading.input, compiled.kind, compiled.rule, known)
        yield Work(reading, decided * values, f"{grouped(decided)} points x {told}" if decided > 1 else told)


def observed(compiled: CompiledRule, known: Known) -> float:
    """How many observations a second make the rule decide."""
    own = len(select(compiled.rule.for_each, known.city)) / compiled.kind.period_s
    others = {among for each in compiled.correlated if not (among := each.members[0]).own}
    return own + sum(_observed_of_others(among, known) for among in others)


def _observed_of_others(among: Among, known: Known) -> float:
    kind = known.kinds.get(among.selector.kind or "")
    return 0.0 if kind is None else len(select(among.selector, known.city)) / kind.period_s


def kept(compiled: CompiledRule, known: Known) -> float:
    """How many values of all its points a rule needs to have at hand."""
    points = len(select(compiled.rule.for_each, known.city))
    own = points * sum(1 + _samples(Span(depth.span), compiled.kind) for depth in compiled.needs.values())
    return own + sum(_kept_of_others(each, known) for each in compiled.correlated)


def _about_each(compiled: CompiledRule) -> bool:
    return compiled.rule.grouping is None and bool(compiled.correlated)


def _kept_of_others(each: Correlated, known: Known) -> float:
    among, needs = each.members
    kind = known.kinds.get(among.selector.kind or "")
    if kind is None:
        return 0.0
    return len(select(among.selector, known.city)) * sum(
        1 + _samples(Span(depth.span), kind) for depth in needs.values()
    )


def _read(each: Input, kind: Kind, rule: Rule, known: Known) -> tuple[float, str]:
    match each:
        case Counted() | Together():
            return _others(each, rule, known)
        case Baseline(of=of):
            times, values = each.span.microseconds // each.step.microseconds, _samples(of.window.span, kind)
            return times * (values + _STEP), f"{grouped(times)} steps x {grouped(values)} values"
        case Forecast(window=window):
            values = _samples(window.span, kind)
            return _TREND * values, f"{grouped(values)} values"
        case Aggregated(window=window):
            values = _samples(window.span, kind)
            return values, f"{grouped(values)} values"
        case Unchanged(span=span):
            values = _samples(span, kind)
            return values, f"{grouped(values)} values"
    return 1.0, "1 value"


def _others(each: Counted | Together, rule: Rule, known: Known) -> tuple[float, str]:
    among, inner = each.members[0], _inner(each)
    count = max(asked_at_most(among, rule, known), 0)
    kind = known.kinds.get(among.selector.kind or "")
    of_each = [] if kind is None else [_read(found, kind, rule, known) for found in inner.inputs]
    values = count * (_MEMBER + sum(values for values, _ in of_each))
    told = f"{grouped(count)} points asked" + "".join(f" x {told}" for value, told in of_each if value > _MEMBER)
    if among.within is not None:
        pairs = count**2 if rule.grouping is not None else count
        return values + _PAIR * pairs, f"{told}, {grouped(pairs)} distances"
    return values, told


def _inner(each: Counted | Together) -> Compiled:
    return each.census.where if isinstance(each, Counted) else each.value


def _samples(span: Span, kind: Kind) -> float:
    """How many values a while holds."""
    return float(math.ceil(span.length.total_seconds() / kind.period_s))


def grouped(number: float) -> str:
    """A whole number as people read it: ``1 480 000``."""
    return f"{number:,.0f}".replace(",", " ")
