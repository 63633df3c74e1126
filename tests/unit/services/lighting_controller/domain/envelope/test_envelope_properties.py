"""Whatever is wanted of a street, whenever, its limits hold; and once people make up their minds it gets there.

A street is played by the second on the pure functions. A lamp may miss a command; it is told again later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.commanding.taking_turns import confine_each
from services.lighting_controller.domain.envelope.envelope import note_told, want
from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.envelope.sharing import Shares
from services.lighting_controller.domain.luminaire import InFlight, Luminaire
from services.lighting_controller.domain.road_class import RoadClass

T0 = datetime(2022, 1, 10, 18, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
URGENT = (Source.EMERGENCY, Source.VITAL_RULE)


@dataclass(frozen=True)
class Sent:
    """A command that left, and what was so then."""

    luminaire: str
    at: datetime
    before: int
    feedback: int | None
    level: int
    ramp: timedelta
    floor: int | None
    source: Source

    @property
    def is_free(self) -> bool:
        from_dark = self.floor is not None and self.before < max(self.floor, 1)
        return self.level > self.before and (from_dark or self.source in URGENT)


@dataclass
class Street:
    """Lamps of one zone, which obey what they hear; those in ``deaf`` hear nothing.

    Attributes:
        dimmed: when the light of each really became less.
    """

    road: RoadClass
    lamps: dict[str, Luminaire]
    sent: list[Sent] = field(default_factory=list)
    deaf: set[str] = field(default_factory=set)
    dimmed: dict[str, list[datetime]] = field(default_factory=dict)

    @property
    def survey(self) -> Survey:
        zones = dict.fromkeys(self.lamps, ("street",))
        return Survey(self.road, {}, zones, {"street": max(1, len(self.lamps) * self.road.share // 100)})

    def act(self, now: datetime, of: set[str] | None = None) -> None:
        """What the controller does with these lamps, or with those that are due."""
        chosen = [lamp for name, lamp in self.lamps.items() if (self._is_due(lamp, now) if of is None else name in of)]
        counted = {n: lamp.told.counted_at for n, lamp in self.lamps.items() if lamp.told and lamp.told.counted_at}
        aimed, counting = confine_each(chosen, self.survey, Shares(self.survey, counted, now), now)
        for name, lamp in aimed.items():
            self.lamps[name] = self._commanded(lamp, now, counts=name in counting)

    def wish(self, wish: Wish, now: datetime, of: set[str] | None = None) -> None:
        names = set(self.lamps) if of is None else of
        self.lamps |= {name: want(self.lamps[name], wish) for name in names}
        self.act(now, names)

    def fall(self, floor: int | None, now: datetime) -> None:
        """Night comes, or goes."""
        self.lamps = {name: replace(lamp, floor=floor) for name, lamp in self.lamps.items()}
        self.act(now, set(self.lamps))

    def run(self, since: datetime, until: datetime) -> datetime:
        """Act whenever something is due."""
        while (due := min((lamp.due_at for lamp in self.lamps.values() if lamp.due_at), default=until)) < until:
            since = max(since, due)
            self.act(since)
        return until

    @staticmethod
    def _is_due(lamp: Luminaire, now: datetime) -> bool:
        return lamp.due_at is not None and lamp.due_at <= now

    def _commanded(self, lamp: Luminaire, now: datetime, *, counts: bool) -> Luminaire:
        assert lamp.target is not None
        if lamp.is_settled:
            return replace(lamp, in_flight=None)
        before, level = lamp.last_level, lamp.target.level
        told = replace(note_told(lamp, level, now, counts=counts), sequence=lamp.sequence + 1)
        if before not in (None, level):
            source = lamp.target.source
            self.sent.append(Sent(lamp.id, now, before, lamp.feedback, level, lamp.target.ramp, lamp.floor, source))
        if lamp.id in self.deaf:
            return replace(told, in_flight=InFlight(level, 1, now + 30 * SECOND))
        if lamp.feedback is not None and level < lamp.feedback:
            self.dimmed.setdefault(lamp.id, []).append(now)
        return replace(told, feedback=level, actual=level, in_flight=None)


ROADS = st.builds(
    RoadClass,
    name=st.just("P4"),
    floor=st.sampled_from([0, 20, 40, 70]),
    step=st.sampled_from([5, 20, 30, 60, 100]),
    ramp=st.sampled_from([timedelta(), 20 * SECOND]),
    dwell=st.sampled_from([timedelta(), 90 * SECOND, 10 * MINUTE]),
    share=st.sampled_from([1, 25, 34, 50, 100]),
)
STEEP = RoadClass(name="P4", floor=10, step=60, ramp=20 * SECOND, dwell=timedelta(), share=100)
"""Without a dwell only the minute between two steps keeps a second look from going on."""
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 7, 29, 59, 60, 61, 150, 600, 1800]),
        st.one_of(
            st.tuples(st.just("wish"), st.sampled_from(list(Source)), st.integers(0, 100), st.booleans()),
            st.tuples(st.just("night"), st.booleans()),
            st.tuples(st.just("deaf"), st.sets(st.integers(0, 6), max_size=3)),
        ),
    ),
    max_size=14,
)


def street(road: RoadClass, size: int, level: int) -> Street:
    lamps = {
        f"l{number}": Luminaire(id=f"l{number}", feedback=level, actual=level, floor=None) for number in range(size)
    }
    return Street(road, lamps)


def played(road: RoadClass, size: int, level: int, events: Any) -> tuple[Street, datetime]:
    made, now = street(road, size, level), T0
    made.wish(Wish(Source.CALENDAR, level, "calendar", "g"), now)
    for number, (after, what) in enumerate(events):
        now = made.run(now, now + after * SECOND)
        match what:
            case ("wish", source, wanted, whole):
                of = None if whole else set(sorted(made.lamps)[::2])
                made.wish(Wish(source, wanted, f"o{number}", "g"), now, of)
            case ("night", falls):
                made.fall(road.floor if falls else None, now)
            case ("deaf", lamps):
                made.deaf = {f"l{lamp}" for lamp in lamps} & set(made.lamps)
    return made, now


@given(road=ROADS, size=st.integers(1, 7), level=st.sampled_from([0, 40, 100]), events=EVENTS)
@settings(deadline=None, max_examples=150)
def test_no_command_breaks_a_limit(road: RoadClass, size: int, level: int, events: Any) -> None:
    made, _ = played(road, size, level, events)
    for sent in made.sent:
        if sent.floor is not None:
            assert sent.level >= sent.floor, "below the floor at night"
            assert sent.is_free or abs(sent.level - sent.before) <= road.step, "a step too large"
            if sent.level < sent.before and sent.feedback is not None:
                assert sent.feedback - sent.level <= road.step, "a step before the one before was seen"
        assert sent.ramp >= road.ramp * abs(sent.level - sent.before) / 100, "a ramp too steep"
    for name in made.lamps:
        dimmings = [sent.at for sent in made.sent if sent.luminaire == name and sent.level < sent.before]
        for times in (dimmings, made.dimmed.get(name, [])):
            assert all(later - sooner >= road.dwell for sooner, later in pairwise(times)), "dimmed within its dwell"
    counted = [sent for sent in made.sent if not sent.is_free]
    most = max(1, size * road.share // 100)
    for sent in counted:
        window = {other.luminaire for other in counted if sent.at - MINUTE < other.at <= sent.at}
        assert len(window) <= most, "more of the zone within a minute than its share"


@given(road=ROADS, size=st.integers(1, 7), level=st.sampled_from([0, 100]), events=EVENTS, night=st.booleans(),
       wanted=st.integers(0, 100), source=st.sampled_from(list(Source)))  # fmt: skip
@settings(deadline=None, max_examples=100)
def test_every_lamp_gets_where_it_may_once_nobody_changes_his_mind(
    road: RoadClass, size: int, level: int, events: Any, night: bool, wanted: int, source: Source
) -> None:
    made, now = played(road, size, level, events)
    made.deaf = set()
    made.fall(road.floor if night else None, now)
    made.wish(Wish(source, wanted, "last", "g"), now)
    steps = 1 + (100 // road.step if night else 0)
    waves = -(-size // max(1, size * road.share // 100))
    bound = steps * (max(road.dwell, MINUTE) + waves * MINUTE) + road.dwell + 2 * MINUTE
    made.run(now, now + bound)
    goal = max(wanted, road.floor) if night else wanted
    assert {lamp.feedback for lamp in made.lamps.values()} == {goal}
    assert all(lamp.due_at is None for lamp in made.lamps.values()), "what is there is looked at no more"


@given(road=ROADS, size=st.integers(1, 7), level=st.sampled_from([0, 40, 100]), events=EVENTS)
@example(road=STEEP, size=1, level=100, events=[(0, ("night", True)), (0, ("wish", Source.NORMAL_RULE, 10, True))])
@settings(deadline=None, max_examples=100)
def test_to_look_again_at_the_same_instant_changes_nothing(road: RoadClass, size: int, level: int, events: Any) -> None:
    made, now = played(road, size, level, events)
    for _ in range(2):  # a lamp that was deaf hears now, and may go on when that is seen
        made.act(now, set(made.lamps))
    told, commanded = len(made.sent), {name: (lamp.told, lamp.target) for name, lamp in made.lamps.items()}
    made.act(now, set(made.lamps))
    assert len(made.sent) == told
    assert {name: (lamp.told, lamp.target) for name, lamp in made.lamps.items()} == commanded


@given(road=ROADS, size=st.integers(2, 7), level=st.sampled_from([40, 70, 100]), source=st.sampled_from(URGENT))
@settings(deadline=None, max_examples=50)
def test_an_emergency_lights_the_whole_zone_at_once_and_takes_nobodys_turn(
    road: RoadClass, size: int, level: int, source: Source
) -> None:
    made, now = street(road, size, level), T0
    made.wish(Wish(Source.CALENDAR, level, "calendar", "g"), now)
    made.fall(road.floor, now)
    now = made.run(now, now + timedelta(hours=1))
    made.wish(Wish(source, 100, "fire", "g"), now)
    assert {lamp.feedback for lamp in made.lamps.values()} == {100}
    assert now not in {lamp.told.counted_at for lamp in made.lamps.values() if lamp.told}
