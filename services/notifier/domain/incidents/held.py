"""What is held back: alerts that fire and of which people are not told yet, each with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from services.notifier.domain.ledger.ledger import Entry, Verdict, entry
from shared.model.alerts import AlertChanged

Key = tuple[str, str]
"""Incident and alert."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """An alert that is held back in an incident.

    Attributes:
        verdict, by: why.
        source: id of what holds it: a silence, an alert, the key of a bundle.
        since: when it was held back first, UTC.
        due_at: when to ask again whether it may be told, UTC; None: when ``source`` ends.
        told_severity: the severity that people know; None: they know nothing of it.
        said: the alert as it was told last, with the requests of every level that nobody was told of.
    """

    incident: str
    alert: str
    verdict: Verdict
    by: str
    source: str
    since: datetime
    due_at: datetime | None
    told_severity: str | None
    said: AlertChanged

    def with_news(self, said: AlertChanged, now: datetime) -> Held:
        """Its severity changed: it is asked again, since other levels may be told."""
        return replace(self, said=_merged(self.said, said), due_at=now)

    def noted(self, now: datetime, more: str = "") -> Entry:
        """For the ledger. ``more``: what became of it."""
        return entry(
            self.verdict,
            now,
            f"{self.by}; {more}" if more else self.by,
            self.incident,
            self.alert,
            self.source,
            more,
            incident=self.incident,
            alert=self.alert,
            trace=self.said.trace,
        )


def _merged(before: AlertChanged, news: AlertChanged) -> AlertChanged:
    """The news, told to all who would have been told so far; who is asked for by both hears the newer words."""
    asked = {(request.team, request.digest): request for request in (*before.notify, *news.notify)}
    return structs.replace(news, notify=tuple(asked.values()))


class HeldBook:
    """What is held back, as a batch of alerts finds and leaves it."""

    def __init__(self, stored: Iterable[Held]) -> None:
        self._held: dict[Key, Held] = {}
        self._of_alert: dict[str, dict[Key, None]] = defaultdict(dict)
        self._touched: dict[Key, None] = {}
        for item in stored:
            self.put(item)
        self._stored = set(self._held)
        self._touched.clear()

    def get(self, incident: str, alert: str) -> Held | None:
        return self._held.get((incident, alert))

    def put(self, held: Held) -> None:
        key = (held.incident, held.alert)
        self._held[key] = held
        self._of_alert[held.alert][key] = None
        self._touched[key] = None

    def drop(self, alert: str) -> list[Held]:
        """An alert is over: what was held of it, which nobody is told any more."""
        keys = self._of_alert.pop(alert, {})
        dropped = [self._held[key] for key in keys]
        for item in dropped:
            del self._held[item.incident, item.alert]
            self._touched[item.incident, item.alert] = None
        return dropped

    def to_put(self) -> list[Held]:
        return [self._held[key] for key in self._touched if key in self._held]

    def to_drop(self) -> list[Key]:
        """Stored ones that are there no more."""
        return [key for key in self._touched if key not in self._held and key in self._stored]
