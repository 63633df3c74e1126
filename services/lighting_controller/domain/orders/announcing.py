"""What the other services are told of overrides and luminaires."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.orders.override import Override, Transition
from services.lighting_controller.domain.road_class import Cut
from shared.model.lighting import LuminaireChanged, OverrideChanged, OverrideState


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


def override_cut(override: Override, cut: Cut, confined: Sequence[Luminaire], now: datetime) -> OverrideChanged:
    """The message that the envelope cuts what an override asks.

    Args:
        confined: the luminaires of which that is so; at least one.
    """
    done = [luminaire.target.level for luminaire in confined if luminaire.target is not None]
    told = override_changed(override, Transition(OverrideState.CUT, now))
    return msgspec.structs.replace(told, cut=cut.value, done=min(done), done_most=max(done), luminaires=len(confined))


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
