"""The thresholds of the rules that watch a point, in the unit in which its values are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from services.portal.domain.answers import Rule
from services.portal.domain.presenting.curve import Level
from services.portal.domain.severity import tone_of
from shared.units import convert, convertible


def levels(rules: Sequence[Rule], point: str, name: str, unit: str) -> tuple[Level, ...]:
    """The thresholds on a property of the rules that watch a point, in its unit, lowest first, each once."""
    found: dict[float, Level] = {}
    for rule in rules:
        told = [item for item in rule.thresholds if item.property == name and convertible(item.unit, unit)]
        values = [convert(item.value, item.unit, unit) for item in told if point in (rule.points or ())]
        tone = tone_of(rule.severity, rule.criticality)
        for value in values:
            found.setdefault(value, Level(value, rule.title, tone, minor=value < max(values)))
    return tuple(found[value] for value in sorted(found))
