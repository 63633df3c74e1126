"""All checks of rules, in one registry by what they look at: a new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

from services.rules_engine.domain.checks import (
    always_false,
    always_true,
    duplicate_id,
    empty_selection,
    no_expiry,
    out_of_range,
    overlapping_until,
    period_too_long_for_hold,
    shape,
    test_wrong,
    too_costly,
    type_mismatch,
    unit_mismatch,
    unknown_group,
    unknown_kind,
    unknown_operator,
    unknown_placeholder,
    unknown_property,
    unknown_team,
)
from services.rules_engine.domain.checks.check import (
    NOT_CHECKED,
    Check,
    ConditionUnderCheck,
    DecisionsUnderCheck,
    Known,
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
    overlapping_until.CHECK,
    period_too_long_for_hold.CHECK,
)
RULE: Final[tuple[Check[RuleUnderCheck], ...]] = (
    unknown_kind.CHECK,
    empty_selection.CHECK,
    unknown_team.CHECK,
    unknown_group.CHECK,
    unknown_placeholder.CHECK,
    no_expiry.CHECK,
    test_wrong.CHECK,
)
ALL: Final[tuple[Check[Any], ...]] = (*TREE, *CONDITION, *DECISIONS, *RULE, duplicate_id.CHECK)


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
    able = [check for check in RULE if all(subject.known.has(need) for need in check.needs)]
    return tuple(_all(able, subject))


def not_checked(document: Document, known: Known) -> Iterator[Problem]:
    """One warning that names all checks that could not run on a file; nothing passes silently."""
    idle = [check for check in ALL if not all(known.has(need) for need in check.needs)]
    if idle:
        missing = " and ".join(dict.fromkeys(need for check in idle for need in check.needs if not known.has(need)))
        message = f"without {missing} not checked: {', '.join(check.slug for check in idle)}"
        yield document.problem((), NOT_CHECKED, message, severity="warning")


def _all(some: Iterable[Check[S]], subject: S) -> Iterator[Problem]:
    for check in some:
        yield from check.find(subject)
