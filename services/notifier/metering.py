"""What Prometheus is told: what became of alerts, how soon notices went, what they cost, and who answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from services.notifier.domain.composing.digesting import DigestReason
from services.notifier.domain.delivering.budgets import euros
from services.notifier.domain.delivering.notification import TELLING, Notification
from services.notifier.domain.escalation.escalating import Act
from services.notifier.domain.incidents.acknowledging import Outcome, Way
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.on_call.watching import Look
from services.notifier.use_cases.fetch_calendars import Fetched
from services.notifier.use_cases.fold_due import Folding
from services.notifier.use_cases.take_alerts import Taken
from shared.errors import Forbidden
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

_INCIDENTS: Final = Counter("vigie_notifier_incidents_total", "Incidents by what became of them.", ["change"])
_DIGESTS: Final = Counter("vigie_notifier_digests_total", "Digests decided, by reason.", ["reason"])
_HELD: Final = Counter(
    "vigie_notifier_held_total", "Decisions to tell later, otherwise or not, by verdict.", ["verdict"]
)
RELEASED: Final = Counter("vigie_notifier_released_total", "Notices of what was held back, or flapped.")
KEYS: Final = Counter("vigie_notifier_keys_total", "Keys pressed in calls, by what they led to.", ["outcome"])
_ESCALATIONS: Final = Counter("vigie_notifier_escalations_total", "What fell due in escalations.", ["act"])
_ACKNOWLEDGEMENTS: Final = Counter(
    "vigie_notifier_acknowledgements_total",
    "By way: sms, email, call, command or portal; and what came of it.",
    ["way", "outcome"],
)
REPLIES: Final = Counter(
    "vigie_notifier_replies_total",
    "Answers to text messages by meaning; refused: not the carrier's; unknown-number: nobody's we know.",
    ["meaning"],
)
RECEIPTS: Final = Counter(
    "vigie_notifier_receipts_total", "Receipts by status; refused: not the carrier's.", ["status"]
)
_HAND_OVERS: Final = Counter("vigie_notifier_hand_overs_total", "Changes of duty.", ["schedule"])
_GAPS: Final = Counter("vigie_notifier_on_call_gaps_total", "Gaps that owners were told of.", ["schedule", "stage"])
_CALENDARS: Final = Counter("vigie_notifier_calendars_total", "Tries to fetch a calendar of duty.", ["result"])
PEOPLE_PROBLEMS: Final = Gauge(
    "vigie_notifier_people_problems",
    "Problems of teams.yaml and on-call.yaml as they are now; the last good ones hold.",
)


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


def note_acknowledged(incident: Incident, at: datetime) -> None:
    """Somebody acknowledged an incident, for the first time."""
    _ACKNOWLEDGED.labels(incident.criticality).observe(max(0.0, (at - incident.opened_at).total_seconds()))


def note_asked(way: Way, outcome: Outcome | None) -> None:
    """Once for each acknowledgement that was asked for. None: none was."""
    if outcome is not None:
        _ACKNOWLEDGEMENTS.labels(way.value, outcome.value).inc()


def note_taken(taken: Taken) -> None:
    """A batch of alerts was taken."""
    for change in ("opened", "resolved", "worsened", "eased"):
        _INCIDENTS.labels(change).inc(getattr(taken, change))
    for verdict, count in taken.held.items():
        _HELD.labels(verdict).inc(count)


def note_duty(looks: Iterable[Look]) -> None:
    """Schedules were looked at."""
    for found in looks:
        _HAND_OVERS.labels(found.watch.schedule).inc(found.handed_over is not None)
        for gap in found.gaps:
            _GAPS.labels(gap.schedule, gap.stage.value).inc()


def note_calendars(results: Iterable[Fetched]) -> None:
    """Calendars were asked for."""
    for result in results:
        _CALENDARS.labels(result.value).inc()


def note_digests(reasons: Iterable[DigestReason]) -> None:
    """Digests were decided about."""
    for reason in reasons:
        _DIGESTS.labels(reason.value).inc()


def note_escalations(acts: Iterable[Act]) -> None:
    """What was due of escalations was done."""
    for act in acts:
        _ESCALATIONS.labels(act.value).inc()


@contextmanager
def counts_refused(told: Counter) -> Iterator[None]:
    """Reading what a carrier tells: what is not the carrier's is counted as refused."""
    try:
        yield
    except Forbidden:
        told.labels("refused").inc()
        raise
