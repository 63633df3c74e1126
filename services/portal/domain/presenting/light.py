"""What is measured of the light, beside the luminaires: sensors that say when it gets dark."""

from __future__ import annotations

from services.portal.domain.presenting.cards import Card, Cards, Making, cards_of
from services.portal.domain.presenting.pointing import points_of
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.model.registry import Point


def present(snapshot: Snapshot, wording: Wording) -> Cards:
    """Every point of lighting that no group holds."""
    return cards_of(snapshot, "lighting", wording, _finished, sensors(snapshot))


def sensors(snapshot: Snapshot) -> list[Point]:
    """The points of lighting that are not commanded."""
    commanded = {name for group in snapshot.inventory.groups for name in group.points}
    return [point for point in points_of(snapshot, "lighting") if point.id not in commanded]


def _finished(_making: Making, _point: Point, card: Card) -> Card:
    return card
