"""New, repeated or contradictory: what an observation is beside those already stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.telemetry.domain.claim import Conflict
from shared.model.observations import Observation

Key = tuple[str, str, datetime]


def key_of(observation: Observation) -> Key:
    """An observation is one for each point, property and time."""
    return observation.point, observation.property, observation.time


def first_of_each(observations: Iterable[Observation]) -> dict[Key, Observation]:
    """The first for each point, property and time: those that are stored, unless another is there already."""
    firsts: dict[Key, Observation] = {}
    for observation in observations:
        firsts.setdefault(key_of(observation), observation)
    return firsts


@dataclass(frozen=True)
class Sorted:
    """Observations by what they are."""

    new: tuple[Observation, ...]
    duplicates: int
    conflicts: tuple[Conflict, ...]


def sort_out(observations: Iterable[Observation], stored: Mapping[Key, float]) -> Sorted:
    """Part them; the first of several for one time counts, also within one request.

    Args:
        stored: the values that were there before any of these.
    """
    known = dict(stored)
    new: list[Observation] = []
    conflicts: list[Conflict] = []
    duplicates = 0
    for observation in observations:
        key = key_of(observation)
        if key not in known:
            known[key] = observation.value
            new.append(observation)
        elif known[key] == observation.value:
            duplicates += 1
        else:
            conflicts.append(Conflict(observation, known[key]))
    return Sorted(tuple(new), duplicates, tuple(conflicts))
