"""What must be asked for each page, so that nobody is asked for what nobody looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.model.registry import Theme


@dataclass(frozen=True)
class Needs:
    """What a page, or several together, must be told.

    Attributes:
        parts: fields of ``Snapshot`` that one question answers each; and ``series``.
        figures: themes of whose points the indicators are shown.
        days: themes of whose points the last day is drawn.
    """

    parts: frozenset[str] = frozenset()
    figures: frozenset[Theme] = frozenset()
    days: frozenset[Theme] = frozenset()

    def __or__(self, other: Needs) -> Needs:
        return Needs(self.parts | other.parts, self.figures | other.figures, self.days | other.days)


def _needs(parts: str, figures: Iterable[Theme] = (), days: Iterable[Theme] = ()) -> Needs:
    return Needs(frozenset(parts.split()), frozenset(figures), frozenset(days))


_THEMED: Final = "latest rules alerts"
BY_PAGE: Final[Mapping[str, Needs]] = MappingProxyType(
    {
        "home": _needs("latest series rules alerts incidents tallies sent lamps", ("noise", "mobility")),
        "noise": _needs(_THEMED, ("noise",), ("noise",)),
        "waste": _needs(_THEMED, ("waste",)),
        "water": _needs(f"{_THEMED} series", ("water",), ("water",)),
        "mobility": _needs(_THEMED, ("mobility",), ("mobility",)),
        "lighting": _needs(f"{_THEMED} lamps burnt", (), ("lighting",)),
        "incidents": _needs("latest alerts rules incidents notifications"),
        "messages": _needs("latest notifications"),
        "point": _needs(f"{_THEMED} lamps"),
    }
)
"""By the page's id; ``point`` stands for the page of any point."""


def needs_of(pages: Iterable[str]) -> Needs:
    """What some pages must be told together; those that are not listed need nothing but the time."""
    together = Needs()
    for page in pages:
        together |= BY_PAGE.get(page, Needs())
    return together
