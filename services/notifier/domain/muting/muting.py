"""May people be told of an alert, or of an incident, now? The one place that says no, with the reason.

Who tells asks here each time: the taker of alerts, the release of what was held back, an escalation. Flapping and
groups are not asked about: they say how a beginning is told, and must not keep an escalation from going on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from services.notifier.domain.incidents.inhibition import Inhibition
from services.notifier.domain.ledger.ledger import Verdict
from services.notifier.domain.muting.silence import Silence
from services.notifier.domain.muting.traits import Traits

_Common = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Mute:
    """Why somebody is not told now.

    Attributes:
        verdict: SILENCED or INHIBITED, as the ledger notes it.
        by: the reason, for people.
        source: id of the silence, or of the alert that inhibits.
        ends_at: when to ask again, UTC; None: when the source ends.
    """

    verdict: Verdict
    by: str
    source: str
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Mutes:
    """All that mutes.

    Attributes:
        silences: those that are not over, in order of id.
        firing: the alerts that fire and may inhibit others.
    """

    silences: Sequence[Silence] = ()
    inhibitions: Sequence[Inhibition] = ()
    firing: Iterable[Traits] = field(default=(), repr=False)

    def of(self, alert: Traits, now: datetime) -> Mute | None:
        """Why people are not to be told of an alert now; None: they may be. A silence counts before an inhibition."""
        return self._silence(alert, now) or self._inhibition(alert)

    def of_incident(self, alerts: Iterable[Traits], now: datetime) -> Mute | None:
        """Why people are not to be told of an incident now; None: one of its firing ``alerts`` may be told."""
        mute = None
        for alert in alerts:
            mute = self.of(alert, now)
            if mute is None:
                return None
        return mute

    def patience(self, alert: Traits) -> timedelta:
        """How long an alert that nothing inhibits waits for one that would."""
        waits = (rule.wait for rule in self.inhibitions if rule.wait and not alert.is_vital and rule.is_target(alert))
        return max(waits, default=timedelta(0))

    def inhibits(self, alert: Traits) -> bool:
        """Whether an alert may be the source of an inhibition."""
        return any(rule.is_source(alert) for rule in self.inhibitions)

    def _silence(self, alert: Traits, now: datetime) -> Mute | None:
        muting = (
            (until, silence)
            for silence in self.silences
            if (until := silence.mutes_until(now)) is not None and silence.concerns(alert)
        )
        # The one that lasts longest: what is held back need not ask twice.
        until, silence = max(muting, key=lambda found: (found[0], found[1].id), default=(None, None))
        if silence is None:
            return None
        by = f"{silence.id}: {silence.reason}"
        return Mute(verdict=Verdict.SILENCED, by=by, source=silence.id, ends_at=until)

    def _inhibition(self, alert: Traits) -> Mute | None:
        for rule in self.inhibitions:
            for source in self._sources(rule, alert):
                if rule.hushes(source, alert) and not self._hushed_back(source, alert):
                    by = f"{rule.id}: {source.rule} ({source.points[0]}, {source.severity})"
                    return Mute(verdict=Verdict.INHIBITED, by=by, source=source.alert)
        return None

    def _hushed_back(self, source: Traits, alert: Traits) -> bool:
        """Two that hush each other are both told, rather than neither."""
        return any(
            rule.hushes(alert, source) and not set(rule.commons(alert)).isdisjoint(rule.commons(source))
            for rule in self.inhibitions
        )

    def _sources(self, rule: Inhibition, alert: Traits) -> Iterator[Traits]:
        for common in rule.commons(alert):
            yield from self._by_common[rule.id].get(common, ())

    @cached_property
    def _by_common(self) -> Mapping[str, Mapping[_Common, Sequence[Traits]]]:
        found: dict[str, dict[_Common, list[Traits]]] = defaultdict(lambda: defaultdict(list))
        # The worst need not be asked for: one is enough, and the first in order of id is the same on every run.
        for source in sorted(self.firing, key=lambda traits: traits.alert):
            for rule in self.inhibitions:
                if rule.is_source(source):
                    for common in rule.commons(source):
                        found[rule.id][common].append(source)
        return found
