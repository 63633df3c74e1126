"""What the other services are told of overrides and luminaires."""

from __future__ import annotations

from datetime import datetime

from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.override import Override, Transition
from shared.model.lighting import LuminaireChanged, OverrideChanged


def override_changed(override: Override, what: Transition) -> OverrideChanged:
    """The message that an override changed state."""
    order = override.order
    return OverrideChanged(
        override=override.id,
        state=what.state,
        alert=order.alert,
        rule=order.rule,
        owner=order.owner,
        group=order.group,
        level=order.level,
        reason=order.reason,
        at=what.at,
        trace=override.trace,
    )


def luminaire_changed(before: Luminaire, after: Luminaire, now: datetime) -> LuminaireChanged | None:
    """The message that a luminaire has another target or report; None if it hasn't, or has no target yet."""
    target = after.target
    was = (before.target, before.feedback, before.actual)
    if target is None or was == (target, after.feedback, after.actual):
        return None
    return LuminaireChanged(
        luminaire=after.id,
        group=target.group,
        target=target.level,
        feedback=after.feedback,
        actual=after.actual,
        source=target.by,
        at=now,
        trace=target.trace,
    )
