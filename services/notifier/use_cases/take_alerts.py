"""Takes what the rules engine decided into incidents, and queues what people are to be told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.notifier.domain.channel import Medium
from services.notifier.domain.codes import RESTS, free_codes
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.notice_book import NoticeBook
from services.notifier.domain.delivering.line import urged
from services.notifier.domain.delivering.notification import Kind
from services.notifier.domain.escalation.escalation import NO_POLICIES, Policies
from services.notifier.domain.escalation.escalation_book import EscalationBook
from services.notifier.domain.incidents.acknowledging import Acknowledgement, withdrawn
from services.notifier.domain.incidents.changing import Change
from services.notifier.domain.incidents.gathering import ended
from services.notifier.domain.incidents.grouping import Group, groups_of, own_incident
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.incidents.incident_book import IncidentBook
from services.notifier.domain.ledger.ledger import routed, withdrawal_of
from services.notifier.domain.muting.muting_plan import DEFAULT, MutingPlan
from services.notifier.domain.on_call.telling import route_entry
from services.notifier.domain.severity import worsened
from services.notifier.storage.acknowledgements import Acknowledgements
from services.notifier.storage.digests import Digests
from services.notifier.storage.escalations import Escalations
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from services.notifier.use_cases.holding_back import HoldingBack
from shared import bus
from shared.model.alerts import AlertChanged, AlertStatus, Criticality
from shared.model.incidents import IncidentChanged, IncidentStatus
from shared.runtime.database import Database, Received, Transaction


@dataclass(frozen=True)
class Taken:
    """What a batch led to, in numbers. ``held``: decisions to tell later, otherwise or not at all, by verdict."""

    opened: int
    resolved: int
    queued: int
    worsened: int = 0
    eased: int = 0
    held: Mapping[str, int] = field(default_factory=dict)


def take_alerts(
    database: Database,
    composer: Composer,
    received: Sequence[Received[AlertChanged]],
    now: datetime,
    *,
    plan: MutingPlan = DEFAULT,
    policies: Policies = NO_POLICIES,
) -> Taken:
    """Take a batch, in the order in which it came. What was taken, or is older than that, changes nothing.

    Args:
        plan: which alerts are hushed by others, and which are told together.
    """
    with database.transaction() as transaction:
        alerts = [item.message for item in transaction.first_seen(received)]
        return _Batch(transaction, composer, alerts, now, plan, policies).take()


def urgent_first(received: Sequence[Received[AlertChanged]]) -> list[list[Received[AlertChanged]]]:
    """The vital alerts of a batch, then the others: in a storm they go out before the others are even composed.

    What is said of one alert stays in order: one that is called both is among the others.
    """
    others = {item.message.alert for item in received if item.message.criticality is not Criticality.VITAL}
    parts: tuple[list[Received[AlertChanged]], list[Received[AlertChanged]]] = ([], [])
    for item in received:
        parts[item.message.alert in others].append(item)
    return [part for part in parts if part]


class _Batch:
    """One batch in one transaction: loads what it touches at once, decides in memory, stores at once."""

    def __init__(
        self,
        transaction: Transaction,
        composer: Composer,
        alerts: Sequence[AlertChanged],
        now: datetime,
        plan: MutingPlan,
        policies: Policies,
    ) -> None:
        self._transaction = transaction
        self._composer = composer
        self._policies = policies
        self._alerts = alerts
        self._now = now
        self._incidents = Incidents(transaction)
        self._notifications = Notifications(transaction)
        self._digests = Digests(transaction)
        self._back = HoldingBack(transaction, plan, alerts, now)
        self._changes: Counter[Kind] = Counter()
        self._events: list[IncidentChanged] = []

    def take(self) -> Taken:
        self._load()
        for alert in self._alerts:
            if alert.status is AlertStatus.RESOLVED:
                self._resolve(alert)
            elif alert.was is None:
                self._fire(alert)
            else:
                self._change(alert)
        return self._store()

    def _load(self) -> None:
        places = self._incidents.places(alert.alert for alert in self._alerts)
        self._decided: frozenset[str] = frozenset()
        candidates = {group.incident for alert in self._alerts for group in self._groups(alert)}
        self._decided = self._digests.decided(candidates)
        groups = {group.incident for alert in self._alerts for group in self._groups(alert)}
        touched = groups | {place.incident for place in places}
        known = self._incidents.with_ids(touched)
        self._book = IncidentBook(known, places, self._codes(groups - {incident.id for incident in known}))
        self._escalations = EscalationBook(self._policies, Escalations(self._transaction).of(touched), self._now)
        self._taken = Acknowledgements(self._transaction).counting(touched)
        going_on = {alert.alert for alert in self._alerts if alert.status is AlertStatus.RESOLVED or alert.was}
        heard = {place.incident for place in places if place.alert in going_on}
        self._notices = NoticeBook(self._notifications.in_line(heard | (self._back.shared & touched)))

    def _codes(self, new: Iterable[str]) -> dict[str, str]:
        """Of the incidents that may open. They are stored with them: whoever takes the batch again finds them."""
        since = self._now - RESTS
        return free_codes(new, lambda codes: self._incidents.codes_in_use(codes, since))

    def _groups(self, alert: AlertChanged) -> list[Group]:
        home, title = self._back.home(alert)
        return list(groups_of(alert, self._now, self._decided, home, title))

    def _fire(self, alert: AlertChanged) -> None:
        if self._book.has(alert.alert):
            return
        for group in self._groups(alert):
            before = self._book.known(group.incident)
            incident = self._take_in(alert, group)
            if group.sends_at is None:
                self._escalate(before, incident)
                if not self._back.holds_beginning(alert, incident.id):
                    self._begin(alert, incident, worse=before is not None and incident.is_worse_than(before))

    def _take_in(self, alert: AlertChanged, group: Group) -> Incident:
        incident = self._book.take_in(alert, group)
        self._note(incident, alert)
        # What one batch ends and opens again was over for no instant, and nobody is told that it was.
        self._notices.withdraw_end(incident.id)
        return incident

    def _escalate(self, before: Incident | None, incident: Incident) -> None:
        """One more alert fires in it."""
        taken = self._taken.get(incident.id)
        if before is not None and before.status is IncidentStatus.RESOLVED:
            if taken is not None and self._back.flaps(incident.id) and not incident.is_worse_than(before):
                self._escalations.comes_again(incident, taken.at)
            else:
                self._escalations.reopened(incident)
        elif before is not None and incident.is_more_critical_than(before):
            self._escalations.more_critical(incident)
        elif before is not None and incident.severity != before.severity:
            self._escalations.worsened(incident)
        else:
            self._escalations.opened(incident)

    def _begin(self, alert: AlertChanged, incident: Incident, *, worse: bool) -> None:
        """Tell that it fires. ``worse``: than the others in its incident were."""
        media = () if self._back.tells_newcomers_alone(alert) and not worse else tuple(Medium)
        told = self._notices.told_of(incident.id) if incident.id in self._back.shared else []
        said = self._back.wording(alert)
        notices = self._composer.tell(said, incident, told, self._now, media)
        self._notices.hurry(urged(notices, told, self._now))
        self._notices.compose(notices)

    def _change(self, alert: AlertChanged) -> None:
        """Its severity changed. One whose beginning never came begins with it."""
        known = self._book.has(alert.alert)
        if known and not self._book.awaits(alert):
            return
        groups = self._groups(alert)
        before = {group.incident: self._book.known(group.incident) for group in groups}
        for incident in self._book.change(alert, groups):
            self._note(incident, alert)
        for group in groups:
            # Whose digest went out hears of a rise in the next one, and of a fall no more.
            wanted = group.sends_at is None or not known or worsened(alert)
            if wanted and not self._book.holds(alert.alert, group.incident):
                self._take_in(alert, group)
            if group.sends_at is None:
                self._tell(alert, group)
                incident, was = self._book.incident(group.incident), before[group.incident]
                if was is not None and incident.is_more_critical_than(was):
                    self._escalations.more_critical(incident)
                elif not known:
                    self._escalations.opened(incident)

    def _tell(self, alert: AlertChanged, group: Group) -> None:
        incident = self._book.incident(group.incident)
        if worsened(alert):
            # Also if nobody may be told now: the steps ask for themselves.
            self._escalations.worsened(incident)
        if self._back.holds_change(alert, incident.id):
            return
        told = self._notices.told_of(incident.id)
        change = Change(alert, group, incident, told, self._now)
        notices = self._composer.change(change)
        if change.kind is Kind.WORSEN:
            self._notices.hurry(change.hurried(notices))
            self._notices.hurry(urged(notices, told, self._now))
        self._notices.compose(notices)
        self._changes[change.kind] += 1

    def _resolve(self, alert: AlertChanged) -> None:
        if not self._book.has(alert.alert):
            # Its beginning never came, or comes late: it is shown as over, and nobody is told of either.
            for group in self._groups(alert):
                self._note(self._book.take_in(alert, group), alert)
        self._back.over(alert)
        for incident in self._book.take_out(alert):
            self._note(incident, alert)
            if incident.status is IncidentStatus.RESOLVED:
                self._escalations.resolved(incident)
                if not self._back.holds_end(alert, incident.id):
                    self._end(alert, incident)

    def _end(self, alert: AlertChanged, incident: Incident) -> None:
        told = self._notices.told_of(incident.id)
        if told and incident.id != own_incident(alert.alert):
            alert = ended(alert, self._incidents.alerts(incident.id))
        self._notices.compose(self._composer.resolve(alert, incident, told, self._now))

    def _note(self, incident: Incident, alert: AlertChanged) -> None:
        taken = self._taken.get(incident.id)
        self._events.append(incident.changed(alert.at, alert.trace, None if taken is None else taken.at))

    def _store(self) -> Taken:
        new, changed = self._book.new(), self._book.changed()
        self._incidents.add(*new)
        self._incidents.change(*changed)
        self._digests.add(self._book.digests)
        self._notifications.change(self._notices.hurried())
        fresh = self._notifications.add(self._notices.composed())
        self._back.store()
        Ledger(self._transaction).note(route_entry(self._composer, item) or routed(item) for item in fresh)
        outgrown = self._escalations.outgrown
        Escalations(self._transaction).put(self._escalations.changed())
        self._withdraw((self._taken[name], why) for name, why in sorted(outgrown.items()) if name in self._taken)
        for event in self._events:
            self._transaction.publish(bus.INCIDENT_CHANGED, event)
        for notification in fresh:
            self._transaction.publish(bus.NOTIFICATION_CHANGED, notification.changed())
        resolved = sum(event.status is IncidentStatus.RESOLVED for event in self._events)
        return Taken(
            opened=len(new[0]),
            resolved=resolved,
            queued=len(fresh),
            worsened=self._changes[Kind.WORSEN],
            eased=self._changes[Kind.EASE],
            held=self._back.verdicts(),
        )

    def _withdraw(self, taken: Iterable[tuple[Acknowledgement, str]]) -> None:
        """Who took care of less is not taken to care for what it became; all who asked hear that it is worse."""
        over = [withdrawn(item, self._now, why) for item, why in taken]
        Acknowledgements(self._transaction).put(over)
        Ledger(self._transaction).note(withdrawal_of(item) for item in over)
        for item in over:
            self._transaction.publish(bus.INCIDENT_CHANGED, self._book.incident(item.incident).changed(self._now, ""))
