"""The whole page as values: what each of its sections shows."""

from __future__ import annotations

from typing import Any

from services.portal.domain.presenting import flood, incidents, lamps, measures, origins, outbox, summary
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording


def present(snapshot: Snapshot, wording: Wording) -> dict[str, Any]:
    """What each section shows, by the section's name, in the order of the page."""
    alerts = incidents.present_alerts(snapshot, wording)
    return {
        "time": summary.present_time(snapshot, wording),
        "summary": summary.present_summary(snapshot, alerts, wording),
        "alerts": alerts,
        "incidents": incidents.present_incidents(snapshot, wording),
        "flood": flood.present(snapshot, wording),
        "lamps": lamps.present(snapshot, wording),
        "outbox": outbox.present(snapshot, wording),
        "points": measures.present(snapshot, wording),
        "origins": origins.present(snapshot, wording),
    }
