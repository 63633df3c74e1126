"""Each alert as it was told last, with what is asked of it often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from services.notifier.domain.muting.traits import Traits, traits_of
from shared.model.alerts import AlertChanged, AlertStatus


@dataclass(frozen=True, kw_only=True)
class Logged:
    """An alert in the log.

    Attributes:
        said: the last that was heard of it.
        incident: where those are told who asked to hear of it at once; None: nobody did.
        taken_at: when its beginning was taken, UTC.
        resolved_at: event time, UTC.
    """

    said: AlertChanged
    incident: str | None
    taken_at: datetime
    resolved_at: datetime | None = None

    @property
    def is_firing(self) -> bool:
        return self.resolved_at is None

    @cached_property
    def traits(self) -> Traits:
        return traits_of(self.said)

    def after(self, said: AlertChanged) -> Logged:
        """With something that was heard of it since. What ended goes on no more."""
        if not self.is_firing or said.at < self.said.at:
            return self
        return replace(self, said=said, resolved_at=said.at if said.status is AlertStatus.RESOLVED else None)


def logged(said: AlertChanged, incident: str | None, now: datetime) -> Logged:
    """An alert that is new."""
    resolved_at = said.at if said.status is AlertStatus.RESOLVED else None
    return Logged(said=said, incident=incident, taken_at=now, resolved_at=resolved_at)
