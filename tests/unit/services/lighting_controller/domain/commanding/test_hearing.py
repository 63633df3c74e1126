"""What a report changes: reports come twice, late and in any order, and may acknowledge a command or not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.domain.commanding.hearing import hear, is_older, shows_a_way_back, try_anew
from services.lighting_controller.domain.commanding.reconciling import Move, reconcile
from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.domain.luminaire import InFlight, Luminaire

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
BRIGHT = Wish(Source.VITAL_RULE, 100, "flood", "bank")


def sent(t0: datetime, **fields: object) -> Luminaire:
    """A lamp at 50 % that was told command 8, 100 %, at ``t0``."""
    values: dict[str, object] = {
        "id": "l", "target": BRIGHT, "sequence": 8, "obeyed": 7, "feedback": 50, "actual": 50,
        "reported_at": t0 - MINUTE, "changed_at": t0, "in_flight": InFlight(100, 1, t0 + 30 * SECOND),
    }  # fmt: skip
    return Luminaire(**(values | fields))  # type: ignore[arg-type]


def test_report_with_the_sequence_acknowledges_the_command(t0: datetime) -> None:
    heard = hear(sent(t0), Report("l", 100, 100, t0 + SECOND, 8))
    assert (heard.is_in_place, heard.in_flight, heard.due_at) == (True, None, None)


def test_right_level_under_an_older_sequence_acknowledges_nothing(t0: datetime) -> None:
    # 100 % was told, then 50 %, then 100 % again: it has not heard of the second yet.
    heard = hear(sent(t0), Report("l", 100, 100, t0 + SECOND, 6))
    assert not heard.is_in_place
    assert heard.in_flight == InFlight(100, 1, t0 + 30 * SECOND)


def test_lamp_that_reports_no_sequences_is_in_place_by_its_level(t0: datetime) -> None:
    assert hear(sent(t0, obeyed=None), Report("l", 100, 100, t0)).is_in_place


@pytest.mark.parametrize(
    ("after_s", "sequence", "older"),
    [
        pytest.param(-61, 7, True, id="said before, delivered late"),
        pytest.param(-61, 8, False, id="obeyed since, by a clock that was set back"),
        pytest.param(-60, 7, False, id="the same again"),
        pytest.param(-60, 6, True, id="said in the same moment before it obeyed"),
        pytest.param(1, 7, False, id="newer"),
        pytest.param(1, 0, False, id="had no power meanwhile"),
        pytest.param(-61, None, True, id="no sequence"),
    ],
)
def test_older_report_is_known_by_its_time_unless_a_command_was_obeyed_since(
    t0: datetime, after_s: int, sequence: int | None, older: bool
) -> None:
    assert is_older(sent(t0), Report("l", 1, 1, t0 + after_s * SECOND, sequence)) is older


def test_same_report_twice_changes_nothing(t0: datetime) -> None:
    report = Report("l", 100, 80, t0 + SECOND, 8)
    once = hear(sent(t0), report)
    assert hear(once, report) == once


def test_lamp_that_leaves_its_target_by_itself_is_due_at_once(t0: datetime) -> None:
    placed = hear(sent(t0), Report("l", 100, 100, t0 + SECOND, 8))
    left = hear(placed, Report("l", None, 100, t0 + MINUTE, 0))
    assert left.due_at == t0 + MINUTE
    assert reconcile(left, t0 + MINUTE, Patience()).move is Move.SEND


def test_lamp_that_obeyed_more_than_was_told_is_told_a_greater_sequence(t0: datetime) -> None:
    heard = hear(sent(t0), Report("l", 20, 20, t0 + SECOND, 500))
    done = reconcile(heard, t0 + 30 * SECOND, Patience())
    assert done.command is not None
    assert done.command.sequence == 501


def test_silent_lamp_that_speaks_is_tried_again_soon(t0: datetime) -> None:
    cut_off = Finding(Fault.COMMUNICATION, t0, t0)
    silent = sent(t0, findings=(cut_off,), in_flight=InFlight(100, 3, t0 + 15 * MINUTE))
    heard = hear(silent, Report("l", 50, 50, t0 + SECOND, 7))
    assert heard.due_at == t0 + 11 * SECOND
    assert heard.in_flight is not None
    assert heard.in_flight.tries == 0, "it is tried as one that is told it for the first time"
    stuck = replace(silent, findings=(replace(cut_off, fault=Fault.STUCK),))
    assert hear(stuck, Report("l", 50, 50, t0 + SECOND, 7)).due_at == t0 + 15 * MINUTE


def test_lamp_that_speaks_every_minute_and_hears_nothing_is_not_told_every_minute(t0: datetime) -> None:
    cut_off = Finding(Fault.COMMUNICATION, t0, t0)
    later = InFlight(100, 4, t0 + 17 * MINUTE)
    speaking = sent(t0, findings=(cut_off,), reported_at=t0 + 2 * MINUTE, in_flight=later)
    assert hear(speaking, Report("l", 50, 50, t0 + 3 * MINUTE, 7)).due_at == t0 + 17 * MINUTE
    assert hear(speaking, Report("l", 50, 50, t0 + 8 * MINUTE, 7)).due_at == t0 + 8 * MINUTE + 10 * SECOND


def test_lamp_that_speaks_and_has_not_obeyed_is_told_again_at_once_but_for_that_once_only(t0: datetime) -> None:
    """A gateway is back: its commands were all sent while nobody could hear them."""
    told = sent(t0, reported_at=t0 - MINUTE, in_flight=InFlight(100, 3, t0 + 5 * MINUTE, t0))
    heard = hear(told, Report("l", 50, 50, t0 + MINUTE, 7))
    assert heard.in_flight == InFlight(100, 2, t0 + MINUTE + 10 * SECOND, t0)
    again = replace(heard, in_flight=told.in_flight)
    assert hear(again, Report("l", 50, 50, t0 + 2 * MINUTE, 7)).in_flight == told.in_flight
    soon = hear(told, Report("l", 50, 50, t0 + 9 * SECOND, 7))
    assert soon.in_flight == told.in_flight, "the command may be on its way"


@pytest.mark.parametrize(
    ("tries", "check_at", "feedback", "again"),
    [
        pytest.param(5, 900, 50, True, id="left alone for long"),
        pytest.param(2, 900, 50, False, id="still tried"),
        pytest.param(5, 9, 50, False, id="tried soon anyway"),
        pytest.param(5, 900, 100, False, id="obeys"),
    ],
)
def test_lamp_that_stopped_answering_is_tried_anew_when_its_gateway_is_heard(
    t0: datetime, tries: int, check_at: int, feedback: int, again: bool
) -> None:
    flight = InFlight(100, tries, t0 + check_at * SECOND, t0 - MINUTE)
    lamp = sent(t0, obeyed=None, feedback=feedback, reported_at=t0, in_flight=flight)
    tried = try_anew(lamp, t0, Patience(tries=5)).in_flight
    assert tried == (replace(flight, tries=0, check_at=t0 + 10 * SECOND) if again else flight)


def test_first_word_after_commands_in_vain_shows_that_the_gateway_is_back(t0: datetime) -> None:
    silent = sent(t0, findings=(Finding(Fault.COMMUNICATION, t0, t0),), in_flight=InFlight(100, 5, t0 + 15 * MINUTE))
    heard = hear(silent, Report("l", 50, 50, t0 + MINUTE, 7))
    assert shows_a_way_back(silent, heard)
    assert not shows_a_way_back(heard, hear(heard, Report("l", 50, 50, t0 + 2 * MINUTE, 7)))
    well = sent(t0, reported_at=t0 + SECOND)
    assert not shows_a_way_back(well, hear(well, Report("l", 100, 100, t0 + MINUTE, 8)))


def test_what_a_lamp_without_sequences_said_before_the_command_left_acknowledges_nothing(t0: datetime) -> None:
    told = sent(t0, obeyed=None, in_flight=InFlight(100, 1, t0 + 30 * SECOND, t0))
    assert not hear(told, Report("l", 100, 100, t0 - SECOND)).is_in_place
    assert hear(told, Report("l", 100, 100, t0)).is_in_place
