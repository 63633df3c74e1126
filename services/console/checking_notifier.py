"""Checks what the notifier reads beside the rules: on call, escalations, budgets, channels, muting, layouts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Final

from services.console.text_files import named, text_of
from services.notifier.checking_layouts import FOLDER as LAYOUTS
from services.notifier.checking_layouts import checked_layouts
from services.notifier.domain.delivering.loading_budgets import load_budgets
from services.notifier.domain.delivering.loading_channels import load_channels
from services.notifier.domain.escalation.loading_escalations import FILE as ESCALATIONS
from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.muting.loading_muting import load_muting
from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.people.team import Teams
from services.notifier.sources.folder import SUBJECTS, read_people
from shared.errors import ProblemsFound
from shared.problems import Problem

_ON_CALL: Final = f"{SUBJECTS}/on-call.yaml"
_ANY_URL: Final = "https://vigie.example.org"

_Check = Callable[[str, str], object]


def problems_beside(folder: Path, teams: Teams, texts: MutableMapping[str, str]) -> list[Problem]:
    """What is wrong in these files, of those that the folder has; their texts are added.

    Secrets of channels are not known here: whether each is given is asked when the notifier starts.

    Raises:
        InputError: a file can't be read, or is no text.
    """
    home = Path(named(folder))
    roster, problems = _roster(home, texts)
    for name, check in _checks(teams, roster).items():
        if (home / name).is_file():
            problems += _faults(home / name, check, texts)
    if (home / LAYOUTS).is_dir():
        found = list(_caught(lambda: checked_layouts(_ANY_URL, home)))
        texts.update({problem.file: _shown(Path(problem.file)) for problem in found})
        problems += found
    return problems


def _shown(file: Path) -> str:
    """A layout may be no text at all, which is one of the faults."""
    return file.read_text(encoding="utf-8", errors="replace")


def _checks(teams: Teams, roster: Roster | None) -> Mapping[str, _Check]:
    checks: dict[str, _Check] = {
        f"{SUBJECTS}/budgets.yaml": lambda text, file: load_budgets(text, file, teams.directorates),
        f"{SUBJECTS}/channels.yaml": lambda text, file: load_channels(text, file, None),
        f"{SUBJECTS}/muting.yaml": load_muting,
    }
    if roster is not None:
        checks[ESCALATIONS] = lambda text, file: load_policies(text, file, teams, schedules=roster.schedules)
    return checks


def _roster(home: Path, texts: MutableMapping[str, str]) -> tuple[Roster | None, list[Problem]]:
    """The schedules that escalations may name; None where these are wrong themselves."""
    if (home / _ON_CALL).is_file():
        texts[str(home / _ON_CALL)] = text_of(home / _ON_CALL)
    try:
        return read_people(home)[1], []
    except ProblemsFound as found:
        return None, list(found.problems)


def _faults(file: Path, check: _Check, texts: MutableMapping[str, str]) -> Iterator[Problem]:
    text = texts[str(file)] = text_of(file)
    return _caught(lambda: check(text, str(file)))


def _caught(act: Callable[[], object]) -> Iterator[Problem]:
    try:
        act()
    except ProblemsFound as found:
        yield from found.problems
