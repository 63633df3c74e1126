"""Answers what each directorate spent on messages in a month, and what was folded."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from services.notifier.domain.delivering.budgets import Budgets, euros, month_of, share_of
from services.notifier.storage.spendings import Spendings, Sum
from shared.civil_time import PARIS
from shared.errors import InputError
from shared.runtime.database import Database


def spending(database: Database, budgets: Budgets, month: str | None, now: datetime) -> list[dict[str, Any]]:
    """A row for each directorate that has a budget or spent something: euros, share in percent, what was folded.

    Args:
        month: ``2026-11``, Paris; None: the present one.

    Raises:
        InputError: there is no such month.
    """
    wanted = month or month_of(now)
    since, until = _bounds(wanted)
    with database.transaction() as transaction:
        stored = Spendings(transaction)
        sums, folded = stored.sums(wanted), stored.folded(since, until)
    by_owner: dict[str, list[Sum]] = defaultdict(list)
    for item in sums:
        by_owner[item.directorate].append(item)
    owners = sorted({*budgets.monthly, *by_owner, *(owner for owner, _ in folded)})
    return [
        _row(
            owner,
            wanted,
            budgets.monthly.get(owner),
            by_owner[owner],
            {cause: count for (folder_owner, cause), count in folded.items() if folder_owner == owner},
        )
        for owner in owners
    ]


def _row(owner: str, month: str, budget: int | None, sums: list[Sum], folded: dict[str, int]) -> dict[str, Any]:
    spent = sum(item.price for item in sums)
    return {
        "directorate": owner,
        "month": month,
        "budget": None if budget is None else euros(budget),
        "spent": euros(spent),
        "share": None if budget is None else share_of(spent, budget),
        "sms": sum(item.attempts for item in sums if item.medium == "sms"),
        "segments": sum(item.segments for item in sums if item.medium == "sms"),
        "emails": sum(item.attempts for item in sums if item.medium == "email"),
        "folded": sum(folded.values()),
        "folded_by": dict(sorted(folded.items())),
    }


def _bounds(month: str) -> tuple[datetime, datetime]:
    """The month's beginning and end, UTC."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=PARIS)
    except ValueError:
        raise InputError(f"'{month}' is no month; for example 2026-11") from None
    years, following = divmod(first.month, 12)
    after = first.replace(year=first.year + years, month=following + 1)
    return first.astimezone(UTC), after.astimezone(UTC)
