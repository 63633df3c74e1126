"""Builders for the notifier's pure parts; nothing here does I/O."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.delivering.delivering import Reason
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.people.routing import RouteReason
from services.notifier.domain.people.team import Person, Team, Teams
from shared.model.alerts import AlertChanged
from shared.model.incidents import NotificationState
from tests.alerts import firing_alert

START = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)


@pytest.fixture
def start() -> datetime:
    """2022-01-10 02:45 in Paris."""
    return START


@pytest.fixture
def alert_of() -> Callable[..., AlertChanged]:
    """A function that makes a firing alert; a test says only what matters to it."""
    return firing_alert


@pytest.fixture
def teams() -> Teams:
    """A duty team told both ways, a team told by mail only, a team that can't be reached by mail, a fallback."""
    camille = Person(id="camille", name="Camille", role="cadre", phone="+33639980101", email="camille@example.org")
    idir = Person(id="idir", name="Idir", role="technicien", phone="+33639980102")
    ops = Person(id="ops", name="Exploitation", role="plateforme", email="ops@example.org")
    both = (Medium.SMS, Medium.EMAIL)
    duty = Team(id="astreinte", title="Astreinte", channels=both, members=(camille, idir))
    owner = Team(id="responsables", title="R", channels=(Medium.EMAIL,), members=(camille,), owner_of="gemapi")
    mute = Team(id="muette", title="Sans courriel", channels=(Medium.SMS,), members=(idir,))
    fallback = Team(id="exploitation", title="Exploitation", channels=(Medium.EMAIL,), members=(ops,))
    return Teams({team.id: team for team in (duty, owner, mute, fallback)}, fallback)


@pytest.fixture
def notification_of() -> Callable[..., Notification]:
    """A function that makes a queued notice of a fire."""

    def make(**said: Any) -> Notification:
        valid: dict[str, Any] = {
            "id": "n-1",
            "kind": Kind.FIRE,
            "incident": "incident-1",
            "criticality": "vital",
            "team": "astreinte",
            "person": "camille",
            "recipient": "Camille, cadre",
            "medium": Medium.SMS,
            "channel": "outbox",
            "address": "+33639980101",
            "route": RouteReason.TEAM,
            "state": NotificationState.QUEUED,
            "reason": Reason.ROUTED,
            "subject": "",
            "body": "Vigie",
            "queued_at": START,
            "changed_at": START,
            "due_at": START,
        }
        return Notification(**(valid | said))

    return make
