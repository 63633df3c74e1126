"""From what is wanted of luminaires to what is sent to them: envelope, faults, reconciliation, paces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.lighting_controller.domain.commanding.deciding import Verdict
from services.lighting_controller.domain.commanding.driver import Command
from services.lighting_controller.domain.commanding.pacing import Paces, keep_paces
from services.lighting_controller.domain.commanding.reconciling import Move, Reconciled, reconcile
from services.lighting_controller.domain.commanding.taking_turns import confine_each
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.envelope.envelope import note_seen, note_told, want
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.envelope.sharing import Shares
from services.lighting_controller.domain.faults.examining import examine
from services.lighting_controller.domain.luminaire import Luminaire


@dataclass(frozen=True)
class Settling:
    """What came of it.

    Attributes:
        after: the luminaires, in their order.
        moves: what is done about each.
        commands: what is to be sent.
        paces: when that has left.
    """

    after: tuple[Luminaire, ...]
    moves: tuple[Move, ...]
    commands: tuple[Command, ...]
    paces: Paces


def settle(
    luminaires: Sequence[Luminaire],
    verdicts: Mapping[str, Verdict],
    surveyed: Survey,
    changed: Mapping[str, datetime],
    now: datetime,
    watch: Watch,
    paces: Paces,
) -> Settling:
    """What is commanded of each luminaire at ``now``; one without a verdict keeps what was wanted of it.

    Args:
        changed: when each luminaire changed that did within the last minute and counts in the share of its zone.
    """
    judged = [_judged(luminaire, verdicts.get(luminaire.id)) for luminaire in luminaires]
    confined, counting = confine_each(judged, surveyed, Shares(surveyed, changed, now), now)
    aimed = [confined[luminaire.id] for luminaire in luminaires]
    reconciled, paces = _reconciled(aimed, now, watch, paces)
    after = tuple(_noted(item, item.luminaire.id in counting, now) for item in reconciled)
    commands = tuple(item.command for item in reconciled if item.command is not None)
    return Settling(after, tuple(item.move for item in reconciled), commands, paces)


def _judged(luminaire: Luminaire, verdict: Verdict | None) -> Luminaire:
    if verdict is None:
        return luminaire
    decision, wanting = verdict.decision, want(luminaire, verdict.decision.winner)
    if (wanting.lost, wanting.floor) == (decision.lost, verdict.floor):
        return wanting
    return replace(wanting, lost=decision.lost, floor=verdict.floor)


def _reconciled(
    aimed: Sequence[Luminaire], now: datetime, watch: Watch, paces: Paces
) -> tuple[Sequence[Reconciled], Paces]:
    """What is found of each, what is sent to it, and the paces when that has left."""
    surroundings = [watch.network.around(luminaire.id, now) for luminaire in aimed]
    examined = [examine(it, around, now, watch.patience) for it, around in zip(aimed, surroundings, strict=True)]
    planned = [reconcile(it, now, watch.patience, around) for it, around in zip(examined, surroundings, strict=True)]
    return keep_paces(examined, planned, paces, watch.network.gateway_of, now)


def _noted(item: Reconciled, counts: bool, now: datetime) -> Luminaire:
    """A command counts from here on: whether it arrives is not known, and a process may die before it leaves."""
    if item.command is None:
        return note_seen(item.luminaire, now) if item.move is Move.IN_PLACE else item.luminaire
    return note_told(item.luminaire, item.command.level, now, counts=counts)
