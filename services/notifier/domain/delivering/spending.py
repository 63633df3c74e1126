"""What one attempt cost that a carrier took, or may have taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.notifier.domain import sms_text
from services.notifier.domain.channel import Medium
from services.notifier.domain.delivering.budgets import SPENT_AT, VOICE, WARNED_AT, Budgets, month_of, share_of
from services.notifier.domain.delivering.notification import Notification
from services.notifier.domain.incidents.incident import derived_id

_LETTERS_PER_MINUTE: Final = 13 * 60
"""Read aloud in French; a call is charged by what it has to read, until its carrier says how long it was."""


@dataclass(frozen=True, kw_only=True)
class Spending:
    """One attempt.

    Attributes:
        id: derived from notification and attempt, so that an attempt counts once however often its end is noted.
        directorate: who pays: the owner of the incident's rule, else of the team.
        month: as in ``month_of``.
        segments: parts of a text message, minutes begun of a call, 1 for a mail.
        price: of all of it, millionths of a euro.
        at: when it was handed over, UTC.
    """

    id: str
    notification: str
    directorate: str
    month: str
    person: str
    medium: str
    channel: str
    segments: int
    price: int
    at: datetime


def spending(notice: Notification, directorate: str, budgets: Budgets, at: datetime) -> Spending:
    """What its last attempt costs."""
    units = units_of(notice)
    price = units * budgets.price(notice.medium.value, notice.channel, notice.address)
    return Spending(
        id=derived_id("spending", notice.id, str(notice.attempts)),
        notification=notice.id,
        directorate=directorate,
        month=month_of(at),
        person=notice.person,
        medium=notice.medium.value,
        channel=notice.channel,
        segments=units,
        price=price,
        at=at,
    )


def units_of(notice: Notification) -> int:
    """How many units of its medium it is paid for as."""
    if notice.medium is Medium.SMS:
        return sms_text.measure(notice.body).segments
    if notice.medium.value == VOICE:
        return max(1, -(-len(notice.body) // _LETTERS_PER_MINUTE))
    return 1


def reached_share(spent: int, budget: int) -> int | None:
    """The highest of the shares that owners are told of; None: below all of them."""
    share = share_of(spent, budget)
    return next((mark for mark in (SPENT_AT, WARNED_AT) if share >= mark), None)
