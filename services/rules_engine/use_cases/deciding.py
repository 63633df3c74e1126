"""Steps alert states and gathers what follows from it: states to keep, messages to send, transitions to note."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec import structs

from services.rules_engine.domain.advancing import advance, withdraw
from services.rules_engine.domain.alert import AlertState, Change, Resolution, Transition
from services.rules_engine.domain.answering.witness import witness
from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.correcting import correct
from services.rules_engine.domain.quarantine import Quarantined, rested, set_aside
from services.rules_engine.domain.relevelling import changed_at, severity_told
from services.rules_engine.domain.rendering import alert_changed, alert_id, lighting_requests
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.surroundings import PointSeries, Surroundings
from services.rules_engine.domain.warming import Reach, SeriesId, waits_until
from services.rules_engine.storage.kept import Kept, partition
from services.rules_engine.storage.memory import Memory
from services.rules_engine.storage.quarantine import NO_FAULT_OF_A_RULE, Quarantine
from services.rules_engine.storage.states import States
from shared import bus
from shared.model.alerts import AlertChanged, AlertStatus
from shared.model.lighting import LightingRequested
from shared.runtime.database import Transaction

_log: Final = logging.getLogger(__name__)
_NEW: Final = Kept(AlertState(), "")


class Decisions:
    """The decisions of one transaction.

    Args:
        series: the samples of all points that are going to be read.
        parts: the partitions that this process holds; alerts of others are looked up where they are stored.
        quarantined: the rules that are left alone. One that raises is added: nothing that it was about to do is done,
            and the others go on.
        waiting: series of which history is on its way.
    """

    def __init__(
        self,
        book: RuleBook,
        states: States,
        series: dict[str, PointSeries],
        now: datetime,
        parts: Collection[int] | None = None,
        quarantined: Collection[str] = (),
        waiting: Mapping[SeriesId, Reach] = MappingProxyType({}),
    ) -> None:
        self.surroundings = Surroundings(book, self._fires, series)
        self._book = book
        self._stored = states
        self._states: dict[Key, Kept] = {}
        self._now = now
        self._parts = parts
        self._waiting = waiting
        self._changed: dict[Key, Kept] = {}
        self._asked: dict[Key, str] = {}
        self._ended: set[str] = set()
        self._noted: list[dict[str, Any]] = []
        self._alerts: list[AlertChanged] = []
        self._lights: list[LightingRequested] = []
        self._left_alone = set(quarantined)
        self._raised: list[Quarantined] = []

    def load(self, keys: Iterable[Key]) -> None:
        """Read the stored states of what is going to be decided."""
        self._states.update(self._stored.load(keys))

    def take(self, states: Mapping[Key, Kept]) -> None:
        """The same, of states that were read already."""
        self._states.update(states)

    def decide(self, key: Key, at: datetime, *, fresh: bool, trace: str | None = None, begins: bool = False) -> None:
        """Decide a rule for its point or group on what is to be seen.

        Args:
            at: event time: that of the observation, or now for a tick.
            fresh: an observation brought it about.
            trace: of the observation; None: that of the observation which was decided last.
            begins: the rule looks for the first time: what is there was observed before, and it decides for now.
        """
        self._alone(key, trace or "", lambda: self._decide(key, at, fresh=fresh, trace=trace, begins=begins))

    def _alone(self, key: Key, trace: str, act: Callable[[], None]) -> None:
        """Have a rule do something. One that raises is left alone, and nothing that it was about to do is done."""
        if key[0] in self._left_alone:
            return
        gathered = [(each, len(each)) for each in (self._noted, self._alerts, self._lights)]
        try:
            act()
        except NO_FAULT_OF_A_RULE:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this rule's alone
            for each, length in gathered:
                del each[length:]
            self._leave_alone(key, trace, error)

    def _leave_alone(self, key: Key, trace: str, error: Exception) -> None:
        found = set_aside(self._book.rules[key[0]].rule, key[1], trace, error, self._now)
        self._left_alone.add(found.rule)
        self._raised.append(found)
        what = {"rule": found.rule, "subject": found.subject, "error": found.error, "trace": trace}
        _log.error("a rule was set aside", extra=what, exc_info=error)

    def _decide(self, key: Key, at: datetime, *, fresh: bool, trace: str | None, begins: bool) -> None:
        rule = self._book.rules[key[0]]
        before = self._states.get(key, _NEW)
        if self._waits(key, before, begins=begins):
            return
        scene = self.surroundings.scene(rule, self._book.subject(*key), at, self._now)
        state = before.state
        if rule.reads_others:
            state, scene, fresh = self.surroundings.newest(rule, state, scene)
        if begins:
            scene.at, fresh = at, False
        step = advance(rule, state, scene, fresh=fresh)
        if step.state == before.state and before.fingerprint == rule.rule.fingerprint and not step.transitions:
            return
        after = replace(
            before,
            state=step.state,
            fingerprint=rule.rule.fingerprint,
            ladder=rule.rule.ladder,
            trace=before.trace if trace is None else trace,
        )
        for transition in step.transitions:
            after = self._follow(key, transition, transition.scene or scene, after)
        if (before.state, before.fingerprint) != (after.state, after.fingerprint):
            self._keep(key, after)

    def correct(self, key: Key, at: datetime) -> None:
        """Let an observation that came behind newer ones break a hold; it is decided afterwards."""
        self._alone(key, "", lambda: self._correct(key, at))

    def _correct(self, key: Key, at: datetime) -> None:
        kept = self._states.get(key)
        if kept is None or kept.fingerprint != self._book.rules[key[0]].rule.fingerprint:
            return
        scene = self.surroundings.scene(self._book.rules[key[0]], self._book.subject(*key), at, self._now)
        state = correct(self._book.rules[key[0]], kept.state, scene)
        if state != kept.state:
            self._keep(key, replace(kept, state=state))

    def act(self, key: Key) -> None:
        """Decide what is due; it is due no more, whatever comes of it."""
        self.decide(key, self._now, fresh=False)
        if key[0] in self._left_alone:
            self._keep(key, replace(self._states[key], state=rested(self._states[key].state)))
        elif key not in self._changed:
            self._keep(key, self._states[key])

    def put_off(self, key: Key) -> None:
        """Have a rule that looks for the first time do so when it is due, and go by what is observed from now on."""
        if key[0] in self._left_alone:
            return
        before = self._states.get(key, _NEW)
        self._keep(key, self._put_off(key, before, self._now, begins=True))

    def _put_off(self, key: Key, before: Kept, due: datetime, *, begins: bool) -> Kept:
        own = self._book.rules[key[0]].rule
        # Else what was observed before the rule was there would be decided as if it came when it is decided.
        seen = self._now if begins and self._book.rules[key[0]].reads_others else before.state.seen
        state = structs.replace(before.state, due_at=due, seen=seen)
        return replace(before, state=state, fingerprint=own.fingerprint, ladder=own.ladder)

    def _waits(self, key: Key, before: Kept, *, begins: bool) -> bool:
        """Whether a rule that is new waits for the past that it reads; it is decided when that has come, or in time."""
        if before.state.holds or not self._waiting:
            return False
        moment = waits_until(self._book, key, self._waiting, self._now)
        if moment is None:
            return False
        self._keep(key, self._put_off(key, before, moment, begins=begins))
        return True

    def ask(self, keys: Collection[Key]) -> None:
        """Have rules decide as soon as the instant is over, whoever holds them: they read several points."""
        wanted = (key for key in keys if key[0] not in self._left_alone)
        self._asked.update((key, self._book.rules[key[0]].rule.fingerprint) for key in wanted)

    def give_up(self, keys: Iterable[Key]) -> None:
        """End alerts whose rule is gone or no longer watches their point; their lights' leases run out."""
        for key in sorted(keys):
            gone = Resolution.POINT_REMOVED if key[0] in self._book.rules else Resolution.RULE_REMOVED
            self._withdraw(key, gone)

    def begin_anew(self, keys: Iterable[Key]) -> None:
        """End alerts whose rule now decides otherwise; they are decided again from the beginning."""
        for key in sorted(keys):
            self._withdraw(key, Resolution.RULE_CHANGED)
            rule = self._book.rules[key[0]].rule
            self._keep(key, Kept(AlertState(), rule.fingerprint, self._states[key].trace, ladder=rule.ladder))

    def go_on(self, carried: Mapping[Key, AlertState]) -> None:
        """Decide alerts whose rule has other levels beside some that are as they were; each stays one alert.

        Args:
            carried: the states under the edited rules.
        """
        for key, state in sorted(carried.items(), key=lambda item: item[0]):
            self.carry(key, state)
            self._alone(key, "", partial(self._go_on, key))

    def carry(self, key: Key, state: AlertState) -> None:
        """Keep a state under the edited rule, as it is."""
        own = self._book.rules[key[0]].rule
        self._keep(key, replace(self._states[key], state=state, fingerprint=own.fingerprint, ladder=own.ladder))

    def _go_on(self, key: Key) -> None:
        before, rule = self._states[key], self._book.rules[key[0]]
        alerts, noted = len(self._alerts), len(self._noted)
        self.decide(key, self._now, fresh=False)
        after = self._states[key]
        if key[0] in self._left_alone or before.told is None or not after.state.firing:
            return
        # The steps between were taken for one another's sake: what counts is what was told last, and what is now.
        del self._alerts[alerts:], self._noted[noted:]
        subject = self._book.subject(*key)
        scene = self.surroundings.scene(rule, subject, self._now, self._now)
        told = severity_told(rule, after.state, before.told, scene, subject, self._book, after.trace)
        if told is None:
            self._keep(key, replace(after, told=before.told))
            return
        transition, message = told
        self._alerts.append(message)
        seen = msgspec.json.encode(witness(rule, transition, message, ()))
        self._noted.append(_noted(key, transition, after.trace, seen))
        self._keep(key, replace(after, told=message, state=changed_at(after.state, transition.at)))

    def _keep(self, key: Key, kept: Kept) -> None:
        self._states[key] = self._changed[key] = kept

    def _fires(self, key: Key) -> bool:
        if key not in self._states:
            if self._parts is not None and partition(key) not in self._parts:
                return self._stored.fires(key)
            self.load([key])
        kept = self._states.get(key)
        return kept is not None and bool(kept.state.firing)

    def _withdraw(self, key: Key, resolution: Resolution) -> None:
        kept = self._states[key]
        for transition in withdraw(kept.state, resolution, now=self._now).transitions:
            self._noted.append(_noted(key, transition, kept.trace))
            self._ended.add(key[0])
            if kept.told is not None:
                ended = {"status": AlertStatus.RESOLVED, "at": transition.at, "resolution": resolution.value}
                self._alerts.append(structs.replace(kept.told, was=None, **ended))

    def _follow(self, key: Key, transition: Transition, scene: Scene, kept: Kept) -> Kept:
        """Gather what a transition asks for; the state with what was told."""
        rule, subject = self._book.rules[key[0]], self._book.subject(*key)
        lights = lighting_requests(rule, transition, subject, self._book, trace=kept.trace)
        self._lights += lights
        told = alert_changed(rule, transition, subject, scene, self._book, trace=kept.trace)
        if told is None:
            return kept
        self._alerts.append(told)
        if transition.kind is Change.RESOLVED:
            self._ended.add(key[0])
        seen = msgspec.json.encode(witness(rule, transition, told, lights))
        self._noted.append(_noted(key, transition, kept.trace, seen))
        return replace(kept, told=None if transition.kind is Change.RESOLVED else told)

    def save(self, transaction: Transaction, memory: Memory) -> None:
        """Write the changed states and publish what follows; afterwards wake who gave way to what has ended.

        If the waking fails they still look again by themselves, at the latest in an hour.
        """
        self._stored.save(self._changed)
        self._stored.note(self._noted)
        self._stored.ask(self._asked, self._now)
        if waiting := {name for rule in self._ended for name in self._book.waiting_for.get(rule, ())}:
            memory.afterwards(lambda after: States(after).wake(waiting, self._now))
        if self._raised:
            self._quarantine(transaction, memory)
        for alert in self._alerts:
            transaction.publish(bus.ALERT_CHANGED, alert)
        for request in self._lights:
            transaction.publish(bus.LIGHTING_REQUESTED, request)

    def _quarantine(self, transaction: Transaction, memory: Memory) -> None:
        """Set rules aside, in an order, so that two replicas never wait for each other; the first tells the owner.

        Afterwards all their states are due, and are put to rest by whoever holds them.
        """
        quarantine = Quarantine(transaction)
        for found in sorted(self._raised, key=lambda found: found.rule):
            if quarantine.put(found, self._book):
                self._alerts.append(found.told)
        rules = [found.rule for found in self._raised]
        memory.afterwards(lambda after: States(after).rouse(rules, self._now))


def _noted(key: Key, transition: Transition, trace: str, seen: bytes | None = None) -> dict[str, Any]:
    """A transition as it is written down; one of severity by when it was, since there may be several."""
    kind = transition.kind.value
    if transition.kind in (Change.WORSENED, Change.EASED):
        kind = f"{kind}@{transition.at.isoformat()}"
    return {
        "alert": alert_id(key[0], key[1], transition.since),
        "kind": kind,
        "rule": key[0],
        "point": key[1],
        "at": transition.at,
        "resolution": None if transition.resolution is None else transition.resolution.value,
        "trace": trace,
        "seen": seen,
    }
