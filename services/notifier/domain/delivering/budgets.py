"""What messages cost, what a directorate may spend on them in a month, and how often a person may be interrupted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from shared.civil_time import PARIS

MILLIONTHS: Final = 1_000_000
"""Sums of money are whole numbers of millionths of a euro: a segment costs 0.0725, and sums are exact."""

WARNED_AT: Final = 80
"""At this share of its budget, in percent, a directorate's owners are told."""

SPENT_AT: Final = 100
"""At this share what is not vital is folded, and they are told again."""

VOICE: Final = "voice"
"""A call is paid by the minute begun; any other medium by the part, if at all."""

MEDIA: Final = ("sms", VOICE, "email")
"""What can have a price or a limit."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """Of one unit: a part of a text message, a minute begun of a call.

    Attributes:
        channel: which carries it; None: any that has no price of its own.
        to: how the address begins: ``+33``; empty: anywhere.
        amount: millionths of a euro.
    """

    medium: str
    channel: str | None
    to: str
    amount: int


@dataclass(frozen=True)
class Rate:
    """At most so many within any such while."""

    most: int
    within: timedelta

    def is_reached(self, moments: Sequence[datetime], now: datetime) -> bool:
        """Whether one more at ``now`` would be too many."""
        return sum(moment > now - self.within for moment in moments) >= self.most

    def __str__(self) -> str:
        minutes = int(self.within.total_seconds() // 60)
        return f"{self.most} in {minutes} min" if minutes % 60 else f"{self.most} in {minutes // 60} h"


_QUARTER: Final = timedelta(minutes=15)
_HOUR: Final = timedelta(hours=1)

LIMITS: Final[Mapping[str, tuple[Rate, ...]]] = MappingProxyType(
    {
        "sms": (Rate(5, _QUARTER), Rate(11, _HOUR), Rate(21, 3 * _HOUR)),
        VOICE: (Rate(3, _QUARTER), Rate(7, _HOUR)),
        "email": (Rate(20, _QUARTER), Rate(60, _HOUR)),
    }
)
"""Where the file says nothing of a medium. Texts and calls as in GoAlert: whoever gets more reads none of them."""


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """All of ``rules/notifier/budgets.yaml``; without the file nothing has a price or a limit.

    Attributes:
        monthly: what a directorate may spend in a calendar month (Europe/Paris), millionths of a euro.
        limits: how often a person may be interrupted, by medium.
        digest_every: how long what is folded waits for the next digest of its person.
    """

    prices: tuple[Price, ...] = ()
    monthly: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[str, tuple[Rate, ...]] = field(default_factory=dict)
    digest_every: timedelta = timedelta(minutes=30)

    def price(self, medium: str, channel: str, address: str) -> int:
        """Of a unit; that of the longest beginning of the address counts, and a channel's own before any's."""
        fitting = (
            price
            for price in self.prices
            if price.medium == medium and price.channel in (channel, None) and address.startswith(price.to)
        )
        best = max(fitting, key=lambda price: (price.channel is not None, len(price.to)), default=None)
        return 0 if best is None else best.amount

    def is_paid(self, medium: str) -> bool:
        """Whether messages over a medium can cost anything."""
        return any(price.medium == medium and price.amount for price in self.prices)

    def longest(self, medium: str) -> timedelta:
        """The longest while that a limit of the medium looks back."""
        return max((rate.within for rate in self.limits.get(medium, ())), default=timedelta(0))


def month_of(moment: datetime) -> str:
    """The calendar month in Paris: ``2026-11``."""
    return moment.astimezone(PARIS).strftime("%Y-%m")


def share_of(spent: int, budget: int) -> int:
    """How much of a budget is spent, in whole percent, rounded down; of nothing all is spent."""
    return spent * 100 // budget if budget else 100


def euros(amount: int) -> float:
    """Millionths as euros, for people and metrics."""
    return amount / MILLIONTHS
