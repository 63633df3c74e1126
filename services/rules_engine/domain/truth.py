"""True, false, unknown: Kleene's three values as True, False and None, the way compiled conditions carry them.

Source of the tables: S. C. Kleene, Introduction to Metamathematics (1952), section 64, the strong connectives.
"""

from __future__ import annotations

from typing import TypeAlias

Truth: TypeAlias = bool | None


def conjunction(*truths: Truth) -> Truth:
    """False if one is false, else unknown if one is unknown, else true."""
    if any(truth is False for truth in truths):
        return False
    return None if any(truth is None for truth in truths) else True


def disjunction(*truths: Truth) -> Truth:
    """True if one is true, else unknown if one is unknown, else false."""
    if any(truth is True for truth in truths):
        return True
    return None if any(truth is None for truth in truths) else False


def negation(truth: Truth) -> Truth:
    """The other one; what is unknown stays so."""
    return None if truth is None else not truth
