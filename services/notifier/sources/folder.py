"""Reads who is told and who is on call from the folder of rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from services.notifier.domain.delivering.loading_budgets import load_budgets
from services.notifier.domain.escalation.loading_escalations import FILE as ESCALATIONS
from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.on_call.reading import load_schedules
from services.notifier.domain.on_call.roster import NOBODY, Roster
from services.notifier.domain.on_call.schedule import Layer, Schedule
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.domain.people.team import Person, Team, Teams
from shared.documents import did_you_mean, read
from shared.errors import ProblemsFound
from shared.problems import Problem

SUBJECTS: Final = "notifier"
"""The folder, below that of the rules, with a file for each subject."""

PEOPLE_FILES: Final = ("teams.yaml", f"{SUBJECTS}/on-call.yaml")
"""Who can be told, and who is on call, below the folder of rules."""


def read_people(rules_dir: Path) -> tuple[Teams, Roster]:
    """The teams, and the schedules if there are any.

    Raises:
        ProblemsFound: with all problems of the first file that has some.
    """
    file = rules_dir / "teams.yaml"
    text = file.read_text(encoding="utf-8")
    teams = load_teams(text, str(file))
    roster = _read_roster(rules_dir / SUBJECTS / "on-call.yaml", teams)
    if problems := list(_misfits(text, str(file), teams, roster)):
        raise ProblemsFound(problems)
    return teams, roster


def read_checked_people(rules_dir: Path) -> tuple[Teams, Roster]:
    """The same; what the other files say of teams, people and schedules must still hold, too.

    Raises:
        ProblemsFound: with all problems of the first file that has some.
    """
    teams, roster = read_people(rules_dir)
    policies, budgets = rules_dir / ESCALATIONS, rules_dir / SUBJECTS / "budgets.yaml"
    if policies.is_file():
        load_policies(policies.read_text(encoding="utf-8"), str(policies), teams, schedules=roster.schedules)
    if budgets.is_file():
        load_budgets(budgets.read_text(encoding="utf-8"), str(budgets), teams.directorates)
    return teams, roster


def _read_roster(file: Path, teams: Teams) -> Roster:
    if not file.is_file():
        return NOBODY
    owners = {*teams.by_id, *(team.owner_of for team in teams.by_id.values() if team.owner_of)}
    return Roster(load_schedules(file.read_text(encoding="utf-8"), str(file), teams.people, owners))


def _misfits(text: str, file: str, teams: Teams, roster: Roster) -> Iterator[Problem]:
    """What is wrong between the two files."""
    document = read(text, file)
    for index, written in enumerate(document.data["teams"]):
        team, path = teams.by_id[written["id"]], ("teams", index, "on_call")
        if team.on_call is None:
            continue
        schedule = roster.schedules.get(team.on_call)
        if schedule is None:
            hint = did_you_mean(team.on_call, roster.schedules) or "schedules stand in notifier/on-call.yaml"
            yield document.problem(path, "unknown-schedule", f"no schedule '{team.on_call}'", hint)
            continue
        for person in sorted(_people_of(schedule)):
            if not _reachable(teams.people[person], team):
                message = f"'{person}', on call in '{schedule.id}', can't be told over a channel of '{team.id}'"
                yield document.problem(path, "unreachable", message, "give the person a phone or an email")


def _people_of(schedule: Schedule) -> set[str]:
    layers = (plan for plan in schedule.plans if isinstance(plan, Layer))
    turns = {person for layer in layers for person in layer.rotation.people}
    return turns | {override.person for override in schedule.overrides}


def _reachable(person: Person, team: Team) -> bool:
    return any(person.address(medium) for medium in team.channels)
