"""Asks, before a notice goes, whether it may; folds it with all that are like it; notes what went, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.composing_folded import budget_notices, more_follow
from services.notifier.domain.delivering.budgets import month_of
from services.notifier.domain.delivering.delivering import folded
from services.notifier.domain.delivering.folding import Cause, Fold, Folded, Folder, Standing, fold_of, may_fold, opened
from services.notifier.domain.delivering.line import Listener
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.delivering.spending import Spending, reached_share, spending
from services.notifier.domain.ledger.ledger import Entry, Verdict, entry
from services.notifier.storage.folders import Folders
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.ledger import Ledger
from services.notifier.storage.notifications import Notifications
from services.notifier.storage.spendings import Spendings
from services.notifier.use_cases.release_waiting import release_waiting
from shared import bus
from shared.model.incidents import NotificationState
from shared.runtime.database import Database, Transaction

AT_ONCE: Final = 500
"""So many are folded in one transaction, for some tenths of a second: what is vital waits no longer."""


class Folding:
    """Budgets and limits, as one round of deliveries asks for them.

    Attributes:
        folds, costs: of this round, for the metrics.
    """

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self.folds: list[tuple[Cause, Medium]] = []
        self.costs: list[Spending] = []

    def holds_back(self, transaction: Transaction, notice: Notification, now: datetime) -> bool:
        """Whether a notice that is due is to be folded."""
        return may_fold(notice) and _Judge(transaction, self._composer, [notice], now).fold_of(notice) is not None

    def fold_with(self, database: Database, notice: Notification, now: datetime) -> list[Notification]:
        """Fold it, and whatever else is due and over a limit, in one transaction."""
        with database.transaction() as transaction:
            due = [(notice.id, notice.incident), *Notifications(transaction).not_vital(now, AT_ONCE)]
            # Their incidents first: who composes a notice that waits for one of these holds such a row.
            Incidents(transaction).with_ids({incident for _, incident in due if incident is not None})
            stored = Notifications(transaction).with_ids({identifier for identifier, _ in due})
            found = list(self._over(transaction, [item for item in stored if _is_due(item, now)], now))
            if found:
                self._fold(transaction, found, now)
        self.folds += [(why.cause, item.medium) for item, why in found]
        return [item.decided(folded(), now) for item, _ in found]

    def charge(self, transaction: Transaction, notice: Notification, began_at: datetime) -> None:
        """A carrier took an attempt, or may have: note what it costs, and tell the owners how their budget stands."""
        directorate = _directorate(transaction, self._composer, [notice])[notice.id]
        cost = spending(notice, directorate, self._composer.budgets, began_at)
        stored = Spendings(transaction)
        stored.note(cost)
        self.costs.append(cost)
        budget = self._composer.budgets.monthly.get(directorate)
        if cost.price and budget is not None:
            spent = stored.spent(directorate, cost.month)
            mark = reached_share(spent, budget)
            if mark is not None:
                notices = budget_notices(self._composer, directorate, cost.month, spent, mark, notice.changed_at)
                _queue(transaction, notices)

    def _over(
        self, transaction: Transaction, due: Iterable[Notification], now: datetime
    ) -> Iterator[tuple[Notification, Fold]]:
        """Those that are over a limit; what one listener's notices share is looked up once."""
        listeners: dict[Listener, list[Notification]] = defaultdict(list)
        for item in due:
            listeners[item.person, item.medium].append(item)
        for notices in listeners.values():
            judge = _Judge(transaction, self._composer, notices, now)
            yield from ((item, why) for item in notices if (why := judge.fold_of(item)) is not None)

    def _fold(self, transaction: Transaction, found: Sequence[tuple[Notification, Fold]], now: datetime) -> None:
        folders = {item.person: self._folder(transaction, item, now) for item in _one_of_each_person(found)}
        stored = Notifications(transaction)
        stored.fold([item.id for item, _ in found], folded(), now)
        Folders(transaction).put(
            [
                Folded(notification=item.id, folder=folders[item.person].id, cause=why.cause, at=now)
                for item, why in found
            ]
        )
        Ledger(transaction).note(_noted(item, why, now) for item, why in found)
        for item, _ in found:
            transaction.publish(bus.NOTIFICATION_CHANGED, item.decided(folded(), now).changed())
        ended = [item.id for item, _ in found]
        release_waiting(stored, ended, NotificationState.FOLDED, stored.change, now)
        interrupted = {item.person for item, why in found if _is_announced(item, why)}
        self._announce(transaction, [folders[person] for person in sorted(interrupted)], now)

    def _announce(self, transaction: Transaction, folders: Sequence[Folder], now: datetime) -> None:
        for folder in folders:
            if not folder.announced:
                Folders(transaction).note_announced(folder)
                number = Folders(transaction).open_incidents(folder.person)
                _queue(transaction, more_follow(self._composer, folder, number, now))

    def _folder(self, transaction: Transaction, notice: Notification, now: datetime) -> Folder:
        folders = Folders(transaction)
        found = folders.open(notice.person, now)
        if found is None:
            found = opened(notice.person, notice.team, self._composer.budgets, now)
            folders.add(found)
        return found


