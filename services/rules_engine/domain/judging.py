"""Judges a set of files before it may run: every check of rules, every test that their authors wrote, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.comparing_rules import RuleChange, changes
from services.rules_engine.domain.loading import load, templates_in, together, without_duplicates
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.rule_files import TEAMS, rule_texts
from services.rules_engine.domain.teams_file import team_titles
from services.rules_engine.domain.testing.case import Case
from services.rules_engine.domain.testing.reading import read_tests
from services.rules_engine.domain.testing.result import run_case
from shared.model.registry import Inventory, Text
from shared.problems import Problem, Span


@dataclass(frozen=True)
class Question:
    """What is to be judged.

    Attributes:
        files: text by path.
        inventory: of the running city.
        today: the local day.
        before: the files that they are compared with; None: with nothing.
        judges: False: they are only compared.
    """

    files: dict[str, str]
    inventory: Inventory
    today: date
    before: dict[str, str] | None = None
    judges: bool = True


@dataclass(frozen=True)
class FailedTest:
    """A test that fails, with all that is otherwise than it expects. ``span``: where the test is written."""

    rule: str
    name: str
    file: str
    span: Span
    said: tuple[Text, ...]


@dataclass(frozen=True)
class Verdict:
    """What came of it.

    Attributes:
        problems: warnings too; by file, then by place.
        failed: tests that fail.
        rules: how many rules have no error of their own.
        tests: how many tests were played.
        changes: what the files change in what they were compared with.
    """

    problems: tuple[Problem, ...] = ()
    failed: tuple[FailedTest, ...] = ()
    rules: int = 0
    tests: int = 0
    changes: tuple[RuleChange, ...] = field(default=())

    @property
    def passes(self) -> bool:
        """Whether nothing keeps the files from running."""
        return not self.failed and all(problem.severity != "error" for problem in self.problems)


def judge(question: Question) -> Verdict:
    """Check and test the files of a question, and say what they change."""
    found = _changes(question)
    if not question.judges:
        return Verdict(changes=found)
    texts = rule_texts(question.files)
    teams, problems = team_titles(question.files[TEAMS]) if TEAMS in question.files else (None, ())
    known = Known(question.inventory, None if teams is None else frozenset(teams), question.today, templates_in(texts))
    loaded = [load(text, name, known) for name, text in sorted(texts.items())]
    told = [*problems, *(problem for each in loaded for problem in each.problems), *together(loaded, known)]
    rules = {rule.id: rule for rule in without_duplicates(rule for each in loaded for rule in each.rules)}
    cases = list(_cases(rules.values(), question.inventory))
    return Verdict(
        problems=_in_order(told),
        failed=tuple(failed for case in cases if (failed := _failed(case, rules)) is not None),
        rules=len(rules),
        tests=len(cases),
        changes=found,
    )


def _changes(question: Question) -> tuple[RuleChange, ...]:
    if question.before is None:
        return ()
    return changes(question.before, question.files, question.inventory)


def _cases(rules: Iterable[Rule], inventory: Inventory) -> Iterator[Case]:
    # A test that can't be read is among the problems of its file.
    return (case for rule in rules for case in read_tests(rule, inventory).cases)


def _failed(case: Case, others: Mapping[str, Rule]) -> FailedTest | None:
    said: Sequence[Text]
    try:
        said = [failure.said for failure in run_case(case, others).failures]
    except Exception as error:  # noqa: BLE001 - a rule that raises here would raise on the city, too
        name = type(error).__name__
        said = [Text(f"la règle échoue : {name} : {error}", f"the rule raises: {name}: {error}")]
    if not said:
        return None
    return FailedTest(case.rule.id, case.name, case.rule.file, case.place.span, tuple(said))


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    each = dict.fromkeys(problems)
    return tuple(sorted(each, key=lambda problem: (problem.file, problem.span.line, problem.span.column)))
