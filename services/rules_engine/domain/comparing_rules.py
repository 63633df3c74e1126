"""What one set of rules changes in another: each rule that was added, changed or removed, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.explaining import rule_in_words
from services.rules_engine.domain.loading import load, templates_in, without_duplicates
from services.rules_engine.domain.preparing import prepare
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.rule_files import TEAMS, Files, rule_texts
from services.rules_engine.domain.teams_file import team_titles
from services.rules_engine.domain.wording.rule_changes import sentences
from services.rules_engine.domain.wording.titles import Titles
from shared.model.registry import Inventory, Text

_TEMPLATE: Final = "- template:"


class Act(StrEnum):
    """What became of a rule. BROKEN: it can't be read any more. MENDED: it could not, and now it can."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    BROKEN = "broken"
    MENDED = "mended"


@dataclass(frozen=True)
class RuleChange:
    """What became of a rule.

    Attributes:
        title: as it is now; of one that was removed, as it was.
        said: a sentence for each thing that changed.
        before, after: the rule as a paragraph, where it decides otherwise now; None: it wasn't, or isn't, there, or
            decides as it did.
    """

    act: Act
    rule: str
    title: str
    said: tuple[Text, ...] = ()
    before: Text | None = None
    after: Text | None = None


def changes(before: Files, after: Files, inventory: Inventory) -> tuple[RuleChange, ...]:
    """What became of each rule, by id; nothing of those of which only comments and layout changed."""
    names = _looked_at(rule_texts(before), rule_texts(after))
    old, new = _Set(before, names, inventory), _Set(after, names, inventory)
    ids = sorted({*old.rules, *new.rules, *old.broken, *new.broken})
    return tuple(change for name in ids if (change := _change(name, old, new)) is not None)


def _looked_at(before: Mapping[str, str], after: Mapping[str, str]) -> frozenset[str]:
    """The files that differ; all of them if a template may have changed, for it makes rules in other files."""
    every = frozenset({*before, *after})
    differing = frozenset(name for name in every if before.get(name) != after.get(name))
    texts = (texts.get(name, "") for name in differing for texts in (before, after))
    return every if any(_TEMPLATE in text for text in texts) else differing


class _Set:
    """The rules of some files among all."""

    def __init__(self, files: Files, names: frozenset[str], inventory: Inventory) -> None:
        self._files = files
        self._names = names
        self._inventory = inventory
        # What the city has today says nothing of what was written: an old rule may name a group that is gone.
        self._known = Known(inventory, templates=templates_in(rule_texts(files)), only_kinds=True)
        loaded = [load(text, name, self._known) for name, text in sorted(files.items()) if name in names]
        found = without_duplicates(rule for each in loaded for rule in each.rules)
        self.rules: Mapping[str, Rule] = {rule.id: rule for rule in found}
        self.broken = frozenset[str]().union(*(each.written for each in loaded)) - self.rules.keys()

    @cached_property
    def titles(self) -> Titles:
        teams = team_titles(self._files[TEAMS])[0] if TEAMS in self._files else None
        return Titles.of(self._inventory, teams, [*self._others(), *self.rules.values()])

    def _others(self) -> Iterable[Rule]:
        """Rules of the other files, if one of ours gives way to any."""
        if {each.rule for rule in self.rules.values() for each in rule.unless} <= self.rules.keys():
            return ()
        others = (text for name, text in rule_texts(self._files).items() if name not in self._names)
        return [rule for text in others for rule in load(text, "", self._known).rules]

    def in_words(self, rule: Rule) -> Text | None:
        """The rule as a paragraph."""
        kinds = {kind.id: kind for kind in self._inventory.kinds}
        compiled = prepare(rule, kinds).compiled if rule.for_each.kind in kinds else None
        return None if compiled is None else rule_in_words(compiled, self.titles)


def _change(name: str, old: _Set, new: _Set) -> RuleChange | None:
    before, after = old.rules.get(name), new.rules.get(name)
    if before is not None and after is not None:
        return _changed(before, after, old, new)
    if after is not None:
        act = Act.MENDED if name in old.broken else Act.ADDED
        return RuleChange(act, name, after.title, after=new.in_words(after))
    if before is not None:
        act = Act.BROKEN if name in new.broken else Act.REMOVED
        return RuleChange(act, name, before.title, before=old.in_words(before))
    return None


def _changed(before: Rule, after: Rule, old: _Set, new: _Set) -> RuleChange | None:
    said = tuple(sentences(before, after, {kind.id: kind for kind in new.titles.kinds.values()}))
    decides = before.fingerprint != after.fingerprint
    if not said and not decides:
        return None
    paragraphs = (old.in_words(before), new.in_words(after)) if decides else (None, None)
    return RuleChange(Act.CHANGED, before.id, after.title, said, *paragraphs)


def counted(some: Iterable[RuleChange]) -> Text:
    """How many rules were added, changed and removed."""
    counts = Counter(change.act for change in some)
    if not counts:
        return Text("aucune règle ne change", "no rule changes")
    told = [(counts[act], words) for act, words in _COUNTED.items() if counts[act]]
    return Text(
        ", ".join(f"{number} {'règle' if number == 1 else 'règles'} {words[number > 1]}" for number, words in told),
        ", ".join(f"{number} {'rule' if number == 1 else 'rules'} {words[2]}" for number, words in told),
    )


_COUNTED: Final = {
    Act.ADDED: ("ajoutée", "ajoutées", "added"),
    Act.CHANGED: ("modifiée", "modifiées", "changed"),
    Act.REMOVED: ("retirée", "retirées", "removed"),
    Act.BROKEN: ("devenue illisible", "devenues illisibles", "broken"),
    Act.MENDED: ("réparée", "réparées", "mended"),
}
