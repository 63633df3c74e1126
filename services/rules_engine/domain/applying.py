"""What is wanted of the rules in force, and what came of it."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from services.rules_engine.domain.comparing_rules import RuleChange
from services.rules_engine.domain.judging import FailedTest
from shared.errors import InputError
from shared.problems import Problem

_MOST_WORDS: Final = 1_000

Reason = Annotated[str, msgspec.Meta(max_length=_MOST_WORDS, pattern=r"\A[^\x00]*\Z")]
"""Why, in the words of whoever did it."""

GitRevision = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{7,64}\+?\Z")]
"""Of the checkout that files came from; ``+`` behind it: it was changed since."""


class RevisionChanged(InputError):
    """Someone else was faster."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(
            f"les règles sont à la révision {found} et non plus à la {expected} : relisez-les / "
            f"the rules are at revision {found} and no longer at {expected}: look at them again"
        )


class NoReason(InputError):
    """Whoever changes the rules says why."""

    def __init__(self) -> None:
        super().__init__(
            "dites pourquoi les règles changent, l'historique le garde / "
            "say why the rules are changed: the history keeps it"
        )


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change of the rules in force.

    Attributes:
        files: text by path: all of them, or of one folder.
        folder: the one, such as a directorate's, in whose place the files come; None: in place of everything.
        expected_revision: the one that is to be changed; None: whichever is in force.
        dry_run: look only.
    """

    files: dict[str, str]
    reason: Reason
    folder: str | None = None
    git_revision: GitRevision | None = None
    expected_revision: int | None = None
    dry_run: bool = False


Outcome = Literal["applied", "unchanged", "refused", "would-apply"]


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it.

    Attributes:
        revision: the one that is in force now.
        problems: errors that keep the files from running, and warnings that don't.
        failed: tests that fail.
        changes: what the files change, or would.
    """

    outcome: Outcome
    revision: int
    problems: tuple[Problem, ...] = ()
    failed: tuple[FailedTest, ...] = ()
    changes: tuple[RuleChange, ...] = ()
    rules: int = 0
    tests: int = 0


def refusal(done: Applied) -> str:
    """All that keeps files from running, a line for each."""
    errors = [str(problem) for problem in done.problems if problem.severity == "error"]
    tests = [
        f"{each.file}:{each.span.line}:{each.span.column}: {each.rule}, {each.name}: {said.fr}"
        for each in done.failed
        for said in each.said
    ]
    return "\n".join((*errors, *tests))
