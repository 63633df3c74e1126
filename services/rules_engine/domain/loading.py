"""From the YAML of a file to its rules, and to all that is wrong in it, each fault with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from services.rules_engine.domain import checks
from services.rules_engine.domain.checks import duplicate_id, test_wrong
from services.rules_engine.domain.checks.check import Known, RulesUnderCheck, RuleUnderCheck
from services.rules_engine.domain.fields import SHAPE
from services.rules_engine.domain.preparing import prepare
from services.rules_engine.domain.raised import described
from services.rules_engine.domain.reading import read_rule
from services.rules_engine.domain.rule import Place, Rule
from services.rules_engine.domain.templating import Template, expand, is_template, is_use, read_template
from shared import documents
from shared.documents import Document
from shared.errors import ProblemsFound
from shared.problems import Problem, Span

ENGINE_FAULT: Final = "engine-fault"
"""Slug of what no check foresaw: the rule can't be made ready, and whoever wrote it may be right all the same."""

_ID: Final = re.compile(r"^- +id: *['\"]?([a-z0-9.-]+)", re.MULTILINE)
"""What looks like the id of a rule in a file that can't be read, so that nobody says that the rule doesn't exist."""
_TEMPLATE: Final = re.compile(r"^- +template:", re.MULTILINE)


@dataclass(frozen=True)
class Loaded:
    """The rules of a file that have no error, and the problems of all of them, warnings too.

    Attributes:
        written: the ids of all its rules, also of those with errors.
    """

    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
    written: frozenset[str] = frozenset()


def load(text: str, file: str, known: Known | None = None) -> Loaded:
    """Read the rules of a file and check them against what is known.

    A rule with an error is left out and takes no other with it; a file that is not YAML has none. Two rules of one
    id are for ``duplicate_ids`` to find, over all files.
    """
    try:
        document = _document(text, file)
    except ProblemsFound as found:
        return Loaded((), found.problems, frozenset(_ID.findall(text)))
    except RecursionError:
        hint = "a rule has few brackets within one another: look for one that is not closed"
        problem = Problem("too-costly", "brackets within brackets, too deep to read", file, Span(1, 1), hint)
        return Loaded((), (problem,), frozenset(_ID.findall(text)))
    return _rules(document, known or Known())


def ids_in(text: str, file: str) -> frozenset[str]:
    """The ids of all rules that are written in a file; of one that can't be read, of what looks like rules."""
    try:
        data = _document(text, file).data
    except (ProblemsFound, RecursionError):
        return frozenset(_ID.findall(text))
    return _written(data) if isinstance(data, list) else frozenset()


@lru_cache(maxsize=512)
def _document(text: str, file: str) -> Document:
    """Reading YAML is half of the work of loading, and the same files are loaded with each revision of the registry."""
    return documents.read(text, file)


def together(some: Sequence[Loaded], known: Known | None = None) -> tuple[Problem, ...]:
    """What is wrong with the rules of all files beside one another; each problem names the other place, too."""
    written = frozenset().union(*(each.written for each in some))
    rules = tuple(rule for each in some for rule in each.rules)
    return checks.of_rules(RulesUnderCheck(rules, known or Known(), written))


def duplicate_ids(rules: Iterable[Rule]) -> tuple[Problem, ...]:
    """A problem for each rule whose id another has that stands before it; each names both places."""
    given = tuple(rules)
    return tuple(duplicate_id.find(RulesUnderCheck(given, Known(), frozenset(rule.id for rule in given))))


