"""All checks of rules, in one registry by what they look at: a new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

from services.rules_engine.domain.checks import (
    always_false,
    always_true,
    conflicting_lighting,
    duplicate_id,
    empty_selection,
    hidden_level,
    hidden_name,
    missing_test,
    never_together,
    no_expiry,
    out_of_range,
    overlapping_until,
    period_too_long_for_hold,
    review_overdue,
    rule_loop,
    shape,
    test_wrong,
    too_costly,
    too_few_points,
    type_mismatch,
    unit_mismatch,
    unknown_group,
    unknown_kind,
    unknown_operator,
    unknown_placeholder,
    unknown_property,
    unknown_rule,
    unknown_team,
    unused_name,
    window_never_complete,
)
from services.rules_engine.domain.checks.check import (
    NOT_CHECKED,
    Check,
    ConditionUnderCheck,
    DecisionsUnderCheck,
    Known,
    RulesUnderCheck,
    RuleUnderCheck,
    TreeUnderCheck,
)
from shared.documents import Document
from shared.problems import Problem

S = TypeVar("S")

TREE: Final[tuple[Check[TreeUnderCheck], ...]] = (too_costly.CHECK, shape.CHECK, unknown_operator.CHECK)
CONDITION: Final[tuple[Check[ConditionUnderCheck], ...]] = (
    unknown_property.CHECK,
    type_mismatch.CHECK,
    unit_mismatch.CHECK,
    out_of_range.CHECK,
)
DECISIONS: Final[tuple[Check[DecisionsUnderCheck], ...]] = (
    always_true.CHECK,
    always_false.CHECK,
    hidden_level.CHECK,
    overlapping_until.CHECK,
    period_too_long_for_hold.CHECK,
    window_never_complete.CHECK,
)
RULE: Final[tuple[Check[RuleUnderCheck], ...]] = (
    unknown_kind.CHECK,
    empty_selection.CHECK,
    too_few_points.CHECK,
    too_costly.READING,
    unknown_team.CHECK,
    unknown_group.CHECK,
    unknown_placeholder.CHECK,
    hidden_name.CHECK,
    unused_name.CHECK,
    no_expiry.CHECK,
    test_wrong.CHECK,
)
RULES: Final[tuple[Check[RulesUnderCheck], ...]] = (
    duplicate_id.CHECK,
    unknown_rule.CHECK,
    never_together.CHECK,
    rule_loop.CHECK,
    conflicting_lighting.CHECK,
    missing_test.CHECK,
    review_overdue.CHECK,
)
OF_FILE: Final[tuple[Check[Any], ...]] = (*TREE, *CONDITION, *DECISIONS, *RULE)
ALL: Final[tuple[Check[Any], ...]] = (*OF_FILE, *RULES)
READ_SLUGS: Final = ("yaml", "missing-property", "unknown-action", "template", NOT_CHECKED)
"""Those of what is wrong before anything can be checked, and of what was not."""
SLUGS: Final = tuple(dict.fromkeys([*READ_SLUGS, *(check.slug for check in ALL)]))


def of_tree(subject: TreeUnderCheck) -> tuple[Problem, ...]:
    """What is wrong with a condition as written; one that is too large is looked at no further."""
    costly = tuple(too_costly.CHECK.find(subject))
    return costly or tuple(_all(TREE, subject))


def of_condition(subject: ConditionUnderCheck) -> tuple[Problem, ...]:
    """What is wrong with a condition over its properties."""
    return tuple(_all(CONDITION, subject))


def of_decisions(subject: DecisionsUnderCheck) -> tuple[Problem, ...]:
    """What is wrong with what a rule's conditions decide."""
    return tuple(_all(DECISIONS, subject))


def of_rule(subject: RuleUnderCheck) -> tuple[Problem, ...]:
    """What is wrong with a rule in the world as far as it is known."""
    return tuple(_all(_able(RULE, subject.known), subject))


def of_rules(subject: RulesUnderCheck) -> tuple[Problem, ...]:
    """What is wrong with rules beside one another, and whether anything could not be looked at."""
    found = tuple(_all(_able(RULES, subject.known), subject))
    if not subject.rules:
        return found
    return (*found, *_not_checked(RULES, subject.rules[0].place.document, subject.known))


def not_checked(document: Document, known: Known) -> Iterator[Problem]:
    """One warning that names all checks that could not run on a file; nothing passes silently."""
    return _not_checked(OF_FILE, document, known)


def _not_checked(some: Iterable[Check[Any]], document: Document, known: Known) -> Iterator[Problem]:
    idle = [check for check in some if not all(known.has(need) for need in check.needs)]
    if idle:
        missing = " and ".join(dict.fromkeys(need for check in idle for need in check.needs if not known.has(need)))
        slugs = dict.fromkeys(check.slug for check in idle)
        message = f"without {missing} not checked: {', '.join(slugs)}"
        yield document.problem((), NOT_CHECKED, message, "check against a folder that has them", severity="warning")


def _able(some: Iterable[Check[S]], known: Known) -> list[Check[S]]:
    return [check for check in some if all(known.has(need) for need in check.needs)]


def _all(some: Iterable[Check[S]], subject: S) -> Iterator[Problem]:
    for check in some:
        yield from check.find(subject)
