"""What a decision saw, small enough to be kept with the transition that it made, and told again in words.

Places are those within the rule, so that lines which are added above it in its file take nothing away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from services.rules_engine.domain.alert import Change, Transition
from services.rules_engine.domain.decision import Asked, Compared, Compiled, Trace
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.terms import Reading, Variable, walk
from services.rules_engine.domain.truth import Truth
from shared.documents import Path
from shared.model.alerts import AlertChanged
from shared.model.lighting import LightingAct, LightingRequested


class SeenThen(msgspec.Struct, frozen=True, array_like=True):
    """A comparison with its values, or a question without any."""

    place: tuple[str | int, ...]
    truth: Truth
    values: tuple[Any, ...] = ()


class Lights(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was asked of the lamps of a group: ``level`` None: they were let go."""

    group: str
    reason: str
    level: float | None = None


class Witness(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was seen and told then.

    Attributes:
        fingerprint: of the rule that decided.
        before, after: the levels that fired.
        told: what the notifier was told.
    """

    fingerprint: str
    decided_at: datetime
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    truth: Truth = None
    compared: tuple[SeenThen, ...] = ()
    asked: tuple[SeenThen, ...] = ()
    told: AlertChanged | None = None
    lights: tuple[Lights, ...] = ()


def witness(
    rule: CompiledRule, transition: Transition, told: AlertChanged | None, requests: Iterable[LightingRequested]
) -> Witness:
    """What is kept of a transition."""
    trace, depth = transition.trace, len(rule.rule.place.path)
    seen = [] if trace is None else trace.compared
    asked = [] if trace is None else trace.asked
    return Witness(
        fingerprint=rule.rule.fingerprint,
        decided_at=transition.decided_at,
        before=transition.before,
        after=transition.after,
        truth=None if trace is None else trace.truth,
        compared=tuple(SeenThen(each.call.path[depth:], each.truth, each.values) for each in seen),
        asked=tuple(SeenThen(each.term.path[depth:], each.truth) for each in asked),
        told=told,
        lights=tuple(
            Lights(each.group, each.reason, each.level if each.act is LightingAct.HOLD else None) for each in requests
        ),
    )


def trace_of(found: Witness, rule: CompiledRule, kind: Change) -> Trace | None:
    """The decision as it was traced; None: the rule decides otherwise now, or no condition decided then."""
    if found.fingerprint != rule.rule.fingerprint or not (found.compared or found.asked):
        return None
    condition = deciding(rule, found, kind)
    depth = len(rule.rule.place.path)
    terms = {each.path[depth:]: each for each in walk(condition.term) if isinstance(each, Reading | Variable)}
    asked = [Asked(terms[each.place], each.truth) for each in found.asked if each.place in terms]
    return Trace(found.truth, tuple(_compared(found.compared, condition, depth)), tuple(asked))


def deciding(rule: CompiledRule, found: Witness, kind: Change) -> Compiled:
    """The condition that decided."""
    if kind in (Change.FIRED, Change.WORSENED):
        return rule.levels[found.after[-1]].when
    level = rule.levels[found.before[-1] if found.before else 0]
    return level.until or level.when


def _compared(seen: Iterable[SeenThen], condition: Compiled, depth: int) -> Iterator[Compared]:
    """Both ends of a census have one place; the first is its least, the second its most."""
    times: Counter[Path] = Counter()
    for each in seen:
        calls = [call for call in condition.comparisons if call.path[depth:] == each.place]
        if calls:
            yield Compared(calls[times[each.place] % len(calls)], each.values, each.truth)
            times[each.place] += 1
