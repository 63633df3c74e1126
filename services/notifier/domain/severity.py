"""Which of two severities is the worse, and which of two criticalities the higher."""

from __future__ import annotations

from typing import Final

from shared.model.alerts import SEVERITIES, AlertChanged, Criticality

_CRITICALITIES: Final = (Criticality.COMFORT, Criticality.NORMAL, Criticality.VITAL)
"""From the least to the highest."""


def worsened(change: AlertChanged) -> bool:
    """Whether a change of severity is for the worse.

    A word that is not known counts as worse, whether it came or went: rather told loudly than not at all.
    """
    words = (change.was, change.severity)
    if not all(word in SEVERITIES for word in words):
        return True
    before, now = (SEVERITIES.index(word) for word in words if word is not None)
    return now > before


def worst_of(*severities: str) -> str:
    """The worst of some; a word that is not known is the least, and of equals the first is taken."""
    return max(severities, key=lambda word: SEVERITIES.index(word) if word in SEVERITIES else -1)


def most_critical(*criticalities: str) -> str:
    """The highest of some; a word that is not known is the least, and of equals the first is taken."""
    return max(
        criticalities, key=lambda word: _CRITICALITIES.index(Criticality(word)) if word in _CRITICALITIES else -1
    )
