"""Which commands one radio message carries."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.commanding.driver import Command, CommandReason
from services.lighting_controller.domain.commanding.multicast import Multicast, loads
from services.lighting_controller.domain.commanding.pacing import Pace, keep_pace
from services.lighting_controller.domain.commanding.reconciling import Patience, reconcile
from services.lighting_controller.domain.luminaire import Luminaire

QUAY = Multicast("m1", frozenset({"a", "b", "c"}))
STREET = Multicast("m2", frozenset({"d", "e"}))


def told(levels: dict[str, int], **attempts: int) -> list[Command]:
    return [
        Command(name, level, timedelta(), CommandReason.PROGRAM, "calendar", 1, attempts.get(name, 1))
        for name, level in levels.items()
    ]


def found(commands: list[Command], *multicasts: Multicast) -> list[tuple[str, str | None]]:
    return [
        ("".join(commands[place].luminaire for place in load.places), load.multicast and load.multicast.id)
        for load in loads(commands, multicasts)
    ]


def test_whole_group_at_one_level_is_one_message_among_the_others() -> None:
    commands = told({"x": 50, "b": 50, "a": 50, "y": 50, "c": 50})
    assert found(commands, QUAY, STREET) == [("x", None), ("bac", "m1"), ("y", None)]


def test_each_is_told_by_itself_where_one_is_missing_differs_or_was_told_before() -> None:
    single = [("a", None), ("b", None), ("c", None)]
    assert found(told({"a": 50, "b": 50, "c": 51}), QUAY) == single
    assert found(told({"a": 50, "b": 50, "c": 50}, b=2), QUAY) == single
    assert found(told({"a": 50, "b": 50}), QUAY) == single[:2]


def test_of_groups_that_overlap_the_larger_is_told_and_nobody_twice() -> None:
    pair = Multicast("m0", frozenset({"c", "d"}))
    assert found(told(dict.fromkeys("abcd", 30)), pair, QUAY) == [("abc", "m1"), ("d", None)]


def test_group_of_one_is_no_group() -> None:
    assert found(told({"a": 50}), Multicast("m", frozenset({"a"})), Multicast("n", frozenset())) == [("a", None)]


def test_message_to_many_counts_as_one_of_the_pace_and_is_held_back_whole(t0: datetime) -> None:
    wish = Wish(Source.CALENDAR, 50, "calendar", "g")
    luminaires = [Luminaire(id=name, target=wish, feedback=0) for name in ("0", "a", "b", "c", "d", "e", "f")]
    pace = Pace(2, bundling=lambda commands: [load.places for load in loads(commands, (QUAY, STREET))])
    planned = [reconcile(luminaire, t0, Patience()) for luminaire in luminaires]
    kept, after = keep_pace(luminaires, planned, pace, t0)
    assert [item.luminaire.id for item in kept if item.command] == ["0", "a", "b", "c"]
    assert [item.luminaire.due_at for item in kept[4:]] == [t0 + timedelta(seconds=1)] * 3
    assert after is not None
    assert after.free(t0) == 0
    second = [reconcile(item.luminaire, t0 + timedelta(seconds=1), Patience()) for item in kept[4:]]
    assert [item.command and item.command.attempt for item in second] == [1, 1, 1]
