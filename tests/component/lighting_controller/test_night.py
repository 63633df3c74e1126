"""The flood night as it went: what was planned, wanted, reported and used, by whose order, and what failed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from services.console.night_drawing import draw_night
from services.lighting_controller.domain.energy.loading_models import load_models
from services.lighting_controller.use_cases.count_energy import EnergyBasis, count_energy
from services.lighting_controller.use_cases.show_night import NightAnswer, show_night
from shared.errors import InputError, NotFound
from shared.runtime.settings import shipped_rules

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOON = datetime(2022, 1, 9, 11, 0, tzinfo=UTC)
FIRES = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
LAMPS = tuple(f"berge-{number:02}" for number in range(1, 13))


def basis(controller: Any) -> EnergyBasis:
    text = (shipped_rules() / "lighting" / "models.yaml").read_text(encoding="utf-8")
    return EnergyBasis(load_models(text, "models.yaml"), controller.calendars)


@pytest.fixture
def flood(
    controller_of: Callable[..., Any], hold: Callable[..., Any], release: Callable[..., Any]
) -> tuple[Any, NightAnswer]:
    """The rule holds the bank at 100 % from 02:45 to 04:20; one lamp is stuck, one hears nothing from 22:00 on."""
    made: list[Any] = []
    controller = controller_of(
        {"berges-garonne": LAMPS},
        now=NOON,
        stuck=("berge-04",),
        watts=None,
        loses=lambda command: command.luminaire == "berge-07" and bool(made) and made[0].now > NOON + 10 * HOUR,
    )
    made.append(controller)
    moment = FIRES
    while moment < FIRES + 100 * MINUTE:
        controller.run_until(moment)
        controller.take(hold(moment))
        moment += 10 * MINUTE
    controller.run_until(moment)
    controller.take(release(moment))
    controller.run_until(NOON + 25 * HOUR)
    by = basis(controller)
    while (due := count_energy(controller.database, by, controller.now).next_due) <= controller.now:
        assert due == controller.now
    return controller, show_night(controller.database, by, "berges-garonne", date(2022, 1, 9), controller.now)


def test_the_plan_the_target_and_the_light_are_told_as_they_were(flood: tuple[Any, NightAnswer]) -> None:
    _, night = flood
    assert (night.since, night.until, night.known_until) == (NOON, NOON + 24 * HOUR, NOON + 24 * HOUR)
    assert [step.level for step in night.plan if step.at > NOON] == [100, 50, 100, 0]
    at = {moment.at: moment for moment in night.moments}
    fires = at[FIRES]
    # One answers no command since 22:00, so nobody knows what it will do next, though it is where it is wanted.
    assert (fires.target, fires.level, fires.least, fires.most, fires.unknown) == (100, 100, 100, 100, 1)
    assert {moment.unknown for moment in night.moments if moment.at > FIRES} == {1}
    before = max((moment for moment in night.moments if moment.at < FIRES), key=lambda moment: moment.at)
    # Eleven are known: ten at 50 %, and one that is stuck at 100 %.
    assert (before.target, before.level, before.least, before.most, before.unknown) == (50, 54.55, 50, 100, 1)
    assert (before.power_w, before.estimated_w) == (10 * 15.5 + 30 + 15.5, 15.5)


def test_orders_and_faults_are_told_with_their_reason(flood: tuple[Any, NightAnswer]) -> None:
    _, night = flood
    (order,) = night.overrides
    assert (order.since, order.until, order.level) == (FIRES, FIRES + 100 * MINUTE, 100)
    assert (order.reason, order.source, order.by) == ("crue", "vital-rule", "gemapi.garonne")
    assert {(fault.luminaire, fault.fault) for fault in night.faults} == {
        ("berge-04", "stuck"),
        ("berge-07", "communication"),
    }
    assert night.faults == tuple(sorted(night.faults, key=lambda fault: fault.since))


def test_what_is_drawn_comes_to_what_is_counted(flood: tuple[Any, NightAnswer]) -> None:
    """Drawn by the minute, so it need not be exact."""
    _, night = flood
    ends = (*(moment.at for moment in night.moments[1:]), night.until)
    drawn = sum(moment.power_w * ((end - moment.at) / HOUR) for moment, end in zip(night.moments, ends, strict=True))
    assert drawn / 1000 == pytest.approx(night.used.energy_kwh, rel=0.002)
    assert night.used.unknown_h > 0


def test_the_picture_says_it_in_both_languages_and_is_whole(flood: tuple[Any, NightAnswer]) -> None:
    _, night = flood
    drawn = draw_night(msgspec.json.decode(msgspec.json.encode(night)))
    texts = [node.text for node in ET.fromstring(drawn).iter() if node.tag.endswith("text")]  # noqa: S314
    assert texts[0] == "Groupe berges-garonne : nuit du 09/01 au 10/01/2022"
    assert "100 % · crue · règle vitale / vital rule (gemapi.garonne) · 02 h 45 – 04 h 25" in texts
    assert "berge-04 : bloqué / stuck · 12 h 03 – 12 h 00" in texts
    assert "berge-07 : muet / communication · 22 h 33 – 12 h 00" in texts
    assert [text for text in texts if text and re.fullmatch("[0-2][0-9]", text) and text != "90"][-25:] == [
        f"{hour % 24:02}" for hour in range(12, 37)
    ]


@pytest.mark.parametrize("now", [NOON + 9 * HOUR, NOON + 25 * HOUR])
def test_a_night_that_is_not_over_is_told_until_now(controller_of: Callable[..., Any], now: datetime) -> None:
    controller = controller_of(now=NOON, watts=None)
    controller.run_until(now)
    night = show_night(controller.database, basis(controller), "berges-garonne", date(2022, 1, 9), now)
    assert night.known_until == min(now, NOON + 24 * HOUR)
    assert night.moments[-1].at <= night.known_until
    assert (night.overrides, night.faults) == ((), ())
    assert draw_night(msgspec.json.decode(msgspec.json.encode(night))).count("à venir") == (now < NOON + 24 * HOUR)


def test_a_night_that_has_not_begun_or_is_forgotten_is_refused(controller_of: Callable[..., Any]) -> None:
    controller = controller_of(now=NOON, watts=None)
    by = basis(controller)
    for night in (date(2022, 1, 10), date(2021, 11, 1)):
        with pytest.raises(InputError):
            show_night(controller.database, by, "berges-garonne", night, controller.now)
    with pytest.raises(NotFound):
        show_night(controller.database, by, "nobody", None, controller.now)
