"""The values that a message of an alert can tell, as they were when it was told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from services.rules_engine.domain.freshness import used
from services.rules_engine.domain.texts import Texts
from shared.errors import InputError
from shared.units import Quantity, convert

_LET_ACCURACY: Final = 0.01
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Told:
    """What fills a name in a message.

    Attributes:
        text: as people read it.
        number: behind it; None: unknown, or no number.
        unit: of the number.
        accuracy: how exactly it is told, in its unit.
    """

    text: str
    number: float | None = None
    unit: str | None = None
    accuracy: float = 0.0

    def is_told_as(self, wanted: Quantity | float) -> bool:
        """Whether a number would be told in the same words."""
        if self.number is None:
            return False
        try:
            there = wanted if isinstance(wanted, float) else convert(wanted.value, wanted.unit, self.unit or "1")
        except InputError:
            return False
        return abs(self.number - there) <= self.accuracy / 2 + _ROUNDING


def told(texts: Texts, names: Iterable[str]) -> Mapping[str, Told]:
    """What fills each of the names."""
    return {name: _told(texts, name) for name in names}


def _told(texts: Texts, name: str) -> Told:
    known = texts.rule.kind.properties.get(name)
    if name in texts.rule.lets:
        compiled = texts.rule.lets[name]
        value = compiled.work_out_in(texts.scene)
        number = float(value) if isinstance(value, int | float) else None
        return Told(texts.value(name), number, compiled.term.type.unit, _LET_ACCURACY)
    if known is not None and texts.rule.rule.grouping is None:
        return Told(texts.value(name), used([name], texts.scene)[0].value, known.unit, known.accuracy)
    text = texts.value(name)
    return Told(text, float(text) if text.isdigit() else None)
