"""What happens to simulated luminaires by chance: the same for the same seed, whatever is asked first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from hashlib import blake2b
from typing import Final

from services.lighting_controller.domain.commanding.driver import Command, Report

_BYTES: Final = 8
_WHOLE: Final = 2 ** (8 * _BYTES)


class Chance:
    """Dice that remember nothing: what falls depends on the seed and on what is asked about alone."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def at(self, *about: object) -> float:
        """From 0 to below 1."""
        words = " ".join(map(str, (self._seed, *about))).encode()
        return int.from_bytes(blake2b(words, digest_size=_BYTES).digest()) / _WHOLE

    def loses(self, share: float) -> Callable[[Command], bool]:
        """Whether a command gets lost, as this share of them does."""
        return lambda command: self.at("command", command.luminaire, command.sequence) < share

    def loses_report(self, share: float) -> Callable[[Report], bool]:
        """Whether a report gets lost, as this share of them does."""
        return lambda report: self.at("report", report.luminaire, report.at.timestamp()) < share

    def latency(self, shortest: timedelta, longest: timedelta) -> Callable[[Command], timedelta]:
        """How long a command travels."""
        return lambda command: shortest + (longest - shortest) * self.at("latency", command.luminaire, command.sequence)

    def some(self, luminaires: Iterable[str], share: float, what: str) -> frozenset[str]:
        """This share of the luminaires, for a purpose that has a name: ``stuck``, ``dead``."""
        return frozenset(luminaire for luminaire in luminaires if self.at(what, luminaire) < share)
