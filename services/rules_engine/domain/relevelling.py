"""A ladder of levels that is edited while its alert fires: levels that are as they were go on as one alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec import structs

from services.rules_engine.domain.alert import AlertState, Change, Hold, Transition
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.freshness import used
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.rendering import alert_changed
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.selecting import Subject
from services.rules_engine.domain.texts import Texts
from shared.model.alerts import SEVERITIES, AlertChanged

_PARTS: Final = 3


@dataclass(frozen=True)
class Ladder:
    """What decides of a rule, in parts: hashes of the whole, of what its levels share, and of each level."""

    whole: str
    shared: str
    levels: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Ladder | None:
        """From the text of ``Rule.ladder``; None: it is none."""
        parts = text.split(":")
        return cls(parts[0], parts[1], tuple(parts[2].split(","))) if len(parts) == _PARTS else None


def carried(state: AlertState, fingerprint: str, before: str, rule: CompiledRule) -> AlertState | None:
    """The state under the edited rule; None: what it stands on decides otherwise, and it begins anew.

    Args:
        fingerprint: of the rule that made the state.
        before: that rule's ladder.
    """
    old, new = Ladder.of(before), Ladder.of(rule.rule.ladder)
    if old is None or new is None or old.shared != new.shared or not fingerprint.startswith(old.whole):
        return None
    if len(state.holds) not in (0, len(old.levels)) or not set(old.levels) & set(new.levels):
        return None
    place = {level: index for index, level in enumerate(old.levels)}
    holds = tuple(state.holds[place[each]] if state.holds and each in place else Hold() for each in new.levels)
    if state.firing and not any(hold.fires for hold in holds):
        return None
    told = [index for index, each in enumerate(new.levels) if place.get(each, len(place)) <= state.told_level]
    return structs.replace(
        state,
        holds=holds if any(hold != Hold() for hold in holds) else (),
        told_level=max(told, default=0),
        # Its lights are asked for at once, as they are written now.
        renew_at=None,
    )


def severity_told(
    rule: CompiledRule,
    state: AlertState,
    told: AlertChanged,
    scene: Scene,
    subject: Subject,
    book: RuleBook,
    trace: str,
) -> tuple[Transition, AlertChanged] | None:
    """What is told of an alert that fires on under its edited rule; None: it is as bad as was told last.

    If it is worse, whom its worse levels name are told; if it eased, those who heard of what it was.
    """
    now_at = rule.levels[state.firing[-1]].level.severity.value
    before, after = SEVERITIES.index(told.severity), SEVERITIES.index(now_at)
    if before == after or state.firing_since is None:
        return None
    kind = Change.WORSENED if after > before else Change.EASED
    milder = tuple(
        level for level in state.firing if SEVERITIES.index(rule.levels[level].level.severity.value) <= before
    )
    seen = used(sorted(rule.properties), scene)
    at = max(scene.now, state.firing_since, state.changed_at or scene.now)
    transition = Transition(
        kind,
        at,
        state.firing_since,
        scene.now,
        milder or state.firing,
        state.firing,
        values=seen,
        trace=rule.levels[state.firing[-1]].when.trace_in(scene),
        scene=scene,
    )
    message = alert_changed(rule, transition, subject, scene, book, trace=trace)
    if message is None:
        return None
    if kind is Change.EASED:
        words = Texts(rule, transition, subject, scene, book).eased()
        message = structs.replace(message, notify=tuple(structs.replace(each, message=words) for each in told.notify))
    return transition, structs.replace(message, was=told.severity)


def changed_at(state: AlertState, moment: datetime) -> AlertState:
    """The state after something was told of it."""
    return structs.replace(state, changed_at=moment)