class _Judge:
    """Decides about notices to one person over one medium; what they share is looked up once."""

    def __init__(
        self, transaction: Transaction, composer: Composer, notices: Sequence[Notification], now: datetime
    ) -> None:
        self._budgets = composer.budgets
        self._now = now
        self._notifications = Notifications(transaction)
        self._spendings = Spendings(transaction)
        self._spent: dict[str, int] = {}
        self._directorates = _directorate(transaction, composer, notices)
        self._before = self._notifications.states({item.after for item in notices if item.after is not None})
        self._moments = [] if not notices else self._interrupted(notices[0])
        after = {item.incident for item in notices if self._comes_after_folded(item) and item.incident is not None}
        self._told_of = self._notifications.told_of(notices[0], after) if after else frozenset()

    def fold_of(self, notice: Notification) -> Fold | None:
        directorate = self._directorates[notice.id]
        budget = self._budgets.monthly.get(directorate)
        standing = Standing(
            interrupted=self._moments,
            spent=0 if budget is None else self._spent_by(directorate),
            budget=budget,
            follows_folded=self._comes_after_folded(notice) and notice.incident not in self._told_of,
        )
        return fold_of(notice, standing, self._budgets, self._now)

    def _interrupted(self, notice: Notification) -> list[datetime]:
        medium = notice.medium.value
        longest = self._budgets.longest(medium)
        return self._spendings.moments(notice.person, medium, self._now - longest) if longest else []

    def _spent_by(self, directorate: str) -> int:
        if directorate not in self._spent:
            self._spent[directorate] = self._spendings.spent(directorate, month_of(self._now))
        return self._spent[directorate]

    def _comes_after_folded(self, notice: Notification) -> bool:
        return notice.after is not None and self._before.get(notice.after) is NotificationState.FOLDED


def _directorate(transaction: Transaction, composer: Composer, notices: Iterable[Notification]) -> dict[str, str]:
    """Who pays for each: the owner of its incident's rule, else of its team; nobody's is the empty one."""
    notices = list(notices)
    owners = Folders(transaction).owners({item.incident for item in notices if item.incident is not None})
    teams = {team.id: team.owner_of or "" for team in composer.teams.by_id.values()}
    return {item.id: owners.get(item.incident or "") or teams.get(item.team, "") for item in notices}


def _one_of_each_person(found: Iterable[tuple[Notification, Fold]]) -> Iterable[Notification]:
    return {item.person: item for item, _ in found}.values()


def _is_announced(notice: Notification, why: Fold) -> bool:
    """Whether a text message says that it is folded: not where there is no money for one."""
    return notice.medium is Medium.SMS and why.cause is Cause.INTERRUPTIONS


def _is_due(notice: Notification, now: datetime) -> bool:
    return notice.state is NotificationState.QUEUED and notice.due_at is not None and notice.due_at <= now


def _noted(notice: Notification, why: Fold, now: datetime) -> Entry:
    return entry(
        Verdict.FOLDED,
        now,
        why.words,
        notice.id,
        incident=notice.incident,
        notification=notice.id,
        team=notice.team,
        person=notice.person,
        trace=notice.trace,
    )


def _queue(transaction: Transaction, notices: Sequence[Notification]) -> None:
    for notice in Notifications(transaction).add(notices):
        transaction.publish(bus.NOTIFICATION_CHANGED, notice.changed())
