"""The teams that rules may name, from ``teams.yaml``: their ids and titles; who is in them is the notifier's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from services.rules_engine.domain.rule_files import TEAMS, Files
from shared.documents import Document, read
from shared.errors import ProblemsFound
from shared.problems import Problem


def team_titles(text: str) -> tuple[Mapping[str, str] | None, tuple[Problem, ...]]:
    """Titles by id, and what is wrong with the file; None: nobody knows which teams there are."""
    try:
        document = read(text, TEAMS)
    except ProblemsFound as found:
        return None, found.problems
    except RecursionError:
        return None, (Document(TEAMS, None, {}, {}).problem((), "shape", "brackets within brackets, too deep"),)
    teams = document.data.get("teams") if isinstance(document.data, dict) else None
    if not isinstance(teams, list):
        return None, (document.problem((), "shape", "sections are wanted here: people, teams"),)
    return dict(_titled(teams)), tuple(_nameless(document, teams))


def without_people(files: Files) -> dict[str, str]:
    """The files with a list of teams that holds no person: numbers and addresses have no business in a history."""
    titles, problems = team_titles(files[TEAMS]) if TEAMS in files else (None, ())
    if titles is None or problems:
        return dict(files)
    teams = (f"  - {{id: {_quoted(name)}, title: {_quoted(title)}}}\n" for name, title in titles.items())
    return {**files, TEAMS: f"teams:{'' if titles else ' []'}\n{''.join(teams)}"}


def kept(files: Files) -> dict[str, str]:
    """The same; without a list of teams that can't be read, of which the notifier, whose file it is, speaks."""
    broken = TEAMS in files and bool(team_titles(files[TEAMS])[1])
    return {name: text for name, text in without_people(files).items() if not (broken and name == TEAMS)}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _titled(teams: list[Any]) -> Iterator[tuple[str, str]]:
    for team in teams:
        if isinstance(team, dict) and isinstance(team.get("id"), str):
            yield team["id"], str(team.get("title", team["id"]))


def _nameless(document: Document, teams: list[Any]) -> Iterator[Problem]:
    for index, team in enumerate(teams):
        if not isinstance(team, dict) or not isinstance(team.get("id"), str):
            yield document.problem(("teams", index), "shape", "a team has an id: - id: gemapi-astreinte")
