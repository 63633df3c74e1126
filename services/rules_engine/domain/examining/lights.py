"""Which groups of luminaires, and which luminaires, an action of a rule is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.rules_engine.domain.action import LightAction

if TYPE_CHECKING:
    from services.rules_engine.domain.checks.check import Known


def lit_groups(action: LightAction, known: Known) -> tuple[str, ...]:
    """The group of an action, or all that have a luminaire in its area."""
    if action.area is None:
        return (action.group,) if action.group in known.groups else ()
    points = known.points
    return tuple(
        group
        for group, members in known.groups.items()
        if any(action.area in points[point].areas for point in members if point in points)
    )


def lit_luminaires(action: LightAction, known: Known) -> frozenset[str]:
    """The ids of all that the action commands."""
    return frozenset(point for group in lit_groups(action, known) for point in known.groups[group])
