"""Why somebody was not told: who was off duty is told who was on call instead."""

from __future__ import annotations

from services.notifier.domain.ledger.ledger import Entry, Verdict, entry
from services.notifier.domain.ledger.not_told import Question, Reason
from services.notifier.domain.people.loading_teams import load_teams
from tests.alerts import START, firing_alert

TEAMS = load_teams(
    """\
fallback: gemapi
people:
  - {id: camille, name: Camille, role: cadre, phone: "+33639980101"}
  - {id: idir, name: Idir, role: technicien, phone: "+33639980102"}
  - {id: helene, name: Hélène, role: responsable, email: helene@example.org}
teams:
  - {id: astreinte, title: Astreinte, channels: [sms], members: [camille, idir], on_call: semaine}
  - {id: gemapi, title: GEMAPI, owner_of: gemapi, channels: [email], members: [helene]}
""",
    "teams.yaml",
)


def called(verdict: Verdict, team: str, person: str) -> Entry:
    return entry(verdict, START, "why", person, team=team, person=person)


def reasons(person: str, *entries: Entry) -> list[Reason]:
    return Question(person, TEAMS, [firing_alert()], entries).reasons()


def test_who_was_off_duty_is_told_who_was_on_call() -> None:
    (found,) = reasons("idir", called(Verdict.ROUTED, "astreinte", "camille"))
    assert found.word == "not-on-call"
    assert found.said.fr == "l'équipe astreinte a prévenu qui était d'astreinte : Camille, cadre"
    assert found.said.en == "the team astreinte told whoever was on call: Camille, cadre"


def test_a_step_that_told_the_whole_directorate_let_those_off_duty_sleep() -> None:
    step = called(Verdict.ESCALATED, "astreinte", "camille")
    assert [found.word for found in reasons("idir", step)] == ["not-on-call"]


def test_duty_is_no_reason_for_who_was_to_be_told_or_is_in_a_team_without_duty() -> None:
    own = called(Verdict.ROUTED, "astreinte", "idir")
    assert [found.word for found in reasons("idir", own, called(Verdict.ROUTED, "astreinte", "camille"))] == [
        "under-way"
    ]
    assert "not-on-call" not in [found.word for found in reasons("helene", called(Verdict.ROUTED, "gemapi", "other"))]
