"""The cards of a theme's points: latest value, what was worked out of it, a drawing of the day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Bucket, Indicator
from services.portal.domain.days import drawn_property, drawn_span
from services.portal.domain.presenting import sparks
from services.portal.domain.presenting.pointing import Pointed, Pointing, Value, points_of
from services.portal.domain.presenting.sparks import Spark
from services.portal.domain.severity import Tone
from services.portal.domain.snapshot import Snapshot, Told
from services.portal.domain.wording import Wording
from shared.model.registry import Point, Theme


@dataclass(frozen=True)
class Line:
    """A figure with its name. ``share``, ``limit``: its place and its limit's on a bar, 0 to 100."""

    name: str
    text: str
    note: str | None = None
    tone: Tone | None = None
    share: float | None = None
    limit: float | None = None


@dataclass(frozen=True)
class Card:
    """A point.

    Attributes:
        value: the one that matters; None: nothing observed yet.
        others: the newest values of its other properties.
        lines: what was worked out.
        note: what to know of the lines.
        fill: of a container, 0 to 100.
        rank: what the cards of a page are sorted by, greatest first.
    """

    point: Pointed
    value: Value | None
    others: tuple[Value, ...] = ()
    lines: tuple[Line, ...] = ()
    note: str | None = None
    spark: Spark | None = None
    fill: float | None = None
    rank: float = 0.0


@dataclass(frozen=True)
class Cards:
    """The section. ``known``: telemetry answered; ``lead``: what to know first; ``pending``: not worked out yet."""

    known: bool
    cards: tuple[Card, ...] = ()
    lead: str | None = None
    note: str | None = None
    pending: str | None = None
    silent: str | None = None


Finish = Callable[["Making", Point, Card], Card]


@dataclass(frozen=True)
class Making:
    """What all cards of a section share."""

    snapshot: Snapshot
    theme: Theme
    pointing: Pointing
    finish: Finish

    @property
    def wording(self) -> Wording:
        """The language."""
        return self.pointing.wording

    def figures(self, point: Point) -> dict[str, Indicator]:
        """The indicators of a point by name."""
        told = self.snapshot.figures.get(self.theme)
        return {} if told is None else {item.name: item for item in told.of(point.id)}

    def card(self, point: Point) -> Card:
        """The card of a point."""
        kind = self.pointing.kinds[point.kind]
        values = [value for name in kind.properties if (value := self.pointing.value(point, name)) is not None]
        name = drawn_property(kind)
        main = self.pointing.value(point, name) if name else None
        main = main or (values[0] if values else None)
        others = tuple(value for value in values if value != main)
        card = Card(self.pointing.point(point), main, others, spark=self._spark(point), rank=main.number if main else 0)
        return self.finish(self, point, card)

    def written(self, point: Point, name: str, value: float) -> str:
        """A quantity of a property in words."""
        return self.pointing.written(value, self.pointing.kinds[point.kind].properties[name])

    def _spark(self, point: Point) -> Spark | None:
        told: Told[Bucket] | None = self.snapshot.days.get(self.theme)
        kind = self.pointing.kinds[point.kind]
        name = drawn_property(kind)
        buckets = told.of(point.id) if told is not None else ()
        if name is None or not buckets:
            return None
        zone = ZoneInfo(point.zone)

        def written(value: float) -> str:
            return self.written(point, name, value)

        by = drawn_span(kind, name, self.snapshot.now, zone).by
        if by == "day":
            return sparks.last_days(buckets, zone, self.wording, written)
        if by == "hour":
            return sparks.hours_of_two_days(buckets, self.snapshot.now, zone, self.wording, written)
        bounds = (30.0, 90.0) if kind.properties[name].unit == "dB" else None
        return sparks.last_day(buckets, self.snapshot.now, bounds, zone, self.wording, written)


def cards_of(
    snapshot: Snapshot, theme: Theme, wording: Wording, finish: Finish, points: Iterable[Point] | None = None
) -> Cards:
    """The cards of a theme's points, or of some of them: the greatest rank first, those without a value last."""
    if snapshot.latest is None:
        return Cards(known=False)
    making = Making(snapshot, theme, Pointing(snapshot, wording), finish)
    chosen = points_of(snapshot, theme) if points is None else points
    cards = [making.card(point) for point in chosen]
    cards.sort(
        key=lambda card: (card.value is None, not card.point.alerts, _doubtful(card), -card.rank, card.point.title)
    )
    shown = tuple(card for card in cards if card.value is not None)
    silent = len(cards) - len(shown)
    words = f"{silent} × {wording.say('no-value')}" if silent else None
    return Cards(known=True, cards=shown, silent=words, pending=_pending(snapshot, theme, shown, wording))


def by_rank(cards: Cards) -> Cards:
    """The same by rank alone: believed values first, the greatest of them first."""
    return replace(cards, cards=tuple(sorted(cards.cards, key=lambda card: (_doubtful(card), -card.rank))))


def _doubtful(card: Card) -> bool:
    return card.value is not None and card.value.doubt is not None


def _pending(snapshot: Snapshot, theme: Theme, cards: Sequence[Card], wording: Wording) -> str | None:
    """That indicators are still to come, where there are points and none was told."""
    told = snapshot.figures.get(theme)
    lacking = told is not None and told.by_point is None
    return wording.say("not-worked-out") if cards and lacking else None
