"""Thousands of lamps that want a command at once get it at a pace, the most important first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.commanding.pacing import Pace, Paces, keep_pace, keep_paces
from services.lighting_controller.domain.commanding.reconciling import Move, postpone, reconcile
from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.domain.luminaire import InFlight, Luminaire
from services.lighting_controller.domain.network.cabinet import Gateway

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
    held = lamp(1, feedback=100, sequence=1, in_flight=InFlight(100, 0, t0 + SECOND))
    assert reconcile(held, t0, PATIENCE).move is Move.IN_PLACE


def test_what_makes_brighter_goes_before_what_dims(t0: datetime) -> None:
    luminaires = [lamp(1, feedback=100, actual=100), lamp(2, feedback=0, actual=0)]
    dimmed = [replace(item, target=Wish(Source.CALENDAR, 50, "x", "g")) for item in luminaires]
    assert act(dimmed, Pace(1), t0)[1] == ["l0002"]
    assert act([dimmed[0], lamp(3, Source.COMFORT_RULE)], Pace(1), t0)[1] == ["l0003"]


def test_each_gateway_keeps_its_own_pace_and_all_keep_the_drivers(t0: datetime) -> None:
    luminaires = [lamp(number) for number in range(40)]
    gateways = [Gateway("even", 3), Gateway("odd", 10), Gateway("none")]

    def gateway_of(luminaire: str) -> str:
        return "even" if int(luminaire[1:]) % 2 == 0 else "odd"

    def sent(paces: Paces, now: datetime) -> tuple[list[int], Paces]:
        planned = [reconcile(luminaire, now, PATIENCE) for luminaire in luminaires]
        kept, after = keep_paces(luminaires, planned, paces, gateway_of, now)
        luminaires[:] = [item.luminaire for item in kept]
        numbers = [int(item.luminaire.id[1:]) % 2 for item in kept if item.command]
        return [numbers.count(0), numbers.count(1)], after

    first, paces = sent(Paces.of(gateways, None), t0)
    assert first == [3, 10]
    assert sent(paces, t0 + SECOND / 2)[0] == [0, 0]
    assert sent(paces, t0 + SECOND)[0] == [3, 10]
    luminaires[:] = [lamp(number) for number in range(40)]
    assert sum(sent(Paces.of(gateways, Pace(8)), t0)[0]) == 8


def test_clock_that_is_set_back_holds_nothing_up(t0: datetime) -> None:
    pace = Pace(200).after(200, t0)
    earlier = t0 - timedelta(hours=1)
    assert pace.free(earlier) == 0
    assert pace.after(0, earlier).free(earlier + SECOND) == 200


def test_what_is_held_back_was_sent_when_it_last_left(t0: datetime) -> None:
    waiting = lamp(1, in_flight=InFlight(100, 1, t0, t0 - 60 * SECOND), sequence=1)
    luminaires, sent, _ = act([lamp(0), waiting], Pace(1), t0)
    assert sent == ["l0000"]
    assert luminaires[1].in_flight == InFlight(100, 1, t0 + SECOND, t0 - 60 * SECOND)


def test_command_that_could_not_leave_is_no_try_to_mend_a_fault(t0: datetime) -> None:
    silent = Finding(Fault.COMMUNICATION, t0, t0, tries=6)
    delayed = postpone(lamp(1, in_flight=InFlight(100, 6, t0), findings=(silent,)), t0 + SECOND)
    assert [item.tries for item in delayed.faults] == [5]
