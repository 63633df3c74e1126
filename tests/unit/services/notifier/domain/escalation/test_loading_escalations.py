"""The file of policies, and what is said of one with faults."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.escalation.escalation import OWN
from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.people.team import Teams
from shared.errors import ProblemsFound

GOOD = """\
policies:
  - id: vitale
    title: Alerte vitale
    applies_to: {criticality: vital, severity: [red, critical]}
    steps:
      - {after: 0 min, again: true, by: sms}
      - {after: 5 min, team: astreinte, by: [sms, email]}
      - {after: 10 min, everyone_of: own, person: idir}
    repeat: 2
    repeat_after: 15 min
    remind_after: 1 h
    unacknowledge_after: 2 h
  - id: autres
    title: Les autres
    steps: [{after: 30 min, everyone_of: gemapi}]
"""


def test_a_policy_is_read_whole(teams: Teams) -> None:
    vital, others = load_policies(GOOD, "escalations.yaml", teams).in_order
    assert (vital.repeats, vital.repeats_after) == (2, timedelta(minutes=15))
    assert (vital.remind_after, vital.unacknowledge_after) == (timedelta(hours=1), timedelta(hours=2))
    again, duty, everyone = vital.steps
    assert (again.again, again.by, again.after) == (True, (Medium.SMS,), timedelta(0))
    assert (duty.teams, duty.by) == (("astreinte",), (Medium.SMS, Medium.EMAIL))
    assert (everyone.everyone_of, everyone.people) == ((OWN,), ("idir",))
    assert others.applies.covers(vital.applies)


@pytest.mark.parametrize(
    ("old", "new", "place", "said", "hint"),
    [
        ("team: astreinte", "team: astreint", "7:30", "no team 'astreint'", "did you mean 'astreinte'?"),
        ("person: idir", "person: idri", "8:51", "no person 'idri'", "did you mean 'idir'?"),
        ("everyone_of: own", "everyone_of: voirie", "8:38", "no directorate 'voirie'", "own, gemapi"),
        ("by: sms", "by: pigeon", "6:41", "no medium 'pigeon'", "one of: sms"),
        ("5 min", "5 minutes", "7:17", "'5 minutes' is not a duration", None),
        ("5 min", "10 s", "7:17", "'10 s' is shorter than a minute", "time to answer"),
        ("again: true, by: sms", "by: sms", "6:9", "this step tells nobody", "again: true"),
        ("steps: [{after: 30 min, everyone_of: gemapi}]", "steps: []", "15:12", "has no step", "after: 5 min"),
        ("repeat_after: 15 min", "remind: 1 h", "10:5", "no property 'remind' here", "did you mean"),
        ("    repeat_after: 15 min\n", "", "9:13", "says after how long", "since the last step"),
        ("repeat: 2", "repeat: 99", "9:13", "a number from 0 to 20", None),
        ("id: autres", "id: vitale", "13:9", "a second 'vitale'", None),
        ("severity: [red,", "severity: [rde,", "4:49", "no severity 'rde'", "did you mean 'red'?"),
        ("applies_to: {criticality", "applies_to: {level", "4:18", "no property 'level' here", None),
        ("id: autres", "id: Les autres", "13:9", "can't be an id", "small letters"),
    ],
)
def test_a_fault_is_told_with_its_place_and_a_hint(
    teams: Teams, old: str, new: str, place: str, said: str, hint: str | None
) -> None:
    assert old in GOOD
    with pytest.raises(ProblemsFound) as caught:
        load_policies(GOOD.replace(old, new, 1), "e.yaml", teams)
    found = str(caught.value)
    assert said in found, found
    assert f"e.yaml:{place}: " in found, found
    assert hint is None or hint in found, found


def test_a_medium_that_no_channel_carries_is_not_available(teams: Teams) -> None:
    with pytest.raises(ProblemsFound, match="'sms' is not available here"):
        load_policies(GOOD, "e.yaml", teams, (Medium.EMAIL,))


def test_a_policy_behind_one_that_takes_all_of_its_incidents_is_a_fault(teams: Teams) -> None:
    first, second = GOOD.split("  - id: autres")
    turned = "policies:\n  - id: autres" + second + first.removeprefix("policies:\n")
    with pytest.raises(ProblemsFound, match="'vitale' is never used: 'autres' above is for all that it is for"):
        load_policies(turned, "e.yaml", teams)


@pytest.mark.parametrize("text", ["", "[]", "policies: {}", "policies:\n  - a\n", "policies:\n  - {id: a, title: b}\n"])
def test_another_shape_is_a_fault_and_no_crash(teams: Teams, text: str) -> None:
    with pytest.raises(ProblemsFound):
        load_policies(text, "e.yaml", teams)


def test_the_example_of_the_documentation_is_good(teams: Teams) -> None:
    page = Path(__file__).parents[6] / "docs" / "escalade.md"
    example = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    shipped = Path(__file__).parents[6] / "rules" / "teams.yaml"
    from services.notifier.domain.people.loading_teams import load_teams

    assert load_policies(example, "docs", load_teams(shipped.read_text(encoding="utf-8"), "t")).in_order
