"""Desired against reported, for one luminaire."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.commanding.driver import Command, CommandReason, Report
from services.lighting_controller.domain.commanding.hearing import hear, shows_a_way_back
from services.lighting_controller.domain.commanding.reconciling import Move, aim, reconcile
from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.domain.luminaire import InFlight, Luminaire
from services.lighting_controller.domain.network.network import Circumstances

SECOND = timedelta(seconds=1)
PATIENCE = Patience(answer_within=30 * SECOND, tries=3, again_after=timedelta(minutes=15))
BRIGHT = Wish(Source.VITAL_RULE, 100, "flood", "bank", trace="t")


def lamp(**fields: object) -> Luminaire:
    values: dict[str, object] = {"id": "l", "target": BRIGHT, "feedback": 50, "actual": 50}
    return Luminaire(**(values | fields))  # type: ignore[arg-type]


def test_luminaire_without_target_is_left_alone(t0: datetime) -> None:
    assert reconcile(lamp(target=None), t0, PATIENCE).move is Move.NOTHING_WANTED


def test_luminaire_in_place_is_sent_nothing(t0: datetime) -> None:
    done = reconcile(lamp(feedback=100, actual=97, sequence=1), t0, PATIENCE)
    assert (done.move, done.command, done.luminaire.in_flight) == (Move.IN_PLACE, None, None)


def test_luminaire_that_was_never_told_anything_is_told_once_what_it_does_already(t0: datetime) -> None:
    """It follows its own programme, which would lead it on past every limit."""
    done = reconcile(lamp(feedback=100, actual=100), t0, PATIENCE)
    assert (done.move, done.command and done.command.level) == (Move.SEND, 100)
    heard = hear(done.luminaire, Report("l", 100, 100, t0 + SECOND))
    assert reconcile(heard, t0 + 30 * SECOND, PATIENCE).move is Move.IN_PLACE


def test_new_target_is_sent_at_once_with_its_reason(t0: datetime) -> None:
    done = reconcile(lamp(sequence=7), t0, PATIENCE)
    assert done.command == Command("l", 100, timedelta(), CommandReason.OVERRIDE, "flood", 8)
    assert done.luminaire.in_flight == InFlight(100, 1, t0 + 30 * SECOND, t0)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (Source.DEFAULT, CommandReason.DEFAULT),
        (Source.CALENDAR, CommandReason.PROGRAM),
        (Source.COMFORT_RULE, CommandReason.OVERRIDE),
        (Source.OPERATOR, CommandReason.OVERRIDE),
    ],
)
def test_reason_of_a_command_is_talqs(t0: datetime, source: Source, reason: CommandReason) -> None:
    command = reconcile(lamp(target=Wish(source, 100, "x", "bank")), t0, PATIENCE).command
    assert command is not None
    assert command.reason is reason


def test_command_says_how_often_this_level_was_told(t0: datetime) -> None:
    luminaire, attempts = lamp(), []
    for minute in range(3):
        done = reconcile(luminaire, t0 + minute * 60 * SECOND, PATIENCE)
        luminaire = done.luminaire
        attempts.append(done.command and done.command.attempt)
    assert attempts == [1, 2, 3]
    other = reconcile(replace(luminaire, target=replace(BRIGHT, level=70)), t0 + 180 * SECOND, PATIENCE).command
    assert other is not None
    assert other.attempt == 1


def test_waits_backs_off_gives_up_and_goes_on_trying(t0: datetime) -> None:
    luminaire, moves, now = lamp(), [], t0
    for _ in range(7):
        done = reconcile(luminaire, now, PATIENCE)
        luminaire = done.luminaire
        assert reconcile(luminaire, now, PATIENCE).move is Move.WAIT
        assert luminaire.in_flight is not None
        moves.append((int((now - t0).total_seconds()), done.move, done.command is not None, luminaire.fault))
        now = luminaire.in_flight.check_at
    fault = Fault.COMMUNICATION
    assert moves == [
        (0, Move.SEND, True, None),
        (30, Move.RETRY, True, None),
        (90, Move.RETRY, True, None),
        (210, Move.GIVE_UP, False, fault),
        (1110, Move.RETRY, True, fault),
        (2010, Move.RETRY, True, fault),
        (2910, Move.RETRY, True, fault),
    ]


def test_another_target_begins_from_the_first_try(t0: datetime) -> None:
    waiting = lamp(in_flight=InFlight(30, 3, t0 + 30 * SECOND))
    assert reconcile(waiting, t0, PATIENCE).luminaire.in_flight == InFlight(100, 1, t0 + 30 * SECOND, t0)


def test_ramp_is_waited_for_once_it_says_that_it_obeys(t0: datetime) -> None:
    slow = reconcile(lamp(target=replace(BRIGHT, ramp=60 * SECOND)), t0, PATIENCE).luminaire
    assert slow.in_flight == InFlight(100, 1, t0 + 30 * SECOND, t0)
    assert reconcile(slow, t0 + 30 * SECOND, PATIENCE).move is Move.RETRY
    on_its_way = hear(slow, Report("l", 100, 75, t0 + 30 * SECOND))
    waiting = reconcile(on_its_way, t0 + 30 * SECOND, PATIENCE)
    assert (waiting.move, waiting.luminaire.due_at) == (Move.WAIT, t0 + 90 * SECOND)
    assert reconcile(waiting.luminaire, t0 + 90 * SECOND, PATIENCE).move is Move.RETRY


@pytest.mark.parametrize(
    ("wanted", "actual", "in_place"),
    [
        pytest.param(50, 58, True, id="within ten points"),
        pytest.param(50, 61, False, id="more than ten points off"),
        pytest.param(5, 0, False, id="out, though it should burn"),
        pytest.param(0, 4, False, id="burns, though it should be out"),
        pytest.param(50, None, True, id="can't tell"),
    ],
)
def test_light_may_differ_a_little_from_the_command(wanted: int, actual: int | None, in_place: bool) -> None:
    assert lamp(target=replace(BRIGHT, level=wanted), feedback=wanted, actual=actual).is_in_place == in_place


def test_light_that_does_not_follow_is_called_stuck(t0: datetime) -> None:
    stuck = lamp(feedback=100, actual=50, in_flight=InFlight(100, 3, t0))
    done = reconcile(stuck, t0, PATIENCE)
    assert (done.move, done.luminaire.fault) == (Move.GIVE_UP, Fault.STUCK)


def test_report_in_place_ends_the_wait(t0: datetime) -> None:
    heard = hear(lamp(in_flight=InFlight(100, 3, t0)), Report("l", 100, 100, t0))
    assert (heard.in_flight, heard.changes, heard.changed_at) == (None, 1, t0)


def test_first_report_is_no_change_of_the_light(t0: datetime) -> None:
    assert hear(Luminaire(id="l"), Report("l", None, 100, t0)).changes == 0


def test_older_report_changes_nothing(t0: datetime) -> None:
    known = lamp(reported_at=t0)
    assert hear(known, Report("l", 1, 1, t0 - SECOND)) is known


def test_same_target_keeps_the_luminaire_as_it_is(t0: datetime) -> None:
    known = lamp(changed_at=t0)
    assert aim(known, BRIGHT, t0 + SECOND) is known
    assert aim(known, replace(BRIGHT, level=10), t0 + SECOND).changed_at == t0 + SECOND


def test_stuck_lamp_is_tried_twice_as_late_each_time(t0: datetime) -> None:
    luminaire, gaps, now = lamp(feedback=100, actual=50), list[int](), t0
    for _ in range(12):
        done = reconcile(luminaire, now, PATIENCE)
        luminaire = done.luminaire
        assert luminaire.in_flight is not None
        gaps.append(int((luminaire.in_flight.check_at - now).total_seconds() / 60))
        now = luminaire.in_flight.check_at
    assert gaps == [0, 1, 2, 15, 30, 60, 120, 240, 240, 240, 240, 240]
    assert [(item.fault, item.tries) for item in luminaire.faults] == [(Fault.STUCK, 11)]


def test_command_that_is_too_old_to_be_obeyed_is_decided_again(t0: datetime) -> None:
    old = lamp(in_flight=InFlight(100, 3, t0, t0 - 120 * SECOND), sequence=4)
    assert reconcile(old, t0 + 600 * SECOND, PATIENCE).move is Move.GIVE_UP
    done = reconcile(old, t0 + 601 * SECOND, PATIENCE)
    assert (done.move, done.luminaire.in_flight and done.luminaire.in_flight.tries) == (Move.SEND, 1)
    assert done.command is not None
    assert done.command.sequence == 5


def test_lamp_that_obeys_and_has_failed_is_told_nothing_more(t0: datetime) -> None:
    dead = lamp(
        feedback=100, actual=0, findings=(Finding(Fault.LAMP, t0, t0),), in_flight=InFlight(100, 2, t0, t0), sequence=2
    )
    done = reconcile(dead, t0, PATIENCE)
    assert (done.move, done.command, done.luminaire.due_at) == (Move.SPARE, None, None)
    other = aim(done.luminaire, replace(BRIGHT, level=0), t0)
    assert reconcile(other, t0, PATIENCE).move is Move.SEND


def test_nothing_is_sent_again_while_the_cabinet_has_no_power(t0: datetime) -> None:
    evening = Circumstances(expected_from=t0 + timedelta(hours=9))
    first = reconcile(lamp(), t0, PATIENCE, evening)
    assert first.move is Move.SEND
    asleep = reconcile(first.luminaire, t0 + 30 * SECOND, PATIENCE, evening)
    assert (asleep.move, asleep.luminaire.due_at) == (Move.ASLEEP, t0 + timedelta(hours=9))
    again = reconcile(asleep.luminaire, t0 + timedelta(hours=9), PATIENCE, evening)
    assert (again.move, again.luminaire.faults) == (Move.RETRY, ())


def test_lamp_that_answers_another_level_for_ever_is_stuck_and_told_ever_more_seldom(t0: datetime) -> None:
    """It does 10 % at least; its way is well, so neither it nor its neighbours are tried anew as if it were back."""
    luminaire, now, sends = lamp(target=replace(BRIGHT, level=5), obeyed=0), t0, list[datetime]()
    while now < t0 + timedelta(days=1):
        done = reconcile(luminaire, now, PATIENCE)
        luminaire = done.luminaire
        if done.command is not None:
            sends.append(now)
            heard = hear(luminaire, Report("l", 10, 10, now + SECOND, done.command.sequence))
            assert not shows_a_way_back(luminaire, heard)
            luminaire = heard
        assert luminaire.in_flight is not None
        assert luminaire.in_flight.check_at > now
        now = luminaire.in_flight.check_at
    assert [item.fault for item in luminaire.faults] == [Fault.STUCK]
    assert len(sends) == 12
    # What it can't do is no fault of what it can.
    other = reconcile(aim(luminaire, BRIGHT, now), now, PATIENCE)
    assert other.move is Move.SEND
    assert hear(other.luminaire, Report("l", 100, 100, now + SECOND, other.luminaire.sequence)).is_in_place


def test_lamp_that_speaks_and_has_not_heard_the_last_command_is_cut_off(t0: datetime) -> None:
    deaf = lamp(target=BRIGHT, sequence=8, obeyed=7, in_flight=InFlight(100, 3, t0, t0 - 60 * SECOND))
    assert reconcile(deaf, t0, PATIENCE).luminaire.fault is Fault.COMMUNICATION


def test_what_was_only_held_back_leaves_in_its_turn_also_while_the_cabinet_has_no_power(t0: datetime) -> None:
    held = lamp(in_flight=InFlight(100, 0, t0))
    assert reconcile(held, t0, PATIENCE, Circumstances(expected_from=t0 + timedelta(hours=9))).move is Move.SEND
