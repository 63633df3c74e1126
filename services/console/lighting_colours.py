"""The colours of light in pictures: the brighter a level, the brighter its colour, also in black and white."""

from __future__ import annotations

from typing import Final

NIGHT: Final = "#141b2d"
DAY: Final = "#eaf2fa"
_STOPS: Final = ((0, (70, 48, 36)), (50, (196, 116, 30)), (100, (255, 220, 92)))


def colour_of(level: int) -> str:
    """Of a level above 0, percent."""
    upper = next(index for index, (stop, _) in enumerate(_STOPS) if level <= stop and index)
    (low, dim), (high, bright) = _STOPS[upper - 1], _STOPS[upper]
    share = (level - low) / (high - low)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(dim, bright, strict=True))
