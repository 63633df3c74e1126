"""Gathers the tests of rules from their files and plays them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from services.console.rule_paths import rules_at
from services.console.text_files import text_of
from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import Loaded, load, templates_in, without_duplicates
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.templating import Template
from services.rules_engine.domain.testing.reading import ReadTests, read_tests
from services.rules_engine.domain.testing.result import Result, run_case
from services.rules_engine.sources.rules_folder import rule_files
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.problems import Problem
from shared.runtime.settings import shipped_rules


@dataclass(frozen=True)
class Tested:
    """A test that was played, and how long that took, seconds."""

    rule: Rule
    result: Result
    seconds: float


@dataclass
class Tally:
    """What came of it all.

    Attributes:
        problems: errors in rules and in tests; what has one could not be played.
        untested: ids of rules that have no test.
        seconds: for everything, reading included.
    """

    tested: list[Tested] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    untested: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> list[Tested]:
        return [each for each in self.tested if not each.result.passed]

    @property
    def passed(self) -> bool:
        return not self.failed and not self.problems


class Workshop:
    """The rules under test, with the inventory that they are for and the other rules of their folder.

    Args:
        paths: files of rules, or rules folders.
        folder: with the inventory; None: the nearest above the first path that has one, else the shipped one.
        only: id of the one rule that is tested.

    Raises:
        InputError: a file can't be read, or there is no such rule.
        ProblemsFound: the inventory can't be read.
    """

    def __init__(self, paths: Sequence[Path], folder: Path | None = None, only: str | None = None) -> None:
        self._began = time.perf_counter()
        self.folder = folder or _nearest(paths)
        self._files = [file for path in paths for file in rules_at(path)]
        self._inventory = load_inventory(read_folder(self.folder))
        self._known = Known(self._inventory, only_kinds=not self._inventory.points, templates=self._templates)
        self._loaded = [self._load(file) for file in self._files]
        self._only = only
        if only is not None and only not in self._by_id:
            raise InputError(f"no rule '{only}' without an error in {_named(paths)}; {self._near(only)}")

    @cached_property
    def _templates(self) -> Mapping[str, Template]:
        files = dict.fromkeys((*rule_files(self.folder), *self._files))
        return templates_in({str(file): text_of(file) for file in files})

    @cached_property
    def _by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in without_duplicates(rule for each in self._loaded for rule in each.rules)}

    @cached_property
    def others(self) -> Mapping[str, Rule]:
        """All rules by id, among which are those that others give way to; the rest of the folder only if needed."""
        wanted = {each.rule for rule in self._by_id.values() for each in rule.unless} - set(self._by_id)
        if not wanted:
            return self._by_id
        rest = [self._load(file) for file in rule_files(self.folder) if file not in self._files]
        return {rule.id: rule for each in rest for rule in each.rules} | dict(self._by_id)

    def run(self, tell: Callable[[Tested], None] = lambda _tested: None) -> Tally:
        """Play all tests; each is told as soon as it is done."""
        tally = Tally()
        problems = list(_errors(problem for each in self._loaded for problem in each.problems))
        for rule, tests in self._tests():
            problems += tests.problems
            if not tests.cases and not tests.problems:
                tally.untested.append(rule.id)
            for case in tests.cases:
                begun = time.perf_counter()
                tested = Tested(rule, run_case(case, self.others), time.perf_counter() - begun)
                tally.tested.append(tested)
                tell(tested)
        tally.problems += dict.fromkeys(problems)
        tally.seconds = time.perf_counter() - self._began
        return tally

    def _tests(self) -> Iterator[tuple[Rule, ReadTests]]:
        for rule in self._by_id.values():
            if self._only in (None, rule.id):
                yield rule, read_tests(rule, self._inventory)

    def _load(self, file: Path) -> Loaded:
        return load(text_of(file), str(file), self._known)

    def _near(self, only: str) -> str:
        return did_you_mean(only, self._by_id) or f"there are {len(self._by_id)} others"


def _errors(problems: Iterable[Problem]) -> Iterator[Problem]:
    return (problem for problem in problems if problem.severity == "error")


def _nearest(paths: Sequence[Path]) -> Path:
    for path in (paths[0].resolve(), *paths[0].resolve().parents) if paths else ():
        if (path / "inventory").is_dir():
            return path
    return shipped_rules()


def _named(paths: Sequence[Path]) -> str:
    return ", ".join(str(path) for path in paths)
