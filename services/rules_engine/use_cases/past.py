"""How a rule stood at an earlier moment: its readings from telemetry's history, played again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from services.rules_engine.domain.answering.enduring import MOST
from services.rules_engine.domain.answering.replaying import Played, plan, replay
from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.sample import Seen
from shared.errors import NotReady

_MOST_SERIES: Final = 24
_LATELY: Final = timedelta(days=31)
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class History(Protocol):
    """What was observed before."""

    def __call__(self, point: str, name: str, since: datetime, until: datetime, limit: int) -> Sequence[Seen]:
        """Of a series in [since, until] the newest, oldest of them first."""


@dataclass(frozen=True)
class Past:
    """The way back.

    Attributes:
        breathe: lets others work, between portions of what is played.
    """

    history: History
    breathe: Callable[[], None]

    def at(self, book: RuleBook, key: Key, moment: datetime, fires_since: datetime | None) -> Played:
        """How the alert of a rule stood; an alert that is known to have fired then is followed from its beginning.

        Raises:
            InputError: the rule reads too many series.
        """
        planned = plan(book, key, moment, fires_since)
        found = []
        for point, name in planned.series:
            some = self.history(point, name, planned.since, planned.until, planned.limit)
            found.append(some or self._last_before(point, name, planned.since))
            self.breathe()
        return replay(planned, found, self.breathe)

    def _last_before(self, point: str, name: str, moment: datetime) -> list[Seen]:
        """The last of a series that was silent from a moment on, so that nobody says that it never spoke."""
        return [Seen(point, name, seen.sample, moment) for seen in self.history(point, name, _EVER, moment, 1)]

    def lately(self, book: RuleBook, key: Key, now: datetime) -> list[Sequence[Seen]]:
        """The newest of each series that the rule reads there; nothing, if they are many or can't be had."""
        series = sorted(book.only([key]).series())
        if len(series) > _MOST_SERIES:
            return []
        try:
            return [self.history(point, name, now - _LATELY, now, MOST) for point, name in series]
        except NotReady:
            return []
