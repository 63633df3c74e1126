"""What is measured of the water beside the levels of the gauges: rain, turbidity, oxygen."""

from __future__ import annotations

from services.portal.domain.presenting.cards import Cards, cards_of
from services.portal.domain.presenting.flood import KIND
from services.portal.domain.presenting.mobility import counted
from services.portal.domain.presenting.pointing import points_of
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording


def present(snapshot: Snapshot, wording: Wording) -> Cards:
    """Rain gauges and probes of quality."""
    points = [point for point in points_of(snapshot, "water") if point.kind != KIND]
    return cards_of(snapshot, "water", wording, counted, points)
