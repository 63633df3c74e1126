"""Plays alerts and moments to the notifier's use-cases, as its service does, and tells what arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.notifier.domain.channel import Medium, Parcel
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.escalation.escalation import NO_POLICIES, Policies
from services.notifier.domain.muting.muting_plan import DEFAULT, MutingPlan
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.escalate import escalate
from services.notifier.use_cases.mute_escalation import mutes_by
from services.notifier.use_cases.muting_due import next_muting_due
from services.notifier.use_cases.release_held import release_held
from services.notifier.use_cases.remind_silences import remind_silences
from services.notifier.use_cases.send_digests import send_digests
from services.notifier.use_cases.take_alerts import Taken, take_alerts
from shared.model.alerts import AlertChanged, AlertStatus, Criticality, NotifyRequest
from shared.runtime.database import Database
from tests.alerts import START, firing_alert
from tests.doubles.channel import ScriptedChannel

DUTY = NotifyRequest(team="astreinte", message="Toulouse : 2,02 m")


@dataclass
class Play:
    """A notifier whose clock is moved by hand; moments are seconds after the start."""

    database: Database
    composer: Composer
    channel: ScriptedChannel
    received: Callable[..., list[Any]]
    plan: MutingPlan = DEFAULT
    policies: Policies = NO_POLICIES
    now: datetime = START
    seen: int = field(default=0)

    @property
    def start(self) -> datetime:
        """When it all begins."""
        return START

    def start_plus(self, seconds: float) -> datetime:
        """So many seconds after the start."""
        return START + timedelta(seconds=seconds)

    def fires(self, alert: str = "alert-1", **said: Any) -> AlertChanged:
        """An alert that begins now and isn't vital, at a point of its own name."""
        own = {"alert": alert, "point": alert, "point_title": alert, "criticality": Criticality.NORMAL}
        words = (NotifyRequest(team="astreinte", message=f"{said.get('point', alert)} : plein"),)
        return firing_alert(**({"at": self.now, "notify": words} | own | said))

    def resolves(self, alert: AlertChanged) -> AlertChanged:
        """The same alert, over now."""
        return firing_alert(
            **{
                name: getattr(alert, name)
                for name in alert.__struct_fields__
                if name not in ("version", "at", "status")
            },
            at=self.now,
            status=AlertStatus.RESOLVED,
        )

    def take(self, *alerts: AlertChanged) -> Taken:
        """As one batch, now."""
        batch = self.received(*alerts)
        return take_alerts(self.database, self.composer, batch, self.now, plan=self.plan, policies=self.policies)

    def at(self, seconds: float) -> Play:
        """Let time pass until so many seconds after the start, acting on whatever is due on the way."""
        until = START + timedelta(seconds=seconds)
        while True:
            moments = (next_due(self.database), next_muting_due(self.database))
            due = min((moment for moment in moments if moment is not None), default=None)
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self.tick()
        self.now = until
        return self

    def tick(self) -> None:
        """What the service does when something is due."""
        release_held(self.database, self.composer, self.plan, self.now, self.policies)
        remind_silences(self.database, self.composer, self.now)
        send_digests(self.database, self.composer, self.now, plan=self.plan)
        escalate(self.database, self.composer, self.policies, self.now, mutes_by(self.plan))
        deliver_due(self.database, self.composer.carriers, lambda: self.now)

    def arrived(self, medium: Medium = Medium.SMS) -> list[str]:
        """The texts that arrived since the last question, of a medium; of mails the subjects."""
        new: list[Parcel] = self.channel.carried[self.seen :]
        self.seen = len(self.channel.carried)
        return [parcel.subject or parcel.body for parcel in new if parcel.medium is medium]
