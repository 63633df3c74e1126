"""Rules from files, each with its paragraphs, for who wants to read what is written there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.console.rule_paths import rules_at
from services.console.text_files import text_of
from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.notifier.domain.people.loading_teams import load_teams
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.explaining import rule_in_words
from services.rules_engine.domain.loading import load, templates_in
from services.rules_engine.domain.preparing import prepare
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.wording.titles import Titles
from services.rules_engine.sources.rules_folder import rule_files
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.model.registry import Inventory, Text
from shared.problems import Problem
from shared.runtime.settings import shipped_rules


@dataclass(frozen=True)
class Explained:
    """A rule in words."""

    rule: Rule
    words: Text


@dataclass(frozen=True)
class Explanation:
    """All rules that were asked for, and the errors that keep others from being explained."""

    rules: tuple[Explained, ...]
    errors: tuple[Problem, ...]


def explained(paths: Sequence[Path], wanted: Sequence[str] = (), folder: Path | None = None) -> Explanation:
    """The rules of files and rules folders.

    Args:
        wanted: ids; none: all.
        folder: whose inventory and teams give the titles; None: the first of the folders that has an inventory, else
            the shipped one.

    Raises:
        InputError: a file can't be read, or a rule that is wanted isn't there.
    """
    home = folder or next((path for path in paths if (path / "inventory").is_dir()), shipped_rules())
    inventory = load_inventory(read_folder(home))
    files = [file for path in paths for file in rules_at(path)]
    texts = {str(file): text_of(file) for file in dict.fromkeys((*rule_files(home), *files))}
    known = Known(inventory, templates=templates_in(texts))
    loaded = [load(text_of(file), str(file), known) for file in files]
    rules = [rule for each in loaded for rule in each.rules]
    errors = tuple(problem for each in loaded for problem in each.problems if problem.severity == "error")
    titles = Titles.of(inventory, _team_titles(home), [*_others(home, rules, known), *rules])
    return Explanation(tuple(_in_words(_chosen(rules, wanted, errors), inventory, titles)), errors)


def _in_words(rules: Iterable[Rule], inventory: Inventory, titles: Titles) -> Iterable[Explained]:
    kinds = {kind.id: kind for kind in inventory.kinds}
    for rule in rules:
        compiled = prepare(rule, kinds).compiled
        if compiled is not None:
            yield Explained(rule, rule_in_words(compiled, titles))


def _chosen(rules: Sequence[Rule], wanted: Sequence[str], errors: Sequence[Problem]) -> Iterable[Rule]:
    known = {rule.id for rule in rules}
    for name in wanted:
        if name not in known:
            broken = "; rules with errors were left out, see vigie rules check" if errors else ""
            hint = did_you_mean(name, sorted(known))
            raise InputError(f"no rule '{name}'{f'; {hint}' if hint else ''}{broken}")
    return [rule for rule in rules if not wanted or rule.id in wanted]


def _others(home: Path, rules: Sequence[Rule], known: Known) -> Sequence[Rule]:
    """The rules of the folder, if one of ours gives way to a rule that is not among ours."""
    if {each.rule for rule in rules for each in rule.unless} <= {rule.id for rule in rules}:
        return ()
    return [rule for file in rule_files(home) for rule in load(text_of(file), str(file), known).rules]


def _team_titles(folder: Path) -> dict[str, str]:
    file = folder / "teams.yaml"
    if not file.exists():
        return {}
    return {name: team.title for name, team in load_teams(text_of(file), str(file)).by_id.items()}
