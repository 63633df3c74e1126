"""Whom a step tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.escalation import OWN, Step
from services.notifier.domain.escalation_targets import Targets
from services.notifier.domain.incident import Incident
from services.notifier.domain.notification import Notification
from services.notifier.domain.routing import RouteReason
from services.notifier.domain.team import Teams
from tests.unit.services.notifier.domain.test_escalating import incident_of

SMS, MAIL = Medium.SMS, Medium.EMAIL


@pytest.fixture
def incident() -> Incident:
    return incident_of()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"teams": ("astreinte",)}, [("camille", SMS), ("camille", MAIL), ("idir", SMS)]),
        ({"teams": ("astreinte",), "by": (SMS,)}, [("camille", SMS), ("idir", SMS)]),
        # Who has no mailbox is told as the team is.
        ({"teams": ("astreinte",), "by": (MAIL,)}, [("camille", MAIL), ("idir", SMS)]),
        # A text also to a team that is told by mail.
        ({"teams": ("responsables",), "by": (SMS,)}, [("camille", SMS)]),
        ({"people": ("camille",)}, [("camille", SMS), ("camille", MAIL)]),
        ({"people": ("idir",), "by": (MAIL,)}, [("idir", SMS)]),
        ({"everyone_of": (OWN,)}, [("camille", MAIL)]),
        ({"teams": ("astreinte", "muette"), "by": (SMS,)}, [("camille", SMS), ("idir", SMS)]),
        ({"again": True, "by": (SMS,)}, [("camille", SMS), ("idir", SMS)]),
        # Nobody is left: those who stand in for everybody.
        ({"everyone_of": ("voirie",)}, [("ops", MAIL)]),
        ({"people": ("partie",)}, [("ops", MAIL)]),
    ],
)
def test_a_step_names_people_and_media(
    teams: Teams,
    incident: Incident,
    notification_of: Callable[..., Notification],
    said: dict[str, object],
    expected: list[tuple[str, Medium]],
) -> None:
    step = Step(after=timedelta(0), **said)  # type: ignore[arg-type]
    found = Targets(teams, incident, [notification_of()]).of(step)
    assert sorted((one.person, one.medium) for one in found) == sorted(expected)


def test_why_somebody_is_told_is_the_escalation(teams: Teams, incident: Incident) -> None:
    step = Step(after=timedelta(0), teams=("astreinte",), people=("camille",))
    assert {one.reason for one in Targets(teams, incident, []).of(step)} == {RouteReason.ESCALATION}
