"""Whether a notice that is due goes, or is folded into a digest: a budget is spent, or a person was told too often.

What is vital always goes. Nothing is dropped: whatever is folded stands in its person's next digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.notifier.domain.delivering.budgets import Budgets, Rate
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.incidents.incident import derived_id
from shared.civil_time import short_local
from shared.model.alerts import Criticality
from shared.model.incidents import IncidentStatus

EXEMPT: Final = frozenset(
    {
        Kind.DIGEST,
        Kind.FOLDED_DIGEST,
        Kind.MORE_FOLLOW,
        Kind.BUDGET_WARNING,
        Kind.BUDGET_SPENT,
        Kind.HAND_OVER,
        Kind.ON_CALL_GAPS,
        Kind.OPTED_OUT,
        Kind.PEOPLE_REFUSED,
        Kind.LIGHTING_REFUSED,
        Kind.SILENCE_ENDS,
    }
)
"""Digests themselves, what says that there will be one, and mails about the work of telling itself."""

_ENDS: Final = frozenset({Kind.RESOLVE, Kind.EASE})
"""Means nothing to who heard of nothing that was worse."""


class Cause(StrEnum):
    """Which limit a notice was folded by. Stored and counted: a word is never given another meaning."""

    BUDGET = "budget"
    INTERRUPTIONS = "interruptions"
    FOLLOWS_FOLDED = "follows-folded"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known when a notice is about to go.

    Attributes:
        interrupted: moments at which the person was told over this medium, as far back as a limit looks.
        spent: by the directorate in this month, millionths of a euro.
        budget: what it may spend; None: nobody said.
        follows_folded: what it comes after was folded, and the person heard of nothing else.
    """

    interrupted: Sequence[datetime] = ()
    spent: int = 0
    budget: int | None = None
    follows_folded: bool = False


@dataclass(frozen=True)
class Fold:
    """Why a notice does not go by itself; ``words`` are for the ledger."""

    cause: Cause
    words: str


def may_fold(notice: Notification) -> bool:
    """Whether it could be folded at all. What a carrier may have taken is not: it would be told twice."""
    is_vital = notice.criticality == Criticality.VITAL.value
    return not is_vital and notice.kind not in EXEMPT and not notice.doubts


def fold_of(notice: Notification, standing: Standing, budgets: Budgets, now: datetime) -> Fold | None:
    """Why it is folded; None: it goes."""
    if not may_fold(notice):
        return None
    if notice.kind in _ENDS and standing.follows_folded:
        return Fold(Cause.FOLLOWS_FOLDED, "follows a notice that was folded")
    paid = budgets.is_paid(notice.medium.value)
    if paid and standing.budget is not None and standing.spent >= standing.budget:
        return Fold(Cause.BUDGET, "the directorate's budget of the month is spent")
    rate = _reached(budgets.limits.get(notice.medium.value, ()), standing.interrupted, now)
    return None if rate is None else Fold(Cause.INTERRUPTIONS, f"{notice.medium.value}: {rate}")


def _reached(rates: Sequence[Rate], moments: Sequence[datetime], now: datetime) -> Rate | None:
    return next((rate for rate in rates if rate.is_reached(moments, now)), None)


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A person's next digest of folded notices.

    Attributes:
        team: of the first notice in it.
        sends_at: UTC.
        due_at: the same until it was sent, then None.
        announced: whether the person was told that it will come.
    """

    id: str
    person: str
    team: str
    sends_at: datetime
    due_at: datetime | None
    announced: bool = False


@dataclass(frozen=True, kw_only=True)
class Folded:
    """A notice in a folder."""

    notification: str
    folder: str
    cause: Cause
    at: datetime


def opened(person: str, team: str, budgets: Budgets, now: datetime) -> Folder:
    """The digest that begins with what is folded now."""
    sends_at = now + budgets.digest_every
    key = derived_id("folder", person, sends_at.isoformat())
    return Folder(id=key, person=person, team=team, sends_at=sends_at, due_at=sends_at)


@dataclass(frozen=True, kw_only=True)
class FoldedNotice:
    """What a folded notice would have said, and what became of its incident since; ``code`` and ``status`` are those
    of the incident, if it has one."""

    incident: str | None
    kind: Kind
    medium: str
    subject: str
    body: str
    queued_at: datetime
    code: str | None
    status: IncidentStatus | None


def lines_of(notices: Sequence[FoldedNotice]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A line for each notice, those of open incidents and the others apart.

    What was to be told over two media at once is one line, in the words of the mail.
    """
    said: dict[tuple[object, ...], FoldedNotice] = {}
    for number, notice in enumerate(notices):
        key = (notice.incident or number, notice.kind, notice.queued_at)
        if key not in said or notice.subject:
            said[key] = notice
    firing = [notice for notice in said.values() if notice.status is IncidentStatus.OPEN]
    over = [notice for notice in said.values() if notice.status is not IncidentStatus.OPEN]
    return tuple(map(_line, firing)), tuple(map(_line, over))


def open_codes(notices: Sequence[FoldedNotice]) -> tuple[str, ...]:
    """The codes of the open incidents, each once, the newest first: those fit best into a text message."""
    codes = (notice.code for notice in reversed(notices) if notice.status is IncidentStatus.OPEN)
    return tuple(dict.fromkeys(code for code in codes if code))


def _line(notice: FoldedNotice) -> str:
    return f"{short_local(notice.queued_at)} {notice.subject or notice.body}"
