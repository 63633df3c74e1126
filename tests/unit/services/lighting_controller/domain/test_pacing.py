"""Thousands of lamps that want a command at once get it at a pace, the most important first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.luminaire import InFlight, Luminaire
from services.lighting_controller.domain.pacing import Pace, keep_pace
from services.lighting_controller.domain.patience import Patience
from services.lighting_controller.domain.reconciling import Move, postpone, reconcile

SECOND = timedelta(seconds=1)
PATIENCE = Patience(spread=0.25)


def lamp(number: int, source: Source = Source.CALENDAR, **fields: object) -> Luminaire:
    values: dict[str, object] = {"id": f"l{number:04}", "target": Wish(source, 100, "x", "g"), "feedback": 0}
    return Luminaire(**(values | fields))  # type: ignore[arg-type]


def act(
    luminaires: list[Luminaire], pace: Pace | None, now: datetime
) -> tuple[list[Luminaire], list[str], Pace | None]:
    """The luminaires afterwards and which were sent something."""
    planned = [reconcile(luminaire, now, PATIENCE) for luminaire in luminaires]
    kept, pace = keep_pace(luminaires, planned, pace, now)
    return [item.luminaire for item in kept], [item.luminaire.id for item in kept if item.command], pace


def test_five_thousand_lamps_get_their_command_at_the_pace_and_none_twice(t0: datetime) -> None:
    luminaires, pace = [lamp(number) for number in range(5000)], Pace(200)
    sent: list[str] = []
    for second in range(25):
        luminaires, now_sent, after = act(luminaires, pace, t0 + second * SECOND)
        assert after is not None
        assert len(now_sent) == 200
        sent, pace = sent + now_sent, after
    assert len(set(sent)) == 5000
    assert {luminaire.sequence for luminaire in luminaires} == {1}


def test_what_is_held_back_is_due_when_its_turn_comes_and_was_not_tried(t0: datetime) -> None:
    luminaires, _, _ = act([lamp(number) for number in range(7)], Pace(2), t0)
    due = [luminaire.due_at for luminaire in luminaires]
    assert due[2:] == [t0 + seconds * SECOND for seconds in (1, 1, 2, 2, 3)]
    assert {(item.in_flight and item.in_flight.tries, item.sequence) for item in luminaires[2:]} == {(0, 0)}


def test_looks_within_a_second_share_its_commands(t0: datetime) -> None:
    _, first, pace = act([lamp(number) for number in range(100)], Pace(100), t0)
    assert len(first) == 100
    _, second, pace = act([lamp(number) for number in range(100, 200)], pace, t0 + SECOND / 2)
    assert len(second) == 50
    _, third, _ = act([lamp(number) for number in range(200, 500)], pace, t0 + 60 * SECOND)
    assert len(third) == 100


def test_strongest_wish_goes_first_and_who_was_told_nothing_before_who_is_told_again(t0: datetime) -> None:
    waiting = lamp(1, Source.VITAL_RULE, in_flight=InFlight(100, 1, t0), sequence=1)
    luminaires = [waiting, lamp(2, Source.CALENDAR), lamp(3, Source.VITAL_RULE), lamp(4, Source.OPERATOR)]
    assert act(luminaires, Pace(1), t0)[1] == ["l0004"]
    assert act(luminaires, Pace(2), t0)[1] == ["l0003", "l0004"]
    assert act(luminaires, Pace(3), t0)[1] == ["l0002", "l0003", "l0004"]


def test_without_a_pace_all_go_at_once(t0: datetime) -> None:
    assert len(act([lamp(number) for number in range(5000)], None, t0)[1]) == 5000


def test_waits_of_many_lamps_are_spread_and_of_one_always_the_same() -> None:
    waits = [PATIENCE.wait(lamp(number), 1) for number in range(1000)]
    assert all(30 * SECOND <= wait <= 37.5 * SECOND for wait in waits)
    assert len({round(wait.total_seconds()) for wait in waits}) == 8
    assert waits == [PATIENCE.wait(lamp(number), 1) for number in range(1000)]


@pytest.mark.parametrize(("tries", "left"), [(1, 0), (3, 2), (0, 0)])
def test_command_that_could_not_leave_is_no_try(t0: datetime, tries: int, left: int) -> None:
    delayed = postpone(lamp(1, in_flight=InFlight(100, tries, t0 + 30 * SECOND), sequence=9), t0 + SECOND)
    assert delayed.in_flight == InFlight(100, left, t0 + SECOND)
    assert reconcile(delayed, t0 + SECOND, PATIENCE).move is (Move.RETRY if left else Move.SEND)


def test_wait_for_its_turn_ends_when_it_is_in_place_without(t0: datetime) -> None:
    held = lamp(1, feedback=100, in_flight=InFlight(100, 0, t0 + SECOND))
    assert reconcile(held, t0, PATIENCE).move is Move.IN_PLACE
