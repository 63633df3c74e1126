"""Since when each comparison has come out as it does now, as far back as there are samples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.rules_engine.domain.answering.lacking import by_path
from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.inputs.latest import Latest
from services.rules_engine.domain.inputs.members import Counted, Together
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.spans import moment_of
from services.rules_engine.domain.terms import Reading, Term, Variable, walk
from services.rules_engine.domain.truth import Truth

MOST: Final = 300
"""So many samples are looked back at: each costs a decision."""

_MOST_TRUTHS: Final = 3_000
"""Of several points each decision asks all of them."""


@dataclass(frozen=True)
class Since:
    """Event time since when; ``at_least``: nothing earlier was there to look at."""

    moment: datetime
    at_least: bool


def since_when(condition: Compiled, scene: Scene) -> Mapping[object, Since]:
    """By place of each comparison, or by what is asked. What turns by the clock alone is left out.

    Between two samples nothing is decided, so a truth holds from the sample that brought it; and one that stood on a
    sample which grew stale before the next one came began with that next one.
    """
    now = by_path(condition.trace_in(scene))
    seen: dict[int, Mapping[object, Truth]] = {}
    found: dict[object, Since] = {}
    for place, term in _terms(condition, now):
        inputs = list(_inputs(term))
        if not inputs or not all(each.lapses or isinstance(each, Counted | Together) for each in inputs):
            continue
        times = _times(inputs, scene)
        if times and (since := _back(condition, scene, place, now[place], times, seen)) is not None:
            found[place] = since
    return found


def _back(
    condition: Compiled,
    scene: Scene,
    place: object,
    truth: Truth,
    times: list[int],
    seen: dict[int, Mapping[object, Truth]],
) -> Since | None:
    if times[-1] < scene.oldest:
        return Since(moment_of(times[-1] + scene.stale_after), at_least=False) if truth is None else None
    since = None
    later = times[-1]
    for time in reversed(times):
        if later - time > scene.stale_after and truth is not None:
            break
        if time not in seen:
            seen[time] = by_path(condition.trace_in(scene.as_of(moment_of(time))))
        if seen[time].get(place) is not truth:
            break
        since = later = time
    else:
        return None if since is None else Since(moment_of(since), at_least=True)
    return None if since is None else Since(moment_of(since), at_least=False)


def _terms(condition: Compiled, known: Mapping[object, Truth]) -> Iterator[tuple[object, Term]]:
    """Each comparison and question with the place under which it is known, once."""
    told: set[object] = set()
    for term in walk(condition.term):
        names = (term.input,) if isinstance(term, Reading) else (term.name,) if isinstance(term, Variable) else ()
        for place in (*names, term.path):
            if place in known and place not in told:
                told.add(place)
                yield place, term


def _inputs(term: Term) -> Iterator[Input]:
    for part in walk(term):
        if isinstance(part, Variable):
            yield Latest(part.name, part.type)
        elif isinstance(part, Reading):
            yield part.input


def _times(inputs: Iterable[Input], scene: Scene) -> list[int]:
    """When anything that the inputs read was observed, the newest of them; stamps."""
    stamps: set[int] = set()
    points = 1
    for each in inputs:
        if isinstance(each, Counted | Together):
            among, needs = each.members
            members = among.scenes(scene)
            points += len(members)
            for member in members:
                stamps.update(_newest(member, needs))
        else:
            stamps.update(_newest(scene, each.needs))
    return sorted(stamps)[-max(min(MOST, _MOST_TRUTHS // points), 1) :]


def _newest(scene: Scene, names: Iterable[str]) -> Iterator[int]:
    for name in names:
        series = scene.series.get(name)
        if series is not None:
            count = series.until(scene.now_stamp)
            yield from series.times[max(count - MOST, 0) : count]
