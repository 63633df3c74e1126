"""A channel that follows a script, for tests that decide what a channel does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from services.notifier.domain.channel import Finding, Medium, Parcel, Sighting


@dataclass
class ScriptedChannel:
    """A channel that carries everything, unless its script says otherwise.

    Attributes:
        script: what the next calls raise; None: that one is carried.
        sighting: what it answers when asked.
    """

    name: str = "scripted"
    media: frozenset[Medium] = frozenset(Medium)
    script: list[BaseException | None] = field(default_factory=list)
    carried: list[Parcel] = field(default_factory=list)
    sighting: Sighting = Sighting.UNKNOWABLE
    on_send: Callable[[Parcel], None] = lambda _parcel: None

    def send(self, parcel: Parcel) -> str | None:
        self.on_send(parcel)
        fault = self.script.pop(0) if self.script else None
        if fault is not None:
            raise fault
        self.carried.append(parcel)
        return f"ref-{len(self.carried)}"

    def find(self, parcel: Parcel) -> Finding:
        return Finding(self.sighting, "ref-found" if self.sighting is Sighting.SENT else None)