def without_duplicates(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Of each id the rule that stands first, by file and line."""
    first: dict[str, Rule] = {}
    for rule in duplicate_id.in_order(rules):
        first.setdefault(rule.id, rule)
    return tuple(first.values())


def _rules(document: Document, known: Known) -> Loaded:
    if document.data is None:
        return Loaded((), ())
    if not isinstance(document.data, list):
        hint = "begin each rule with a dash: - id: ..."
        return Loaded((), (document.problem((), SHAPE, "a file of rules is a list", hint),))
    rules: list[Rule] = []
    problems: list[Problem] = []
    known = replace(known, templates={**known.templates, **_templates(document)})
    for index in range(len(document.data)):
        rule, found = _entry_alone(Place(document, (index,)), known)
        problems += sorted(found, key=lambda problem: (problem.span.line, problem.span.column))
        if rule is not None and not _stops(found):
            rules.append(rule)
    return Loaded(tuple(rules), (*problems, *checks.not_checked(document, known)), _written(document.data))


def broken_in(
    texts: Mapping[str, str], loaded: Iterable[Loaded], running: Collection[str]
) -> dict[str, tuple[Problem, ...]]:
    """The rules that are written and do not run, each with the errors that stand within its lines.

    Of one that no line of its own can be found for, those of its whole file.
    """
    found: dict[str, tuple[Problem, ...]] = {}
    for text, each in zip((text for _, text in sorted(texts.items())), loaded, strict=True):
        errors = tuple(problem for problem in each.problems if problem.severity == "error")
        for name in each.written - set(running):
            lines = _lines_of(name, text)
            own = tuple(problem for problem in errors if problem.span.line in lines)
            found[name] = own or errors
    return found


def writes(name: str, texts: Mapping[str, str]) -> bool:
    """Whether a rule of that id is written in any of these files, whatever else is wrong with them."""
    return any(name in text and bool(_lines_of(name, text)) for text in texts.values())


def _lines_of(name: str, text: str) -> range:
    """The lines, from 1, at which a rule is written."""
    begins = [match.start() for match in re.finditer(r"^- ", text, re.MULTILINE)]
    for begin, end in pairwise([*begins, len(text)]):
        if re.search(rf"^(- |  )id: *['\"]?{re.escape(name)}['\"]?\s*(#.*)?$", text[begin:end], re.MULTILINE):
            return range(text.count("\n", 0, begin) + 1, text.count("\n", 0, end) + 1)
    return range(0)


def templates_in(texts: Mapping[str, str]) -> dict[str, Template]:
    """The templates of all files (text by name); what is wrong with one is told where its file is loaded."""
    found: dict[str, Template] = {}
    for file, text in sorted(texts.items()):
        if _TEMPLATE.search(text):
            try:
                found = {**_templates(_document(text, file)), **found}
            except (ProblemsFound, RecursionError):
                continue
    return found


def _templates(document: Document) -> dict[str, Template]:
    entries = enumerate(document.data if isinstance(document.data, list) else ())
    read = (read_template(Place(document, (index,)), []) for index, entry in entries if is_template(entry))
    return {template.id: template for template in read if template is not None}


def _entry_alone(place: Place, known: Known) -> tuple[Rule | None, list[Problem]]:
    """An entry; whatever goes wrong with it that no check foresaw takes no other with it."""
    try:
        return _entry(place, known)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this rule's alone
        return None, [engine_fault(place, error)]


def engine_fault(place: Place, error: Exception) -> Problem:
    """The problem of a rule that raised what nobody foresaw."""
    hint = "tell whoever runs Vigie: its kind of point may be newer than the rules engine"
    return place.problem(ENGINE_FAULT, f"this rule can't be made ready: {described(error)}", hint=hint)


def _entry(place: Place, known: Known) -> tuple[Rule | None, list[Problem]]:
    """A rule, one made of a template, or a template, which is no rule by itself."""
    problems: list[Problem] = []
    if is_template(place.value):
        read_template(place, problems)
        return None, problems
    if not is_use(place.value):
        return _checked(place, known)
    made = expand(place, known.templates, problems)
    return (None, problems) if made is None else _checked(Place(made, (0,)), known)


def _written(data: Iterable[Any]) -> frozenset[str]:
    ids = (item.get("id") for item in data if isinstance(item, dict))
    return frozenset(each for each in ids if isinstance(each, str))


def _checked(place: Place, known: Known) -> tuple[Rule | None, list[Problem]]:
    problems: list[Problem] = []
    rule = read_rule(place, problems)
    if rule is None:
        return None, problems
    compiled = None
    if rule.for_each.kind in known.kinds:
        preparation = prepare(rule, known.kinds)
        compiled = preparation.compiled
        problems += preparation.problems
    problems += checks.of_rule(RuleUnderCheck(rule, known, compiled))
    # What is wrong with a condition as written was found when it was read, and again when it was compiled.
    return rule, list(dict.fromkeys(problems))


def _stops(problems: Iterable[Problem]) -> bool:
    """Whether a rule can't run as it is; a test that can't be read says nothing against its rule."""
    return any(problem.severity == "error" and problem.slug != test_wrong.CHECK.slug for problem in problems)
