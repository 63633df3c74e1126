"""A change of severity: whether it is for the worse, and what it follows in what people were told before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from services.notifier.domain.delivering.line import Line, Listener, lines_of
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.incidents.grouping import Group
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.severity import worsened
from shared.model.alerts import AlertChanged


@dataclass(frozen=True)
class Change:
    """A change of severity that is to be told.

    Attributes:
        group: who asked to hear of it at once.
        told: what was told, or is to be, of its incident.
        now: UTC.
    """

    alert: AlertChanged
    group: Group
    incident: Incident
    told: Sequence[Notification]
    now: datetime

    @property
    def kind(self) -> Kind:
        return Kind.WORSEN if worsened(self.alert) else Kind.EASE

    @cached_property
    def lines(self) -> Mapping[Listener, Line]:
        return lines_of(self.told)

    def hurried(self, notices: Iterable[Notification]) -> list[Notification]:
        """What these must wait for and that waits for a further try itself: that is due now."""
        lines = (self.lines.get((notice.person, notice.medium)) for notice in notices)
        before = [earlier for line in lines if line is not None for earlier in line.notices]
        return [soon for earlier in before if (soon := earlier.hurried(self.now)) != earlier]
