"""An alert state as bytes: also one that a version wrote whose rules had one level only."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.rules_engine.domain.alert import AlertState, Hold, Phase


class _OneLevel(msgspec.Struct):
    """What states were before rules had levels."""

    phase: Phase | None = None
    pending_since: datetime | None = None
    firing_since: datetime | None = None
    clearing_since: datetime | None = None
    lapses_at: datetime | None = None
    renew_at: datetime | None = None
    due_at: datetime | None = None


def read_state(body: bytes) -> AlertState:
    """The state; one of the older form as what it means now."""
    older = msgspec.json.decode(body, type=_OneLevel)
    if older.phase is None:
        return msgspec.json.decode(body, type=AlertState)
    since = older.firing_since or older.pending_since
    hold = Hold(older.phase, since=since, clearing_since=older.clearing_since, lapses_at=older.lapses_at)
    return AlertState(
        holds=() if older.phase is Phase.INACTIVE else (hold,),
        firing_since=older.firing_since,
        renew_at=older.renew_at,
        due_at=older.due_at,
    )


def written(state: AlertState) -> bytes:
    """The state as it is stored."""
    return msgspec.json.encode(state)
