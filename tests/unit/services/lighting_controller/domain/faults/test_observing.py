"""What telemetry is told of luminaires: changes, once a period while they are heard, and no more."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.faults.observing import PERIOD, PROPERTIES, observe_found, observe_heard
from services.lighting_controller.domain.luminaire import Luminaire
from shared.model.luminaires import UNITS

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def heard(at: datetime, **fields: object) -> Luminaire:
    values: dict[str, object] = {"id": "l", "feedback": 50, "actual": 48, "reported_at": at}
    return Luminaire(**(values | fields))  # type: ignore[arg-type]


def test_first_report_is_told_with_all_that_is_known(t0: datetime) -> None:
    after, seen = observe_heard(Luminaire(id="l"), heard(t0, power_w=31.5))
    assert seen is not None
    assert (seen.point, seen.time, after.observed_at) == ("l", t0, t0)
    flags = {"failure": 0.0, "communication_fault": 0.0, "stuck": 0.0, "day_burner": 0.0}
    assert seen.values == {"level": 48.0, "power": 31.5, **flags}
    assert set(seen.values) == set(UNITS)
    assert set(PROPERTIES) == set(Fault)


def test_what_a_luminaire_cannot_tell_is_left_out(t0: datetime) -> None:
    _, seen = observe_heard(Luminaire(id="l"), heard(t0, actual=None))
    assert seen is not None
    assert (seen.values["level"], "power" in seen.values) == (50.0, False)
    _, dumb = observe_heard(Luminaire(id="l"), heard(t0, actual=None, feedback=None))
    assert dumb is not None
    assert "level" not in dumb.values


def test_reports_of_each_minute_are_told_once_a_quarter_of_an_hour(t0: datetime) -> None:
    before, told = Luminaire(id="l"), list[datetime]()
    for minute in range(60):
        before, seen = observe_heard(before, replace(heard(t0 + minute * MINUTE), observed_at=before.observed_at))
        told += [] if seen is None else [seen.time]
    assert told == [t0 + number * PERIOD for number in range(4)]


def test_change_of_level_or_of_a_fault_is_told_at_once(t0: datetime) -> None:
    before, _ = observe_heard(Luminaire(id="l"), heard(t0))
    assert observe_heard(before, replace(before, reported_at=t0 + SECOND))[1] is None
    assert observe_heard(before, replace(before, reported_at=t0 + SECOND, power_w=1.0))[1] is None
    assert observe_heard(before, replace(before, reported_at=t0 + SECOND, actual=60))[1] is not None
    stuck = replace(before, reported_at=t0 + SECOND, findings=(Finding(Fault.STUCK, t0, t0),))
    _, seen = observe_heard(before, stuck)
    assert seen is not None
    assert seen.values["stuck"] == 1.0


def test_two_states_of_one_moment_are_told_a_millisecond_apart(t0: datetime) -> None:
    before, _ = observe_heard(Luminaire(id="l"), heard(t0))
    after, seen = observe_heard(before, replace(before, actual=60))
    assert seen is not None
    assert seen.time == after.observed_at == t0 + timedelta(milliseconds=1)


def test_of_a_silent_lamp_only_the_communication_fault_is_told_and_again_with_each_command_in_vain(
    t0: datetime,
) -> None:
    known = heard(t0, observed_at=t0)
    cut_off = replace(known, findings=(Finding(Fault.COMMUNICATION, t0 + PERIOD, t0 + PERIOD, tries=3),))
    after, seen = observe_found(known, cut_off, t0 + PERIOD)
    assert seen is not None
    assert (seen.time, seen.values) == (t0 + PERIOD, {"communication_fault": 1.0})
    assert observe_found(after, after, t0 + 2 * PERIOD)[1] is None
    tried = replace(after, findings=(replace(after.findings[0], tries=4),))
    _, again = observe_found(after, tried, t0 + 2 * PERIOD)
    assert again is not None
    assert again.values == {"communication_fault": 1.0}


def test_suspicion_is_not_told(t0: datetime) -> None:
    known = heard(t0, observed_at=t0)
    suspected = replace(known, findings=(Finding(Fault.DAY_BURNER, t0),))
    assert observe_found(known, suspected, t0 + MINUTE)[1] is None
