"""Whom a step tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.escalation.escalation import OWN, Step
from services.notifier.domain.escalation.targets import Targets
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.on_call.reading import load_schedules
from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.people.routing import Occasion, RouteReason
from services.notifier.domain.people.team import Person, Teams
from tests.unit.services.notifier.domain.escalation.test_escalating import incident_of

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


def test_who_is_on_call_in_no_team_is_told_on_behalf_of_the_one_that_is_told_by_the_schedule(
    teams: Teams, incident: Incident, start: datetime
) -> None:
    nora = Person(id="nora", name="Nora", role="renfort", phone="+33639980109", language=Language.ENGLISH)
    told = {**teams.by_id, "astreinte": replace(teams.by_id["astreinte"], on_call="nuit")}
    known = replace(teams, by_id=told, people={"nora": nora})
    layer = "{name: n, rotation: daily, starts: 2022-01-01, people: [nora]}"
    written = f"schedules: [{{id: nuit, title: N, owner: gemapi, layers: [{layer}]}}]"
    roster = Roster(load_schedules(written, "on-call.yaml", {"nora"}, {"gemapi"}))
    step = Step(after=timedelta(0), on_call=("nuit",))
    (found,) = Targets(known, incident, [], Occasion(start, "red", roster)).of(step)
    assert (found.person, found.medium, found.team, found.language) == ("nora", SMS, "astreinte", Language.ENGLISH)
    assert known.at_number("+33639980109") == nora
