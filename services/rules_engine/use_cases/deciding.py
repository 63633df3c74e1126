"""Steps alert states and gathers what follows from it: states to keep, messages to send, transitions to note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec

from services.rules_engine.domain.advancing import advance, withdraw
from services.rules_engine.domain.alert import AlertState, Change, Resolution, Sample, Transition
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.rendering import alert_changed, alert_id, lighting_requests
from services.rules_engine.storage.kept import Kept, Key
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.states import States
from shared import bus
from shared.model.alerts import AlertChanged, AlertStatus
from shared.model.lighting import LightingRequested
from shared.runtime.database import Transaction

_NEW: Final = Kept(AlertState(), "")


class Decisions:
    """The decisions of one transaction.

    Args:
        states: the stored states of all rules and points that are going to be decided.
    """

    def __init__(self, book: RuleBook, states: Mapping[Key, Kept], now: datetime) -> None:
        self._book = book
        self._states = dict(states)
        self._now = now
        self._changed: dict[Key, Kept] = {}
        self._noted: list[dict[str, Any]] = []
        self._alerts: list[AlertChanged] = []
        self._lights: list[LightingRequested] = []

    def decide(self, key: Key, samples: Mapping[str, Sample], at: datetime, trace: str | None = None) -> None:
        """Decide a rule for a point on its newest samples.

        Args:
            at: event time: that of the observation, or now for a tick.
            trace: of the observation; None: that of the observation which was decided last.
        """
        rule = self._book.rules[key[0]]
        before = self._states.get(key, _NEW)
        step = advance(rule, before.state, samples, at=at, now=self._now)
        if step.state == before.state and before.fingerprint == rule.rule.fingerprint and not step.transitions:
            return
        after = replace(
            before,
            state=step.state,
            fingerprint=rule.rule.fingerprint,
            trace=before.trace if trace is None else trace,
        )
        for transition in step.transitions:
            after = self._follow(key, transition, samples, after)
        if (before.state, before.fingerprint) != (after.state, after.fingerprint):
            self._states[key] = self._changed[key] = after

    def give_up(self, keys: Iterable[Key]) -> None:
        """End alerts whose rule is gone or no longer watches their point; their lights' leases run out."""
        for key in sorted(keys):
            gone = Resolution.POINT_REMOVED if key[0] in self._book.rules else Resolution.RULE_REMOVED
            self._withdraw(key, gone)

    def begin_anew(self, keys: Iterable[Key]) -> None:
        """End alerts whose rule now decides otherwise; they are decided again from the beginning."""
        for key in sorted(keys):
            self._withdraw(key, Resolution.RULE_CHANGED)
            fingerprint = self._book.rules[key[0]].rule.fingerprint
            self._states[key] = self._changed[key] = Kept(AlertState(), fingerprint, self._states[key].trace)

    def _withdraw(self, key: Key, resolution: Resolution) -> None:
        kept = self._states[key]
        for transition in withdraw(kept.state, resolution, now=self._now).transitions:
            self._noted.append(_noted(key, transition, kept.trace))
            if kept.told is not None:
                ended = {"status": AlertStatus.RESOLVED, "at": transition.at, "resolution": resolution.value}
                self._alerts.append(msgspec.structs.replace(kept.told, **ended))

    def _follow(self, key: Key, transition: Transition, samples: Mapping[str, Sample], kept: Kept) -> Kept:
        """Gather what a transition asks for; the state with what was told."""
        rule, point = self._book.rules[key[0]], self._book.points[key[1]]
        self._lights += lighting_requests(rule, transition, point, trace=kept.trace)
        told = alert_changed(rule, transition, point, samples, trace=kept.trace)
        if told is None:
            return kept
        self._alerts.append(told)
        self._noted.append(_noted(key, transition, kept.trace))
        return replace(kept, told=told if transition.kind is Change.FIRED else None)

    def save(self, transaction: Transaction, memory: Memory | None = None) -> None:
        """Write the changed states and publish what follows."""
        states = States(transaction, memory)
        states.save(self._changed)
        states.note(self._noted)
        for alert in self._alerts:
            transaction.publish(bus.ALERT_CHANGED, alert)
        for request in self._lights:
            transaction.publish(bus.LIGHTING_REQUESTED, request)


def _noted(key: Key, transition: Transition, trace: str) -> dict[str, Any]:
    """A transition as it is written down."""
    return {
        "alert": alert_id(key[0], key[1], transition.since),
        "kind": transition.kind.value,
        "rule": key[0],
        "point": key[1],
        "at": transition.at,
        "resolution": None if transition.resolution is None else transition.resolution.value,
        "trace": trace,
    }


def keys_of(book: RuleBook, series: Iterable[tuple[str, str]]) -> set[Key]:
    """The rules and points that read any of these properties of points."""
    return {(rule, point) for point, name in series for rule in book.reading(point, name)}
