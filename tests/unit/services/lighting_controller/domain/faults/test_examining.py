"""A sign that lasts becomes a fault, and a fault whose opposite lasts ends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.domain.commanding.hearing import hear
from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.faults.examining import examine, found
from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.network.network import Circumstances

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PATIENCE = Patience(silent_after=15 * MINUTE)
NIGHT, DAY = Circumstances(), Circumstances(by_day=True)


def lamp(level: int, **fields: object) -> Luminaire:
    values: dict[str, object] = {"id": "l", "target": Wish(Source.CALENDAR, level, "calendar", "bank")}
    return Luminaire(**(values | fields))  # type: ignore[arg-type]


def said(luminaire: Luminaire, at: datetime, around: Circumstances = NIGHT, **fields: object) -> Luminaire:
    level = luminaire.target.level if luminaire.target else 0
    values: dict[str, object] = {"luminaire": "l", "feedback": level, "actual": level, "at": at}
    heard = hear(luminaire, Report(**(values | fields)))  # type: ignore[arg-type]
    return examine(heard, around, at, PATIENCE)


@pytest.mark.parametrize(
    ("level", "report", "around", "minutes", "faults"),
    [
        pytest.param(100, {}, NIGHT, 60, set(), id="well"),
        pytest.param(100, {"lamp_failure": True}, NIGHT, 1, set(), id="lamp failure is waited for"),
        pytest.param(100, {"lamp_failure": True}, NIGHT, 2, {Fault.LAMP}, id="says that its lamp failed"),
        pytest.param(100, {"power_w": 0.4}, NIGHT, 2, {Fault.LAMP}, id="says that it is lit and draws nothing"),
        pytest.param(100, {"actual": 0}, NIGHT, 2, {Fault.LAMP}, id="obeys and gives no light"),
        pytest.param(3, {"power_w": 0.6}, NIGHT, 9, set(), id="dimmed so far that little is drawn"),
        pytest.param(0, {"power_w": 0.4}, NIGHT, 9, set(), id="out, on standby"),
        pytest.param(0, {"actual": 100}, DAY, 19, set(), id="a test by day"),
        pytest.param(0, {"actual": 100}, DAY, 20, {Fault.DAY_BURNER}, id="burns by day"),
        pytest.param(0, {"power_w": 5.1}, DAY, 20, {Fault.DAY_BURNER}, id="says it is out and draws"),
        pytest.param(0, {"power_w": 5.0}, DAY, 20, set(), id="draws five watts"),
        pytest.param(0, {"actual": 100}, NIGHT, 30, set(), id="burns at night"),
        pytest.param(60, {}, DAY, 30, set(), id="wanted by day"),
    ],
)
def test_sign_becomes_a_fault_when_it_has_lasted(
    t0: datetime, level: int, report: dict[str, object], around: Circumstances, minutes: int, faults: set[Fault]
) -> None:
    luminaire = lamp(level)
    for minute in range(minutes + 1):
        luminaire = said(luminaire, t0 + minute * MINUTE, around, **report)
    assert {finding.fault for finding in luminaire.faults} == faults
    assert {finding.since for finding in luminaire.faults} <= {t0}


@pytest.mark.parametrize(
    ("wanted", "target", "burner"),
    [
        pytest.param(0, 0, True, id="nobody wants it"),
        pytest.param(60, 0, False, id="wanted, and held up by the limits"),
        pytest.param(0, 60, False, id="not wanted any more, and held up by the limits"),
    ],
)
def test_day_burner_is_one_that_is_neither_wanted_nor_commanded(
    t0: datetime, wanted: int, target: int, burner: bool
) -> None:
    luminaire = lamp(target, wanted=Wish(Source.OPERATOR, wanted, "o", "bank"))
    for minute in range(31):
        luminaire = said(luminaire, t0 + minute * MINUTE, DAY, feedback=target, actual=100)
    assert luminaire.has(Fault.DAY_BURNER) is burner


def test_several_faults_stand_at_once(t0: datetime) -> None:
    luminaire = found(lamp(0), Fault.STUCK, t0, 3)
    for minute in range(21):
        luminaire = said(luminaire, t0 + minute * MINUTE, DAY, actual=100, lamp_failure=True)
    assert {finding.fault for finding in luminaire.faults} == {Fault.STUCK, Fault.DAY_BURNER, Fault.LAMP}


def test_suspicion_is_dropped_when_the_day_ends(t0: datetime) -> None:
    luminaire = said(lamp(0), t0, DAY, actual=100)
    assert [finding.since for finding in luminaire.findings] == [None]
    assert said(luminaire, t0 + MINUTE, NIGHT, actual=100).findings == ()


def test_day_burner_stays_one_through_the_night_until_it_is_seen_dark_by_day(t0: datetime) -> None:
    burner = Finding(Fault.DAY_BURNER, t0, t0)
    night = said(lamp(100, findings=(burner,)), t0 + 60 * MINUTE, NIGHT)
    assert night.has(Fault.DAY_BURNER)
    dark = said(lamp(0, findings=night.findings), t0 + 61 * MINUTE, DAY)
    assert dark.has(Fault.DAY_BURNER)
    over = said(dark, t0 + 66 * MINUTE, DAY)
    assert [finding.ended_at for finding in over.findings] == [t0 + 61 * MINUTE]
    assert not over.faults


def test_lamp_that_lights_again_in_turns_has_one_fault(t0: datetime) -> None:
    luminaire = lamp(100)
    for minute in range(60):
        luminaire = said(luminaire, t0 + minute * MINUTE, lamp_failure=minute % 8 < 4)
    assert [(finding.fault, finding.since) for finding in luminaire.findings] == [(Fault.LAMP, t0)]


def test_silence_is_a_communication_fault_and_ends_after_two_minutes_of_being_heard(t0: datetime) -> None:
    luminaire = said(lamp(100), t0)
    assert luminaire.examine_at == t0 + 15 * MINUTE
    assert not examine(luminaire, NIGHT, t0 + 14 * MINUTE, PATIENCE).faults
    silent = examine(luminaire, NIGHT, t0 + 15 * MINUTE, PATIENCE)
    assert silent.fault is Fault.COMMUNICATION
    assert silent.examine_at is None
    heard = said(silent, t0 + 20 * MINUTE)
    assert (heard.fault, heard.examine_at) == (Fault.COMMUNICATION, t0 + 22 * MINUTE)
    assert examine(heard, NIGHT, t0 + 22 * MINUTE, PATIENCE).fault is None


def test_nobody_is_silent_while_its_cabinet_is_off_and_all_get_grace_when_power_returns(t0: datetime) -> None:
    back = t0 + 9 * 60 * MINUTE
    luminaire = examine(said(lamp(0), t0), Circumstances(expected_from=back), t0 + MINUTE, PATIENCE)
    assert luminaire.examine_at == back + 15 * MINUTE
    for minutes, fault in ((60, None), (9 * 60 + 14, None), (9 * 60 + 15, Fault.COMMUNICATION)):
        assert examine(luminaire, Circumstances(expected_from=back), t0 + minutes * MINUTE, PATIENCE).fault is fault


def test_fault_of_a_silent_lamp_is_not_over_because_its_cabinet_is_off(t0: datetime) -> None:
    silent = examine(said(lamp(0), t0), NIGHT, t0 + 15 * MINUTE, PATIENCE)
    asleep = Circumstances(expected_from=t0 + 600 * MINUTE)
    for minutes in (60, 120, 500):
        silent = examine(silent, asleep, t0 + minutes * MINUTE, PATIENCE)
        assert silent.fault is Fault.COMMUNICATION


def test_stuck_lamp_is_no_better_when_it_is_wanted_where_it_is_stuck(t0: datetime) -> None:
    stuck = found(lamp(50, actual=100, feedback=50), Fault.STUCK, t0, 3)
    wanted = said(lamp(100, findings=stuck.findings), t0 + MINUTE)
    assert said(wanted, t0 + 10 * MINUTE).has(Fault.STUCK)
    moved = said(lamp(50, findings=stuck.findings), t0 + 11 * MINUTE)
    assert moved.has(Fault.STUCK)
    assert not said(moved, t0 + 16 * MINUTE).has(Fault.STUCK)


def test_luminaires_that_are_asked_are_asked_all_at_the_same_moments(t0: datetime) -> None:
    asked = Patience(asks_every=15 * MINUTE)
    odd = t0.replace(minute=52, second=7)
    assert examine(lamp(100, reported_at=odd), NIGHT, odd, asked).examine_at == odd.replace(hour=2, minute=0, second=0)
