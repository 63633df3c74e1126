"""What one decision looks at: the samples of a point, where it lies, the moment, and the city around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from services.rules_engine.domain.series import Series
from services.rules_engine.domain.spans import stamp
from shared.model.registry import Kind, Point

if TYPE_CHECKING:
    from services.rules_engine.domain.inputs.members import Among
    from services.rules_engine.domain.unless import Unless

_INSTANT: Final = timedelta(microseconds=1)


class City(Protocol):
    """What lies around a point: other points with their samples, other rules with their alerts."""

    def members(self, scene: Scene, among: Among) -> Sequence[Scene]:
        """The points that are looked at, seen at the moment of the scene."""

    def fires(self, scene: Scene, unless: Unless) -> bool:
        """Whether another rule's alert fires that this one gives way to."""


class Alone:
    """A city in which there is nothing else."""

    def members(self, scene: Scene, among: Among) -> Sequence[Scene]:
        return ()

    def fires(self, scene: Scene, unless: Unless) -> bool:
        return False


ALONE: Final[City] = Alone()


@dataclass(slots=True)
class Scene:
    """What a decision sees. Only who makes it changes it; a plain class costs a third of a frozen one.

    Attributes:
        kind: of the point; of a group its members' kind.
        point: None for a group.
        series: the samples of each property, newest last.
        at: event time for which is decided, UTC.
        now: the clock, UTC; by it values grow stale.
        zone: IANA name; calendars are read by its clocks.
        cut: samples later than this (a stamp) are not seen, and windows end here; None: all are, and windows end with
            the newest sample.
        since: since when the rule has watched, UTC; None: ever since.
        unheard: of other points that never spoke, since when each is watched; of the rest it is ``since``.
        subject: what the decision is about: the id of the point, or of the group, such as ``area:huveaune``.
        own: of a group: ids of its members.
        rule: id of the rule that decides.
        memo: what was worked out for this scene already.
        now_stamp: ``now`` in microseconds since 1970.
        stale_after: microseconds for which a value counts.
        oldest: samples before this stamp are stale.
    """

    kind: Kind
    point: Point | None
    series: Mapping[str, Series]
    at: datetime
    now: datetime
    zone: str = "Europe/Paris"
    cut: int | None = None
    since: datetime | None = None
    unheard: Mapping[str, datetime] | None = None
    subject: str = ""
    own: tuple[str, ...] = ()
    rule: str = ""
    city: City = field(default=ALONE, repr=False)
    memo: dict[Any, Any] = field(init=False, repr=False)
    now_stamp: int = field(init=False)
    stale_after: int = field(init=False)
    oldest: int = field(init=False)

    def __post_init__(self) -> None:
        self.memo = {}
        self.now_stamp = stamp(self.now)
        self.stale_after = int(self.kind.stale_after_s * 1_000_000)
        self.oldest = self.now_stamp - self.stale_after

    def at_moment(self, moment: datetime) -> Scene:
        """The same with the clock at a later moment and no new samples."""
        return replace(self, at=moment, now=moment)

    def as_of(self, moment: datetime) -> Scene:
        """What was to be seen at an earlier moment, at which a period ended."""
        return replace(self, at=moment, now=moment, cut=stamp(moment))

    @property
    def calendar_moment(self) -> datetime:
        """The moment that calendars are asked for: of a period that ended, its last instant."""
        return self.at if self.cut is None else self.at - _INSTANT

    def end_of(self, name: str) -> int | None:
        """Where a window of a property ends, a stamp: at the cut, else at the newest sample; None: there is none."""
        if self.cut is not None:
            return self.cut
        series = self.series.get(name)
        return series.times[-1] if series is not None and series.times else None
