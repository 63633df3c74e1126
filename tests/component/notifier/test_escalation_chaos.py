"""Alerts fire, worsen and end, people acknowledge and take it back, and the process dies anywhere: accounts agree."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.incidents.acknowledging import Way
from services.notifier.domain.incidents.grouping import own_incident
from services.notifier.storage.escalations import Escalations
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from services.notifier.use_cases import show
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge, unacknowledge
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.escalate import escalate
from services.notifier.use_cases.take_alerts import take_alerts
from shared.model.alerts import AlertChanged, AlertStatus
from shared.runtime.database import Database
from tests.component.notifier.test_escalate import POLICIES, Killed
from tests.doubles.channel import ScriptedChannel

_CUTS = ((Notifications, "add"), (Ledger, "note"), (Escalations, "put"))
_ALERTS = 6
_ACTS = 45
Rows = Callable[[str], list[dict[str, Any]]]


class Life:
    """One made-up night."""

    def __init__(
        self,
        database: Database,
        composer: Composer,
        channel: ScriptedChannel,
        received: Any,
        alert_of: Callable[..., AlertChanged],
        start: datetime,
        seed: int,
    ) -> None:
        self.database, self.composer, self.channel, self.now = database, composer, channel, start
        self.policies = load_policies(POLICIES, "e.yaml", composer.teams)
        self.means = Acknowledging(composer, self.policies)
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.kills = 0
        self._received, self._alert_of = received, alert_of
        self._known: dict[str, AlertChanged] = {}

    def act(self) -> None:
        """Something happens to one of the alerts, if it can."""
        name = f"alert-{self.chance.randrange(_ALERTS)}"
        what = self.chance.choice([self._fire, self._fire, self._worsen, self._take, self._give_back, self._end])
        if (what == self._fire) is (name not in self._known):
            what(name)

    def _fire(self, name: str) -> None:
        self._say(self._alert_of(alert=name, at=self.now))

    def _worsen(self, name: str) -> None:
        if (alert := self._known[name]).severity == "orange" and alert.status is AlertStatus.FIRING:
            self._say(msgspec.structs.replace(alert, at=self.now, was="orange", severity="red"))

    def _take(self, name: str) -> None:
        acknowledge(self.database, self.means, own_incident(name), "camille", Way.SMS, self.now)

    def _give_back(self, name: str) -> None:
        unacknowledge(self.database, self.means, own_incident(name), "camille", self.now)

    def _end(self, name: str) -> None:
        if (alert := self._known[name]).status is AlertStatus.FIRING:
            self._say(msgspec.structs.replace(alert, at=self.now, was=None, status=AlertStatus.RESOLVED))

    def _say(self, alert: AlertChanged) -> None:
        self._known[alert.alert] = alert
        take_alerts(self.database, self.composer, self._received(alert), self.now, policies=self.policies)

    def tick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Everything that is due, killed now and then, and done again until nothing is due."""
        while (due := next_due(self.database)) is not None and due <= self.now:
            with monkeypatch.context() as patch:
                if self.chance.random() < 0.3:
                    self._arm(patch)
                try:
                    escalate(self.database, self.composer, self.policies, self.now)
                    deliver_due(self.database, self.composer.carriers, lambda: self.now)
                except Killed:
                    self.kills += 1
            self.channel.script.clear()

    def _arm(self, patch: pytest.MonkeyPatch) -> None:
        if self.chance.random() < 0.2:
            self.channel.script[:] = [Killed()]
            return
        where, name = self.chance.choice(_CUTS)
        real = getattr(where, name)

        def cut(*args: Any, **said: Any) -> Any:
            real(*args, **said)
            raise Killed

        patch.setattr(where, name, cut)


@pytest.fixture
def life_of(
    database: Database,
    composer: Composer,
    channel: ScriptedChannel,
    received: Any,
    alert_of: Callable[..., AlertChanged],
    start: datetime,
) -> Callable[[int], Life]:
    """A function that begins a night by its seed."""
    return lambda seed: Life(database, composer, channel, received, alert_of, start, seed)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_each_step_is_told_once_and_nothing_after_its_end(
    life_of: Callable[[int], Life], rows: Rows, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    life = life_of(seed)
    for _ in range(_ACTS):
        life.act()
        life.tick(monkeypatch)
        life.now += timedelta(minutes=life.chance.choice([1, 5, 7, 15]))
    life.tick(monkeypatch)
    assert life.kills > 0
    every_notice_came_once(life, rows("notification"))
    steps = [row for row in rows("notification") if row["kind"] == "escalation"]
    each_step_has_its_entry(steps, [row for row in rows("ledger") if row["verdict"] == "escalated"])
    nothing_is_told_of_what_is_over(life, rows("escalation"))
    each_listener_heard_it_in_order(life, rows("notification"))


def every_notice_came_once(life: Life, notices: list[dict[str, Any]]) -> None:
    carried = Counter(parcel.notification for parcel in life.channel.carried)
    assert {row["id"] for row in notices if row["state"] == "sent"} == set(carried)
    assert set(carried.values()) == {1}
    assert {row["state"] for row in notices} <= {"sent", "uncertain"}


def each_step_has_its_entry(steps: list[dict[str, Any]], entries: list[dict[str, Any]]) -> None:
    assert steps
    assert sorted(row["id"] for row in steps) == sorted(row["notification"] for row in entries)
    listener = {row["id"]: (row["person"], row["medium"]) for row in steps}
    accounts = Counter((row["incident"], row["by"], *listener[row["notification"]]) for row in entries)
    assert set(accounts.values()) == {1}


def nothing_is_told_of_what_is_over(life: Life, escalations: list[dict[str, Any]]) -> None:
    whole = {item["incident"]: item for item in show.incidents(life.database, 99)}
    for row in escalations:
        incident = whole[row["incident"]]
        is_open = incident["status"] == "open"
        assert (row["state"] == "ended") is not is_open
        assert (row["state"] == "acknowledged") is (is_open and incident["acknowledged_at"] is not None)


def each_listener_heard_it_in_order(life: Life, notices: list[dict[str, Any]]) -> None:
    order = {parcel.notification: index for index, parcel in enumerate(life.channel.carried)}
    pairs = [(order[row["after"]], order[row["id"]]) for row in notices if {row["after"], row["id"]} <= set(order)]
    assert pairs
    assert all(before < after for before, after in pairs)
