"""What mutes, groups and flaps, for one batch of alerts: loaded at once, decided in memory, stored at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from services.notifier.domain.incidents.alert_log import logged
from services.notifier.domain.incidents.bundle import Bundle, Home, Homes, Sort, keys_of
from services.notifier.domain.incidents.gathering import unstable
from services.notifier.domain.incidents.grouping import own_incident
from services.notifier.domain.incidents.held import Held, HeldBook
from services.notifier.domain.ledger.ledger import Entry, Verdict, entry
from services.notifier.domain.muting.muting import Mute, Mutes
from services.notifier.domain.muting.muting_plan import MutingPlan
from services.notifier.domain.muting.traits import Traits, traits_of
from services.notifier.storage.alerts import Alerts
from services.notifier.storage.held import Bundles, HeldAlerts
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.mutes import alone, load_mutes
from shared.model.alerts import AlertChanged, AlertStatus
from shared.runtime.database import Transaction


class HoldingBack:
    """Says of each alert of a batch which incident it belongs to, and whether people may be told."""

    def __init__(
        self, transaction: Transaction, plan: MutingPlan, alerts: Sequence[AlertChanged], now: datetime
    ) -> None:
        alone(transaction)
        self._transaction = transaction
        self._plan = plan
        self._now = now
        self._alerts = Alerts(transaction)
        self._log = self._alerts.with_ids(alert.alert for alert in alerts)
        self._homes = self._load_homes(alerts)
        self._places: dict[str, Home] = {}
        for alert in alerts:
            self._place(alert)
        self._mutes = self._load_mutes(alerts)
        self._held = HeldBook(HeldAlerts(transaction).of(alert.alert for alert in alerts))
        self._seen = list(dict.fromkeys(alert.alert for alert in alerts if alert.alert in self._log))
        self._entries: list[Entry] = []
        self._flapping = Bundles(transaction).flaps(self.incidents()) | {
            item.incident for item in self._homes.flapping.values()
        }

    def incidents(self) -> frozenset[str]:
        """Those of the batch in which people are told at once."""
        return frozenset(item for alert in self._log.values() if (item := alert.incident) is not None)

    @cached_property
    def shared(self) -> frozenset[str]:
        """Those of them that others were in before."""
        homes = self._places.values()
        return frozenset(home.incident for home in homes if home.bundle is not None or home.flapping is not None)

    def home(self, alert: AlertChanged) -> tuple[str, str | None]:
        """The incident in which people are told at once of an alert, and its title if it is shared."""
        known = self._places.get(alert.alert)
        if known is not None:
            return known.incident, None if known.bundle is None else known.bundle.title
        stored = self._log.get(alert.alert)
        return (stored.incident if stored and stored.incident else own_incident(alert.alert)), None

    def wording(self, alert: AlertChanged) -> AlertChanged:
        """The alert as it is told when it begins: what flaps says so."""
        home, flap = self._places.get(alert.alert), self._plan.flap
        if home is None or not home.begins or flap is None or home.flapping is None:
            return alert
        by = f"{alert.rule} ({alert.point})"
        self._note(Verdict.FLAPPING, by, alert, home.incident)
        return unstable(alert, flap.episodes + 1, flap.within)

    def holds_beginning(self, alert: AlertChanged, incident: str) -> bool:
        """Whether nobody is told now that it fires; then why is noted, and when to ask again."""
        traits, home = traits_of(alert), self._places.get(alert.alert)
        mute = self._mutes.of(traits, self._now)
        if mute is not None:
            self._hold(alert, incident, mute)
        elif home is not None and home.flapping is not None and not home.begins:
            self._note(Verdict.FLAPPING, f"{alert.rule} ({alert.point})", alert, incident)
        elif home is not None and home.bundle is not None:
            return self._holds_for_others(alert, traits, home.bundle)
        elif patience := self._mutes.patience(traits):
            self._hold(alert, incident, self._waits("waits for another that would hush it", alert, patience))
        else:
            return False
        return True

    def tells_newcomers_alone(self, alert: AlertChanged) -> bool:
        """Whether it is another word for what an incident says already: who heard that isn't told again."""
        home = self._places.get(alert.alert)
        return home is not None and home.bundle is not None and home.bundle.sort is Sort.DEDUP

    def holds_change(self, alert: AlertChanged, incident: str) -> bool:
        """Whether nobody is told now that its severity changed."""
        held = self._held.get(incident, alert.alert)
        if held is not None:
            self._held.put(held.with_news(alert, self._now))
            return True
        mute = self._mutes.of(traits_of(alert), self._now)
        if mute is not None:
            self._hold(alert, incident, mute)
        return mute is not None

    def over(self, alert: AlertChanged) -> None:
        """An alert is resolved: what was held of it is told to nobody."""
        for held in self._held.drop(alert.alert):
            self._entries.append(held.noted(self._now, "resolved meanwhile, told to nobody"))

    def holds_end(self, alert: AlertChanged, incident: str) -> bool:
        """Whether nobody is told that an incident is over."""
        if not self.flaps(incident):
            return False
        self._note(Verdict.FLAPPING, f"{alert.rule} ({alert.point})", alert, incident, "end")
        return True

    def flaps(self, incident: str) -> bool:
        """Whether it is the incident of what comes and goes."""
        return incident in self._flapping

    def verdicts(self) -> dict[str, int]:
        """How often each verdict was noted."""
        return dict(Counter(item.verdict.value for item in self._entries))

    def store(self) -> None:
        """Store all of it."""
        self._alerts.put([self._log[alert] for alert in self._seen], self._mutes)
        held = HeldAlerts(self._transaction)
        held.put(self._held.to_put())
        held.drop(self._held.to_drop())
        # What ended, or changed, may hush others no more.
        held.wake(self._ceased, self._now)
        bundles = Bundles(self._transaction)
        bundles.put({home.bundle.key: home.bundle for home in self._places.values() if home.bundle}.values())
        bundles.put_flapping(self._homes.flapping.values())
        Ledger(self._transaction).note(self._entries)

    def _load_homes(self, alerts: Sequence[AlertChanged]) -> Homes:
        bundles, now = Bundles(self._transaction), self._now
        keys = {traits_of(alert).key for alert in alerts}
        flap, storm = self._plan.flap, self._plan.storm
        return Homes(
            self._plan,
            self._now,
            bundles.open(key for alert in alerts for key in keys_of(alert, self._plan)),
            bundles.flapping(keys) if flap else {},
            self._alerts.episodes(keys, now - flap.within) if flap else {},
            self._alerts.taken((alert.rule for alert in alerts), now - storm.within) if storm else {},
        )

    def _place(self, alert: AlertChanged) -> None:
        """Note an alert in the log; of one that begins, where it belongs."""
        known = self._log.get(alert.alert)
        if known is not None:
            later = known.after(alert)
            if known.is_firing and not later.is_firing:
                self._homes.ended(alert)
            self._log[alert.alert] = replace(later, incident=later.incident or self._begun(alert))
        elif alert.notify:
            self._log[alert.alert] = logged(alert, self._begun(alert), self._now)

    def _begun(self, alert: AlertChanged) -> str | None:
        """The incident of one that fires and of which some want to be told at once."""
        if all(request.digest is not None for request in alert.notify):
            return None
        if alert.status is AlertStatus.RESOLVED:
            return own_incident(alert.alert)
        home = self._places[alert.alert] = self._homes.of(alert)
        return home.incident

    def _load_mutes(self, alerts: Sequence[AlertChanged]) -> Mutes:
        """As it is when all of the batch is done: what hushes may come behind what it hushes."""
        stored = load_mutes(self._transaction, self._plan.inhibitions, self._now)
        before = {source.alert: source for source in stored.firing}
        after = {alert.alert: self._log[alert.alert] for alert in alerts if alert.alert in self._log}
        now = before | {name: item.traits for name, item in after.items() if item.is_firing}
        firing = {name: source for name, source in now.items() if name not in after or after[name].is_firing}
        mutes = replace(stored, firing=[source for source in firing.values() if stored.inhibits(source)])
        held_by = {source.alert for source in mutes.firing}
        self._ceased = [
            name for name in before if name in after and (name not in held_by or before[name] != firing[name])
        ]
        return mutes

    def _holds_for_others(self, alert: AlertChanged, traits: Traits, bundle: Bundle) -> bool:
        by = f"{bundle.sort.value}: {bundle.key.partition('|')[2]}"
        self._note(Verdict.GROUPED, by, alert, bundle.incident)
        if bundle.sort is Sort.DEDUP or traits.is_vital:
            return False
        due_at = max(self._now, bundle.due_at)
        mute = Mute(verdict=Verdict.GROUPED, by=by, source=bundle.key, ends_at=due_at)
        self._hold(alert, bundle.incident, mute, is_noted=True)
        return True

    def _waits(self, by: str, alert: AlertChanged, patience: timedelta) -> Mute:
        return Mute(verdict=Verdict.GROUPED, by=by, source=alert.rule, ends_at=self._now + patience)

    def _hold(self, alert: AlertChanged, incident: str, mute: Mute, *, is_noted: bool = False) -> None:
        held = Held(
            incident=incident,
            alert=alert.alert,
            verdict=mute.verdict,
            by=mute.by,
            source=mute.source,
            since=self._now,
            due_at=mute.ends_at,
            told_severity=alert.was,
            said=alert,
        )
        self._held.put(held)
        if not is_noted:
            self._entries.append(held.noted(self._now))

    def _note(self, verdict: Verdict, by: str, alert: AlertChanged, incident: str, *more: str) -> None:
        key = (incident, alert.alert, by, *more)
        self._entries.append(
            entry(verdict, self._now, by, *key, incident=incident, alert=alert.alert, trace=alert.trace)
        )
