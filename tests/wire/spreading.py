"""Many times in a few figures."""

from __future__ import annotations

from collections.abc import Sequence


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """The middle, what nineteen of twenty don't exceed, and the most; nothing of nothing."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    places = {"p50": len(ordered) // 2, "p95": min(len(ordered) - 1, len(ordered) * 19 // 20), "max": -1}
    return {name: round(ordered[place], 2) for name, place in places.items()}
