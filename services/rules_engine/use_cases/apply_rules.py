"""Puts rules into force, all or nothing: every check is clean and every test passes, or nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.rules_engine.domain.applying import Applied, NoReason, Outcome, RevisionChanged, Wanted, refusal
from services.rules_engine.domain.comparing_rules import counted
from services.rules_engine.domain.copied import copies
from services.rules_engine.domain.judging import Question, Verdict
from services.rules_engine.domain.revision import Revision
from services.rules_engine.domain.rule_files import NoRuleFiles, digest, replaced
from services.rules_engine.domain.teams_file import without_people
from services.rules_engine.storage.rule_revisions import APPLIED, LEFT, REFUSED, ROLLED_BACK, RuleRevisions
from shared.actor import Actor
from shared.civil_time import PARIS
from shared.errors import Forbidden, NotReady
from shared.model.registry import Inventory
from shared.runtime.database import Database
from shared.runtime.registry_copy import RegistryCopy

Judge = Callable[[Question], Verdict]
"""Judges files; it takes seconds, in which nothing is locked."""

_MOST_TRIES: Final = 5
_LONGEST_DETAIL: Final = 20_000


@dataclass(frozen=True)
class _Known:
    """What files are judged against."""

    rules: int
    registry: int
    digest: str
    files: dict[str, str]
    inventory: Inventory


def apply_rules(database: Database, judge: Judge, actor: Actor, now: datetime, wanted: Wanted) -> Applied:
    """Put files into force.

    Raises:
        NoReason, NoRuleFiles, RevisionChanged: see there.
        Forbidden: the actor may change one directorate's folder only.
        NotReady: the registry has not spoken yet.
    """
    if not wanted.reason.strip():
        raise NoReason
    if actor.directorate not in (None, wanted.folder):
        raise Forbidden(actor.id, "apply the rules of other directorates")
    return _put(database, judge, actor, now, wanted)


def roll_back(
    database: Database,
    judge: Judge,
    actor: Actor,
    now: datetime,
    *,
    revision: int,
    reason: str,
    expected_revision: int | None = None,
    dry_run: bool = False,
) -> Applied:
    """Put the files of an older revision into force again, as a new one. They are judged as any are.

    Raises:
        NotFound: there is no such revision.
        NoReason, RevisionChanged, Forbidden, NotReady: see ``apply_rules``.
    """
    if not reason.strip():
        raise NoReason
    if actor.directorate is not None:
        raise Forbidden(actor.id, "roll back the rules of all directorates")
    with database.transaction() as transaction:
        revisions = RuleRevisions(transaction)
        old, files = revisions.get(revision), revisions.files(revision)
    wanted = Wanted(
        files=files,
        reason=reason,
        git_revision=old.git_revision,
        expected_revision=expected_revision,
        dry_run=dry_run,
    )
    return _put(database, judge, actor, now, wanted, rolled_back_to=revision)


def _put(
    database: Database,
    judge: Judge,
    actor: Actor,
    now: datetime,
    wanted: Wanted,
    rolled_back_to: int | None = None,
) -> Applied:
    """Judge without holding anything, then store if nothing has moved meanwhile; else judge again."""
    for _ in range(_MOST_TRIES):
        known = _known(database)
        if wanted.expected_revision not in (None, known.rules):
            raise RevisionChanged(wanted.expected_revision or 0, known.rules)
        new = without_people(wanted.files)
        files = new if rolled_back_to else replaced(known.files, new, wanted.folder)
        if digest(files) == known.digest:
            if not wanted.dry_run:
                settle_refusal(database, actor, now)
            return Applied(outcome="unchanged", revision=known.rules)
        if faults := [] if rolled_back_to else list(copies(files, known.files)):
            raise NoRuleFiles("\n".join(faults))
        verdict = judge(Question(files, known.inventory, now.astimezone(PARIS).date(), known.files))
        done = _store(database, known, wanted, files, verdict, actor, now, rolled_back_to)
        if done is not None:
            return done
    raise NotReady("rules and registry are changed by others all the time: try again")


def settle_refusal(database: Database, actor: Actor, now: datetime) -> bool:
    """Note that what was refused to somebody is mended, and says no more than what is in force; whether anything was.

    Else the history would show the refusal until somebody changes a rule.
    """
    with database.transaction() as transaction:
        revisions = RuleRevisions(transaction)
        refused = revisions.refused()
        if refused is None or refused.actor != actor.id:
            return False
        transaction.audit(actor, LEFT, f"revision {revisions.newest_id()}", now)
        return True


def _known(database: Database) -> _Known:
    with database.transaction() as transaction:
        revisions, copy = RuleRevisions(transaction), RegistryCopy(transaction)
        newest, registry = revisions.newest(), copy.revision()
        if registry == 0:
            raise NotReady("the registry has not spoken yet: rules are checked against it")
        number = 0 if newest is None else newest.id
        return _Known(
            number, registry, "" if newest is None else newest.digest, revisions.files(number), copy.inventory()
        )


def _store(
    database: Database,
    known: _Known,
    wanted: Wanted,
    files: dict[str, str],
    verdict: Verdict,
    actor: Actor,
    now: datetime,
    rolled_back_to: int | None,
) -> Applied | None:
    """What came of it; None: what it was judged against has changed."""
    with database.transaction() as transaction:
        revisions = RuleRevisions(transaction)
        revisions.take_turn()
        if (revisions.newest_id(), RegistryCopy(transaction).revision()) != (known.rules, known.registry):
            return None
        if not verdict.passes:
            refused = _applied("refused", known.rules, verdict)
            if not wanted.dry_run:
                detail = refusal(refused)[:_LONGEST_DETAIL]
                transaction.audit(actor, REFUSED, f"revision {known.rules}", now, detail)
            return refused
        if wanted.dry_run:
            return _applied("would-apply", known.rules, verdict)
        made = Revision(
            id=known.rules + 1,
            applied_at=now,
            actor=actor.id,
            reason=wanted.reason.strip(),
            digest=digest(files),
            git_revision=wanted.git_revision,
            rolled_back_to=rolled_back_to,
        )
        revisions.add(made, files)
        act = APPLIED if rolled_back_to is None else ROLLED_BACK
        transaction.audit(actor, act, f"revision {made.id}", now, f"{made.reason}\n{_in_words(verdict)}".strip())
        return _applied("applied", made.id, verdict)


def _applied(outcome: Outcome, revision: int, verdict: Verdict) -> Applied:
    return Applied(
        outcome=outcome,
        revision=revision,
        problems=verdict.problems,
        failed=verdict.failed,
        changes=verdict.changes,
        rules=verdict.rules,
        tests=verdict.tests,
    )


def _in_words(verdict: Verdict) -> str:
    """What it changed, as the audit has it: French."""
    said = (f"{change.rule} : {line.fr}" for change in verdict.changes for line in change.said)
    return "\n".join((counted(verdict.changes).fr, *said))[:_LONGEST_DETAIL]
