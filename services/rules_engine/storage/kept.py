"""An alert state as it is stored."""

from __future__ import annotations

from dataclasses import dataclass

from services.rules_engine.domain.alert import AlertState
from services.rules_engine.domain.book import Key
from shared import bus
from shared.model.alerts import AlertChanged


@dataclass(frozen=True)
class Kept:
    """A state with what is remembered beside it.

    Attributes:
        fingerprint: of the rule which made it.
        trace: of the observation which was decided last.
        told: what the notifier was told last; None while it doesn't fire. An alert whose rule is gone is resolved with
            these words.
        ladder: of the rule which made it; empty: a version wrote it that knew none.
    """

    state: AlertState
    fingerprint: str
    trace: str = ""
    told: AlertChanged | None = None
    ladder: str = ""


def partition(key: Key) -> int:
    """Who decides it: the holder of its point's partition; of a group (its id has a colon) that of its rule's."""
    rule, subject = key
    return bus.partition_of(rule if ":" in subject else subject)


__all__ = ["Kept", "Key", "partition"]
