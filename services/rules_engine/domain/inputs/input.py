"""What an input of a condition must say of itself: what it reads, what it gives, and when it may change by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from services.rules_engine.domain.coercion import Value
from services.rules_engine.domain.terms import Type

if TYPE_CHECKING:
    from services.rules_engine.domain.scene import Scene
    from services.rules_engine.domain.speaking import Phrase, Speaker


@dataclass(frozen=True)
class Depth:
    """How much of a series must be kept: what is younger than ``span``, and at least so many samples."""

    span: timedelta = timedelta()
    samples: int = 1

    def widened(self, other: Depth) -> Depth:
        """Enough for both."""
        return Depth(max(self.span, other.span), max(self.samples, other.samples))


class Input(Protocol):
    """One value that a condition reads. Inputs that are equal are read once.

    Attributes:
        type: what it gives when it is known.
        needs: how much of which properties of the point it reads.
        turns: it may become another value by the clock alone.
        lapses: with no new samples it becomes unknown, and stays so.
    """

    @property
    def type(self) -> Type: ...
    @property
    def needs(self) -> Mapping[str, Depth]: ...
    @property
    def turns(self) -> bool: ...
    @property
    def lapses(self) -> bool: ...

    def read(self, scene: Scene) -> Value:
        """The value; None where it is unknown."""

    def moments(self, scene: Scene) -> Iterable[int]:
        """Moments (microseconds since 1970, UTC) after the scene's now at which it may change with no new samples.

        Not all there will ever be: those until the last of them are complete.
        """

    def phrase(self, speaker: Speaker) -> Phrase:
        """The input as a phrase for people."""
