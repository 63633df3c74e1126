"""Checks files of rules against a folder: its inventory, its teams, and the other rules that it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from services.console.checking_calendars import problems_of_lights
from services.console.checking_equipment import problems_of_equipment
from services.console.checking_lighting import dim_rules
from services.console.checking_notifier import problems_beside
from services.console.rule_paths import rules_at
from services.console.text_files import named, text_of
from services.device_registry.domain.loading import SourceText
from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.notifier.domain.people.loading_teams import load_teams
from services.rules_engine.domain.checks import duplicate_id
from services.rules_engine.domain.checks.check import NOT_CHECKED, Known
from services.rules_engine.domain.loading import Loaded, load, templates_in, together
from services.rules_engine.sources.rules_folder import rule_files
from shared.errors import ProblemsFound
from shared.problems import Problem
from shared.runtime.settings import shipped_rules


@dataclass(frozen=True)
class Report:
    """What came of a check.

    Attributes:
        files: how many were checked.
        rules: how many rules in them have no error of their own.
        problems: by file, then by place.
        texts: of the files, by their names.
    """

    files: int
    rules: int
    problems: tuple[Problem, ...]
    texts: Mapping[str, str]

    def count(self, severity: str) -> int:
        return sum(problem.severity == severity for problem in self.problems)


def check(paths: Sequence[Path], folder: Path | None, today: date) -> Report:
    """Check files, or all files of folders; the other rules of the folder are read beside them.

    Args:
        folder: whose inventory, teams and rules they are checked against; None: that of a folder among the paths, else
            the shipped one.
        today: the local day.

    Raises:
        InputError: a file can't be read, or is no text.
    """
    home = folder or next((path for path in paths if (path / "inventory").is_dir()), shipped_rules())
    given = {named(file): text_of(file) for file in _files(paths)}
    known, texts, problems = _known(home, today)
    seen = {Path(name).resolve() for name in given}
    others = {named(file): text_of(file) for file in rule_files(home) if file.resolve() not in seen}
    known = replace(known, templates=templates_in({**others, **given}))
    loaded = [load(text, name, known) for name, text in given.items()]
    beside = [load(text, name, known) for name, text in others.items()]
    problems += [problem for each in loaded for problem in each.problems]
    problems += [problem for problem in together([*loaded, *beside], known) if problem.file in given]
    problems += _taken(loaded, beside)
    problems += dim_rules(home, (rule for each in loaded for rule in each.rules), known)
    rules = sum(len(each.rules) for each in loaded)
    shown = _said_once(problems) if any(problem.file not in given for problem in problems) else problems
    return Report(len(given), rules, _in_order(shown), {**texts, **given})


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for path in paths:
        for file in rules_at(path):
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _known(folder: Path, today: date) -> tuple[Known, dict[str, str], list[Problem]]:
    """What rules are checked against, with its texts; problems of the inventory and the teams are told too."""
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    sources: list[SourceText] = []
    inventory, teams = None, None
    try:
        sources = read_folder(folder)
        inventory = load_inventory(sources)
    except ProblemsFound as found:
        problems += found.problems
    problems += problems_of_lights(folder, inventory, texts)
    problems += problems_of_equipment(folder, inventory, texts)
    file = folder / "teams.yaml"
    if file.exists():
        texts[named(file)] = text_of(file)
        try:
            people = load_teams(texts[named(file)], named(file))
            teams = frozenset(people.by_id)
            problems += problems_beside(folder, people, texts)
        except ProblemsFound as found:
            problems += found.problems
    texts |= {source.file: source.text for source in sources}
    return Known(inventory, teams, today), texts, problems


def _taken(checked: Sequence[Loaded], beside: Sequence[Loaded]) -> Iterator[Problem]:
    """Ids that rules of the folder have already, whichever file comes first by its name."""
    there = {rule.id: rule for each in beside for rule in each.rules}
    for each in checked:
        yield from (duplicate_id.told(rule, there[rule.id]) for rule in each.rules if rule.id in there)


def _said_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """What could not be checked for want of the inventory or the teams, whose own faults are told, is said of one file:
    said of each it would bury them."""
    seen: set[str] = set()
    for problem in problems:
        if problem.slug != NOT_CHECKED or problem.message not in seen:
            yield problem
        if problem.slug == NOT_CHECKED:
            seen.add(problem.message)


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file, in the order in which they came, then by place."""
    each = list(dict.fromkeys(problems))
    files = {name: index for index, name in enumerate(dict.fromkeys(problem.file for problem in each))}
    return tuple(sorted(each, key=lambda problem: (files[problem.file], problem.span.line, problem.span.column)))
