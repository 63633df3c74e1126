"""What Prometheus is told about notices: how soon they went, what they cost, and what was folded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from prometheus_client import Counter, Histogram

from services.notifier.domain.budgets import euros
from services.notifier.domain.notification import TELLING, Notification
from services.notifier.use_cases.fold_due import Folding
from shared.model.incidents import NotificationState

_ATTEMPTS: Final = Counter(
    "vigie_notifier_attempts_total", "Attempts and recoveries, by what they led to.", ["channel", "state", "reason"]
)
_ACCEPTED: Final = Histogram(
    "vigie_notifier_accepted_seconds",
    "From when an alert was taken, or became worse, until a carrier took the notice of it.",
    ["medium", "criticality"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600),
)
_ACKNOWLEDGED: Final = Histogram(
    "vigie_notifier_acknowledged_seconds",
    "From the beginning of an incident until somebody acknowledged it.",
    ["criticality"],
    buckets=(15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200),
)
_SEGMENTS: Final = Counter(
    "vigie_notifier_segments_total", "Units that carriers are paid for.", ["channel", "medium", "directorate"]
)
_EUROS: Final = Counter("vigie_notifier_euros_total", "What they cost, as configured.", ["channel", "directorate"])
_FOLDED: Final = Counter("vigie_notifier_folded_total", "Notices that a digest tells of instead.", ["limit", "medium"])


def note_deliveries(dealt_with: Iterable[Notification], folding: Folding) -> None:
    """After a round of deliveries: what became of each notice, what it cost, what was folded."""
    for item in dealt_with:
        _ATTEMPTS.labels(item.channel, item.state.value, item.reason.value).inc()
        if item.state is NotificationState.SENT and item.kind in TELLING:
            waited = (item.changed_at - item.queued_at).total_seconds()
            _ACCEPTED.labels(item.medium.value, item.criticality).observe(max(0.0, waited))
    for cost in folding.costs:
        _SEGMENTS.labels(cost.channel, cost.medium, cost.directorate).inc(cost.segments)
        _EUROS.labels(cost.channel, cost.directorate).inc(euros(cost.price))
    for cause, medium in folding.folds:
        _FOLDED.labels(cause.value, medium.value).inc()


def note_acknowledged(criticality: str, opened_at: datetime, at: datetime) -> None:
    """Somebody acknowledged an incident, for the first time."""
    _ACKNOWLEDGED.labels(criticality).observe(max(0.0, (at - opened_at).total_seconds()))
