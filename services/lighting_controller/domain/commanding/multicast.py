"""Which commands one radio message can carry to many luminaires at once, and which need one of their own each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.lighting_controller.domain.commanding.driver import Command


@dataclass(frozen=True)
class Multicast:
    """Luminaires that hear the same message.

    Attributes:
        id: the network server's, of its multicast group.
    """

    id: str
    luminaires: frozenset[str]


@dataclass(frozen=True)
class Load:
    """Commands that leave as one message.

    Attributes:
        places: of the commands among those that were given, at least one.
        multicast: whom it reaches; None: one luminaire.
    """

    places: tuple[int, ...]
    multicast: Multicast | None = None


def loads(commands: Sequence[Command], multicasts: Sequence[Multicast]) -> list[Load]:
    """The messages, in the order of their first command.

    A message to many is used where all who hear it get the same level, for the first time: it would change whoever
    else hears it, and nobody confirms it, so whoever did not obey is told by itself.
    """
    places = {command.luminaire: place for place, command in enumerate(commands) if command.attempt == 1}
    shared: dict[int, Load] = {}
    for multicast in sorted(multicasts, key=lambda item: (-len(item.luminaires), item.id)):
        load = _load(commands, multicast, places)
        if load is not None and not any(place in shared for place in load.places):
            shared.update(dict.fromkeys(load.places, load))
    found = (shared.get(place) or Load((place,)) for place in range(len(commands)))
    return list({load.places[0]: load for load in found}.values())


def _load(commands: Sequence[Command], multicast: Multicast, places: Mapping[str, int]) -> Load | None:
    if len(multicast.luminaires) < 2 or not multicast.luminaires <= places.keys():
        return None
    members = sorted(places[luminaire] for luminaire in multicast.luminaires)
    levels = {commands[place].level for place in members}
    return Load(tuple(members), multicast) if len(levels) == 1 else None
