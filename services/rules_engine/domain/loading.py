"""From the YAML of a file to its rules, and to all that is wrong in it, each fault with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from services.rules_engine.domain import checks
from services.rules_engine.domain.checks import duplicate_id
from services.rules_engine.domain.checks.check import Known, RuleUnderCheck
from services.rules_engine.domain.compiling import check_tree
from services.rules_engine.domain.fields import SHAPE, Fields, described
from services.rules_engine.domain.preparing import prepare
from services.rules_engine.domain.rule import (
    Action,
    Condition,
    LightAction,
    NotifyAction,
    Place,
    Rule,
    Selector,
    Severity,
    WhenUnknown,
)
from shared import documents
from shared.documents import Document
from shared.errors import ProblemsFound
from shared.model.alerts import Criticality
from shared.problems import Problem, Span

_RULE: Final = (
    "id", "title", "owner", "criticality", "review_by", "for_each", "when", "for", "until", "until_for",
    "when_unknown", "severity", "then",
)  # fmt: skip
_REQUIRED: Final = ("id", "title", "owner", "for_each", "when", "severity", "then")
_ID: Final = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")


@dataclass(frozen=True)
class Loaded:
    """The rules of a file that have no error, and the problems of all of them, warnings too."""

    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]


def load(text: str, file: str, known: Known | None = None) -> Loaded:
    """Read the rules of a file and check them against what is known.

    A rule with an error is left out and takes no other with it; a file that is not YAML has none. Two rules of one
    id are for ``duplicate_ids`` to find, over all files.
    """
    try:
        document = documents.read(text, file)
    except ProblemsFound as found:
        return Loaded((), found.problems)
    except RecursionError:
        problem = Problem("too-costly", "brackets within brackets, too deep to read", file, Span(1, 1))
        return Loaded((), (problem,))
    return _rules(document, known or Known())


def duplicate_ids(rules: Iterable[Rule]) -> tuple[Problem, ...]:
    """A problem for each rule whose id another has that stands before it; each names both places."""
    return tuple(duplicate_id.find(rules))


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
    for index in range(len(document.data)):
        rule, found = _checked(Place(document, (index,)), known)
        problems += sorted(found, key=lambda problem: (problem.span.line, problem.span.column))
        if rule is not None and not _stops(found):
            rules.append(rule)
    return Loaded(tuple(rules), (*problems, *checks.not_checked(document, known)))


def _checked(place: Place, known: Known) -> tuple[Rule | None, list[Problem]]:
    problems: list[Problem] = []
    rule = _rule(place, problems)
    if rule is None:
        return None, problems
    problems += checks.of_rule(RuleUnderCheck(rule, known))
    kind = known.kinds.get(rule.for_each.kind)
    if kind is not None:
        problems += prepare(rule, kind).problems
    # What is wrong with a condition as written was found when it was read, and again when it was compiled.
    return rule, list(dict.fromkeys(problems))


def _stops(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _rule(place: Place, problems: list[Problem]) -> Rule | None:
    fields = Fields(place, problems, _RULE)
    if not isinstance(place.document.data[place.path[0]], dict):
        return None
    fields.required(*_REQUIRED)
    # Every part is read, so that all faults are found; the rule is made only if nothing it needs is missing.
    identifier, title, owner = _id(fields), fields.text("title"), fields.text("owner")
    selector, when, then = _selector(fields), _condition(fields, "when"), tuple(_actions(fields))
    rest: dict[str, Any] = {
        "severity": fields.choice("severity", Severity, Severity.INFO),
        "criticality": fields.choice("criticality", Criticality, Criticality.NORMAL),
        "review_by": fields.day("review_by"),
        "for_": fields.duration("for") or timedelta(),
        "until": _condition(fields, "until"),
        "until_for": fields.duration("until_for") or timedelta(),
        "when_unknown": fields.choice("when_unknown", WhenUnknown, WhenUnknown.HOLD),
    }
    if identifier is None or title is None or owner is None or selector is None or when is None:
        return None
    return Rule(identifier, title, owner, selector, when, then=then, place=place, **rest)


def _id(fields: Fields) -> str | None:
    identifier = fields.text("id")
    if identifier is not None and not _ID.fullmatch(identifier):
        fields.fault("id", f"'{identifier}' can't be an id", "small letters and digits, joined by dots or hyphens")
    return identifier


def _condition(fields: Fields, key: str) -> Condition | None:
    if not fields.has(key):
        return None
    place = fields.at(key)
    fields.problems.extend(check_tree(place.document, place.path))
    return Condition(fields.value(key), place)


def _selector(fields: Fields) -> Selector | None:
    if not fields.has("for_each"):
        return None
    own = Fields(fields.at("for_each"), fields.problems, ("kind", "area", "group", "points", "tags"))
    if isinstance(fields.value("for_each"), dict):
        own.required("kind")
    kind, area, group = (own.text(key) for key in ("kind", "area", "group"))
    points, tags = own.texts("points"), own.texts("tags")
    return None if kind is None else Selector(kind, area, group, points, tags)


def _actions(fields: Fields) -> Iterator[Action]:
    written = fields.value("then")
    if not isinstance(written, list) or not written:
        if fields.has("then"):
            fields.fault(
                "then", f"'then' is {described(written)}; it must be a list of actions", "- notify: {team: ...}"
            )
        return
    for index, each in enumerate(written):
        action = _action(fields.at("then", index), each, fields.problems)
        if action is not None:
            yield action


def _action(place: Place, written: Any, problems: list[Problem]) -> Action | None:
    readers = {"notify": _notify, "light": _light}
    names = list(written) if isinstance(written, dict) else []
    if len(names) != 1 or names[0] not in readers:
        known = " or ".join(f"{name}:" for name in readers)
        near = next((hint for name in names if (hint := documents.did_you_mean(name, readers))), None)
        problems.append(place.problem("unknown-action", f"an action begins with {known}", hint=near))
        return None
    return readers[names[0]](Place(place.document, (*place.path, names[0])), problems)


def _notify(place: Place, problems: list[Problem]) -> NotifyAction | None:
    fields = Fields(place, problems, ("team", "message", "digest"))
    fields.required("team", "message")
    team, message, digest = fields.text("team"), fields.text("message"), fields.clock_time("digest")
    return None if team is None or message is None else NotifyAction(team, message, digest)


def _light(place: Place, problems: list[Problem]) -> LightAction | None:
    fields = Fields(place, problems, ("group", "level", "at_most", "reason", "day", "ramp"))
    fields.required("group", "level", "reason")
    group, level, reason = fields.text("group"), fields.percent("level"), fields.text("reason")
    at_most, day, ramp = fields.duration("at_most"), fields.flag("day"), fields.duration("ramp") or timedelta()
    return (
        None
        if group is None or level is None or reason is None
        else LightAction(group, level, reason, at_most, day, ramp)
    )
