"""How changes are told minute by minute; that they then happen so is held in the component tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.lighting_controller.domain.envelope.limits import Survey
from services.lighting_controller.domain.previewing.foreseeing import Turn
from services.lighting_controller.domain.previewing.foretelling import Move, minutes_of
from services.lighting_controller.domain.road_class import RoadClass

AT = datetime(2026, 11, 25, 1, 45, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ROAD = RoadClass(name="P4", floor=20, step=30, ramp=20 * SECOND, dwell=timedelta(minutes=10), share=50)
SURVEY = Survey(ROAD, {}, {"a": ("street", "city"), "b": ("street", "city"), "c": ("city",), "d": ("city",)}, {})


def turn(luminaire: str, second: int, before: int | None = 100, level: int = 70) -> Turn:
    return Turn(luminaire, AT + second * SECOND, before, level, 6 * SECOND, "x")


def test_minutes_are_counted_from_the_first_change() -> None:
    minutes = minutes_of([turn("a", 0), turn("b", 59), turn("c", 60), turn("a", 180, 70, 40)], SURVEY)
    assert [((minute.at - AT) / SECOND, minute.luminaires) for minute in minutes] == [(0, 2), (60, 1), (180, 1)]
    assert minutes[0].moves == (Move(100, 70, 6 * SECOND, 2),)


def test_share_is_that_of_the_zone_of_which_most_changes() -> None:
    minutes = minutes_of([turn("a", 0), turn("c", 10), turn("d", 60)], SURVEY)
    assert [minute.share for minute in minutes] == [50, 25]


def test_who_changes_twice_in_a_minute_is_one_luminaire_and_two_moves() -> None:
    (minute,) = minutes_of([turn("a", 0, None, 50), turn("a", 5, 50, 100), turn("b", 5, 50, 100)], SURVEY)
    assert (minute.luminaires, minute.share) == (2, 100)
    assert minute.moves == (Move(50, 100, 6 * SECOND, 2), Move(None, 50, 6 * SECOND, 1))


def test_nothing_changes() -> None:
    assert minutes_of([], SURVEY) == ()
