"""The incidents in full: what each is about, how long it lasted, what was told to whom and whether it arrived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.portal.domain.answers import Incident, Notification
from services.portal.domain.presenting.incidents import worst_of
from services.portal.domain.presenting.outbox import STATES, medium_word, why
from services.portal.domain.severity import Tone, severity_word, tone_of
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording

MOST: Final = 40
_CHANGES: Final = {"worsen": "step-worsen", "ease": "step-ease"}


@dataclass(frozen=True)
class Step:
    """Something that happened. ``mark``: a tone of its state; ``note``: why it is so, where that is not usual."""

    machine: str
    when: str
    text: str
    state: str | None = None
    mark: str = "calm"
    note: str | None = None


@dataclass(frozen=True)
class Story:
    """An incident. ``worst``: the worst severity that it had, if it is lower now; ``steps``: oldest first."""

    code: str
    title: str
    severity: str
    tone: Tone
    owner: str
    is_open: bool
    when: str
    firing: str | None
    worst: str | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Timeline:
    """The section. ``told``: the notifier could say who was told."""

    known: bool
    told: bool = True
    open: tuple[Story, ...] = ()
    resolved: tuple[Story, ...] = ()
    more: str | None = None


def present(snapshot: Snapshot, wording: Wording) -> Timeline:
    """All incidents that are open, and those that were resolved last."""
    if snapshot.incidents is None:
        return Timeline(known=False)
    telling = _Telling(snapshot, wording)
    newest = sorted(snapshot.incidents, key=lambda item: item.opened_at, reverse=True)
    opened = [item for item in newest if item.resolved_at is None]
    closed = [item for item in newest if item.resolved_at is not None]
    closed.sort(key=lambda item: item.resolved_at or item.opened_at, reverse=True)
    hidden = len(opened[MOST:]) + len(closed[MOST:])
    return Timeline(
        known=True,
        told=snapshot.notifications is not None,
        open=tuple(telling.story(item) for item in opened[:MOST]),
        resolved=tuple(telling.story(item) for item in closed[:MOST]),
        more=wording.say("more", wording.number(hidden)) if hidden else None,
    )


class _Telling:
    """What all stories share."""

    def __init__(self, snapshot: Snapshot, wording: Wording) -> None:
        self._wording = wording
        self._demo = snapshot.demo
        self._owners = {item.id: wording.pick(item.title) for item in snapshot.inventory.directorates}
        self._letters: dict[str, list[Notification]] = defaultdict(list)
        for item in sorted(snapshot.notifications or (), key=lambda item: item.at):
            if item.incident is not None:
                self._letters[item.incident].append(item)

    def story(self, incident: Incident) -> Story:
        """An incident with its steps."""
        wording = self._wording
        when = wording.say("opened", wording.moment(incident.opened_at))
        if incident.resolved_at is not None:
            length = wording.duration(incident.resolved_at - incident.opened_at)
            when = f"{wording.say('resolved', wording.moment(incident.resolved_at))}, {wording.say('lasted', length)}"
        return Story(
            code=incident.code,
            title=incident.title,
            severity=severity_word(incident.severity, wording.language),
            tone=tone_of(incident.severity),
            owner=self._owners.get(incident.owner, incident.owner),
            is_open=incident.resolved_at is None,
            when=when,
            firing=wording.say("firing-in-incident", wording.number(incident.firing)) if incident.firing > 1 else None,
            worst=worst_of(incident, wording),
            steps=tuple(step for _, step in sorted(self._steps(incident), key=lambda item: item[0])),
        )

    def _steps(self, incident: Incident) -> Iterator[tuple[datetime, Step]]:
        yield incident.opened_at, self._step(incident.opened_at, self._wording.say("step-opened"))
        for item in self._letters.get(incident.incident, ()):
            yield item.at, self._letter(item)
        if incident.acknowledged_at is not None:
            # Since when, and not by whom: the page is public.
            yield incident.acknowledged_at, self._step(incident.acknowledged_at, self._wording.say("step-acknowledged"))
        if incident.resolved_at is not None:
            yield incident.resolved_at, self._step(incident.resolved_at, self._wording.say("step-resolved"))

    def _step(self, moment: datetime, text: str) -> Step:
        return Step(moment.isoformat(), self._wording.moment(moment), text)

    def _letter(self, item: Notification) -> Step:
        """Outside of a demonstration a public page names no person, only the team."""
        wording, state = self._wording, item.state
        medium = wording.say(medium_word(item))
        recipient = item.recipient if self._demo else item.team
        text = wording.say("step-told", medium, recipient) if recipient else medium
        return Step(
            machine=item.at.isoformat(),
            when=wording.moment(item.at),
            text=wording.say(_CHANGES[item.kind], text) if item.kind in _CHANGES else text,
            state=wording.say(f"state-{state}") if state in STATES else state,
            mark=STATES.get(state, "calm"),
            note=why(item.reason, wording),
        )
